"""What `fillrate train` shows while it runs, and needs to have installed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from fillrate.errors import InputError

if TYPE_CHECKING:
    from fillrate.learn.judging import Gap

__all__ = ["need_learn", "training_bar"]

NEEDED = ("torch", "stable_baselines3", "sb3_contrib", "tensorboard")


def need_learn() -> None:
    """Say in one line what is missing.

    Raises:
        InputError: a package of the extra `learn` is not installed.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise InputError("train", f"{', '.join(missing)} not installed", "pip install 'fillrate[learn]'")


@contextmanager
def training_bar(steps: int) -> Iterator[Callable[[int, Gap | None], None]]:
    """A bar that advances with the steps and shows the gap to the best rule; silent without a terminal."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("not judged yet", total=steps)

        def tell(done: int, gap: Gap | None) -> None:
            if gap is None:
                progress.update(task, completed=done)
                return
            half = "" if gap.low is None or gap.high is None else f" ± {(gap.high - gap.low) / 2:.2f}"
            progress.update(task, completed=done, description=f"gap to the best rule {gap.difference:+.2f}{half} %")

        yield tell

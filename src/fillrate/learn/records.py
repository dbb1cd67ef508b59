"""What a training run keeps: how far it has come, in a folder that the same command goes on from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from fillrate.errors import InputError
from fillrate.files import check_folder, write_text
from fillrate.learn.course import Course
from fillrate.learn.judging import Gap

__all__ = ["Tell", "Trained", "begun", "checkpoint", "keep"]

Tell = Callable[[int, Gap | None], None]
"""Called with the steps so far, at every judgement with what it found, in between with None."""


@dataclass
class Trained:
    """How far a run has come."""

    steps: int = 0  # taken; of a search, orders simulated
    orders: int = 0  # simulated by a search
    before: int = 0  # of them before the last checkpoint that it went on from
    agreed: float | None = None  # with the rule, after the warm start
    rules: dict[str, str] = field(default_factory=dict)  # best rule by world
    curve: list[dict[str, Any]] = field(default_factory=list)  # steps, seconds and gap of every judgement
    best: int = -1  # index of the best judgement
    seconds: float = 0.0
    ended: str = ""  # why: "budget" or "no better for a while"; empty: it was interrupted

    def judged(self, gap: Gap, steps: int, seconds: float) -> bool:
        """Write a judgement down; whether it is the best so far."""
        self.steps, self.seconds = steps, seconds
        self.curve.append({"steps": steps, "seconds": round(seconds, 1), **asdict(gap)})
        is_best = self.best < 0 or gap.difference < self.curve[self.best]["difference"]
        self.best = len(self.curve) - 1 if is_best else self.best
        return is_best


def begun(course: Course, folder: Path) -> Trained:
    """The state that a folder holds, or a fresh one.

    Raises:
        InputError: it holds another run, cannot be written to, or its state is damaged.
    """
    check_folder(folder, "--folder")
    said, path, state = course.to_json(), folder / "course.json", folder / "state.json"
    if not path.exists():
        write_text(path, json.dumps(said, indent=1))
    with checkpoint(path):
        held = dict(json.loads(path.read_text(encoding="utf-8")))
    if others := [name for name in held | said if held.get(name) != said.get(name)]:
        found = f"holds a run with other settings: {', '.join(others)}"
        raise InputError(f"'{folder}'", found, "another folder, or the same settings")
    with checkpoint(state):
        return Trained(**json.loads(state.read_text(encoding="utf-8"))) if state.exists() else Trained()


@contextmanager
def checkpoint(path: Path) -> Iterator[None]:
    """A file of the folder is read.

    Raises:
        InputError: it is missing or damaged.
    """
    try:
        yield
    except (OSError, EOFError, ValueError, TypeError, BadZipFile) as fault:
        raise InputError(f"'{path}'", "missing or damaged", f"a run from its start: without '{path.parent}'") from fault


def keep(folder: Path, done: Trained) -> None:
    """Write the state, aside and then renamed."""
    write_text(folder / "state.json", json.dumps(asdict(done), indent=1))

"""`fillrate init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fillrate.cli.console import paragraph, say
from fillrate.errors import UsageError

__all__ = ["init"]

FILES = {
    "my_shop.toml": "envs",
    "my_rule.toml": "policies",
    "my_experiment.toml": "experiments",
    "orders.csv": "",
    "sites.csv": "",
}  # file -> folder of the workspace

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the workspace, there or new.")]


def init(folder: Folder = Path()) -> None:
    """Make a workspace with examples to change.

    It has folders for your worlds, policies and experiments, with an example in each, and a small order log to fit a
    world to. Nothing is overwritten.
    """
    from contextlib import ExitStack
    from importlib.resources import files

    from fillrate.files import check_folder, written_aside

    targets = {name: folder / kind / name for name, kind in FILES.items()}
    if there := [str(path) for path in targets.values() if path.exists()]:
        raise UsageError(str(folder), f"has {', '.join(there)} already", "a folder without them, or a new one")
    for path in targets.values():
        check_folder(path.parent, "DIR")
    with ExitStack() as all_or_none:
        for name, path in targets.items():
            text = (files("fillrate.cli") / "workspace" / name).read_text(encoding="utf-8")
            all_or_none.enter_context(written_aside(path)).write_text(text, encoding="utf-8")
    say(*(f"wrote {path}" for path in targets.values()), "")
    here = folder.resolve() == Path.cwd()
    say(
        paragraph("Commands find these names first, then the built-in ones, in the folder where they are started. Try:")
    )
    say("", *([] if here else [f"  cd {folder}"]))
    say("  fillrate show my_shop", "  fillrate simulate my_shop my_rule", "  fillrate simulate my_shop --explain 0")
    say("  fillrate compare my_shop --replications 10", "  fillrate fit orders.csv --sites sites.csv --out fitted")
    say("  fillrate run my_experiment")

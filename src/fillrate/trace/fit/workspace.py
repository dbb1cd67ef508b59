"""A fitted log as a workspace: everything is written aside and put in its place at the end."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fillrate.errors import OrderLogError
from fillrate.trace.fit.fitting import Fit
from fillrate.trace.fit.pages import REPLICATIONS, experiment_text, readme_text
from fillrate.trace.fit.rules import rules
from fillrate.trace.logs import columns_toml, write_rejects
from fillrate.trace.replay import names_of
from fillrate.trace.store import save_trace

__all__ = ["EXPERIMENT", "MARK", "REJECTS", "check_target", "next_commands", "write_workspace"]

MARK, REJECTS, COLUMNS, README = "fit.json", "rejects.csv", "columns.toml", "README.md"
EXPERIMENT = "stock_levels"


def check_target(folder: Path, force: bool = False) -> None:
    """Find out before the work whether the workspace can be written; nothing is made.

    Raises:
        OrderLogError: it is a file, has content that no fit has made and `force` is not given, or cannot be written to.
    """
    allowed = "a new or empty folder, or one that `fillrate fit` has made"
    if folder.exists() and not folder.is_dir():
        raise OrderLogError("--out", f"'{folder}' is a file", allowed)
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file() and not force:
        raise OrderLogError("--out", f"'{folder}' is not empty", f"{allowed}; --force writes beside what is there")
    there = next(parent for parent in (folder.resolve(), *folder.resolve().parents) if parent.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise OrderLogError("--out", f"'{there}' cannot be written to", "a place to write to")


def write_workspace(found: Fit, folder: Path) -> list[Path]:
    """Write the workspace; what an earlier fit has written there and this one does not is taken away.

    Returns:
        The files, relative to the folder.
    """
    with _aside(folder.resolve()) as aside:
        _fill(found, aside)
        files = sorted(path.relative_to(aside) for path in aside.rglob("*") if path.is_file())
        mark = json.dumps({"files": [str(path) for path in files], **found.summary()}, indent=1, ensure_ascii=False)
        (aside / MARK).write_text(mark + "\n", encoding="utf-8")
        _put(aside, folder.resolve(), [*files, Path(MARK)])
    return files


def _fill(found: Fit, folder: Path) -> None:
    log = found.facts.log
    for kind in ("envs", "policies", "experiments", "traces"):
        (folder / kind).mkdir()
    for name, text in found.texts.items():
        (folder / "envs" / f"{name}.toml").write_text(text, encoding="utf-8")
    save_trace(found.trace, folder / "traces" / f"{found.name}.parquet", names_of(found.world))
    (folder / COLUMNS).write_text(columns_toml(log.columns, log.header, log.source), encoding="utf-8")
    write_rejects(folder / REJECTS, log.rejects, log.header)
    (folder / "experiments" / f"{EXPERIMENT}.toml").write_text(experiment_text(found, EXPERIMENT), encoding="utf-8")
    (folder / README).write_text(readme_text(found, EXPERIMENT), encoding="utf-8")


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """A folder beside the target, gone at the end whatever happens."""
    made = [parent for parent in folder.parents if not parent.exists()]
    aside = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    try:
        aside.mkdir(parents=True)
        yield aside
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        for parent in made:
            _remove_if_empty(parent)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _put(aside: Path, folder: Path, files: list[Path]) -> None:
    """Rename the whole folder where there is none, else each file; files of the earlier fit that are no more go."""
    if not folder.exists():
        aside.rename(folder)
        return
    for old in _of_earlier_fit(folder) - set(files):
        (folder / old).unlink(missing_ok=True)
    for kind in (path for path in aside.iterdir() if path.is_dir()):
        (folder / kind.name).mkdir(exist_ok=True)
    for path in files:
        (aside / path).replace(folder / path)


def _of_earlier_fit(folder: Path) -> set[Path]:
    try:
        listed = json.loads((folder / MARK).read_text(encoding="utf-8"))["files"]
        return {Path(name) for name in listed if not Path(name).is_absolute() and ".." not in Path(name).parts}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def next_commands(found: Fit, folder: Path) -> list[str]:
    """What to type next: the rules on the log's orders, then the same at all stock levels."""
    policies = ",".join(rules())
    compare = f"fillrate compare {found.name} --policies {policies} --replications {REPLICATIONS}"
    return [f"cd {shlex.quote(str(folder))} && {compare}", f"fillrate run {EXPERIMENT}"]

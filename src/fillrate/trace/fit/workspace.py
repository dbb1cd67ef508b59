"""A fitted log as a workspace: everything is written aside and put in its place at the end."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from fillrate.errors import OrderLogError
from fillrate.trace.fit.fitting import Fit
from fillrate.trace.fit.pages import REPLICATIONS, experiment_text, readme_text
from fillrate.trace.fit.rules import rules
from fillrate.trace.logs import columns_toml, write_rejects
from fillrate.trace.replay import names_of
from fillrate.trace.store import save_trace

__all__ = [
    "COLUMNS",
    "EXPERIMENT",
    "MARK",
    "REJECTS",
    "check_target",
    "next_commands",
    "write_draft",
    "write_workspace",
]

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
    inside = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    drafts = {name for name in inside if name.startswith(COLUMNS)}  # what a fit leaves that could not guess a column
    if inside - drafts and MARK not in inside and not force:
        raise OrderLogError("--out", f"'{folder}' is not empty", f"{allowed}; --force writes beside what is there")
    there = next(parent for parent in (folder.resolve(), *folder.resolve().parents) if parent.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise OrderLogError("--out", f"'{there}' cannot be written to", "a place to write to")


def write_draft(folder: Path, text: str) -> Path:
    """Write what was guessed as a columns.toml to be filled in; one that says something else is kept beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / COLUMNS
    if path.is_file() and path.read_bytes() != text.encode():
        _keep(folder, Path(COLUMNS))
    path.write_text(text, encoding="utf-8")
    return path


def write_workspace(found: Fit, folder: Path) -> tuple[list[Path], list[Path]]:
    """Write the workspace; what an earlier fit has written there and this one does not is taken away.

    A file in its place that is not as the earlier fit has left it is kept beside it: `NAME.bak`, `NAME.bak2`, ...

    Returns:
        The files, and the copies of changed ones, relative to the folder.
    """
    with _aside(folder.resolve()) as aside:
        _fill(found, aside)
        files = sorted(path.relative_to(aside) for path in aside.rglob("*") if path.is_file())
        written = {"files": [str(path) for path in files], "sha256": {str(path): _hash(aside / path) for path in files}}
        mark = json.dumps({**written, **found.summary()}, indent=1, ensure_ascii=False)
        (aside / MARK).write_text(mark + "\n", encoding="utf-8")
        kept = _put(aside, folder.resolve(), [*files, Path(MARK)])
    return files, kept


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
            with suppress(OSError):  # something else is in it
                parent.rmdir()
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _put(aside: Path, folder: Path, files: list[Path]) -> list[Path]:
    """Rename the whole folder where there is none, else each file; files of the earlier fit that are no more go."""
    if not folder.exists():
        aside.rename(folder)
        return []
    earlier = _of_earlier_fit(folder)
    kept = [_keep(folder, path) for path in sorted({*files, *earlier}) if _changed(path, folder, aside, earlier)]
    for old in earlier.keys() - set(files):
        (folder / old).unlink(missing_ok=True)
    for kind in (path for path in aside.iterdir() if path.is_dir()):
        (folder / kind.name).mkdir(exist_ok=True)
    for path in files:
        (aside / path).replace(folder / path)
    return kept


def _changed(path: Path, folder: Path, aside: Path, earlier: dict[Path, str]) -> bool:
    """Whether a file holds something that neither the earlier fit has written nor this one will."""
    if path == Path(MARK) or not (folder / path).is_file():
        return False
    there = _hash(folder / path)
    return there != earlier.get(path) and not ((aside / path).is_file() and there == _hash(aside / path))


def _keep(folder: Path, path: Path) -> Path:
    """Rename a file to the first name that is free; returns the name, relative to the folder."""
    names = (path.with_name(f"{path.name}.bak{n if n > 1 else ''}") for n in count(1))
    kept = next(name for name in names if not (folder / name).exists())
    (folder / path).rename(folder / kept)
    return kept


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _of_earlier_fit(folder: Path) -> dict[Path, str]:
    """The files of an earlier fit and the hashes with which it left them."""
    try:
        listed = json.loads((folder / MARK).read_text(encoding="utf-8"))["sha256"]
        own = {Path(name): digest for name, digest in listed.items()}
        return {path: digest for path, digest in own.items() if not path.is_absolute() and ".." not in path.parts}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def next_commands(found: Fit, folder: Path) -> list[str]:
    """What to type next: the rules on the log's orders, then the same at all stock levels."""
    policies = ",".join(rules())
    compare = f"fillrate compare {found.name} --policies {policies} --replications {REPLICATIONS}"
    return [f"cd {shlex.quote(str(folder))} && {compare}", f"fillrate run {EXPERIMENT}"]

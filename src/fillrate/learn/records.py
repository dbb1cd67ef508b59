"""What a training run keeps: how far it has come, in a folder that the same command goes on from."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from fillrate.errors import InputError
from fillrate.files import check_folder, written_aside
from fillrate.learn.course import Course
from fillrate.learn.judging import Gap

__all__ = ["Tell", "Trained", "begun", "keep"]

Tell = Callable[[int, Gap], None]
"""Called at every judgement with the steps so far."""


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


def begun(course: Course, folder: Path) -> Trained:
    """The state that a folder holds, or a fresh one.

    Raises:
        InputError: it holds another run, or cannot be written to.
    """
    check_folder(folder, "--folder")
    said, path, state = course.to_json(), folder / "course.json", folder / "state.json"
    if not path.exists():
        with written_aside(path) as aside:
            aside.write_text(json.dumps(said, indent=1), encoding="utf-8")
    held = json.loads(path.read_text(encoding="utf-8"))
    if others := [name for name in held | said if held.get(name) != said.get(name)]:
        found = f"holds a run with other settings: {', '.join(others)}"
        raise InputError(f"'{folder}'", found, "another folder, or the same settings")
    return Trained(**json.loads(state.read_text(encoding="utf-8"))) if state.exists() else Trained()


def keep(folder: Path, done: Trained) -> None:
    """Write the state, aside and then renamed."""
    with written_aside(folder / "state.json") as path:
        path.write_text(json.dumps(asdict(done), indent=1), encoding="utf-8")

"""A trained policy as a folder of the catalogue: `policy.toml`, weights and card; arrays and text, no pickle."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fillrate.bench.version import installed
from fillrate.catalogue import entries
from fillrate.decision.weights import write_network
from fillrate.deploy.sums import is_policy_folder
from fillrate.errors import InputError
from fillrate.files import check_folder, folder_aside
from fillrate.learn.course import Course
from fillrate.learn.entries import REFERENCES
from fillrate.learn.judging import Gap
from fillrate.learn.records import Trained
from fillrate.policy.spec import Learned
from fillrate.world.fields import as_stated, stated
from fillrate.world.toml import Block, toml_text

__all__ = ["card", "card_of", "check_name", "save_policy"]

Card = dict[str, Any]
VERSIONS = ("fillrate", "numpy", "numba", "gymnasium", "stable-baselines3", "sb3-contrib", "torch")


def check_name(name: str) -> Path:
    """Find out before the training, not after it, whether `policies/NAME/` can be written, and read by that name.

    Returns:
        The folder.

    Raises:
        InputError: no name, that of another policy, or something else of that name.
    """
    folder = Path("policies") / name
    if not re.fullmatch(r"\w[\w-]*", name):
        raise InputError("--save", f"found '{name}'", "a name of letters, digits, _ and -")
    known = entries("policies").get(name)
    if known is not None and known.parent.resolve() != folder.resolve():
        raise InputError("--save", f"found '{name}', the name of another policy, which it would hide", "another name")
    if folder.exists() and not is_policy_folder(folder):
        raise InputError("--save", f"found '{folder}', which is no trained policy", "another name")
    check_folder(folder.parent if folder.parent.exists() else Path(), "--save")
    return folder


def save_policy(folder: Path, policy: Learned, card: Card) -> None:
    """Write a policy, aside and then renamed; one that was there is replaced.

    Args:
        folder: its name is the policy's.
        policy: what decides.
        card: see `card`.

    Raises:
        InputError: there is something else of that name.
    """
    folder = folder.resolve()
    if folder.exists() and not is_policy_folder(folder):
        raise InputError(f"'{folder}'", "found something that is no trained policy", "another name")
    worlds = list(card["course"]["worlds"])
    info = {
        "name": folder.name,
        "part": "source",
        "kind": "learned",
        "title": f"A network trained on {' and '.join(worlds)}",
        "about": _about(card),
        "reference": REFERENCES[card["course"]["algo"]],
        "worlds": worlds,
    }
    if policy.source is None:
        raise InputError(f"'{folder}'", "a policy without a source", "one that was trained")
    source = {key: as_stated(value) for key, value in stated(policy.source)}
    blocks = [Block("policy", info), Block("source", source)]
    if policy.planner is not None:
        blocks.append(Block("planner", as_stated(policy.planner)))
    blocks += [Block("limit", as_stated(limit), repeated=True) for limit in policy.limit]
    text = toml_text([f"Trained by `{card['command']}`; see card.json."], blocks)
    with folder_aside(folder) as aside:
        (aside / "policy.toml").write_text(text, encoding="utf-8")
        (aside / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
        write_network(aside / "policy.npz", policy.network)


def _about(card: Card) -> str:
    final = card["held_out"]
    worlds = ", ".join(f"{rule} in {world}" for world, rule in card["trained"]["rules"].items())
    return (
        f"A network of {card['course']['hidden']} units a layer looks at all rows of a table and scores each. On "
        f"{card['held_out_traces']} held-out traces its controllable cost differs by {final['difference']:.2f} % "
        f"(95 % interval {final['low']:.2f} to {final['high']:.2f}) from the best rule's: {worlds}."
    )


def card_of(course: Course, done: Trained, final: Gap, traces: int, command: str) -> Card:
    """Settings, seeds, versions, curve and the last word."""
    return card(course.to_json(), asdict(done), asdict(final), traces, command)


def card(course: dict[str, Any], trained: dict[str, Any], held_out: dict[str, Any], traces: int, command: str) -> Card:
    """The same of plain values."""
    return {
        "command": command,
        "course": course,
        "trained": trained,
        "held_out": held_out,
        "held_out_traces": traces,
        "versions": {name: installed(name) for name in VERSIONS},
    }

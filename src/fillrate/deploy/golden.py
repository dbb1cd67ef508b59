"""Golden cases: requests with the decisions that every runtime of a bundle must give."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from math import inf
from pathlib import Path
from typing import Any

from fillrate.deploy.allocator import Allocator
from fillrate.deploy.bundle import read_json
from fillrate.deploy.guards import broken
from fillrate.errors import BundleError

__all__ = ["GOLDEN", "at_leisure", "case_of", "plain", "read_cases", "replayed", "write_cases"]

GOLDEN = "golden.json"
OWN = ("bundle", "microseconds")  # what a decision says of the run, not of the case

Case = dict[str, Any]


def plain(decision: Mapping[str, Any]) -> dict[str, Any]:
    """A decision without what differs from run to run."""
    return {key: value for key, value in decision.items() if key not in OWN}


def at_leisure(allocator: Allocator, request: Mapping[str, Any]) -> dict[str, Any]:
    """A decision without a deadline: how quick a machine is, is not what cases are about."""
    return allocator.allocate(request, deadline_ms=inf)


def case_of(kind: str, request: Mapping[str, Any], decision: Mapping[str, Any]) -> Case:
    """One case; `kind` says in a word or two what it is for."""
    return {"kind": kind, "request": dict(request), "decision": plain(decision)}


def write_cases(path: Path, cases: Iterable[Case]) -> None:
    """A case a line."""
    lines = ",\n".join(json.dumps(case, separators=(",", ":"), allow_nan=False) for case in cases)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def read_cases(folder: Path) -> list[Case]:
    """The cases of a bundle.

    Raises:
        BundleError: there are none, or one is no case.
    """
    found: list[Any] = read_json(folder / GOLDEN)
    for n, case in enumerate(found):
        if not isinstance(case, dict) or not case.keys() >= {"kind", "request", "decision"}:
            raise BundleError(GOLDEN, f"case {n} is none", "objects with kind, request and decision")
    return found


def replayed(allocator: Allocator, cases: Iterable[Case]) -> list[str]:
    """What comes out otherwise than it must, in words."""
    wrong = []
    for n, case in enumerate(cases):
        found, expected = plain(at_leisure(allocator, case["request"])), case["decision"]
        if found != expected:
            wrong.append(f"case {n} ({case['kind']}): {_first_difference(expected, found)}")
        elif reason := broken(case["request"], found):
            wrong.append(f"case {n} ({case['kind']}): {reason}")
    return wrong


def _first_difference(expected: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    for key in sorted({*expected, *found}):
        if expected.get(key) != found.get(key):
            return f"{key} is {json.dumps(found.get(key))}, not {json.dumps(expected.get(key))}"
    return "differs"

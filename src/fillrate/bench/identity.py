"""What a policy is known by among kept results: all that it says and, where Python answers, the code that does."""

from __future__ import annotations

import hashlib
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from fillrate.policy import Policy
from fillrate.policy.spec import Entry

__all__ = ["policy_hash"]


def policy_hash(policy: Policy) -> str:
    """Hash of what the policy says.

    A custom object counts by its representation, arrays in full, and by the files that define its class: an edited
    method is another policy. One that does not say what it holds, or whose class is in no file (typed into a session),
    is never found again.
    """
    parts = (policy.rank, policy.source, policy.replenish)
    custom = [part for part in parts if part is not None and not isinstance(part, Entry)]
    if not custom:
        return policy.hash
    files = [file for thing in custom for file in _files_of(type(thing))]
    if None in files or any(type(thing).__repr__ is object.__repr__ for thing in custom):
        return uuid.uuid4().hex
    with np.printoptions(threshold=sys.maxsize, floatmode="unique"):
        said = hashlib.sha256(repr((*parts, policy.modifiers)).encode())
    for file in files:
        said.update(b"" if file is None else file.read_bytes())
    return said.hexdigest()[:16]


def _files_of(kind: type[Any]) -> Iterator[Path | None]:
    """The file of each class that an object's methods may come from; None for a class that is in none."""
    for each in kind.__mro__:
        if each.__module__ != "builtins":
            file = Path(getattr(sys.modules.get(each.__module__), "__file__", None) or "")
            yield file if file.is_file() else None

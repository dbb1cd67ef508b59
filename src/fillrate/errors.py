"""The error tree: one line each, naming the place, what was found and what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "BundleError",
    "CheckFailed",
    "FillrateError",
    "InputError",
    "NotFound",
    "OrderLogError",
    "PolicyError",
    "RequestError",
    "TraceError",
    "UsageError",
    "WorldError",
    "nearest",
]


class FillrateError(Exception):
    """Base of every error raised on purpose by fillrate."""


class CheckFailed(FillrateError):
    """A check said no: an invariant is broken, a bundle does not verify (exit code 1)."""


class InputError(FillrateError):
    """What the user handed in is wrong (exit code 2).

    Attributes:
        place: file, key, line or option at fault.
        problem: what was found there.
        allowed: what would be right; empty if the problem says it.
    """

    def __init__(self, place: str, problem: str, allowed: str = "") -> None:
        """Keep the three parts as arguments: so the error survives a worker process and a SimPy process."""
        super().__init__(place, problem, allowed)
        self.place, self.problem, self.allowed = place, problem, allowed

    def __str__(self) -> str:
        """Join the parts into the one line that users see."""
        return f"{self.place}: {self.problem}" + (f"; allowed: {self.allowed}" if self.allowed else "")


class WorldError(InputError):
    """A world file is wrong."""


class TraceError(InputError):
    """A stored trace is wrong or belongs to another world."""


class OrderLogError(InputError):
    """An order log, a sites file or a stock file is wrong."""


class PolicyError(InputError):
    """A policy file, or a policy's answer, is wrong."""


class BundleError(InputError):
    """A bundle cannot be read, does not verify, or cannot be made of this policy."""


class RequestError(InputError):
    """A request to a bundle is wrong: nothing can be decided about it."""


class UsageError(InputError):
    """The command line is wrong."""


class NotFound(InputError):
    """A name is in no catalogue."""


def nearest(name: str, allowed: Iterable[str]) -> str:
    """A did-you-mean suffix for a wrong name, or an empty string if nothing is near.

    >>> nearest("cheapst", ["cheapest", "distance"])
    " (did you mean 'cheapest'?)"
    >>> nearest("xyz", ["cheapest"])
    ''
    """
    found = difflib.get_close_matches(name, list(allowed), n=1, cutoff=0.6)
    return f" (did you mean '{found[0]}'?)" if found else ""

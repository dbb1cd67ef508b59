"""What the service says no to: an HTTP status and the one line that every error of fillrate is."""

from __future__ import annotations

from fillrate.errors import InputError

__all__ = ["Refused", "conflict", "invalid", "unknown"]


class Refused(InputError):
    """A request is refused, and nothing has been written.

    Attributes:
        status: HTTP status.
    """

    def __init__(self, place: str, problem: str, allowed: str = "", status: int = 409) -> None:
        """The parts of the line, and the status."""
        super().__init__(place, problem, allowed)
        self.args, self.status = (place, problem, allowed, status), status


def unknown(what: str, name: str) -> Refused:
    """There is no such thing."""
    return Refused(
        f"{what} '{name}'", "there is none", f"the name of an {what}" if what[0] in "aeiou" else f"a {what}", 404
    )


def conflict(place: str, problem: str, allowed: str = "") -> Refused:
    """It does not fit what the ledger says."""
    return Refused(place, problem, allowed, 409)


def invalid(place: str, problem: str, allowed: str = "") -> Refused:
    """The request cannot be read."""
    return Refused(place, problem, allowed, 422)

"""What the service says no to: an HTTP status and the one line that every error of fillrate is."""

from __future__ import annotations

from fillrate.errors import InputError

__all__ = ["Refused", "conflict", "invalid", "unknown"]


class Refused(InputError):
    """A request is refused, and nothing has been written.

    Attributes:
        status: HTTP status.
    """

    def __init__(self, status: int, place: str, problem: str, allowed: str = "") -> None:
        """The status, and the parts of the line."""
        super().__init__(place, problem, allowed)
        self.args, self.status = (status, place, problem, allowed), status


def unknown(what: str, name: str) -> Refused:
    """There is no such thing."""
    return Refused(
        404, f"{what} '{name}'", "there is none", f"the name of an {what}" if what[0] in "aeiou" else f"a {what}"
    )


def conflict(place: str, problem: str, allowed: str = "") -> Refused:
    """It does not fit what the ledger says."""
    return Refused(409, place, problem, allowed)


def invalid(place: str, problem: str, allowed: str = "") -> Refused:
    """The request cannot be read."""
    return Refused(422, place, problem, allowed)

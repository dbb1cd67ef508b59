"""What a connector must do to be tested, the shop it is tried in, and the invariants it must keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from fillrate.errors import CheckFailed, FillrateError

__all__ = ["INVARIANTS", "Broken", "Connector", "Part", "Record", "Refused", "TestShop"]

Record: TypeAlias = Mapping[str, Any]  # plain JSON

INVARIANTS = {
    "adds_up": "of each line: allocated + shipped + held + rejected = ordered, none of them negative",
    "not_over_available": "no more is promised than is on hand, over a batch and all orders; a lower count is refused",
    "eligible": "units come only from locations that may serve the region with the product",
    "once": "the same request under the same key reserves once, and gets the same decision again",
    "restored": "only what is reserved is released, that and what is cancelled no longer is; the order else stays",
    "ships_reserved": "only units that are reserved there ship; more is refused, and a refusal changes nothing",
    "conserved": "on hand = counted + received - shipped, and reserved = what the orders have there",
    "in_rank": "where waiting orders are offered again, no lower one gets units that a higher one still waits for",
}  # name -> definition


class Refused(FillrateError):
    """A connector says no, and has changed nothing."""


class Broken(CheckFailed):
    """A connector broke an invariant.

    Attributes:
        invariant: its name.
    """

    def __init__(self, invariant: str, found: str) -> None:
        """Say which, and what was found."""
        super().__init__(f"{invariant}: {found}; must hold: {INVARIANTS[invariant]}")
        self.invariant = invariant


@dataclass(frozen=True)
class Part:
    """Units of a line at a location."""

    line: str
    location: str
    quantity: int


class Connector(Protocol):
    """The few verbs that are tested. A thin class in front of a service, a shop plug-in or a library will do.

    Orders are named by the `id` of their request. A verb that cannot be done raises `Refused` and changes nothing.
    Orders that hold units wait, and are offered again when stock is received, counted, released or cancelled.
    """

    def stock(self, entries: Sequence[Record]) -> None:
        """Set what is on hand: [{location, sku, on_hand}]. Never below what is reserved."""
        ...

    def receive(self, entries: Sequence[Record]) -> None:
        """Add what came in: [{location, sku, quantity}]."""
        ...

    def allocate(self, request: Record, key: str) -> Record:
        """Decide and reserve: `lines` of line, sku, quantity, allocated [{location, quantity}], held."""
        ...

    def confirm(self, order: str, parts: Sequence[Part]) -> None:
        """Reserved units have left."""
        ...

    def release(self, order: str, parts: Sequence[Part]) -> None:
        """Reserved units go back into the pool; the order does not wait for them again."""
        ...

    def cancel(self, order: str) -> None:
        """Give up all units that have not left."""
        ...

    def levels(self) -> Sequence[Record]:
        """All stock: [{location, sku, on_hand, reserved}]."""
        ...

    def order(self, order: str) -> Sequence[Record]:
        """How an order stands: [{line, sku, quantity, allocated, shipped, held, rejected}].

        `allocated` (reserved, not shipped) and `shipped` are lists of {location, quantity}.
        """
        ...


@dataclass(frozen=True)
class TestShop:
    """Names that the tried connector knows, and what it is told of an order besides its lines."""

    __test__ = False  # no class of tests, whatever its name says

    locations: Sequence[str] = ("north", "south")
    skus: Sequence[str] = ("p1", "p2")
    regions: Sequence[str] = ("west", "east")
    segments: Sequence[str] = ("contract", "standard")  # highest rank first
    # region, location, SKU -> whether units may come from there
    eligible: Callable[[str, str, str], bool] = lambda *_: True
    request: Record = field(default_factory=dict)  # fields that every request gets
    ranked: bool = True  # whether the segment's rank alone says who is offered first

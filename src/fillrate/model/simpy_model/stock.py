"""The stock ledger: on hand, reserved and inbound by pair, and exact unit-days."""

from __future__ import annotations

from fillrate.world.tables import Tables

__all__ = ["Integral", "Stock"]


class Integral:
    """A count whose time integral is kept exactly (unit-days are multiples of 2**-20)."""

    __slots__ = ("area", "since", "value")

    def __init__(self, value: int = 0) -> None:
        """Start at time 0."""
        self.value, self.area, self.since = value, 0.0, 0.0

    def change(self, by: int, now: float) -> None:
        """Change the count."""
        self.area += self.value * (now - self.since)
        self.since = now
        self.value += by

    def until(self, now: float) -> float:
        """The integral up to now."""
        return self.area + self.value * (now - self.since)


class Stock:
    """Units by carried (SKU, location) pair."""

    def __init__(self, tables: Tables, opening: list[int]) -> None:
        """Start with the opening stock."""
        pairs = len(tables.pair_sku)
        self.on_hand = list(opening)  # (pairs,) reserved units included
        self.reserved = [0] * pairs
        self.inbound = [0] * pairs  # on order, or on the way from another location
        self.held = [0] * pairs  # open units waiting whose home the pair is
        self.area = [0.0] * pairs  # unit-days of on_hand
        self.since = [0.0] * pairs
        self.stocked = {pair for pair, units in enumerate(opening) if units}  # had stock since the last time charge

    def move(self, pair: int, by: int, now: float) -> None:
        """Units physically come in or go out."""
        self.area[pair] += self.on_hand[pair] * (now - self.since[pair])
        self.since[pair] = now
        self.on_hand[pair] += by
        if by > 0:
            self.stocked.add(pair)

    def unit_days(self, now: float) -> list[float]:
        """(pairs,) integral of on_hand up to now."""
        return [a + n * (now - s) for a, n, s in zip(self.area, self.on_hand, self.since, strict=True)]

    def unit_days_of(self, pair: int, now: float) -> float:
        """Integral of a pair's on_hand up to now."""
        return self.area[pair] + self.on_hand[pair] * (now - self.since[pair])

    def free(self, pair: int) -> int:
        """On hand less reserved."""
        return self.on_hand[pair] - self.reserved[pair]

    def position(self, pair: int) -> int:
        """Inventory position: on hand - reserved + inbound - held at home."""
        return self.on_hand[pair] - self.reserved[pair] + self.inbound[pair] - self.held[pair]

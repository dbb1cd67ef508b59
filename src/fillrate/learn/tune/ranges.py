"""The values that a number of a policy may take, on a scale on which a search may step evenly."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fillrate.decision.columns import BY_NAME, ORDER_COLUMNS
from fillrate.world import World

__all__ = ["TIMES", "Range", "around", "from_nothing", "share", "typical_money", "typical_size"]

DIGITS = 3  # of a value: a file is read by people
USUAL_SHARE = 0.95  # where the file leaves it to the world
TIMES = 16.0  # how far a search goes from the present value, up and down
FINE = 8.0  # a number that is 0 at first is spread evenly up to this part of what is typical
UNIT_SIZES = {"days": 1.0, "km": 300.0, "units": 5.0}  # of what a column counts; 1 for shares, ratios and yes or no
COLUMN_SIZES = {"days_of_supply": 14.0, "received": 30.0}  # where the unit says too little


@dataclass(frozen=True)
class Range:
    """Values between two bounds; near 0 they are spread evenly, beyond `unit` by ratio, on both sides.

    Attributes:
        low: smallest value.
        high: largest value.
        unit: size up to which values are spread evenly; half of it or less is 0, if 0 is within the bounds.
        whole: whole numbers only.
        share: spread by odds instead: 0.99 is as far from 0.9 as 0.9 from 0.5, about.
        may_miss: the lower half stands for "absent".
    """

    low: float
    high: float
    unit: float = 1.0
    whole: bool = False
    share: bool = False
    may_miss: bool = False

    @property
    def span(self) -> tuple[float, float]:
        """Coordinates of the bounds."""
        return self.coordinate(self.low), self.coordinate(self.high)

    def coordinate(self, value: float | None) -> float:
        """Where a value lies on the even scale; what is absent lies at the lower bound, a share at 95 %.

        >>> Range(0.0, 16.0).coordinate(0.0), round(Range(0.02, 0.98, share=True).coordinate(0.5), 3)
        (0.0, 0.0)
        """
        absent = USUAL_SHARE if self.share else self.low
        clipped = min(self.high, max(self.low, absent if value is None else value))
        return math.log(clipped / (1.0 - clipped)) if self.share else math.asinh(clipped / self.unit)

    def value(self, coordinate: float) -> float | None:
        """The value at a coordinate, with as many digits as people read; None = absent.

        >>> [Range(-16.0, 16.0, may_miss=True).value(x) for x in (-3.0, -1.0, 0.4, 2.0)]
        [None, -1.18, 0.0, 3.63]
        """
        exact = 1.0 / (1.0 + math.exp(-coordinate)) if self.share else self.unit * math.sinh(coordinate)
        if self.may_miss and exact < self.low / 2.0:
            return None
        if self.whole:
            return float(min(self.high, max(self.low, round(exact))))
        if self.low <= 0.0 <= self.high and abs(exact) <= self.unit / 2.0:
            return 0.0
        return min(self.high, max(self.low, _read(exact)))


def _read(value: float) -> float:
    """The number with as many digits as people read."""
    return float(f"{value:.{DIGITS}g}")


def around(value: float) -> Range:
    """From 0 to many times a value that is not 0, whose sign is kept; the value is in the middle of the scale.

    >>> around(-2.0)
    Range(low=-32.0, high=0.0, unit=0.125, whole=False, share=False, may_miss=False)
    """
    most = _read(TIMES * value)
    return Range(min(most, 0.0), max(most, 0.0), abs(value) / TIMES)


def from_nothing(size: float) -> Range:
    """To both sides of 0, up to many times what is typical.

    >>> from_nothing(8.05529).high
    129.0
    """
    most = _read(TIMES * size)
    return Range(-most, most, size / FINE)


def share() -> Range:
    """A probability, short of the certainty that no level reaches."""
    return Range(0.02, 0.9995, share=True)


def typical_size(column: str, money: float) -> float:
    """How much a column differs between rows or orders, about: so that weights of unlike columns compare.

    Args:
        column: of candidate tables or of orders.
        money: what a column of money differs by.

    >>> typical_size("cost_per_unit", 6.0), typical_size("expected_lateness", 6.0), typical_size("home", 6.0)
    (6.0, 1.0, 1.0)
    """
    unit = next(c.unit for c in (BY_NAME.get(column), *ORDER_COLUMNS) if c is not None and c.name == column)
    return COLUMN_SIZES.get(column, money if unit.startswith("money") else UNIT_SIZES.get(unit, 1.0))


def typical_money(world: World) -> float:
    """What it costs to ship one unit, on average over the lanes; 1 where it costs nothing."""
    costs = (world.tables.box[0] + world.tables.rate[0])[world.tables.exists]
    found = float(np.mean(costs)) if costs.size else 0.0
    return found if found > 0.0 else 1.0

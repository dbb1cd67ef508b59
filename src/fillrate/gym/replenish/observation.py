"""What is seen at a review: a row of facts for each carried (SKU, location) pair, all of them known at that instant."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fillrate.draws import snap
from fillrate.gym.played import as_observed
from fillrate.policy.replenish import pair_supplier
from fillrate.world.law import mean_of

if TYPE_CHECKING:
    from fillrate.world import World

__all__ = ["MOST_ENTRIES", "Facts"]

MOST_ENTRIES = 32  # of the pipeline, where nothing else is said
CONTINUOUS = 8  # entries under continuous review
DAYS_LEFT = 30.0  # usual size of the time to the horizon
RATE, LEAD = 5.0, 7.0  # usual mean demand, units/day, and lead time, days


@dataclass(frozen=True)
class Facts:
    """The facts of a world's pairs.

    Attributes:
        world: the world.
        entries: of the pipeline; 0: one for each coming review up to the longest mean lead time.
    """

    world: World
    entries: int = 0

    @cached_property
    def lead_days(self) -> NDArray[np.float64]:
        """(pairs,) mean lead time of the supplier; 0 without one."""
        tables, world = self.world.tables, self.world
        pairs = zip(tables.pair_location.tolist(), tables.pair_sku.tolist(), strict=True)
        served = [pair_supplier(world, world.locations[p].name, world.skus[k].name) for p, k in pairs]
        means = [snap(mean_of(supplier.lead_time_days)) for supplier in world.supply.supplier]
        return np.array([means[n] if n >= 0 else 0.0 for n in served])

    @cached_property
    def periods(self) -> int:
        """Entries of the pipeline."""
        longest, review = float(self.lead_days.max(initial=0.0)), self.world.supply.review_days
        if self.entries:
            return self.entries
        return max(1, min(MOST_ENTRIES, math.ceil(longest / review))) if review > 0.0 else CONTINUOUS

    @cached_property
    def width(self) -> float:
        """Days of an entry: those between two reviews, or more, so that the longest lead time is covered."""
        longest = float(self.lead_days.max(initial=0.0))
        return max(self.world.supply.review_days, longest / self.periods) or 1.0

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the facts."""
        due = tuple(f"due_{n + 1}" for n in range(self.periods))
        return ("on_hand", "reserved", "held", *due, "home_demand", "lead_days", "days_left")

    @cached_property
    def scale(self) -> NDArray[np.float64]:
        """(pairs, facts) usual sizes: units by the home demand of lead time and review, or of an entry's days."""
        rate = self.world.tables.home_rate
        stock = np.maximum(1.0, rate * (self.lead_days + self.world.supply.review_days))
        due = np.maximum(1.0, rate * self.width)
        columns = [stock] * 3 + [due] * self.periods + [np.full_like(rate, size) for size in (RATE, LEAD, DAYS_LEFT)]
        return np.stack(columns, axis=1)

    def entry(self, days: Any) -> Any:
        """Entry of the pipeline in which units expected in so many days are; late ones in the first, the last is open.

        With reviews every `width` days entry n has what will be there at the (n + 1)-th review from now, and was not
        at the one before.
        """
        return np.clip(np.ceil(np.asarray(days) / self.width).astype(np.int64) - 1, 0, self.periods - 1)

    def table(self, stock: NDArray[np.int64], due: NDArray[np.int64], now: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, pairs, facts) in their units.

        Args:
            stock: (n, pairs, 3) units on hand, reserved, and held at home.
            due: (n, pairs, periods) units on their way.
            now: (n,) days after t0.
        """
        n, pairs = stock.shape[:2]
        found = np.empty((n, pairs, len(self.names)))
        found[:, :, :3], found[:, :, 3:-3] = stock, due
        found[:, :, -3], found[:, :, -2] = self.world.tables.home_rate, self.lead_days
        found[:, :, -1] = (self.world.header.horizon_days - now)[:, None]
        return found

    def observed(self, table: NDArray[np.float64], asking: NDArray[np.bool_]) -> NDArray[np.float32]:
        """The same as it is observed; zeros of episodes that have ended, (n,) not asking."""
        return as_observed(table * asking[:, None, None], self.scale)

"""A priced policy as one vector of numbers: weights of the gain and of the box, and a network that corrects both.

The whole-order solver goes by the gain of a unit from each row and the cost of opening a location. Both are weighted
sums of columns, as a rule has them, plus what a network says of the row beside all others. With the network at zero it
is the rule, so what is learned begins where the tuned rule ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.decision.weights import ARRAYS, Network, on_grid, shapes
from fillrate.gym.terms import USUAL
from fillrate.policy.spec import Entry, Info, Learned, Limit, PlannerRule, SourceRule

__all__ = ["BOX", "VALUE", "Shape"]

Floats = NDArray[np.float64]

VALUE = {
    "one": 5.0,
    "net_value": 0.1,
    "loss_cost": 0.3,
    "unit_shipping_cost": 0.3,
    "expected_lateness": 2.0,
    "station_workload": 2.0,
    "third_party": 1.0,
    "scarcity": 0.5,
    "distance_km": 0.003,
    "days_of_supply": 0.05,
    "home": 0.5,
    "available": 0.02,
}  # column -> a step of its weight that matters, in money for each of its units
BOX = {"one": 1.0, "box_cost": 0.2, "joins": 1.0, "third_party": 1.0, "distance_km": 0.003, "station_workload": 2.0}
OPPORTUNITY = {"opportunity_cost": 0.05}  # more, where somebody plans what stock is worth
PLAIN_VALUE = {"one": 30.0, "unit_shipping_cost": -1.0, "expected_lateness": -2.0, "station_workload": -2.0}
PLAIN_BOX = {"one": 1.0, "box_cost": 1.0}
PLANNED_VALUE, PLANNED_BOX = {"net_value": 1.0, "loss_cost": 1.0}, {"box_cost": 1.0}  # as `bid_price` has them


@dataclass(frozen=True)
class Shape:
    """How numbers become a policy: first the weights of the rule in steps, then those of the network."""

    columns: tuple[str, ...] = USUAL
    hidden: int = 8
    limit: tuple[Limit, ...] = ()  # what is kept back from whom, before anything is priced
    planner: PlannerRule | None = None  # who says what stock is worth to later orders

    @property
    def value(self) -> dict[str, float]:
        """Columns of the gain of a unit, each with its step."""
        return VALUE if self.planner is None else VALUE | OPPORTUNITY

    @property
    def rule_size(self) -> int:
        """Weights of the rule."""
        return len(self.value) + len(BOX)

    @property
    def sizes(self) -> list[tuple[int, ...]]:
        """Shapes of the network's arrays, in the order of `ARRAYS`."""
        return shapes(len(self.columns), self.hidden, 2)

    @property
    def size(self) -> int:
        """Numbers in all."""
        return self.rule_size + sum(int(np.prod(shape)) for shape in self.sizes)

    def plain(self) -> Floats:
        """(rule_size,) where tuning begins: ship at cost, avoid lateness and queues; or as `bid_price`."""
        unplanned = self.planner is None
        gain, opening = (PLAIN_VALUE, PLAIN_BOX) if unplanned else (PLANNED_VALUE, PLANNED_BOX)
        value = [gain.get(name, 0.0) / step for name, step in self.value.items()]
        return np.array([*value, *(opening.get(name, 0.0) / step for name, step in BOX.items())])

    def begin(self, rule: Floats, rng: np.random.Generator) -> Floats:
        """(size,) the rule, and a network whose layers differ but that says almost nothing yet."""
        h, k = self.hidden, len(self.columns)
        spread = (1.5 / np.sqrt(k), 0.2, 1.0 / np.sqrt(3 * h), 0.1, 1.0 / np.sqrt(3 * h), 0.0, 0.0)
        drawn = [rng.standard_normal(shape).ravel() * s for shape, s in zip(self.sizes, spread, strict=True)]
        return np.concatenate([rule, *drawn])

    def steps(self) -> Floats:
        """(size,) how far a number is moved to see what it does."""
        layer = (0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.2)
        parts = [np.full(int(np.prod(shape)), s) for shape, s in zip(self.sizes, layer, strict=True)]
        return np.concatenate([np.full(self.rule_size, 0.1), *parts])

    def sums(self, numbers: Floats) -> tuple[dict[str, float], dict[str, float]]:
        """Weighted sums of the gain and of the box."""
        steps = np.array([*self.value.values(), *BOX.values()])
        weights = (numbers[: self.rule_size] * steps).tolist()
        value = dict(zip(self.value, weights, strict=False))
        return value, dict(zip(BOX, weights[len(value) :], strict=True))

    def rule(self, numbers: Floats, name: str) -> Entry:
        """The rule alone."""
        value, box = self.sums(numbers)
        source = SourceRule(method="prices", value=value, box=box)
        info = Info(name, "source", "priced" if self.planner is None else "planned")
        return Entry(info, source=source, planner=self.planner, limit=self.limit)

    def network(self, numbers: Floats) -> Network:
        """The network alone, on its grid."""
        arrays, at = {}, self.rule_size
        for name, shape in zip(ARRAYS, self.sizes, strict=True):
            count = int(np.prod(shape))
            arrays[name] = on_grid(numbers[at : at + count]).reshape(shape)
            at += count
        return Network(self.columns, **arrays)

    def policy(self, numbers: Floats, name: str) -> Learned:
        """Rule and network."""
        value, box = self.sums(numbers)
        source = SourceRule(method="priced_network", columns=self.columns, value=value, box=box)
        info = Info(name, "source", "learned")
        return Learned(info, source=source, planner=self.planner, limit=self.limit, network=self.network(numbers))

"""Stock at three levels: by a coverage rule whose one number is solved with simulated runs, or by a stock file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.trace.fit.facts import Facts
from fillrate.trace.fit.search import solved
from fillrate.trace.trace import Trace
from fillrate.world import World
from fillrate.world.expected import home_shares
from fillrate.world.law import mean_of
from fillrate.world.supply import Item
from fillrate.world.toml import Block

__all__ = [
    "AIMS",
    "BAND",
    "SCALES",
    "Level",
    "Measure",
    "OwnDemand",
    "levels",
    "missed",
    "misses",
    "own_demand",
    "supply_block",
]

Card = Mapping[str, float | None]
Measure = Callable[[World, Trace], Card]
"""Plays a trace under the policy `distance` and returns the scorecard."""

AIMS = {"lean": 0.80, "": 0.90, "rich": 0.97}
"""Share of units that `distance` is to ship by the promised date, by stock level; "" is the fitted world itself."""
SCALES = {"lean": 0.7, "": 1.0, "rich": 1.4}
"""Factors on the units of a stock file."""
BAND = (0.85, 0.95)  # of the fitted world
CLOSE = 0.01  # to an aim
MISSED = 0.05  # from an aim: as far as the ends of the band


@dataclass(frozen=True)
class Level:
    """One stock level.

    Attributes:
        name: "lean", "" or "rich".
        number: safety factor, or factor on the units of the stock file.
        fill: share of units that `distance` ships by the promised date; None if it was not measured.
        on_hand: mean units on hand in that run; None if it was not measured.
        contribution_per_day: in that run, money a day; None if it was not measured.
        days: length of that run; 0 without one.
    """

    name: str
    number: float
    fill: float | None = None
    on_hand: float | None = None
    contribution_per_day: float | None = None
    days: float = 0.0


@dataclass(frozen=True, eq=False)
class OwnDemand:
    """(pairs,) names and demand over lead time and review where each product has units a line of its own.

    Attributes:
        places: names of location and SKU.
        mean: units.
        deviation: standard deviation, units.
    """

    places: list[tuple[str, str]]
    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]

    def items(self, factor: float) -> list[dict[str, Any]]:
        """Order-up-to level of each pair, which is also its opening stock."""
        units = np.maximum(0, np.rint(self.mean + factor * self.deviation)).astype(np.int64)
        return [_item(*names, int(n)) for names, n in zip(self.places, units, strict=True)]


def own_demand(facts: Facts, world: World) -> OwnDemand | None:
    """The demand of the pairs as the log has it; None with a stock file, which sets levels itself.

    As for levels by safety factor, lines are taken to come as a Poisson process, and each region asks its home.
    """
    if facts.stock is not None:
        return None
    tables, log, supply = world.tables, facts.log, world.supply
    span = supply.review_days + mean_of(supply.supplier[0].lead_time_days)
    share = home_shares(tables) * span / facts.calendar.days
    units, squares = (np.bincount(log.sku.code, log.quantity**power, len(world.skus)) for power in (1, 2))
    pairs = list(zip(tables.pair_location.tolist(), tables.pair_sku.tolist(), strict=True))
    places = [(world.locations[place].name, world.skus[sku].name) for place, sku in pairs]
    return OwnDemand(places, share * units[tables.pair_sku], np.sqrt(share * squares[tables.pair_sku]))


def misses(level: Level) -> bool:
    """Whether a level that was looked for ships a share that is not near its aim."""
    return level.fill is None or abs(level.fill - AIMS[level.name]) > MISSED


def missed(found: Sequence[Level]) -> str:
    """What follows if levels were looked for and miss their aims, in words; empty otherwise."""
    shown = [
        f"{level.name or 'medium'} ships {'nothing' if level.fill is None else f'{100 * level.fill:.1f} %'} in time "
        f"instead of {100 * AIMS[level.name]:g} %"
        for level in found
        if misses(level)
    ]
    if not shown:
        return ""
    return (
        f"Stock levels miss their aims with the best safety stock found: {', '.join(shown)}. They are no lean, medium "
        "and rich stock by which to judge rules. Look first for products sold so seldom that levels are 0 or 1, for "
        "long times without orders in the log, and for promises shorter than the transit; a stock file (--stock) takes "
        "the place of made-up levels."
    )


def supply_block(facts: Facts, number: float, own: OwnDemand | None = None) -> Block:
    """The `[supply]` table of a level: by safety factor, or by the stock file's units times a factor."""
    assumed = facts.assumed
    law = {"law": "gamma", "mean": assumed.lead_time_days, "cv": assumed.lead_time_cv}
    entries: dict[str, Any] = {"review_days": assumed.review_days, "opening": "base_stock"}
    supplier = {"supplier": [{"name": "supplier", "lead_time_days": law}]}
    if facts.stock is not None:
        times = f", times {number:g}" if number != 1 else ""
        why = f"Opening stock and order-up-to levels from the stock file{times}; all else assumed."
        return Block("supply", entries | supplier | {"item": _items(facts, facts.stock, number)}, why)
    if own is None:
        entries |= {"safety_factor": number} | supplier
        factor, laws = "safety_factor", "Poisson orders, lines and units as in [demand]"
    else:
        entries |= supplier | {"item": own.items(number)}
        factor, laws = f"{number:g}", "Poisson lines, units as the log has them for that product"
    why = (
        "Assumed. A site's order-up-to level of a product, which is also its opening stock, is the mean demand of the "
        f"regions it is nearest to over lead time and review, plus {factor} standard deviations ({laws}), to the "
        "nearest unit. The factor is the result of simulated runs."
    )
    return Block("supply", entries, why)


def _items(facts: Facts, stock: NDArray[np.int64], scale: float) -> list[dict[str, Any]]:
    return [
        _item(facts.sites.names[place], facts.products.names[sku], int(stock[place, sku] * scale + 0.5))
        for place, sku in zip(*np.nonzero(stock >= 0), strict=True)
    ]


def _item(site: str, sku: str, units: int) -> dict[str, Any]:
    return {"location": site, "sku": sku, "units": units, "base_stock": units}


def levels(
    facts: Facts,
    world: World,
    trace: Trace,
    measure: Measure,
    told: Callable[[str], None],
    own: OwnDemand | None = None,
) -> list[Level]:
    """The three levels of a log.

    Without a stock file, safety factors are tried on the whole log until the share of units that `distance` ships by
    the promised date is near its aim: a part of the log would be of another season or size. A stock file is taken as it
    is and measured once.

    Args:
        facts: what the log says.
        world: the log's world, with any stock level.
        trace: the log's orders.
        measure: plays a run.
        told: hears what is going on.
        own: demand by which to set levels; None: that of the world.
    """
    if facts.stock is not None:
        told("playing the log once, with the stock of the file")
        played = _level("", SCALES[""], measure(world, trace), trace.days)
        return [played if scale == played.number else Level(name, scale) for name, scale in SCALES.items()]
    return _Search(world, trace, measure, told, own).levels()


def _level(name: str, number: float, card: Card, days: float) -> Level:
    return Level(name, number, card["unit_fill_rate"], card["on_hand_units"], card["contribution_per_day"], days)


@dataclass
class _Search:
    """Runs of the whole log, remembered."""

    world: World
    trace: Trace
    measure: Measure
    told: Callable[[str], None]
    own: OwnDemand | None = None
    tried: dict[float, float] = field(default_factory=dict)  # factor -> share of units shipped in time
    cards: dict[float, Card] = field(default_factory=dict)  # factor -> scorecard

    def levels(self) -> list[Level]:
        """Lean, fitted and rich."""
        found = {name: solved(self._fill, AIMS[name], CLOSE, self.tried) for name in sorted(AIMS)}  # fitted first
        return [_level(name, found[name], self.cards[found[name]], self.trace.days) for name in AIMS]

    def _fill(self, factor: float) -> float:
        self.told(f"trying a safety factor of {factor:g} ({len(self.trace.orders):,} orders)")
        items = () if self.own is None else tuple(Item(**item) for item in self.own.items(factor))
        tried = replace(self.world, supply=replace(self.world.supply, safety_factor=factor, item=items))
        self.cards[factor] = self.measure(tried, replace(self.trace, world=""))
        return self.cards[factor]["unit_fill_rate"] or 0.0

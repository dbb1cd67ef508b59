"""Does anything leak? Change what is not yet revealed at an instant: nothing up to that instant may change with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fillrate.decision.columns import BY_NAME
from fillrate.draws import snap
from fillrate.model.chance import Chance
from fillrate.model.simpy_model import Simulation
from fillrate.policy import load_policy
from fillrate.simulate import bound_of, opening_of
from fillrate.trace import Orders, Trace
from fillrate.world import World
from fillrate.world.law import Law
from fillrate.world.network import Station

if TYPE_CHECKING:
    from fillrate.model.simpy_model.answers import Answers
    from fillrate.model.simpy_model.desk import Asked

__all__ = ["OtherFuture", "find_leak", "history", "other_orders"]

TICK = 2.0**-20
Maker = Callable[[Trace], Any]  # what `load_policy` takes, made for a trace


def other_orders(trace: Trace, at: float) -> Trace:
    """The same orders up to an instant; after it fewer ones, at other times, from other buyers, for other goods."""
    o = trace.orders
    known = int(np.searchsorted(o.time, at, "right"))
    kept = known + (len(o) - known) // 2
    last = int(o.first_line[kept])
    orders = np.arange(kept) >= known
    lines = np.arange(last) >= o.first_line[known]
    changed = {
        "time": np.where(orders, np.maximum(at + TICK, _grid(at + 0.7 * (o.time[:kept] - at))), o.time[:kept]),
        "region": _others(o.region[:kept], orders),
        "segment": _others(o.segment[:kept], orders),
        "pin": np.where(orders, -1, o.pin[:kept]),
        "sku": _others(o.sku[:last], lines),
        "quantity": o.quantity[:last] + lines,
        "price": o.price[:last] + lines,
        "key": o.key[:kept] + orders.astype(np.uint64) * np.uint64(10**6),
    }
    rest: dict[str, Any] = {name: getattr(o, name)[:kept] for name in ("channel", "ship_by", "deliver_by")}
    types = {name: getattr(o, name).dtype for name in changed}
    cut = {name: np.asarray(values).astype(types[name]) for name, values in changed.items()}
    return replace(trace, orders=Orders(**cut, **rest, first_line=o.first_line[: kept + 1].copy()))


def _grid(time: Any) -> Any:
    return np.rint(time / TICK) * TICK


def _others(ids: Any, where: Any) -> Any:
    """Ids in reverse order where something may change: all of them occur, so all are valid."""
    changed = ids.copy()
    changed[where] = ids[where][::-1]
    return changed


class OtherFuture(Chance):
    """The draws of a trace as far as they are revealed at an instant; every other one comes out differently."""

    def __init__(self, world: World, seed: int, at: float) -> None:
        """Know the instant; `sim` is set before the run."""
        super().__init__(world, seed)
        self.at = at
        self.sim: Simulation | None = None
        self.postponed: set[tuple[int, int, int]] = set()  # returns that are not there by the instant
        self.up: dict[int, float] = {}  # entity -> instant up to which its outages are drawn

    @property
    def now(self) -> float:
        """Instant of the draw."""
        return 0.0 if self.sim is None else float(self.sim.env.now)

    def _later(self, days: float) -> float:
        """The same duration if it ends by the instant, else another that ends after it."""
        if self.now + days <= self.at:
            return days
        return max(0.0, self.at - self.now) + snap(1.0 + days * 0.5) + TICK

    def patience(self, order_key: int, law: Law) -> float:
        """Days an order waits from its first offer."""
        return self._later(super().patience(order_key, law))

    def transit(self, order_key: int, location: int, law: Law) -> float:
        """Days on the way."""
        return self._later(super().transit(order_key, location, law))

    def pick_service(self, order_key: int, location: int, nth: int, station: Station, mean_days: float) -> float:
        """Days of one pick."""
        return self._later(super().pick_service(order_key, location, nth, station, mean_days))

    def short_pick(self, line_key: int, location: int, nth: int, probability: float) -> bool:
        """Whether one unit of a line is not found; drawn when the pick ends."""
        return super().short_pick(line_key, location, nth, probability) != (self.now > self.at)

    def comes_back(self, line_key: int, location: int, nth: int, probability: float) -> bool:
        """Whether a delivered line is returned: known when it is there, and never if it is not."""
        returned = super().comes_back(line_key, location, nth, probability)
        days = super().return_time(line_key, location, nth, self.world.money.return_days)
        if returned and self.now + days <= self.at:
            return True
        self.postponed.add((line_key, location, nth))
        return not returned

    def return_time(self, line_key: int, location: int, nth: int, law: Law) -> float:
        """Days from delivery to return; after the instant for what only this future brings back."""
        if (line_key, location, nth) in self.postponed:
            return max(0.0, self.at - self.now) + 0.5
        return super().return_time(line_key, location, nth, law)

    def lead_time(self, stream: str, supplier_key: int, location: int, sku: int, day: int, nth: int, law: Law) -> float:
        """Days from order to receipt."""
        return self._later(super().lead_time(stream, supplier_key, location, sku, day, nth, law))

    def outage(self, entity_key: int, ordinal: int, mean_days: float) -> float:
        """Days up or down, one after the other from t0 on."""
        start = self.up.get(entity_key, 0.0) if ordinal else 0.0
        days = super().outage(entity_key, ordinal, mean_days)
        if start + days > self.at:
            days = max(0.0, self.at - start) + snap(0.3 + days * 0.5) + TICK
        self.up[entity_key] = start + days
        return days


History = list[tuple[Any, ...]]


def history(world: World, trace: Trace, policy: Any, until: float, chance: Chance | None = None) -> History:
    """All journal rows, and all questions with every column, up to and including an instant."""
    world = world.over(trace.days)
    asked: History = []

    def listen(answers: Answers, offer: Asked, line: int, legal: list[int], row: int) -> None:
        if answers.sim.env.now > until or row < 0:  # priced answers are in the journal
            return
        answers.look_at(offer, line)
        table = tuple(tuple(map(float, answers.facts.column(name))) for name in BY_NAME)
        asked.append((answers.sim.env.now, offer.order.row, offer.order.offers, line, tuple(legal), row, table))

    bound = bound_of(load_policy(policy), world)
    sim = Simulation(world, trace, bound, opening_of(world, trace.seed), journal=True, explain=listen, chance=chance)
    if isinstance(chance, OtherFuture):
        chance.sim = sim
    sim.run()
    rows = [] if sim.journal is None else [tuple(map(repr, row)) for row in sim.journal.rows if row[0] <= until]
    return rows + asked


def find_leak(world: World, trace: Trace, make_policy: Maker, at: float) -> str | None:
    """The first row or question up to an instant that depends on what comes after it, None if there is none.

    Args:
        world: the world.
        trace: its trace.
        make_policy: makes the policy for a trace (a policy that cheats may look into it).
        at: the instant, days.
    """
    other = other_orders(trace, at)
    once = history(world, trace, make_policy(trace), at)
    again = history(world, other, make_policy(other), at, OtherFuture(world.over(trace.days), trace.seed, at))
    for one, two in zip(once, again, strict=False):
        if one != two:
            return f"{one} became {two}"
    return None if len(once) == len(again) else f"{len(once)} rows and questions became {len(again)}"

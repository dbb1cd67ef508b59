"""Random runs: a world, a trace (sampled, or with promises and prices of its own as a real log has), a policy."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st

from fillrate.draws import mix, name_key, seed_key, uniform
from fillrate.policy import Policy
from fillrate.simulate import Result, simulate
from fillrate.testing.policies import policies
from fillrate.testing.values import seldom
from fillrate.testing.worlds import worlds
from fillrate.trace import Trace, sample
from fillrate.world import World

__all__ = ["Run", "runs"]


@dataclass(frozen=True)
class Run:
    """What `simulate` needs."""

    world: World
    trace: Trace
    policy: Policy

    def play(self) -> Result:
        """Simulate it, journal included."""
        return simulate(self.world, self.trace, self.policy, journal=True)


@st.composite
def runs(draw: st.DrawFn, least: int = 20, most: int = 80) -> Run:
    """A run of about `least` to `most` orders."""
    world = draw(worlds(least, most))
    trace = sample(world, draw(st.integers(0, 2**32)))
    if draw(seldom(4)):
        trace = _as_a_log(trace)
    return Run(world, trace, draw(policies(world)))


def _as_a_log(trace: Trace) -> Trace:
    """Promised dates for two orders in three, and prices of their own."""
    o, key = trace.orders, seed_key(trace.seed, "policy")
    draws = np.array([uniform(mix(mix(key, name_key("promise")), k)) for k in o.key.tolist()])
    days = np.rint(draws * 8.0) / 8.0
    ship = np.where(draws < 1.0 / 3.0, np.nan, o.time + days)
    deliver = np.where(draws > 2.0 / 3.0, np.nan, o.time + days)
    price = o.price + np.rint(np.arange(o.lines) % 3 * 0.7 * 2.0**20) / 2.0**20
    return replace(trace, orders=replace(o, ship_by=ship, deliver_by=deliver, price=price))

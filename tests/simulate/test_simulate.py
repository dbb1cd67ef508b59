"""The one verb: what a result holds, and what is refused before anything is played."""

from __future__ import annotations

import pytest

from fillrate.errors import TraceError
from fillrate.policy import load_policy
from fillrate.simulate import simulate
from fillrate.trace import sample
from fillrate.world import load_world


def test_a_result_says_what_was_played() -> None:
    world = load_world("two_warehouses")
    trace = sample(world, 4, 10.0)
    plain, told = (simulate(world, trace, "cheapest", journal=journal) for journal in (False, True))
    assert (plain.orders, plain.days, plain.trace_hash) == (len(trace.orders), 10.0, trace.hash)
    assert plain.journal is None
    assert told.journal is not None
    assert told.journal.num_rows > plain.orders
    assert dict(plain.scorecard) == dict(told.scorecard)
    assert plain.policy.parts()["rank"] == "fcfs"  # of the world's defaults
    assert plain.seconds > 0.0


def test_the_horizon_is_that_of_the_trace() -> None:
    world = load_world("two_warehouses")
    trace = sample(world, 4, 10.0)
    by_name, by_value = simulate("two_warehouses", trace, "cheapest"), simulate(world.over(10.0), trace, "cheapest")
    assert dict(by_name.scorecard) == dict(by_value.scorecard)


def test_a_trace_of_another_world_is_refused() -> None:
    with pytest.raises(TraceError, match=r"was made for world [0-9a-f]+; allowed: world [0-9a-f]+ .regional."):
        simulate("regional", sample("two_warehouses", 1, 10.0), "cheapest")


def test_a_policy_object_is_taken_as_it_is() -> None:
    trace = sample("two_warehouses", 4, 10.0)
    once, again = (simulate("two_warehouses", trace, policy) for policy in ("distance", load_policy("distance")))
    assert dict(once.scorecard) == dict(again.scorecard)

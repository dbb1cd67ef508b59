"""Tables that are full stop a run, which starts again with larger ones and ends the same; small runs need little."""

from __future__ import annotations

from functools import reduce
from operator import or_

import pytest
from hypothesis import HealthCheck, assume, given, settings
from tests.model.kernel.test_same_catalogue import last_orders, short
from tests.model.kernel.test_same_random import endless
from tests.model.kernel.twins import same

from fillrate.model.kernel import codes, engine
from fillrate.model.kernel.feed import Feed
from fillrate.model.kernel.room import Room
from fillrate.model.kernel.setting import Setting
from fillrate.model.kernel.state import State
from fillrate.policy import bind, load_policy
from fillrate.simulate import opening_of
from fillrate.testing import Run, runs
from fillrate.trace import sample
from fillrate.world import load_world

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.filter_too_much]
TABLES = ("EVENTS_FULL", "ORDERS", "LINES", "CELLS", "PARCELS", "COMINGS", "ENTRIES", "HAD")
MOST_BYTES = 150_000  # of one simulation of `regional`, so that thousands fit in memory


@pytest.fixture(scope="module")
def full() -> list[int]:
    """Which tables were full in the runs of this module, as bits."""
    return []


@pytest.fixture(autouse=True)
def tiny(full: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs start with a row or two, and say which table was full."""

    class Tiny(Room):
        def grown(self, error: int) -> Room:
            full.append(error)
            return super().grown(error)

    monkeypatch.setattr(engine, "Room", lambda entries, cycles: Tiny(1, 1, 1, 1, 1, 2, 1, min(entries, 4), cycles))


@settings(max_examples=40, suppress_health_check=[*SLOW, HealthCheck.function_scoped_fixture])
@given(runs())
def test_random_runs_that_outgrow_their_tables(full: list[int], run: Run) -> None:
    assume(not endless(run.world))
    same(run.world, run.trace, run.policy)


def test_every_table_was_full_at_some_time(full: list[int]) -> None:
    """Of the runs above; alone, it makes them."""
    if not full:
        pytest.skip("runs after the test that fills the tables")
    bits = reduce(or_, full)
    assert [name for name in TABLES if not bits & getattr(codes, name)] == []


@pytest.mark.parametrize("name", ["regional", "peak_season", "baskets"])
def test_worlds_of_the_catalogue_that_outgrow_their_tables(name: str) -> None:
    world = short(load_world(name), 100)
    same(world, last_orders(sample(world, 1), 100), world.defaults.baselines[0])


def test_growing_doubles_what_was_full_and_nothing_else() -> None:
    room = Room().grown(codes.LINES | codes.HAD)
    assert room == Room(lines=2 * Room().lines, had=2 * Room().had)


def test_five_hundred_orders_of_regional_need_little(full: list[int]) -> None:
    world = short(load_world("regional"), 500)
    trace = last_orders(sample(world, 1), 500)
    setting = Setting(world, bind(load_policy(world.defaults.baselines[0]), world))
    feed = Feed(world, trace, opening_of(world, trace.seed))
    state = State(setting, Room(cycles=500), feed.widest)
    assert state.bytes_each < MOST_BYTES
    assert state.bytes_each > state.arrays["order"].nbytes

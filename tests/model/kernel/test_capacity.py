"""Runs whose tables have too few rows go on, or start again, with larger ones; small ones need little."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import HealthCheck, given, seed, settings
from tests.model.kernel.test_same_catalogue import last_orders, short
from tests.model.kernel.twins import same

from fillrate.model.kernel import blueprint, call, codes, engine, setting
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
MOST_BYTES = 150_000  # of one simulation of `regional`, so that thousands fit in memory


SPARE = {"tight": blueprint.SPARE, "full": -(10**6)}  # with so few rows to spare, no table is ever tight


@pytest.fixture(scope="module")
def seen() -> dict[str, int]:
    """Which tables had too few rows in the runs of this module, as bits: between steps, and in the middle of one."""
    return {"tight": 0, "full": 0}


@pytest.fixture(autouse=True, params=list(SPARE))
def tiny(request: pytest.FixtureRequest, seen: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> str:
    """Runs start with a row or two, and say which table did not do."""

    class Tiny(Room):
        def grown(self, tables: int) -> Room:
            seen[request.param] |= tables
            return super().grown(tables)

    monkeypatch.setattr(setting, "Room", lambda: Tiny(1, 1, 1, 1, 1, 2, 1))
    monkeypatch.setattr(engine, "replace", lambda room, entries: dataclasses.replace(room, entries=min(entries, 4)))
    monkeypatch.setattr(blueprint, "SPARE", SPARE[request.param])
    monkeypatch.setattr(call, "soon", lambda *_: 0)
    return str(request.param)


@pytest.mark.parametrize("search", range(8))
def test_random_runs_that_outgrow_their_tables(search: int) -> None:
    @seed(search)
    @settings(max_examples=10, suppress_health_check=SLOW)
    @given(runs())
    def play(run: Run) -> None:
        same(run.world, run.trace, run.policy)

    play()


def test_every_table_had_too_few_rows_at_some_time(seen: dict[str, int], tiny: str) -> None:
    """Of the runs above; alone, it makes them."""
    if not seen[tiny]:
        pytest.skip("runs after the test that fills the tables")
    assert [n for n in range(codes.TABLES) if not seen[tiny] >> n & 1] == []


@pytest.mark.parametrize("name", ["regional", "peak_season", "baskets"])
def test_worlds_of_the_catalogue_that_outgrow_their_tables(name: str) -> None:
    world = short(load_world(name), 1500)
    same(world, last_orders(sample(world, 1), 1500), world.defaults.baselines[0])


def test_growing_doubles_what_was_full_and_nothing_else() -> None:
    room = Room().grown(1 << codes.LINES | 1 << codes.HAD)
    assert room == Room(lines=2 * Room().lines, had=2 * Room().had)


def test_five_hundred_orders_of_regional_need_little() -> None:
    world = short(load_world("regional"), 500)
    trace = last_orders(sample(world, 1), 500)
    terms = Setting(world, bind(load_policy(world.defaults.baselines[0]), world))
    feed = Feed(world, trace, opening_of(world, trace.seed))
    one = State(terms, Room(cycles=500), feed.widest)
    assert one.bytes_each < MOST_BYTES
    assert one.bytes_each > one.arrays["order"].nbytes

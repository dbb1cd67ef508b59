"""Scoring many replications at once: to the last bit what each is worth alone, and what plain Python makes of it."""

from __future__ import annotations

import pickle
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from fillrate.errors import InputError
from fillrate.scorecard.journal import BOOKINGS
from fillrate.scorecard.metrics import METRICS
from fillrate.scorecard.scorecard import Scorecard, Scorecards, score
from fillrate.scorecard.totals import COUNTS, SUMS, TALLY, Totals, blank_totals, stack_totals
from fillrate.simulate import simulate
from fillrate.trace import sample
from fillrate.world import World, load_world

NAMES = [f.name for f in fields(Totals)]


@pytest.fixture(scope="module")
def world() -> World:
    return load_world("regional").over(6.0)


def drawn(world: World, n: int, most: int = 30) -> Totals:
    """Totals of no run: any numbers, money and days off the grid, some cells of every group empty."""
    rng, totals = np.random.default_rng(5), blank_totals(world, n, most)
    for name in NAMES:
        cells: Any = getattr(totals, name)
        if cells.dtype == np.int64:
            cells[...] = rng.integers(0, 50, cells.shape) * (rng.random(cells.shape) < 0.8)
        else:
            cells[...] = rng.standard_normal(cells.shape) * 10.0 ** rng.integers(-9, 9, cells.shape)
    totals.cycles[...] = np.where(np.arange(most) < rng.integers(0, most, (n, 1)), np.abs(totals.cycles), np.nan)
    return totals


def alone(totals: Totals, n: int) -> Totals:
    return Totals(**{name: getattr(totals, name)[n : n + 1].copy() for name in NAMES})


@pytest.mark.parametrize("n", [2, 7, 64])
def test_a_replication_is_worth_the_same_whatever_stands_beside_it(world: World, n: int) -> None:
    """Also where sums are not exact: then a sum that pairs its terms would differ in its last bits."""
    totals = drawn(world, n)
    together = score(world, totals)
    for at in range(n):
        assert score(world, alone(totals, at)).table.tobytes() == together.table[at].tobytes()
    fortran = Totals(**{name: np.asfortranarray(getattr(totals, name)) for name in NAMES})
    assert score(world, fortran).table.tobytes() == together.table.tobytes()


def test_seven_runs_at_once_are_seven_runs() -> None:
    world = load_world("peak_season").over(3.0)
    results = [simulate(world, sample(world, seed, world.days), "cheapest") for seed in range(7)]
    together = score(world, stack_totals([result.totals for result in results]))
    assert len({result.totals.cycles.shape for result in results}) > 1
    assert [dict(card) for card in together] == [dict(result.scorecard) for result in results]
    assert len({card["contribution"] for card in together}) == 7


def test_inexact_sums_run_from_left_to_right(world: World) -> None:
    totals, paired = drawn(world, 9), []
    cost = [world.tables.unit_cost[k] for k in world.tables.pair_sku.tolist()]
    pair_location, days = world.tables.pair_location.tolist(), world.days - world.header.warm_up_days
    for n, card in enumerate(score(world, totals)):
        value, money, at_first = 0.0, 0.0, 0.0
        for pair, unit_days in enumerate(totals.on_hand[n].tolist()):
            value += unit_days * cost[pair]
            at_first += unit_days if pair_location[pair] == 0 else 0.0
        for amount in totals.money[n].tolist():
            money += amount
        assert card["capital_employed"] == value / days
        assert card[f"on_hand_units[location={world.locations[0].name}]"] == at_first / days
        assert card["contribution"] == money
        paired.append(value != float((totals.on_hand[n] * cost).sum()))
    assert any(paired)  # the order does matter


def test_quantiles_are_those_of_numpy(world: World) -> None:
    totals = drawn(world, 200, 23)
    cards = score(world, totals)
    counts = (~np.isnan(totals.cycles)).sum(axis=1)
    assert {0, 1, 2, 22} <= set(counts.tolist())
    for n, card in enumerate(cards):
        days = totals.cycles[n, : counts[n]]
        for key, q in (("p50", 0.5), ("p95", 0.95)):
            found = card[f"order_cycle_time_days_{key}"]
            assert found == (float(np.quantile(days, q)) if len(days) else None)


def test_fairness_leaves_out_segments_that_ordered_nothing(world: World) -> None:
    totals = blank_totals(world, 3)
    units, first = TALLY.index("units"), TALLY.index("first_pass")
    totals.by_segment[0, :2, units], totals.by_segment[0, :2, first] = (10, 20), (5, 20)
    totals.by_segment[1, 2, units] = 4
    cards = score(world, totals)
    assert cards[0]["fairness_min"] == 0.5
    assert cards[0]["fairness_jain"] == 1.5**2 / (2 * 1.25)
    assert cards[1]["fairness_min"] == 0.0
    assert cards[1]["fairness_jain"] is cards[2]["fairness_min"] is cards[2]["fairness_jain"] is None


def test_nothing_is_undefined_or_zero(world: World) -> None:
    (card,) = score(world, blank_totals(world))
    rates = [key for key in card if "rate" in key or key.startswith("served_home_share")]
    assert all(card[key] is None for key in rates)
    assert card["contribution"] == card["lost_units"] == card["on_hand_units"] == card["backorder_units"] == 0.0
    assert str(card["contribution"]) == "0.0"
    assert list(card)[: len(METRICS)] == list(METRICS)
    assert all(value is None or isinstance(value, float) for value in card.values())


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("cycles", "served")])
def test_every_cell_is_worth_something(name: str) -> None:
    """Whatever grows, some metric moves; no metric tells of stopped searches."""
    world = load_world("omnichannel")
    assert any(place.station.servers for place in world.locations)
    totals = drawn(world, 1)
    totals = replace(totals, **{f: np.abs(getattr(totals, f)) % 97 + 1 for f in NAMES})  # nothing is zero or far off
    before, cells = score(world, totals).table.tobytes(), getattr(totals, name)
    for at in np.ndindex(cells.shape):
        kept = cells[at]
        cells[at] += 1
        moved = score(world, totals).table.tobytes() != before
        cells[at] = kept
        assert moved != ((name, at[-1]) == ("counts", COUNTS.index("stopped_searches"))), at


def test_only_what_serving_costs_is_shown_of_served(world: World) -> None:
    totals = blank_totals(world)
    totals.counts[0, COUNTS.index("received")] = 4
    totals.served[0] = -1.0
    (card,) = score(world, totals)
    assert card["shipping_cost_per_order"] == 1 / 4
    assert card["cost_to_serve_per_order"] == 9 / 4
    totals.served[0, tuple(BOOKINGS).index("revenue")] = 100.0
    assert dict(score(world, totals)[0]) == dict(card)


def test_controllable_cost_is_margin_less_contribution(world: World) -> None:
    totals = blank_totals(world)
    totals.sums[0, SUMS.index("margin")] = 10.0
    totals.money[0, 0] = 7.0
    assert score(world, totals)[0]["controllable_cost"] == 3.0


def test_totals_of_another_world_are_refused(world: World) -> None:
    with pytest.raises(InputError, match=r"^totals\.by_segment: found"):
        score(world, blank_totals(load_world("baskets")))


def test_scorecards_are_views_that_cannot_be_written(world: World) -> None:
    cards = score(world, drawn(world, 4))
    assert isinstance(cards, Scorecards)
    assert len(cards) == 4
    assert len(list(cards)) == len(cards[1:]) + 1 == 4
    assert dict(cards[-1]) == dict(cards[3]) == dict(cards[2:][1])
    assert np.shares_memory(cards.table, cards[2:].table)
    assert cards.column("contribution").tolist() == [card["contribution"] for card in cards]
    with pytest.raises(ValueError, match="read-only"):
        cards.table[0, 0] = 1.0
    with pytest.raises(IndexError):
        cards[4]
    with pytest.raises(KeyError):
        cards[0]["profit"]


def test_a_scorecard_travels_without_its_neighbours(world: World) -> None:
    cards = score(world, drawn(world, 1000, 3))
    sent = pickle.dumps(cards[7])
    assert dict(pickle.loads(sent)) == dict(cards[7])  # noqa: S301 - its own
    assert len(sent) < 20_000


def test_a_scorecard_of_values_keeps_order_and_drops_what_is_not_finite() -> None:
    card = Scorecard({"b": 1, "a": None, "d": float("inf"), "c": float("nan")})
    assert dict(card) == {"b": 1.0, "a": None, "d": None, "c": None}
    assert list(card) == ["b", "a", "d", "c"]
    assert repr(card) == "Scorecard(\n  b = 1.0\n  a = None\n  d = None\n  c = None\n)"

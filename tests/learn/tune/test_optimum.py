"""A planted optimum: an exact program says what every level is worth, so the tuned one can be judged."""

from __future__ import annotations

import pytest
from tests.learn.tune.conftest import CHANCES, PERIODS, STOCK, VALUES

from fillrate.learn.tune import Tuned, tune
from fillrate.plan.exact import Worth, ration
from fillrate.policy import bind, load_policy
from fillrate.policy.spec import Entry, Info, SourceRule
from fillrate.world import World, load_world

FLAT = 0.005  # levels that are worth this much less than the best one are as good, on a few traces


def worth_of(level: int) -> float:
    """Expected value of a level that stands all season (Topkis 1968), from the exact recursion."""
    return ration(CHANCES, Worth(VALUES), STOCK, periods=PERIODS, levels=[0, level]).value


@pytest.fixture(scope="module")
def worth() -> list[float]:
    return [worth_of(level) for level in range(STOCK + 1)]


def level_of(tuned: Tuned) -> int:
    """Units kept from standard orders: those stated, and some days of contract demand."""
    reserves = bind(load_policy(tuned.entry), tuned.world).reserves
    return 0 if reserves is None else int(reserves.units[0, 1, 0, 0])


def test_the_tuned_level_is_in_the_flat_region_of_the_best(tuned: Tuned, worth: list[float]) -> None:
    assert tuned.changes["limit[0].units"][0] == 1.0
    assert worth[level_of(tuned)] > (1.0 - FLAT) * max(worth)
    assert worth[1] < 0.9 * max(worth), "the start must be far from the best, or nothing is shown"


def test_what_it_earns_on_held_out_traces_is_what_the_program_says(tuned: Tuned, worth: list[float]) -> None:
    for played, exact in ((tuned.held_out.tuned, worth[level_of(tuned)]), (tuned.held_out.untouched, worth[1])):
        assert played.mean == pytest.approx(exact, abs=2.0 * (played.half_width or 0.0))
    assert tuned.held_out.verdict == "better"
    assert not tuned.why_not_kept


def test_a_metric_of_which_less_is_better_is_made_less(season: World, level: Entry) -> None:
    """Contract customers are all that counts: the level rises until standard ones get next to nothing."""
    metric = "unit_fill_rate[segment=contract]"
    found = tune(season, level, metric=metric, trials=25, replications=4, held_out=6, threads=1)
    assert found.training["difference"] > 0.15
    fewer = tune(season, level, metric="eventual_unit_fill_rate", trials=25, replications=4, held_out=6, threads=1)
    assert fewer.training["difference"] <= 0.05  # the stock is sold in any case
    less = tune(season, level, metric="controllable_cost", trials=25, replications=4, held_out=6, threads=1)
    assert less.training["difference"] < 0.0
    assert less.held_out.difference.mean is not None
    assert less.held_out.difference.mean < 0.0
    assert less.held_out.verdict == "better"


def test_a_weight_that_outvotes_a_bad_one_is_found() -> None:
    """The rule prefers the last row; cost weighs nothing. With enough weight on cost it ships like `cheapest`."""
    pair = load_world("two_warehouses").over(200.0)
    rule = SourceRule("chain", ({"row_position": 1.0, "cost_per_unit": 0.0},))
    backward = Entry(Info("backward", "source"), source=rule)
    found = tune(pair, backward, trials=60, replications=4, held_out=10, threads=1)
    weight = found.changes["steps[0].cost_per_unit"][1]
    assert weight is not None
    assert weight < 0.0
    cheapest = found.held_out_ground.play(load_policy("cheapest"))
    assert found.held_out.tuned.mean == pytest.approx(cheapest.mean(), rel=1e-3)
    assert found.held_out.verdict == "better"

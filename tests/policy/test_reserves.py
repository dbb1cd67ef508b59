"""Reserves: what is kept back from whom, at which location, over the horizon."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fillrate.policy.limits import FORBIDDEN, Reserves, reserves_of
from fillrate.policy.spec import Limit
from fillrate.policy.textbook.protection import emsr_b_poisson
from fillrate.world import World, load_world
from fillrate.world.expected import expected_units

RANKED = (
    {"name": "gold", "priority": 2.0, "weight": 1.0},
    {"name": "silver", "priority": 1.0, "weight": 1.0},
    {"name": "bronze", "priority": 0.0, "weight": 2.0},
)


def kept(world: World, *limits: Limit, buys: bool = False) -> Any:
    """Nested lists [period][segment][side][pair]."""
    found = reserves_of(world, limits, buys)
    assert found is not None
    return found.units.tolist()


def test_no_limits_no_table(small: Any) -> None:
    assert reserves_of(small.world([[1]]), (Limit("fair_share"),), buys=False) is None


def test_units_and_days_of_home_demand_add_up_and_so_do_limits(small: Any) -> None:
    """Two regions ask for 1.5 a day each: 2 days are 3 units, at both locations."""
    world = small.world([[9, 9]], regions=2, rate_per_day=3.0)
    limit = Limit("safety_stock", units=1.0, days=2.0)
    assert kept(world, limit) == [[[[4.0, 4.0], [4.0, 4.0]]]]
    assert kept(world, limit, Limit("safety_stock", units=2.0, location="l1")) == [[[[4.0, 6.0], [4.0, 6.0]]]]


def test_halves_are_rounded_up(small: Any) -> None:
    """As in GROUND_TRUTH B2: half a unit a day is a reserve of one."""
    world = small.world([[9, 9]], regions=2, rate_per_day=1.0)
    assert kept(world, Limit("spillover_limit", side="foreign", days=1.0)) == [[[[0.0, 0.0], [1.0, 1.0]]]]


def test_a_critical_level_is_the_demand_of_higher_segments_only(small: Any) -> None:
    world = small.world([[9]], segments=RANKED, rate_per_day=8.0)
    limit = Limit("critical_level", of="higher", days=1.0)
    assert [by_side[0][0] for by_side in kept(world, limit)[0]] == [0.0, 2.0, 4.0]


def test_a_limit_speaks_of_one_segment_one_sku_one_side(small: Any) -> None:
    world = small.world([[9, 9], [9, 9]], segments=RANKED)
    limit = Limit("safety_stock", segment="silver", sku="k1", location="l0", side="home", units=3.0)
    table = np.array(kept(world, limit)[0])
    assert np.argwhere(table).tolist() == [[1, 0, 2]]  # silver, home, the pair (k1, l0)
    assert table[1, 0, 2] == 3.0


def test_fences_and_home_only_forbid(small: Any) -> None:
    world = small.world([[9, 9]], segments=RANKED, serves=[["gold"], ["*"]])
    table = kept(world, Limit("fences"))[0]
    assert [[cell > 1e9 for cell in by_side[0]] for by_side in table] == [[False, False], [True, False], [True, False]]
    home = kept(world, Limit("home_only"), Limit("fences"))[0]
    assert home[1] == [[FORBIDDEN, 0.0], [FORBIDDEN, FORBIDDEN]]


def test_where_nothing_is_bought_the_rest_of_the_horizon_is_looked_at(small: Any) -> None:
    """Ten days in five periods, gold asks for one unit a day: 9, 7, 5, 3, 1 days are left at their middles."""
    limit = Limit("critical_level", of="higher", days=1.0, remaining=True, periods=5)
    terms = {"segments": RANKED[:2], "rate_per_day": 2.0, "horizon_days": 10.0}
    alone, supplied = small.world([[9]], **terms), small.world([[9]], lead_time_days=2.0, **terms)
    assert [period[1][0][0] for period in kept(alone, limit)] == [9.0, 7.0, 5.0, 3.0, 1.0]
    assert [period[1][0][0] for period in kept(supplied, limit, buys=True)] == [1.0] * 5
    assert [period[1][0][0] for period in kept(supplied, limit, buys=False)] == [9.0, 7.0, 5.0, 3.0, 1.0]


def test_two_periods_are_two(small: Any) -> None:
    """Middles of the halves of ten days: 7.5 and 2.5 units, halves rounded up."""
    world = small.world([[9]], segments=RANKED[:2], rate_per_day=2.0, horizon_days=10.0)
    limit = Limit("critical_level", of="higher", remaining=True, periods=2)
    assert [period[1][0][0] for period in kept(world, limit)] == [8.0, 3.0]


@pytest.mark.parametrize(
    "profile",
    [
        {"weekday_profile": [1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0]},
        {"season_profile": [1.0] * 73 + [0.0] * 292},
    ],
)
def test_profiles_say_when_demand_is_to_come(profile: dict[str, list[float]], small: Any) -> None:
    """All demand on weekdays, or in the first fifth of the year: what is left is not linear in time."""
    world = small.world([[9]], horizon_days=146.0, demand={"rate_per_day": 1.0, **profile})
    limit = Limit("safety_stock", remaining=True, periods=4)
    found = [period[0][0][0] for period in kept(world, limit)]
    expected = [expected_units(world, (n + 0.5) * 36.5, 146.0).sum() for n in range(4)]
    assert found == [float(int(units + 0.5)) for units in expected]
    linear = [float(int(146.0 - (n + 0.5) * 36.5 + 0.5)) for n in range(4)]
    assert found != linear


def test_of_limits_that_change_more_or_less_often_the_finest_periods_hold(small: Any) -> None:
    world = small.world([[9]], segments=RANKED[:2], rate_per_day=2.0, horizon_days=10.0)
    coarse, fine = (Limit("critical_level", of="higher", remaining=True, periods=n) for n in (2, 5))
    assert [period[1][0][0] for period in kept(world, coarse, fine)] == [18.0, 14.0, 10.0, 6.0, 2.0]


def test_a_promotion_to_come_is_kept_for(small: Any) -> None:
    """Gold asks ten times as often in the last two of ten days: 8 x 1 + 2 x 10 units of 2 x 14 / 2."""
    late = {"from_day": 8.0, "to_day": 10.0, "segments": ["gold"], "segment_factor": 10.0}
    world = small.world(
        [[99]], segments=RANKED[:2], horizon_days=10.0, demand={"rate_per_day": 2.0, "promotion": [late]}
    )
    limit = Limit("critical_level", of="higher", remaining=True, periods=5)
    share = 10.0 / 11.0  # of gold while the promotion runs; before, a half
    wanted = [7.0 + 4.0 * share, 5.0 + 4.0 * share, 3.0 + 4.0 * share, 1.0 + 4.0 * share, 2.0 * share]
    assert [period[1][0][0] for period in kept(world, limit)] == [float(int(w + 0.5)) for w in wanted]


def test_in_a_wave_only_later_demand_is_kept_for(small: Any) -> None:
    """Orders come at the start of each of four days and are ranked then; gold asks for five of ten."""
    demand = {"process": "periodic", "period_days": 1.0, "count": {"mean": 10.0}}
    terms = {"segments": RANKED[:2], "horizon_days": 4.0, "demand": demand, "timing": {"mode": "wave"}}
    world = small.world([[99]], **terms)
    limit = Limit("critical_level", of="higher", remaining=True, periods=30)
    assert [period[1][0][0] for period in kept(world, limit)] == [15.0, 10.0, 5.0, 0.0]
    assert kept(world.over(1.0), limit)[0][1][0][0] == 0.0


@pytest.mark.parametrize(("days", "wanted"), [(1.0, [15.0, 10.0, 5.0, 0.0]), (0.0, [15.0, 10.0, 5.0, 0.0])])
def test_nothing_is_kept_for_demand_that_comes_after_the_last_wave(
    small: Any, days: float, wanted: list[float]
) -> None:
    """Orders come all along and are ranked at the start of each of four days; those of the last day never are."""
    world = small.world([[99]], segments=RANKED[:2], rate_per_day=10.0, horizon_days=4.0, timing={"mode": "wave"})
    limit = Limit("critical_level", of="higher", days=days, remaining=True, periods=4)
    assert [period[1][0][0] for period in kept(world, limit)] == wanted
    window = Limit("critical_level", of="higher", days=2.0, periods=4)
    assert [period[1][0][0] for period in kept(world, window)] == [10.0, 10.0, 5.0, 0.0]


def test_waves_of_a_tenth_of_a_day_keep_for_the_periods_after_their_own(small: Any) -> None:
    """Twenty tenths of a day with ten orders each, five of them gold's: a tenth is no whole number of ticks."""
    demand = {"process": "periodic", "period_days": 0.1, "count": {"mean": 10.0}}
    timing = {"mode": "wave", "wave_hours": 2.4}
    world = small.world([[99]], segments=RANKED[:2], horizon_days=2.0, demand=demand, timing=timing)
    limit = Limit("critical_level", of="higher", remaining=True, periods=30)
    assert [period[1][0][0] for period in kept(world, limit)] == [5.0 * (19 - n) for n in range(20)]


def test_protection_is_emsr_b_by_what_a_unit_of_the_sku_brings(small: Any) -> None:
    """Fares by segment and SKU: price x factor + loss; for the second SKU bronze is dearest (its loss is 50)."""
    segments = (
        {"name": "gold", "weight": 1.0},
        {"name": "silver", "weight": 1.0, "price_factor": 0.6},
        {"name": "bronze", "weight": 2.0, "price_factor": 0.1, "loss_per_unit": 20.0},
    )
    world = small.world([[9], [9]], segments=segments, price=(100.0, 10.0), rate_per_day=80.0)
    table = np.array(kept(world, Limit("protection_level", days=1.0)))[0, :, 0, :]
    first = emsr_b_poisson([100.0, 60.0, 30.0], [10.0, 10.0, 20.0])
    second = emsr_b_poisson([21.0, 10.0, 6.0], [20.0, 10.0, 10.0])
    assert table[:, 0].tolist() == [0.0, *first]
    assert table[:, 1].tolist() == [second[0], second[1], 0.0]


def test_protection_counts_the_loss_of_the_regions_at_home(small: Any) -> None:
    """Fares 100 and 60; a loss of 300 in the region of the second site makes them 400 and 360 there."""
    segments = ({"name": "gold"}, {"name": "silver", "price_factor": 0.6})
    regions = [{"name": "r0"}, {"name": "r1", "loss_per_unit": 300.0}]
    terms = {"segments": segments, "price": (100.0,), "rate_per_day": 40.0, "regions": 2, "region": regions}
    table = np.array(kept(small.world([[9, 9]], **terms), Limit("protection_level", days=1.0)))[0, 1, 0, :]
    near, far = emsr_b_poisson([100.0, 60.0], [10.0, 10.0]), emsr_b_poisson([400.0, 360.0], [10.0, 10.0])
    assert table.tolist() == [*near, *far] == [9.0, 6.0]


def test_a_single_segment_is_protected_from_nobody(small: Any) -> None:
    assert not np.any(kept(small.world([[9]]), Limit("protection_level", days=9.0)))


@pytest.mark.parametrize(("now", "period"), [(0.0, 0), (1.99, 0), (2.0, 1), (5.0, 2), (6.0, 2), (99.0, 2)])
def test_periods_begin_at_their_instant(now: float, period: int) -> None:
    assert Reserves(np.zeros((3, 1, 2, 1)), 2.0).at(now) == period


def test_a_wave_at_a_third_of_a_day_is_in_its_own_period() -> None:
    """Instants are on the grid of 2**-20 days, a third of a day is not."""
    reserves = Reserves(np.zeros((9, 1, 2, 1)), 1.0 / 3.0)
    assert [reserves.at(round(n / 3 * 2**20) / 2**20) for n in range(9)] == list(range(9))


limits = st.builds(
    Limit,
    kind=st.sampled_from(["safety_stock", "critical_level", "protection_level", "spillover_limit", "home_only"]),
    side=st.sampled_from(["both", "home", "foreign"]),
    units=st.floats(0.0, 5.0),
    days=st.floats(0.0, 9.0),
    of=st.sampled_from(["all", "higher"]),
    remaining=st.booleans(),
    periods=st.integers(1, 4),
)


@given(st.lists(limits, min_size=1, max_size=3), st.booleans())
def test_reserves_are_never_negative_and_more_limits_never_keep_less(found: list[Limit], buys: bool) -> None:
    world = replace(load_world("limited_edition_daily"), timing=load_world("regional").timing)
    periods = max(limit.periods for limit in found)
    found = [replace(limit, periods=periods) for limit in found]
    tables = [np.array(kept(world, *found[: n + 1], buys=buys)) for n in range(len(found))]
    assert all((table >= 0.0).all() and (table <= FORBIDDEN).all() for table in tables)
    assert all((a <= b).all() for a, b in pairwise(tables))

"""Changes of a world: each does what it says, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fillrate.bench.changes import Change, OutageAt, changed, merged
from fillrate.errors import InputError
from fillrate.model.opening import stated_opening
from fillrate.policy import bind, load_policy
from fillrate.trace import sample
from fillrate.world import World, load_world
from fillrate.world.law import CountLaw, mean_of


@pytest.fixture(scope="module")
def regional() -> World:
    return load_world("regional")


def test_no_change_is_the_same_world(regional: World) -> None:
    assert changed(regional, Change()) == regional


def test_demand_is_moved_and_the_expected_orders_with_it() -> None:
    for name in ("regional", "two_warehouses", "lost_sales", "baskets", "limited_edition"):
        world = load_world(name)
        more = changed(world, Change(demand=1.25))
        rate, before = more.tables.home_rate.sum(), world.tables.home_rate.sum()
        assert rate == pytest.approx(1.25 * before, rel=1e-4)


@pytest.mark.parametrize("name", ["limited_edition", "lost_sales", "baskets", "regional"])
@pytest.mark.parametrize("factor", [0.8, 1.2])
def test_as_many_orders_come_as_the_factor_says(name: str, factor: float) -> None:
    """Also where all of them come at once."""
    world = load_world(name)
    orders, before = (len(sample(w, 3).orders) for w in (changed(world, Change(demand=factor)), world))
    assert orders == pytest.approx(factor * before, rel=0.02)


def test_a_factor_that_makes_no_whole_periods_is_refused() -> None:
    world = load_world("baskets").over(3.0)
    with pytest.raises(InputError, match="a factor of 1\\.2 on 3 periods would make 4"):
        changed(world, Change(demand=1.2))


def test_counts_of_a_period_are_scaled_where_they_stay_whole() -> None:
    world = load_world("lost_sales")
    many, few = (
        replace(world, demand=replace(world.demand, count=CountLaw("empirical", values=values, weights=(3.0, 1.0))))
        for values in ((10, 20), (1, 2))
    )
    more = changed(many, Change(demand=1.5)).demand
    assert (more.count.values, more.count.weights, more.period_days) == ((15, 30), (3.0, 1.0), 1.0)
    assert changed(few, Change(demand=1.25)).demand.period_days == 0.8


def test_stock_can_stay_as_it_was_planned(regional: World) -> None:
    kept = changed(regional, Change(demand=2.0, lead_times=2.0, keep_stock=True))
    moved = changed(regional, Change(demand=2.0, lead_times=2.0))
    rule = load_policy("base_stock", regional)
    before, same, other = (levels.S if (levels := bind(rule, w).levels) else [] for w in (regional, kept, moved))
    assert before == same != other
    assert stated_opening(kept) == stated_opening(regional)
    busier = {"demand": {"rate_per_day": 2.0 * regional.demand.rate_per_day}}
    assert stated_opening(changed(regional, Change(set=busier, keep_stock=True))) == stated_opening(regional)
    assert stated_opening(changed(regional, Change(set=busier))) != stated_opening(regional)


def test_lead_times_of_all_suppliers_are_scaled(regional: World) -> None:
    slow = changed(regional, Change(lead_times=1.5))
    pairs = zip(slow.supply.supplier, regional.supply.supplier, strict=True)
    assert all(mean_of(a.lead_time_days) == pytest.approx(1.5 * mean_of(b.lead_time_days)) for a, b in pairs)


def test_transit_times_are_scaled(regional: World) -> None:
    slow = changed(regional, Change(transit_times=2.0))
    reached = regional.tables.exists
    ratio = slow.tables.transit_mean_days[0][reached] / regional.tables.transit_mean_days[0][reached]
    assert ratio == pytest.approx(2.0, abs=1e-4)


def test_the_busiest_location_goes_down(regional: World) -> None:
    down = changed(regional, Change(outage=OutageAt(start=0.5, end=0.6)))
    places = [place for place in down.locations if place.outage.windows]
    rate = regional.tables.home_rate
    busy = max(range(5), key=lambda l: rate[regional.tables.pair_location == l].sum())
    assert [place.name for place in places] == [regional.locations[busy].name]
    assert places[0].outage.windows == ((0.5 * regional.days, 0.6 * regional.days),)


def test_an_outage_joins_those_that_are_there(regional: World) -> None:
    name = regional.locations[1].name
    first = changed(regional, Change(outage=OutageAt(name, 0.2, 0.4)))
    both = changed(first, Change(outage=OutageAt(name, 0.3, 0.5)))
    assert both.locations[1].outage.windows == ((0.2 * regional.days, 0.5 * regional.days),)


def test_each_region_keeps_its_first_locations(regional: World) -> None:
    for number in (1, 2, 4):
        near = changed(regional, Change(nearest=number))
        assert near.tables.region_order == tuple(order[:number] for order in regional.tables.region_order)
    assert changed(regional, Change(nearest=5)).lanes == regional.lanes


def test_a_chain_goes_around_a_ring(regional: World) -> None:
    ring = sorted(range(5), key=lambda l: regional.locations[l].longitude)
    chained = changed(regional, Change(chain=2)).tables.region_order
    for before, after in zip(regional.tables.region_order, chained, strict=True):
        home = before[0]
        follower = ring[(ring.index(home) + 1) % 5]
        assert set(after) == {home, follower}
        assert after[0] == home


def test_a_table_is_laid_over_the_worlds(regional: World) -> None:
    place = regional.locations[2].name
    tables = {"timing": {"wave_hours": 6.0, "mode": "wave"}, "location": [{"name": place, "handling_per_unit": 9.0}]}
    found = changed(regional, Change(set=tables))
    assert (found.timing.mode, found.timing.wave_hours) == ("wave", 6.0)
    assert [p.handling_per_unit for p in found.locations].count(9.0) == 1
    assert found.locations[2].latitude == regional.locations[2].latitude
    assert found.skus == regional.skus


def test_an_unknown_key_is_told(regional: World) -> None:
    with pytest.raises(
        InputError, match=r"regional: set: \[timing\] wave_ours: unknown key \(did you mean 'wave_hours'"
    ):
        changed(regional, Change(set={"timing": {"wave_ours": 6.0}}))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change(outage=OutageAt("nowhere")), "outage location: found 'nowhere'"),
        (Change(outage=OutageAt(start=0.5, end=0.5)), "outage: found 0.5 to 0.5"),
    ],
)
def test_a_change_that_does_not_fit_is_refused(regional: World, change: Change, said: str) -> None:
    with pytest.raises(InputError, match=said):
        changed(regional, change)


def test_stored_orders_have_no_factor_on_demand(regional: World) -> None:
    from dataclasses import replace

    stored = replace(regional, header=replace(regional.header, trace="orders.parquet"))
    with pytest.raises(InputError, match="demand: world 'regional' replays stored orders"):
        changed(stored, Change(demand=1.2))
    with pytest.raises(InputError, match=r"set.demand: world 'regional' replays stored orders"):
        changed(stored, Change(set={"demand": {"rate_per_day": 1.0}}))
    drawn = {"demand": {"rate_per_day": 1.0}, "world": {"trace": ""}}
    assert changed(stored, Change(set=drawn)).demand.rate_per_day == 1.0


def test_merging_keeps_both() -> None:
    both = merged(
        Change(demand=2.0, nearest=3, set={"timing": {"mode": "wave"}}),
        Change(set={"timing": {"wave_hours": 2.0}}, nearest=1),
    )
    assert (both.demand, both.nearest) == (2.0, 1)
    assert both.set == {"timing": {"mode": "wave", "wave_hours": 2.0}}


def test_an_outage_of_two_axes_is_one_outage(regional: World) -> None:
    where, until = OutageAt(location=regional.locations[1].name, start=0.0), OutageAt(end=0.9)
    both = merged(Change(outage=where), Change(outage=until))
    assert both.outage == OutageAt(regional.locations[1].name, 0.0, 0.9)
    assert changed(regional, both).locations[1].outage.windows == ((0.0, 0.9 * regional.days),)


def test_of_an_outage_the_second_axis_wins_where_it_speaks_also_with_what_is_usual() -> None:
    both = merged(Change(outage=OutageAt(start=0.1, end=0.9)), Change(outage=OutageAt(start=0.4)))
    assert both.outage is not None
    assert both.outage.span == (0.4, 0.9)

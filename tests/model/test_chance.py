"""Draws belong to entities by name; outages are windows apart from each other."""

from __future__ import annotations

from itertools import pairwise

import pytest

from fillrate.draws import name_key
from fillrate.model.chance import Chance, expected_end, outage_key, outage_windows
from fillrate.model.delays import cut_offs, next_cut_off
from fillrate.testing.by_hand import world_of
from fillrate.world.law import Law
from fillrate.world.network import Outage, Station

WORLD = """
[world]
name = "hand"
horizon_days = 4.0
{more}
[[location]]
name = "a"
[[location]]
name = "b"
[[region]]
name = "r"
[[sku]]
name = "x"
[[sku]]
name = "y"
"""
RANDOM = Law("exponential", 1.0)


def chance(places: str = "", seed: int = 1) -> Chance:
    return Chance(world_of(WORLD.format(more=places)), seed)


def test_adding_a_site_and_a_sku_changes_no_draw() -> None:
    one, two = chance(), chance('[[location]]\nname = "first"\n[[sku]]\nname = "new"\n')
    station = Station(1, "lognormal", 10.0)
    for n, (location, sku) in enumerate([(0, 0), (1, 1)]):
        assert one.transit(7, location, RANDOM) == two.transit(7, location + 1, RANDOM)
        assert one.short_pick(7, location, n, 0.5) == two.short_pick(7, location + 1, n, 0.5)
        assert one.return_time(7, location, n, RANDOM) == two.return_time(7, location + 1, n, RANDOM)
        assert one.pick_service(7, location, n, station, 1.0) == two.pick_service(7, location + 1, n, station, 1.0)
        lead = one.lead_time("purchase", 5, location, sku, 3, n, RANDOM)
        assert lead == two.lead_time("purchase", 5, location + 1, sku + 1, 3, n, RANDOM)


def test_every_part_of_a_key_matters() -> None:
    c = chance()
    draws = [
        c.lead_time("purchase", 5, 0, 0, 3, 0, RANDOM),
        c.lead_time("transfer", 5, 0, 0, 3, 0, RANDOM),
        c.lead_time("purchase", 6, 0, 0, 3, 0, RANDOM),
        c.lead_time("purchase", 5, 1, 0, 3, 0, RANDOM),
        c.lead_time("purchase", 5, 0, 1, 3, 0, RANDOM),
        c.lead_time("purchase", 5, 0, 0, 4, 0, RANDOM),
        c.lead_time("purchase", 5, 0, 0, 3, 1, RANDOM),
        chance(seed=2).lead_time("purchase", 5, 0, 0, 3, 0, RANDOM),
    ]
    assert len(set(draws)) == len(draws)
    assert len({c.transit(7, 0, RANDOM), c.transit(8, 0, RANDOM), c.transit(7, 1, RANDOM), c.patience(7, RANDOM)}) == 4


def test_durations_lie_on_the_grid() -> None:
    c = chance()
    for n in range(50):
        days = c.transit(n, 0, Law("gamma", 1.0, 0.7)) * 2.0**20
        assert days == round(days)


def test_windows_that_touch_or_overlap_are_one() -> None:
    stated = Outage(((0.5, 1.0), (1.0, 1.5), (2.0, 3.0)))
    assert outage_windows(stated, 1, chance(), 4.0) == [(0.5, 1.5), (2.0, 3.0)]
    assert outage_windows(stated, 1, chance(), 2.0) == [(0.5, 1.5)]
    assert outage_windows(Outage(((0.0, 9.0),), 0.1, 0.1), 1, chance(), 4.0) == [(0.0, 9.0)]


def test_random_windows_rise_and_begin_before_the_horizon() -> None:
    windows = outage_windows(Outage(((1.0, 2.0),), 0.3, 0.2), name_key("a"), chance(), 50.0)
    assert len(windows) > 40
    assert all(a < b < c for (a, b), (c, _) in pairwise(windows))
    assert windows[-1][0] < 50.0
    down = sum(b - a for a, b in outage_windows(Outage((), 3.0, 1.0), 5, chance(), 4000.0))
    assert down / 4000.0 == pytest.approx(0.25, abs=0.02)  # alternating renewal: 1 / (3 + 1)


def test_the_end_of_an_outage_is_expected_as_stated_or_by_the_mean() -> None:
    """A random outage is memoryless: its draw is not known, its mean is still to come at every instant."""
    outage = Outage(((1.0, 2.0),), 3.0, 0.75)
    assert expected_end(outage, 1.5) == 2.0
    assert expected_end(outage, 2.0) == 2.75
    assert expected_end(outage, 2.25) == 3.0


def test_an_outage_in_two_windows_that_touch_is_expected_to_end_with_the_second() -> None:
    outage = Outage(((1.0, 2.0), (2.0, 3.0), (4.0, 5.0)), 3.0, 0.75)
    assert [expected_end(outage, now) for now in (1.5, 2.0, 4.5)] == [3.0, 3.0, 5.0]


def test_the_last_hour_is_the_first_of_the_next_day() -> None:
    hours = cut_offs([24.0, 12.0])
    assert [next_cut_off(t, hours, 0, 2) for t in (2.0, 2.25, 2.5, 2.75)] == [2.0, 2.5, 2.5, 3.0]
    assert [next_cut_off(t, (1.0, *hours, 23.0), 1, 2) for t in (2.0, 2.25, 2.75)] == [2.0, 2.5, 3.0]
    assert next_cut_off(2.3, cut_offs([]), 0, 0) == 2.3


def test_a_location_and_a_supplier_of_one_name_are_down_at_other_times() -> None:
    outage = Outage(mean_up_days=2.0, mean_down_days=1.0)
    place, supplier = (
        outage_windows(outage, outage_key(kind, "north"), chance(), 60.0) for kind in ("location", "supplier")
    )
    assert place != supplier
    assert min(len(place), len(supplier)) > 5

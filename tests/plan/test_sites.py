"""Locations to open for whole orders, against every way to serve them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from fillrate.plan.sites import best_sites, has_few_sets


@pytest.mark.parametrize(("places", "most"), [(1, 3), (3, 5), (5, 4), (10, 2), (12, 2)])
def test_every_way_to_serve_an_order(places: int, most: int) -> None:
    """Worth and answer are those of the best of all assignments of lines to locations."""
    draws = np.random.default_rng(places)
    sizes = draws.integers(0, most + 1, 30)
    of = np.repeat(np.arange(30), sizes)
    gain = draws.integers(0, 9, (len(of), places)).astype(np.float64)
    box = draws.integers(0, 12, (30, places)).astype(np.float64)
    worth, place = best_sites(gain, of, box)
    for order in range(30):
        lines = np.flatnonzero(of == order)
        ways = product(range(-1, places), repeat=len(lines))
        assert worth[order] == max(_worth(gain[lines], box[order], way) for way in ways)
        assert worth[order] == _worth(gain[lines], box[order], tuple(place[lines].tolist()))


def _worth(gain: np.ndarray, box: np.ndarray, way: tuple[int, ...]) -> float:
    """Money of one assignment, -1 = a line served from nowhere."""
    served = sum(gain[line, place] for line, place in enumerate(way) if place >= 0)
    return float(served - sum(box[place] for place in set(way) - {-1}))


def test_a_location_that_gains_nothing_serves_nothing() -> None:
    """Though it costs nothing to open."""
    worth, place = best_sites(np.zeros((1, 2)), np.zeros(1, np.int64), np.zeros((1, 2)))
    assert (worth.tolist(), place.tolist()) == ([0.0], [-1])


@pytest.mark.parametrize("orders", [0, 3])
def test_orders_of_nothing_are_worth_nothing(orders: int) -> None:
    """And no orders are no trouble."""
    worth, place = best_sites(np.zeros((0, 2)), np.zeros(0, np.int64), np.ones((orders, 2)))
    assert (worth.tolist(), place.tolist()) == ([0.0] * orders, [])


def test_what_can_be_gone_through() -> None:
    """Any order over ten locations, two lines over forty."""
    found = [(10, 99), (11, 99), (44, 2), (45, 2), (40, 3)]
    assert [has_few_sets(*each) for each in found] == [True, False, True, False, False]

"""Places keep room between them, and names and numbers stand where nothing else does."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from fillrate.gym.render.geography import apart, beside, bezier, clear, fitted, overlap
from fillrate.gym.render.layout import FRAME, Layout
from fillrate.world import load_world

WORLDS = ["regional", "peak_season", "omnichannel", "two_warehouses", "lost_sales", "baskets", "limited_edition"]
SQUARE = (0.0, 0.0, 100.0, 100.0)


def wide(words: str, bold: bool) -> float:
    """About what letters take, pixels."""
    return len(words) * (8.2 if bold else 7.4)


@pytest.mark.parametrize("world", WORLDS)
def test_no_name_hides_another_or_a_place(world: str) -> None:
    layout = Layout(load_world(world), wide)
    assert max(overlap(a, [b]) for a, b in combinations(layout.names, 2)) == 0.0
    rings = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(layout.points.tolist(), layout.radii, strict=True)]
    assert max(overlap(ring, layout.names) for ring in rings) == pytest.approx(0.0, abs=1e-6)
    assert all(
        overlap(name, [FRAME]) == pytest.approx((name[2] - name[0]) * (name[3] - name[1])) for name in layout.names
    )


@pytest.mark.parametrize("world", WORLDS)
def test_no_place_hides_another(world: str) -> None:
    layout = Layout(load_world(world), wide)
    for (a, r), (b, s) in combinations(zip(layout.points, layout.radii, strict=True), 2):
        assert np.hypot(*(a - b)) >= r + s


def test_degrees_are_drawn_true_to_scale_and_no_larger_than_the_frame() -> None:
    points = fitted([50.0, 60.0], [0.0, 10.0], SQUARE)
    (width, height) = np.ptp(points, axis=0)
    assert height == pytest.approx(100.0)
    assert width / height == pytest.approx(np.cos(np.radians(55.0)))


def test_one_way_may_be_drawn_larger_where_there_is_room() -> None:
    points = fitted([50.0, 60.0], [0.0, 10.0], SQUARE, 1.5)
    assert np.ptp(points[:, 0]) == pytest.approx(150.0 * np.cos(np.radians(55.0)))


def test_two_at_one_place_part_always_in_the_same_way() -> None:
    points = np.full((2, 2), 50.0)
    found = apart(points, np.full((2, 2), 20.0), SQUARE)
    assert np.hypot(*(found[0] - found[1])) == pytest.approx(20.0)
    assert (found == apart(points, np.full((2, 2), 20.0), SQUARE)).all()
    assert (points == 50.0).all()


def test_a_name_goes_to_the_side_that_is_free() -> None:
    above = (30.0, 55.0, 70.0, 90.0)
    box = beside(np.array([[50.0, 50.0]]), [5.0], [(20.0, 10.0)], SQUARE, [above])[0]
    assert box == (40.0, 35.0, 60.0, 45.0)


def test_the_first_clear_box_is_taken_and_none_beyond_the_frame() -> None:
    boxes = [(0.0, 0.0, 10.0, 10.0), (95.0, 0.0, 105.0, 10.0), (20.0, 0.0, 30.0, 10.0)]
    assert clear(boxes, [(5.0, 5.0, 6.0, 6.0)], SQUARE) == 2
    assert clear(boxes, [], SQUARE) == 0


def test_curves_begin_and_end_at_their_places_and_there_and_back_differ() -> None:
    a, b = np.array([[0.0, 0.0]]), np.array([[10.0, 0.0]])
    there, back = bezier(a, b, 9)[0], bezier(b, a, 9)[0]
    assert (there[0] == a[0]).all()
    assert (there[-1] == b[0]).all()
    assert there[4, 1] > 0.0 > back[4, 1]

"""Rounding: every line as often from each location as planned, and orders in as many parcels as the papers say."""

from __future__ import annotations

import numpy as np
import pytest

from fillrate.decision.rounding import CORRELATED, DILATED, INDEPENDENT, draws_needed, round_shares
from fillrate.draws import mix, uniform

SCHEMES = (INDEPENDENT, CORRELATED, DILATED)


def rounded(scheme: int, share: list[list[float]], luck: list[float]) -> list[int]:
    lines, width = len(share), len(share[0])
    drawn = [0] * lines
    round_shares(scheme, lines, width, [part for line in share for part in line], luck, [0.0] * width, drawn)
    return drawn


def by_key(scheme: int, share: list[list[float]], n: int) -> list[int]:
    needed = draws_needed(scheme, len(share), len(share[0]))
    return rounded(scheme, share, [uniform(mix(mix(7, n), k)) for k in range(needed)])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_line_comes_from_each_location_as_often_as_planned(scheme: int) -> None:
    share = [[0.5, 0.25, 0.25, 0.0], [0.125, 0.0, 0.75, 0.125], [1.0, 0.0, 0.0, 0.0], [0.25, 0.375, 0.125, 0.25]]
    found = np.zeros((4, 4))
    for n in range(20_000):
        found[range(4), by_key(scheme, share, n)] += 1 / 20_000
    assert np.abs(found - share).max() < 0.012  # 3.4 standard errors
    assert (found[np.array(share) == 0.0] == 0.0).all()


@pytest.mark.parametrize(("lines", "used"), [(2, 0.423529), (3, 0.495588), (5, 0.580371), (10, 0.679371)])
def test_dilated_rounding_uses_a_shared_location_as_often_as_published(lines: int, used: float) -> None:
    """GROUND_TRUTH F: a shared location with share .3, private ones otherwise, by quadrature to six digits."""
    nodes, weights = np.polynomial.legendre.leggauss(400)
    unused = 0.0
    for u, weight in zip((nodes + 1.0) / 2.0, weights / 2.0, strict=True):
        low, high = 0.0, 1.0
        for _ in range(40):  # the private draw from which on the line goes to the shared location
            middle = (low + high) / 2.0
            if rounded(DILATED, [[0.3, 0.7]], [float(u), middle]) == [0]:
                high = middle
            else:
                low = middle
        unused += weight * high**lines
    assert 1.0 - unused == pytest.approx(used, abs=5e-7)


@pytest.mark.parametrize("lines", [2, 3, 5, 10])
def test_correlated_rounding_uses_a_shared_location_as_often_as_one_line_does(lines: int) -> None:
    share = [[0.3, *(0.7 * (n == line) for n in range(lines))] for line in range(lines)]
    used = 0
    for leader in range(lines):
        for n in range(200):
            luck = [(leader + 0.5) / lines, (n + 0.5) / 200, *[((7 * k + n) % 200 + 0.5) / 200 for k in range(lines)]]
            used += 0 in rounded(CORRELATED, share, luck)
    assert used / (200 * lines) == pytest.approx(0.3)


def test_together_an_order_needs_fewer_parcels() -> None:
    share = [[0.4, 0.3, 0.3, 0.0]] * 4
    parcels = [np.mean([len(set(by_key(scheme, share, n))) for n in range(2000)]) for scheme in SCHEMES]
    assert parcels[1] == 1.0
    assert parcels[2] == 1.0
    assert parcels[0] > 2.0


def test_arithmetic_that_leaves_a_gap_falls_on_a_share() -> None:
    assert rounded(INDEPENDENT, [[0.5, 0.499999, 0.0]], [0.9999999]) == [1]
    assert rounded(INDEPENDENT, [[0.0, 0.0, 0.0]], [0.5]) == [2]

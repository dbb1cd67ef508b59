"""Inverse laws against scipy's quantiles, an independent implementation, and at the edges of (0, 1)."""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import accumulate
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fillrate import draws

GRID = [2.0**-53, 1e-9, 1e-4, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.9999, 1.0 - 1e-7]
LAST = 1.0 - 2.0**-53  # the largest uniform


@pytest.mark.parametrize("u", GRID)
def test_normal_quantile_is_scipys_to_the_last_digits(u: float) -> None:
    assert draws.normal_quantile(u) == pytest.approx(stats.norm.ppf(u), rel=1e-14, abs=1e-15)


@pytest.mark.parametrize("u", GRID)
def test_exponential_quantile_is_scipys(u: float) -> None:
    assert draws.exponential(u, 3.0) == pytest.approx(stats.expon.ppf(u, scale=3.0), rel=1e-7, abs=1e-16)


@pytest.mark.parametrize("cv", [0.01, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("u", GRID)
def test_lognormal_quantile_is_scipys(u: float, cv: float) -> None:
    sigma = math.sqrt(math.log(1.0 + cv * cv))
    expected = stats.lognorm.ppf(u, sigma, scale=3.0 * math.exp(-sigma * sigma / 2.0))
    assert draws.lognormal(u, 3.0, cv) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("cv", [0.01, 0.1, 0.3, 0.5, 0.9, 1.0, 1.1, 2.0, 10.0, 100.0])
@pytest.mark.parametrize("u", GRID)
def test_gamma_quantile_is_scipys(u: float, cv: float) -> None:
    """Relative 1e-9 wherever u itself carries as many digits; what underflows (cv 10 and more) is 0 in both."""
    shape = 1.0 / cv**2
    assert draws.gamma(u, 3.0, cv) == pytest.approx(stats.gamma.ppf(u, shape, scale=3.0 / shape), rel=2e-8, abs=1e-280)


@pytest.mark.parametrize("cv", [0.01, 0.5, 1.0, 2.0, 30.0])
def test_gamma_keeps_its_mean_and_variance(cv: float) -> None:
    """Midpoint rule over u, half width of the rule below 1 % for these laws' tails."""
    u = (np.arange(4_000) + 0.5) / 4_000
    x = np.array([draws.gamma(v, 2.0, cv) for v in u.tolist()])
    expected = stats.gamma.ppf(u, cv**-2, scale=2.0 * cv * cv)
    assert x.mean() == pytest.approx(expected.mean(), rel=1e-9)
    assert x.std() == pytest.approx(expected.std(), rel=1e-9)


@pytest.mark.parametrize("mean", [0.0, 0.02, 1.0, 5.0, 64.0, 599.0])
@pytest.mark.parametrize("u", [1e-6, 0.02, 0.3, 0.5, 0.77, 0.98, 1.0 - 1e-6])
def test_poisson_quantile_is_scipys(u: float, mean: float) -> None:
    assert draws.poisson(u, mean) == (stats.poisson.ppf(u, mean) if mean else 0)


@pytest.mark.parametrize("cv", [0.1, 1.0, 5.0])
def test_laws_are_finite_and_rise_up_to_the_largest_uniform(cv: float) -> None:
    for law in (draws.gamma, draws.lognormal):
        values = [law(u, 1.0, cv) for u in [*GRID, LAST]]
        assert values == sorted(values)
        assert values[0] >= 0.0
        assert math.isfinite(values[-1])
    assert math.isfinite(draws.exponential(LAST, 1.0))
    assert draws.poisson(LAST, 5.0) < 100


def test_empirical_takes_the_first_value_whose_share_exceeds_u() -> None:
    values, cumulative = (3.0, 1.0, 7.0), (0.25, 0.5, 1.0)
    found = [draws.empirical(u, values, cumulative, 0, 3) for u in (1e-9, 0.2499, 0.25, 0.4999, 0.5, 0.9999)]
    assert found == [3.0, 3.0, 1.0, 1.0, 7.0, 7.0]


@given(st.lists(st.integers(0, 4), min_size=1, max_size=9).filter(any), st.floats(0.001, 0.999))
def test_empirical_finds_what_bisection_finds_wherever_the_law_begins(weights: list[int], u: float) -> None:
    """Weights of 0 make equal neighbours; sums may end below 1, and then the last value is meant."""
    total = sum(weights)
    cumulative = [c * 0.999 / total for c in accumulate(weights)]
    values = [float(n) for n in range(len(weights))]
    expected = values[min(bisect_right(cumulative, u), len(values) - 1)]
    assert draws.empirical(u, values, cumulative, 0, len(values)) == expected
    moved = draws.empirical(u, [-1.0, *values, -2.0], [1.0, *cumulative, 0.0], 1, len(values))
    assert moved == expected


def test_each_code_is_its_law() -> None:
    more: tuple[float, float, Any, Any, int, int] = (3.0, 0.7, (2.0, 8.0), (0.5, 1.0), 0, 2)
    for u in GRID:
        expected = [3.0, draws.exponential(u, 3.0), draws.gamma(u, 3.0, 0.7), draws.lognormal(u, 3.0, 0.7)]
        expected.append(2.0 if u < 0.5 else 8.0)
        assert [draws.quantile(code, u, *more) for code in range(5)] == expected
        assert [draws.drawn(code, u, *more) for code in range(5)] == [draws.snap(x) for x in expected]


def test_snap_is_half_to_even_and_exact() -> None:
    tick = 2.0**-20
    assert [draws.snap(x * tick) / tick for x in (0.5, 1.5, 2.5, -0.5, -1.5)] == [0.0, 2.0, 2.0, 0.0, -2.0]
    assert draws.snap(12345.678) * 2**20 == round(12345.678 * 2**20)


@given(st.floats(-(2.0**33), 2.0**33) | st.integers(-(2**52), 2**52).map(lambda n: n * 2.0**-21))
def test_snap_is_the_rounding_of_python(value: float) -> None:
    expected = round(value * 2.0**20) * 2.0**-20
    assert str(draws.snap(value)) == str(draws.snap_all([value])[0]) == str(expected)  # a zero is never negative

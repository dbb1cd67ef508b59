"""The BCa bootstrap against scipy's, against its own definition, and by how often it covers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from fillrate.bench import bootstrap
from fillrate.bench.bootstrap import FEWEST, Resampled, resampled, shares
from fillrate.bench.statistics import check_method, mean_interval, paired_difference
from fillrate.errors import InputError

SKEWED = np.random.default_rng(4).exponential(size=25)


def test_without_the_wider_levels_it_is_scipys() -> None:
    found = Resampled(SKEWED)
    found.wider = special.ndtri(0.975) / special.stdtrit(len(SKEWED) - 1, 0.975)  # levels of the plain BCa
    low, high = found.interval(0.95)
    expected = stats.bootstrap((SKEWED,), np.mean, n_resamples=20_000, random_state=1).confidence_interval
    width = expected.high - expected.low
    assert low == pytest.approx(expected.low, abs=0.02 * width)
    assert high == pytest.approx(expected.high, abs=0.02 * width)


def test_the_acceleration_is_the_jackknifes() -> None:
    left_out = np.array([np.delete(SKEWED, i).mean() for i in range(len(SKEWED))])
    away = left_out.mean() - left_out
    assert Resampled(SKEWED).a == pytest.approx((away**3).sum() / (6 * (away**2).sum() ** 1.5))


def test_it_leans_to_the_long_tail() -> None:
    found, plain = mean_interval(SKEWED, method="bca"), mean_interval(SKEWED)
    assert found.mean == plain.mean
    assert found.high - found.mean > 1.1 * (found.mean - found.low)  # type: ignore[operator]


@pytest.mark.parametrize("n", [5, 10, 25])
def test_levels_are_those_of_student_and_as_much_wider_as_few_values_need(n: int) -> None:
    """Hesterberg 2015, section 4.2: the bootstrap's spread is that of the mean times the root of (n - 1) / n."""
    found = Resampled(SKEWED[:n])
    spread = SKEWED[:n].std() / np.sqrt(n)
    assert found.means.std() == pytest.approx(spread, rel=0.03)
    assert found.means.std() * found.wider == pytest.approx(stats.sem(SKEWED[:n]), rel=0.03)
    assert found.wider == pytest.approx(np.sqrt(n / (n - 1)))


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_an_interval_of_a_high_level_ends_with_the_resamples(sign: float) -> None:
    """Where the acceleration would bend a level beyond all of them and back."""
    values = sign * np.array([0.0, 0.0, 0.0, 0.0, 1.0])
    low, high = sorted(sign * x for x in Resampled(values).interval(0.999))
    assert low <= 0.2 < high
    assert high == pytest.approx(1.0)


def test_means_that_are_equal_but_for_rounding_count_half_each() -> None:
    """Where most runs do not differ, many resamples do not either: on which side of 0 is not for noise to say."""
    values = np.r_[1.0, np.zeros(29)]
    counts = np.round(shares(30)[:, 0] * 30)  # in whole numbers, where ties are ties
    below = ((counts < 1).sum() + ((counts == 1).sum() + 1) / 2) / (len(counts) + 1)
    found = [Resampled(factor * values) for factor in (1.0, 3.0, 7.0, 1e9 / 3)]
    assert [each.z0 for each in found] == pytest.approx([float(special.ndtri(below))] * 4)
    assert [each.p_value() for each in found] == pytest.approx([found[0].p_value()] * 4)
    assert found[0].p_value() > 0.1


def test_the_same_values_have_the_same_interval() -> None:
    first = mean_interval(SKEWED, method="bca")
    bootstrap.shares.cache_clear()
    assert mean_interval(SKEWED, method="bca") == first


def test_resamples_are_draws_with_replacement() -> None:
    table = shares(20)
    assert table.sum(axis=1) == pytest.approx(np.ones(len(table)))
    assert (20 * table).mean(axis=0) == pytest.approx(np.ones(20), abs=0.05)
    assert (20 * table).var() == pytest.approx(1 - 1 / 20, rel=0.02)  # multinomial


def test_the_p_value_is_the_level_at_which_the_interval_touches_zero() -> None:
    values = np.random.default_rng(8).exponential(size=30) - 0.55
    found = Resampled(values)
    ends = found.interval(1.0 - found.p_value())
    assert min(abs(ends[0]), abs(ends[1])) < 0.02 * (ends[1] - ends[0])
    assert found.p_value() == pytest.approx(paired_difference(values, np.zeros(30), method="bca").p_value)


def test_few_or_equal_values_are_left_to_the_t_interval() -> None:
    assert resampled(np.array([1.0, 2.0, 3.0, 4.0])) is None
    assert resampled(np.ones(FEWEST)) is None
    assert mean_interval([1.0, 2.0, 3.0], method="bca") == mean_interval([1.0, 2.0, 3.0])
    assert mean_interval([2.0] * 9, method="bca") == mean_interval([2.0] * 9)


@pytest.mark.parametrize(("law", "truth", "least"), [("normal", 0.0, 0.93), ("exponential", 1.0, 0.92)])
def test_it_covers_as_often_as_it_says(law: str, truth: float, least: float) -> None:
    """800 samples of 30: one standard error is 0.008; plain percentiles of an exponential law cover 0.92."""
    random = np.random.default_rng(12)
    rows = [getattr(random, law)(size=30) for _ in range(800)]
    found = [mean_interval(row, method="bca") for row in rows]
    covered = np.mean([e.low <= truth <= e.high for e in found if e.low is not None and e.high is not None])
    assert least <= covered <= 0.975


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InputError, match=r"interval: found 'bcas' \(did you mean 'bca'\?\); allowed: t, bca"):
        check_method("bcas")

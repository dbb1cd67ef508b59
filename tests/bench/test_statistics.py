"""Intervals, p-values and Holm's correction against scipy and hand-computed values."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from fillrate.bench.statistics import Difference, Estimate, holm, mean_interval, paired_difference, probability_best
from fillrate.errors import InputError

A = [12.1, 11.4, 13.9, 12.8, 12.2, 11.9]
B = [11.0, 11.6, 12.7, 11.9, 11.8, 11.1]


def test_mean_interval_is_the_t_interval() -> None:
    found = mean_interval(A)
    low, high = stats.t.interval(0.95, len(A) - 1, loc=np.mean(A), scale=stats.sem(A))
    assert (found.mean, found.low, found.high) == pytest.approx((np.mean(A), low, high), rel=1e-12)
    assert found.n == 6


def test_mean_interval_by_hand() -> None:
    # 1, 2, 3: s = 1, t(0.975, 2) = 4.302653 (any t table), half width 4.302653 / sqrt(3) = 2.484138
    found = mean_interval([1.0, 2.0, 3.0])
    assert (found.mean, found.low, found.high) == pytest.approx((2.0, -0.484138, 4.484138), abs=1e-6)


def test_level_widens_the_interval() -> None:
    wide, narrow = mean_interval(A, 0.99), mean_interval(A, 0.90)
    low, high = stats.t.interval(0.99, 5, loc=np.mean(A), scale=stats.sem(A))
    assert (wide.low, wide.high) == pytest.approx((low, high))
    assert narrow.high is not None
    assert wide.high is not None
    assert narrow.high < wide.high


def test_undefined_values_are_left_out_of_a_mean() -> None:
    assert mean_interval([None, *A, math.nan]) == mean_interval(A)
    assert mean_interval([None, None]) == Estimate(None, None, None, 0)
    assert mean_interval([7.0, None]) == Estimate(7.0, None, None, 1)


@pytest.mark.parametrize("value", [0.1, 1e9 / 3, 0.0])
def test_interval_of_constant_values_collapses(value: float) -> None:
    assert mean_interval([value] * 7) == Estimate(value, value, value, 7)


def test_paired_difference_is_the_paired_t_test() -> None:
    found, expected = paired_difference(A, B), stats.ttest_rel(A, B)
    interval = expected.confidence_interval(0.95)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-9)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-9)
    assert found.mean == pytest.approx(np.mean(A) - np.mean(B))


def test_paired_difference_by_hand() -> None:
    # differences 1, 2, 3: t = 2 / (1 / sqrt(3)) = 3.464102, p = 0.074180 (two-sided, 2 degrees of freedom)
    found = paired_difference([2.0, 4.0, 6.0], [1.0, 2.0, 3.0])
    assert found.p_value == pytest.approx(0.074180, abs=1e-6)


def test_pairs_are_dropped_together() -> None:
    # Unpaired means would be 5 and 1.5: the replication without a partner must not count on either side.
    found = paired_difference([2.0, 3.0, 10.0, None], [1.0, 2.0, None, -50.0])
    assert found == Difference(1.0, None, None, 2, 0.5)


def test_replications_must_match() -> None:
    with pytest.raises(InputError, match="equally many"):
        paired_difference([1.0, 2.0], [1.0])


def test_degenerate_differences() -> None:
    assert paired_difference([1.0, 5.0], [1.0, 5.0]) == Difference(0.0, 0.0, 0.0, 2, 1.0)
    assert paired_difference([3.0], [1.0]) == Difference(2.0, None, None, 1, None)
    assert paired_difference([None], [1.0]) == Difference(None, None, None, 0, None)


def test_differences_that_are_all_the_same_have_the_p_of_the_sign_test() -> None:
    # Conover 1999: n signs of n are all alike with probability 2 · 2^-n; .0625 of five proves nothing at .05
    assert paired_difference([3.0, 7.0], [1.0, 5.0]) == Difference(2.0, None, None, 2, 0.5)
    assert paired_difference([3.0] * 5, [1.0] * 5) == Difference(2.0, None, None, 5, 0.0625)
    assert paired_difference([3.0] * 5, [1.0] * 5, level=0.9) == Difference(2.0, 2.0, 2.0, 5, 0.0625)
    for n in (6, 30):
        found = paired_difference([1.0] * n, [3.0] * n)
        assert found.p_value == pytest.approx(stats.binomtest(n, n).pvalue)
        assert replace(found, p_value=None) == Difference(-2.0, -2.0, -2.0, n, None)


def test_few_runs_that_are_alike_by_chance_are_seldom_a_finding() -> None:
    """Two runs of counts differ by as much in one case of five; of six runs that all do, hardly any."""
    rng = np.random.default_rng(2)
    for n in (2, 3, 6):
        found = [paired_difference(*rng.integers(0, 4, (2, n)).astype(float)).p_value for _ in range(4000)]
        assert np.mean([p is not None and p < 0.05 for p in found]) < 0.06


def test_float_noise_is_no_difference() -> None:
    assert paired_difference([0.1 + 0.2] * 5, [0.3] * 5) == Difference(0.0, 0.0, 0.0, 5, 1.0)


def test_a_constant_difference_with_float_noise_has_no_variance() -> None:
    found = paired_difference([100.1, 1.1, 7.1] * 2, [100.0, 1.0, 7.0] * 2)
    assert found.p_value == 2.0**-5
    assert found.low == found.high == found.mean


def test_holm_by_hand() -> None:
    # Holm 1979: sorted p times m, m − 1, ...; never below an earlier one; never above 1.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.9]) == (1.0, 1.0)
    assert holm([0.02]) == (0.02,)
    assert holm([]) == ()


def test_holm_does_not_count_undefined_tests() -> None:
    assert holm([None, 0.01, None, 0.5]) == (None, 0.02, None, 0.5)


def test_holm_rejects_what_its_definition_rejects() -> None:
    p_values = np.random.default_rng(5).uniform(0, 0.1, 12)
    order = np.argsort(p_values)
    passed = p_values[order] <= 0.05 / (12 - np.arange(12))
    rejected = set(order[: 12 if passed.all() else int(np.argmin(passed))].tolist())
    assert {i for i, p in enumerate(holm(p_values.tolist())) if p is not None and p <= 0.05} == rejected


def test_probability_best_of_two_is_the_one_sided_p_value() -> None:
    lead = paired_difference(A, B)
    expected = 1 - stats.ttest_rel(A, B, alternative="greater").pvalue
    assert probability_best([lead]) == pytest.approx(expected)


def test_probability_best_adds_the_risks() -> None:
    leads = [Difference(1.0, 0.0, 2.0, 5, 0.1), Difference(2.0, 1.0, 3.0, 5, 0.04), Difference(0.0, 0.0, 0.0, 5, 1.0)]
    assert probability_best(leads) == pytest.approx(1 - 0.05 - 0.02 - 0.5)
    assert probability_best([Difference(-1.0, -2.0, 0.0, 5, 0.1)]) == pytest.approx(0.05)


def test_probability_best_needs_rivals_and_intervals() -> None:
    assert probability_best([]) is None
    assert probability_best([Difference(1.0, None, None, 1, None)]) is None


def test_interval_covers_as_often_as_it_says() -> None:
    # 4,000 samples of 8: coverage .95 ± .01 is three standard errors.
    rng = np.random.default_rng(11)
    samples = rng.normal(3.0, 2.0, (4000, 8))
    intervals = [mean_interval(row.tolist()) for row in samples]
    covered = np.mean([e.low <= 3.0 <= e.high for e in intervals if e.low is not None and e.high is not None])
    assert abs(covered - 0.95) < 0.01

"""Poisson, normal and gamma laws against scipy.stats, an independent implementation."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from fillrate.errors import InputError
from fillrate.policy import textbook

MEANS = [0.05, 1.0, 6.0, 33.3, 800.0, 250_000.0]


@pytest.mark.parametrize("mean", MEANS)
@pytest.mark.parametrize("shift", [-4.0, -1.0, 0.0, 0.5, 3.0])
def test_poisson_agrees_with_scipy(mean: float, shift: float) -> None:
    k = max(0, round(mean + shift * math.sqrt(mean)))
    assert textbook.poisson_pmf(k, mean) == pytest.approx(stats.poisson.pmf(k, mean), rel=1e-8)
    assert textbook.poisson_cdf(k, mean) == pytest.approx(stats.poisson.cdf(k, mean), rel=1e-8)
    assert textbook.poisson_survival(k, mean) == pytest.approx(stats.poisson.sf(k, mean), rel=1e-8)


@pytest.mark.parametrize("mean", MEANS)
@pytest.mark.parametrize("probability", [1e-6, 0.05, 0.5, 0.8, 0.999, 1.0 - 1e-9])
def test_poisson_quantile_is_scipys(mean: float, probability: float) -> None:
    assert textbook.poisson_quantile(probability, mean) == stats.poisson.ppf(probability, mean)


@pytest.mark.parametrize(("k", "mean"), [(-2, 3.0), (0, 3.0), (3, 2.0), (9, 6.0), (40, 20.0)])
def test_poisson_loss_is_the_sum_over_its_definition(k: int, mean: float) -> None:
    expected = sum((n - k) * stats.poisson.pmf(n, mean) for n in range(max(k, 0), 300))
    assert textbook.poisson_loss(k, mean) == pytest.approx(expected if k >= 0 else mean - k, rel=1e-9)


def test_poisson_without_demand_is_certain() -> None:
    assert textbook.poisson_pmf(0, 0.0) == textbook.poisson_cdf(0, 0.0) == 1.0
    assert textbook.poisson_quantile(0.99, 0.0) == 0
    assert textbook.poisson_loss(2, 0.0) == 0.0


@pytest.mark.parametrize("mean", [0.3, 5.0, 64.0])
def test_poisson_masses_sum_to_one_and_keep_the_mean(mean: float) -> None:
    masses = textbook.poisson_masses(mean)
    assert math.fsum(masses) == pytest.approx(1.0, abs=1e-14)
    assert math.fsum(n * mass for n, mass in enumerate(masses)) == pytest.approx(mean, rel=1e-10)


@pytest.mark.parametrize("x", [-40.0, 30.0, 50.0, 56.6, 95.0])
def test_normal_agrees_with_scipy(x: float) -> None:
    law = stats.norm(50.0, 8.0)
    assert textbook.normal_pdf(x, 50.0, 8.0) == pytest.approx(stats.norm.pdf(x, 50.0, 8.0), rel=1e-12)
    assert textbook.normal_cdf(x, 50.0, 8.0) == pytest.approx(law.cdf(x), rel=1e-12)
    loss = law.expect(lambda y: y - x, lb=x, ub=130.0) if x > 0.0 else 50.0 - x
    assert textbook.normal_loss(x, 50.0, 8.0) == pytest.approx(loss, rel=1e-7)


@pytest.mark.parametrize("probability", [1e-12, 0.02, 0.5, 0.7 / 0.88, 0.999999])
def test_normal_quantile_inverts(probability: float) -> None:
    assert textbook.normal_cdf(textbook.normal_quantile(probability, 3.0, 2.0), 3.0, 2.0) == pytest.approx(probability)


@pytest.mark.parametrize(("mean", "deviation"), [(2.0, 2.0), (100.0, 30.0), (5000.0, 90.0), (1.0, 3.0)])
@pytest.mark.parametrize("probability", [0.01, 0.5, 0.9, 0.999])
def test_gamma_agrees_with_scipy(mean: float, deviation: float, probability: float) -> None:
    scale = deviation**2 / mean
    law = stats.gamma(mean / scale, scale=scale)
    x = float(law.ppf(probability))
    assert textbook.gamma_cdf(x, mean, deviation) == pytest.approx(probability, rel=1e-9)
    assert textbook.gamma_pdf(x, mean, deviation) == pytest.approx(
        stats.gamma.pdf(x, mean / scale, scale=scale), rel=1e-9
    )
    assert textbook.gamma_quantile(probability, mean, deviation) == pytest.approx(x, rel=1e-7, abs=1e-9)
    shortage = law.expect(lambda y: y - x, lb=x)
    assert textbook.gamma_loss(x, mean, deviation) == pytest.approx(shortage, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("probability", [0.0, 1.0, -0.1, math.nan])
def test_quantiles_refuse_what_is_no_probability(probability: float) -> None:
    for quantile in (
        lambda p: textbook.poisson_quantile(p, 2.0),
        textbook.normal_quantile,
        lambda p: textbook.gamma_quantile(p, 2.0, 1.0),
    ):
        with pytest.raises(InputError, match="above 0 and below 1"):
            quantile(probability)

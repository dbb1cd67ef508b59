"""Critical levels, protection levels and fair shares: published and exact numbers, then independent solutions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from fillrate.errors import InputError
from fillrate.policy import textbook


@pytest.mark.parametrize(
    ("level", "lost", "on_hand"),
    [  # birth and death process, exact (Dekker, Hill, Kleijn and Teunter 2002)
        (0, (0.310680, 0.310680), 1.242718),
        (1, (0.183908, 0.551724), 1.471264),
        (2, (0.126984, 0.761905), 1.777778),
        (3, (0.102564, 0.923077), 2.051282),
    ],
)
def test_critical_level(level: int, lost: tuple[float, float], on_hand: float) -> None:
    result = textbook.critical_levels([1.0, 1.0], 2.0, 4, [0, level])
    assert result.lost == pytest.approx(lost, abs=5e-7)
    assert result.on_hand == pytest.approx(on_hand, abs=5e-7)


def test_critical_levels_of_three_classes_by_linear_equations() -> None:
    rates, lead_time, stock, levels = [0.8, 1.1, 0.6], 1.7, 6, [0, 1, 3]
    flow = np.zeros((stock + 1, stock + 1))  # [to, from]
    for n in range(stock + 1):
        served = sum(rate for rate, level in zip(rates, levels, strict=True) if n > level)
        for other, speed in ((n - 1, served), (n + 1, (stock - n) / lead_time)):
            if speed:
                flow[other, n] += speed
                flow[n, n] -= speed
    masses = np.linalg.lstsq(np.vstack([flow, np.ones(stock + 1)]), np.append(np.zeros(stock + 1), 1.0))[0]
    result = textbook.critical_levels(rates, lead_time, stock, levels)
    assert result.lost == pytest.approx([masses[: level + 1].sum() for level in levels], rel=1e-9)
    assert result.on_hand == pytest.approx(float(masses @ np.arange(stock + 1)), rel=1e-9)


def test_critical_level_zero_is_erlang_loss_also_for_thousands_of_units() -> None:
    result = textbook.critical_levels([1500.0, 500.0], 2.0, 4000, [0, 0])
    assert result.lost[0] == pytest.approx(textbook.erlang_b(4000, 4000.0), rel=1e-9)


def test_best_critical_levels() -> None:
    best = textbook.best_critical_levels([1.0, 1.0], 2.0, holding=1.0, losses=[40.0, 5.0])
    assert (best.base_stock, best.levels) == (8, (0, 1))
    assert best.cost == pytest.approx(5.189261, abs=5e-7)
    unrationed = [
        textbook.critical_levels_cost([1.0, 1.0], 2.0, stock, [0, 0], holding=1.0, losses=[40.0, 5.0])
        for stock in range(20)
    ]
    assert min(unrationed) == pytest.approx(5.490583, abs=5e-7)


def test_a_class_that_is_never_served_leaves_the_stock_to_the_other() -> None:
    result = textbook.critical_levels([1.0, 1.0], 2.0, 6, [0, 6])
    assert result.lost == pytest.approx((textbook.erlang_b(6, 2.0), 1.0), rel=1e-12)


def test_best_critical_levels_of_three_classes_by_enumeration() -> None:
    rates, losses = [0.5, 0.8, 0.4], [60.0, 12.0, 3.0]
    best = textbook.best_critical_levels(rates, 1.5, holding=1.0, losses=losses)
    grid = [
        textbook.critical_levels_cost(rates, 1.5, stock, [0, second, third], holding=1.0, losses=losses)
        for stock in range(14)
        for second in range(stock + 1)
        for third in range(stock + 1)
    ]
    assert best.cost == pytest.approx(min(grid), rel=1e-12)


def test_losses_out_of_order_are_refused() -> None:
    with pytest.raises(InputError, match="falling order"):
        textbook.best_critical_levels([1.0, 1.0], 2.0, holding=1.0, losses=[5.0, 40.0])


def test_emsr_b() -> None:
    # The four-class example of Wollmer (1992), with EMSR-b as in Talluri and van Ryzin (2004), section 2.2.4.
    fares, means, deviations = [1050.0, 567.0, 534.0, 520.0], [17.3, 45.1, 39.6, 34.0], [5.8, 15.0, 13.2, 11.3]
    assert textbook.emsr_b(fares, means, deviations) == pytest.approx((16.72, 50.94, 83.15), abs=5e-3)


def test_littlewood() -> None:
    assert textbook.littlewood_poisson(10.0, 100.0, 60.0) == 9
    demand = stats.poisson(10.0)
    assert demand.sf(8) * 100.0 > 60.0 > demand.sf(9) * 100.0  # the ninth unit is worth keeping, the tenth is not
    assert textbook.littlewood_normal(10.0, 3.0, 100.0, 50.0) == pytest.approx(10.0)


def test_littlewood_protects_nothing_from_an_equal_and_everything_likely_from_a_free_fare() -> None:
    assert textbook.littlewood_poisson(10.0, 100.0, 100.0) == 0
    assert textbook.littlewood_normal(10.0, 3.0, 100.0, 120.0) == 0.0
    assert textbook.littlewood_normal(1.0, 3.0, 100.0, 99.0) == 0.0  # never below zero


@pytest.mark.parametrize("capacity", [12, 25])
def test_littlewood_is_the_best_protection_of_two_classes(capacity: int) -> None:
    # The cheap class comes first; its demand and the other's are Poisson (Littlewood 1972).

    def revenue(protected: int) -> float:
        open_to_cheap = max(capacity - protected, 0)
        total = 0.0
        for asked in range(60):
            sold = min(asked, open_to_cheap)
            kept = capacity - sold
            dear_sold = 10.0 - textbook.poisson_loss(kept, 10.0)
            total += float(stats.poisson.pmf(asked, 14.0)) * (60.0 * sold + 100.0 * dear_sold)
        return total

    best = max(range(capacity + 1), key=revenue)
    assert best == min(textbook.littlewood_poisson(10.0, 100.0, 60.0), capacity)


def test_emsr_b_poisson_starts_with_littlewood_and_grows() -> None:
    levels = textbook.emsr_b_poisson([100.0, 60.0, 30.0, 30.0], [10.0, 20.0, 30.0, 5.0])
    assert levels[0] == textbook.littlewood_poisson(10.0, 100.0, 60.0)
    assert list(levels) == sorted(levels)


def test_emsr_b_passes_over_a_class_without_demand() -> None:
    assert textbook.emsr_b_poisson([200.0, 100.0, 60.0], [0.0, 10.0, 5.0])[1] == 9


def test_emsr_b_refuses_rising_fares() -> None:
    with pytest.raises(InputError, match="falling order"):
        textbook.emsr_b([100.0, 200.0], [1.0, 1.0], [1.0, 1.0])


def test_fair_share() -> None:
    # Equal days of supply, the textbook division of a central stock of 600 with 100 kept.
    result = textbook.fair_share(600, 100, [50, 100, 75], [10, 50, 15])
    assert result.days == pytest.approx(9.67, abs=5e-3)
    assert result.shipments == pytest.approx((46.7, 383.3, 70.0), abs=0.05)
    assert textbook.fair_share_units(600, 100, [50, 100, 75], [10, 50, 15]) == (47, 383, 70)


def test_fair_share_passes_over_a_location_with_enough_and_one_without_demand() -> None:
    result = textbook.fair_share(30.0, 0.0, [100.0, 0.0, 0.0, 5.0], [10.0, 10.0, 0.0, 5.0])
    assert result.shipments[0] == result.shipments[2] == 0.0
    assert sum(result.shipments) == pytest.approx(30.0)
    assert result.shipments[1] / 10.0 == pytest.approx((5.0 + result.shipments[3]) / 5.0) == pytest.approx(result.days)


@pytest.mark.parametrize("seed", range(20))
def test_fair_share_ships_all_and_levels_the_days(seed: int) -> None:
    generator = np.random.default_rng(seed)
    on_hand, rates = generator.integers(0, 200, 6).tolist(), generator.uniform(0.5, 30.0, 6).tolist()
    result = textbook.fair_share(500, 37, on_hand, rates)
    after = [(held + sent) / rate for held, sent, rate in zip(on_hand, result.shipments, rates, strict=True)]
    assert sum(result.shipments) == pytest.approx(463.0)
    assert min(after) == pytest.approx(result.days)
    receiving = [days for days, sent in zip(after, result.shipments, strict=True) if sent > 0.0]
    assert receiving == pytest.approx([result.days] * len(receiving))
    assert sum(textbook.fair_share_units(500, 37, on_hand, rates)) == 463


def test_fair_share_keeps_everything_when_there_is_nothing_to_ship() -> None:
    assert textbook.fair_share_units(80, 100, [1, 2], [1.0, 1.0]) == (0, 0)
    with pytest.raises(InputError, match="at least one above 0"):
        textbook.fair_share(100, 0, [1, 2], [0.0, 0.0])

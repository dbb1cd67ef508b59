"""Sampled orders against a log: alike where they should be, told apart where they are not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fillrate.trace import Trace, sample
from fillrate.trace.fit import Fit, Match, match
from fillrate.trace.fit.match import LIMITS
from fillrate.world import World


def by_figure(world: World, trace: Trace) -> dict[str, Match]:
    return {row.figure: row for row in match(world, trace)}


@pytest.fixture(scope="module")
def drawn(fitted: Fit) -> Trace:
    """Orders that really come from the world: seed 99 is none of those that `match` samples."""
    return sample(fitted.world, 99)


def test_orders_of_the_world_itself_match_it(fitted: Fit, drawn: Trace) -> None:
    found = by_figure(fitted.world, drawn)
    assert len(found) >= 10
    assert {row.word for row in found.values()} == {"good"}


def test_numbers_of_the_log_are_its_own(fitted: Fit, drawn: Trace) -> None:
    found, orders = by_figure(fitted.world, drawn), drawn.orders
    assert found["orders a day"].log == pytest.approx(len(orders) / 60)
    assert found["lines an order"].log == pytest.approx(orders.lines / len(orders))
    assert found["units a line"].log == pytest.approx(orders.quantity.mean())
    value = float((orders.price * orders.quantity).sum() / len(orders))
    assert found["value of an order"].log == pytest.approx(value)
    assert found["region"].log == np.bincount(orders.region).max() / len(orders)


def test_a_trend_shows(fitted: Fit, drawn: Trace) -> None:
    time = np.floor(60 * (drawn.orders.time / 60) ** 0.4 * 2**20) / 2**20
    found = by_figure(fitted.world, replace(drawn, orders=replace(drawn.orders, time=time)))
    assert found["quarter of the log"].word == "poor"
    assert found["quarter of the log"].kind == "quarter 4"
    assert found["lines an order"].word == "good"


def test_other_regions_and_units_show(fitted: Fit, drawn: Trace) -> None:
    orders = drawn.orders
    moved = replace(orders, region=np.zeros_like(orders.region), quantity=orders.quantity + 1)
    found = by_figure(fitted.world, replace(drawn, orders=moved))
    assert found["region"].word == found["units a line"].word == "poor"
    assert found["region"].log == 1.0
    assert found["region"].value > 20.0  # chi-square over its degrees of freedom
    assert found["units a line"].value > 0.2  # Kolmogorov-Smirnov distance


def test_distances_are_those_of_the_definition(fitted: Fit, drawn: Trace) -> None:
    row = by_figure(fitted.world, drawn)["segment"]
    pooled = np.concatenate([sample(fitted.world, seed).orders.segment for seed in range(8)])
    a, b = (np.bincount(s, minlength=4) / len(s) for s in (drawn.orders.segment, pooled))
    assert row.distance == pytest.approx(np.abs(a - b).sum() / 2)
    expected = b * len(drawn.orders)
    assert row.value == pytest.approx((((a * len(drawn.orders) - expected) ** 2) / expected).sum() / 3)


def test_words_follow_the_limits(fitted: Fit, drawn: Trace, tmp_path: Path) -> None:
    for row in match(fitted.world, drawn):
        allowed = {word: max(most, times * row.chance) for word, (most, times) in LIMITS.items()}
        assert row.word == next((word for word, most in allowed.items() if row.distance <= most), "poor")

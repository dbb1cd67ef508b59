"""Locations that share stock under lost sales: exact numbers, and what theory says of any such chain."""

from __future__ import annotations

import pytest

from fillrate.errors import InputError
from fillrate.plan.exact import sharing
from fillrate.policy.textbook import base_stock_backorders, critical_levels, erlang_b


@pytest.mark.parametrize(
    ("rates", "stocks", "reserve", "first", "second"),
    [  # served own, from the other, lost, and mean on hand; mean lead time 2
        ((1, 1), (3, 3), 0, (0.722216, 0.160622, 0.117162, 1.234325), (0.722216, 0.160622, 0.117162, 1.234325)),
        ((1, 1), (3, 3), 1, (0.767157, 0.077277, 0.155566, 1.311133), (0.767157, 0.077277, 0.155566, 1.311133)),
        ((2, 0.5), (4, 3), 0, (0.672315, 0.207166, 0.120519, 1.197026), (0.765769, 0.113713, 0.120519, 1.405567)),
        ((2, 0.5), (4, 3), 1, (0.685342, 0.127397, 0.187261, None), (0.882979, 0.034454, 0.082567, None)),
    ],
)
def test_two_locations(
    rates: tuple[float, float],
    stocks: tuple[int, int],
    reserve: int,
    first: tuple[float | None, ...],
    second: tuple[float | None, ...],
) -> None:
    result = sharing(rates, [2.0, 2.0], stocks, reserves=[reserve, reserve])
    for j, expected in enumerate((first, second)):
        found = (result.served[j, j], result.served[j, 1 - j], result.lost[j], result.on_hand[j])
        for number, wanted in zip(found, expected, strict=True):
            assert wanted is None or number == pytest.approx(wanted, abs=5e-7)


def test_without_sharing_each_location_loses_by_erlang() -> None:
    result = sharing([1.0, 1.0], [2.0, 2.0], [3, 3], preferences=[[0], [1]])
    assert result.lost == pytest.approx([0.210526, 0.210526], abs=5e-7)
    assert result.lost == pytest.approx([erlang_b(3, 2.0)] * 2, rel=1e-9)


@pytest.mark.parametrize("preferences", [None, [[0, 1, 2], [1, 0, 2], [2, 1, 0]], [[2, 1, 0]] * 3])
def test_total_lost_is_erlangs_for_every_rule_that_never_idles(preferences: list[list[int]] | None) -> None:
    result = sharing([1.0, 0.3, 0.7], [1.5, 1.5, 1.5], [2, 3, 1], preferences=preferences)
    assert result.lost == pytest.approx([erlang_b(6, 3.0)] * 3, rel=1e-9)
    assert result.on_hand.sum() == pytest.approx(6 - 3.0 * (1 - erlang_b(6, 3.0)), rel=1e-9)
    assert result.served.sum(axis=1) + result.lost == pytest.approx([1.0] * 3)


def test_a_reserve_at_one_location_is_a_critical_level() -> None:
    # Region 1 has no stock of its own, so location 0 serves two classes.
    result = sharing([1.0, 1.0], [2.0, 2.0], [4, 0], reserves=[1, 0])
    exact = critical_levels([1.0, 1.0], 2.0, 4, [0, 1])
    assert result.lost == pytest.approx(exact.lost, rel=1e-9)
    assert result.on_hand[0] == pytest.approx(exact.on_hand, rel=1e-9)


def test_ample_stock_is_never_shared() -> None:
    result = sharing([1.0, 1.0], [0.1, 0.1], [5, 5])
    palm = base_stock_backorders(1.0, 0.1, 5)
    assert result.served[0, 0] == pytest.approx(1.0, abs=1e-6)
    assert result.on_hand == pytest.approx([palm.on_hand] * 2, abs=1e-6)


def test_lists_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="one each per location"):
        sharing([1.0, 1.0], [2.0], [3, 3])
    with pytest.raises(InputError, match="sharing reserves"):
        sharing([1.0], [2.0, 2.0], [3, 3], reserves=[0, -1], preferences=[[0, 1]])
    with pytest.raises(InputError, match="a list per region"):
        sharing([1.0], [2.0, 2.0], [3, 3])
    with pytest.raises(InputError, match="locations 0"):
        sharing([1.0], [2.0], [3], preferences=[[1]])

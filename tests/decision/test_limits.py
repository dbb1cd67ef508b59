"""Formulas of quotas: plans that carry over, and fair shares of what is there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fillrate.decision.limits import fair_quota, planned_quota, pro_rata, shared_quota
from fillrate.policy.textbook.shares import largest_remainder


@pytest.mark.parametrize(
    ("granted", "used", "bought", "free", "kept", "left"),
    [
        (10, 7, True, 99, [50], 3),  # what was planned and not used
        (10, 12, True, 99, [], 0),  # never negative
        (10, 7, False, 52, [50], 2),  # what is left of the stock for higher segments stays
        (10, 7, False, 40, [30, 20], 0),
    ],
)
def test_planned_quota(granted: int, used: int, bought: bool, free: int, kept: list[int], left: int) -> None:
    assert planned_quota(granted, used, bought, free, sum(kept)) == left


def shared(total: int, weights: list[int]) -> list[int]:
    """Parts, over what was left in the lists by another use."""
    parts, rests = [9] * len(weights), [9] * len(weights)
    pro_rata(total, weights, len(weights), parts, rests)
    return parts


def fair(there: int, asked: list[int]) -> list[int]:
    count = len(asked)
    return [fair_quota(n, there, asked, count, [9] * count, [9] * count) for n in range(count)]


def share(segment: int, free: int, taken: list[int], weights: list[int], soon: list[int]) -> int:
    count = len(taken)
    return shared_quota(segment, free, taken, weights, soon, count, [9] * count, [9] * count)


def test_of_equal_remainders_the_earlier_comes_first() -> None:
    assert shared(3, [1, 1]) == [2, 1]
    assert shared(4, [1, 1, 1]) == [2, 1, 1]
    assert shared(3, [0, 0]) == [0, 0]
    assert fair(9, []) == []


counts = st.lists(st.integers(0, 50), min_size=1, max_size=5)


@given(st.integers(0, 200), counts)
def test_pro_rata_is_hamiltons_method(total: int, weights: list[int]) -> None:
    parts = shared(total, weights)
    if sum(weights):
        assert parts == list(largest_remainder(weights, total))
        assert sum(parts) == total
    else:
        assert not any(parts)


@given(st.integers(-5, 200), counts)
def test_fair_quotas_sum_to_what_is_there_or_asked_and_nobody_gets_more_than_asked(
    there: int, asked: list[int]
) -> None:
    quotas = fair(there, asked)
    assert sum(quotas) == min(max(0, there), sum(asked))
    assert all(0 <= quota <= want for quota, want in zip(quotas, asked, strict=True))


@given(
    st.integers(0, 30),
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=4),
)
def test_a_share_is_at_least_ones_part_and_never_more_than_there_is(
    free: int, segments: list[tuple[int, int, int]]
) -> None:
    taken, weights, soon = (list(column) for column in zip(*segments, strict=True))
    parts = shared(free + sum(taken), weights)
    for segment in range(len(segments)):
        quota = share(segment, free, taken, weights, soon)
        others = sum(max(0, parts[o] - taken[o]) for o in range(len(segments)) if o != segment)
        assert min(free, max(0, free - others)) <= quota <= free
    if not any(soon):
        assert share(0, free, taken, weights, soon) == free


@given(st.integers(0, 200), counts)
def test_more_stock_never_shrinks_what_is_shared_in_all(there: int, asked: list[int]) -> None:
    assert sum(fair(there + 1, asked)) >= sum(fair(there, asked))

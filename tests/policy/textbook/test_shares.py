"""Largest remainder and taking in order: stated examples, then properties."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fillrate.errors import InputError
from fillrate.policy.textbook import largest_remainder, take_in_order


def test_stated_examples() -> None:
    # Relative standalone prices (ASC 606-10-32-31, IFRS 15.76), and seven equal parts of 100 cents.
    assert largest_remainder([50, 25, 75], 100) == (33, 17, 50)
    assert largest_remainder([1] * 7, 100) == (15, 15, 14, 14, 14, 14, 14)


def test_equal_shares_tie_whatever_their_binary_fraction() -> None:
    assert largest_remainder([0.1] * 3, 1) == (1, 0, 0)
    assert largest_remainder([0.1, 0.2, 0.3], 6) == (1, 2, 3)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=12).filter(any), st.integers(0, 10**9))
def test_parts_sum_to_the_total_and_stay_within_one_of_their_quota(shares: list[int], total: int) -> None:
    parts = largest_remainder(shares, total)
    assert sum(parts) == total
    assert all(abs(part - Fraction(total * share, sum(shares))) < 1 for part, share in zip(parts, shares, strict=True))
    assert all(part == 0 for part, share in zip(parts, shares, strict=True) if share == 0)
    for a, b in zip(zip(shares, parts, strict=True), zip(shares[1:], parts[1:], strict=True), strict=False):
        assert a[0] <= b[0] or a[1] >= b[1]  # a larger share never gets less


def test_nothing_to_divide_and_nothing_to_divide_by() -> None:
    assert largest_remainder([0.0, 0.0], 0) == (0, 0)
    with pytest.raises(InputError, match="at least one above 0"):
        largest_remainder([0.0, 0.0], 5)
    with pytest.raises(InputError, match=r"shares: -1\.0"):
        largest_remainder([1.0, -1.0], 5)
    with pytest.raises(InputError, match="total"):
        largest_remainder([1.0], -5)


def test_sources_by_priority() -> None:
    # Magento inventory, API test of source selection by priority: SKU-1 × 8 and SKU-4 × 4, shippable.
    assert take_in_order(8, [5.5, 3.0]) == (5.5, 2.5)
    assert take_in_order(4, [6.0]) == (4,)
    assert sum(take_in_order(9, [5.5, 3.0])) == 8.5  # not shippable in full

"""Scales: what is proposed is within bounds, readable, and where the file's own number lies."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fillrate.learn.tune.ranges import Range, around, from_nothing, share, typical_size

RANGES = [
    around(-2.0),
    around(4096.0),
    from_nothing(6.0),
    share(),
    Range(1.0, 4.0, whole=True),
    Range(0.0, 80.0, unit=1.0, whole=True),
    Range(-96.0, 96.0, unit=0.1, may_miss=True),
]


@given(st.sampled_from(RANGES), st.floats(0.0, 1.0))
def test_every_coordinate_gives_an_allowed_value_with_few_digits(of: Range, part: float) -> None:
    low, high = of.span
    value = of.value(low + part * (high - low))
    if value is None:
        assert of.may_miss
        return
    assert of.low <= value <= of.high
    assert value == float(f"{value:.3g}") or value in {of.low, of.high}
    assert not of.whole or value == int(value)


@given(st.sampled_from(RANGES), st.floats(0.001, 0.999))
def test_a_value_lies_at_its_coordinate(of: Range, part: float) -> None:
    low, high = of.span
    value = of.value(low + part * (high - low))
    if value is not None:
        assert of.value(of.coordinate(value)) == pytest.approx(value, rel=0.01, abs=0.0 if value else 1e-12)


def test_the_present_value_is_in_the_middle_between_nothing_and_many_times_as_much() -> None:
    low, high = around(3.0).span
    assert low == 0.0
    assert around(3.0).coordinate(3.0) == pytest.approx(high / 2.0, rel=0.15)
    low, high = around(-3.0).span
    assert (around(-3.0).value(low), around(-3.0).value(high)) == (-48.0, 0.0)


def test_zero_is_among_the_values_and_has_a_width() -> None:
    of = from_nothing(1.0)
    assert [of.value(x) for x in (-0.3, 0.0, 0.3)] == [0.0, 0.0, 0.0]
    assert of.value(1.0) != 0.0


def test_absent_is_the_far_end_of_hold() -> None:
    of = Range(-16.0, 16.0, unit=0.125, may_miss=True)
    assert of.value(of.span[0]) is None
    assert of.coordinate(None) == of.span[0]
    assert of.value(of.coordinate(-7.9)) == pytest.approx(-7.9)


def test_a_share_is_spread_by_odds() -> None:
    """From 90 to 99 % is about as far as from 50 to 90 %, by the logarithm of the odds."""
    of = share()
    assert of.coordinate(0.99) - of.coordinate(0.9) == pytest.approx(math.log(11.0))
    assert of.coordinate(0.9) - of.coordinate(0.5) == pytest.approx(math.log(9.0))


@pytest.mark.parametrize(
    ("column", "size"), [("box_cost", 7.0), ("margin", 7.0), ("distance_km", 300.0), ("contract", 1.0), ("units", 5.0)]
)
def test_weights_of_unlike_columns_compare_by_the_units_of_the_columns(column: str, size: float) -> None:
    assert typical_size(column, 7.0) == size


@given(st.floats(0.01, 1000.0))
def test_the_ends_of_a_scale_are_read_by_people_too(size: float) -> None:
    for spread in (from_nothing(size), around(size)):
        for end in spread.span:
            value = spread.value(end)
            assert value == float(f"{value:.3g}")

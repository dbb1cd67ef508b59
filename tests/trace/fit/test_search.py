"""Finding the number at which a rising function comes near an aim, with few trials."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fillrate.trace.fit.search import HIGH, LOW, MOST_TRIALS, solved


@given(st.floats(-3, 12), st.floats(0.2, 3.0), st.floats(0.1, 0.97))
def test_a_smooth_rise_is_met(middle: float, width: float, aim: float) -> None:
    def rise(x: float) -> float:
        return 1 / (1 + math.exp(-(x - middle) / width))

    tried: dict[float, float] = {}
    number = solved(rise, aim, 0.01, tried)
    assert number in tried
    assert len(tried) <= MOST_TRIALS
    assert abs(rise(number) - aim) <= 0.01 or number in {LOW, HIGH} or len(tried) == MOST_TRIALS
    assert number == min(tried, key=lambda x: (abs(tried[x] - aim), x))


def test_a_step_ends_at_its_edge() -> None:
    tried: dict[float, float] = {}
    number = solved(lambda x: 0.2 if x < 3.337 else 1.0, 0.9, 0.01, tried)
    assert tried[number] == 1.0
    assert 3.33 <= number <= 3.45


@pytest.mark.parametrize(("value", "end"), [(0.1, HIGH), (1.0, LOW)])
def test_out_of_reach_is_given_up(value: float, end: float) -> None:
    tried: dict[float, float] = {}
    solved(lambda _: value, 0.9, 0.01, tried)
    assert len(tried) <= MOST_TRIALS
    assert min(tried) >= LOW
    assert max(tried) <= HIGH
    assert (max if end == HIGH else min)(tried) == pytest.approx(end, abs=10)


def test_earlier_trials_are_used() -> None:
    tried = {2.0: 0.5, 4.0: 0.9}
    assert solved(lambda x: pytest.fail(f"tried {x}"), 0.895, 0.01, tried) == 4.0

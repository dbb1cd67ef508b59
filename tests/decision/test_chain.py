"""Chains: the first weighted sum that does not tie decides, then row order; hold only by its score or by force."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fillrate.decision.chain import choose, narrow, order_key, pick, scores

COLUMNS = {"near": [3.0, 1.0, 1.0, 2.0], "cheap": [0.0, 5.0, 4.0, 4.0], "full": [1.0, 1.0, 1.0, 0.0]}


def take(steps: list[dict[str, float]], legal: list[int], hold: float | None = None) -> int:
    return choose([tuple(step.items()) for step in steps], COLUMNS.__getitem__, legal, 4, hold)


@pytest.mark.parametrize(
    ("steps", "legal", "row"),
    [
        ([{"near": -1.0}], [0, 1, 2, 3], 1),  # rows 1 and 2 tie, the first is taken
        ([{"near": -1.0}, {"cheap": -1.0}], [0, 1, 2, 3], 2),  # the second step tells them apart
        ([{"near": -1.0}, {"cheap": -1.0}], [0, 3], 3),  # among the legal ones
        ([{"near": -1.0, "cheap": -0.5}], [0, 1, 2, 3], 0),  # -3, -3.5, -3, -4: a sum, not a sequence
        ([{"full": 1.0}, {"full": -1.0}, {"cheap": 1.0}], [0, 2, 3], 2),  # a step that ties passes on
        ([{"near": 1.0}], [], 4),  # nothing is legal
    ],
)
def test_what_a_chain_takes(steps: list[dict[str, float]], legal: list[int], row: int) -> None:
    assert take(steps, legal) == row


@pytest.mark.parametrize(("hold", "row"), [(None, 1), (-1.5, 1), (-1.0, 1), (-0.5, 4)])
def test_hold_must_score_better_than_the_best_row(hold: float | None, row: int) -> None:
    assert take([{"near": -1.0}], [0, 1], hold) == row


def test_hold_is_weighed_also_when_one_row_is_legal() -> None:
    assert take([{"near": -1.0}], [0], 0.0) == 4
    assert take([{"near": -1.0}], [0]) == 0


def test_only_the_columns_that_are_needed_are_computed() -> None:
    asked = Counter[str]()

    def column(name: str) -> list[float]:
        asked[name] += 1
        return COLUMNS[name]

    steps = [(("near", -1.0),), (("cheap", -1.0),)]
    assert choose(steps, column, [0, 1], 4, None) == 1
    assert choose(steps, column, [3], 4, None) == 3
    assert asked == {"near": 1}


@given(st.lists(st.floats(-9.0, 9.0), min_size=3, max_size=3), st.sets(st.integers(0, 2), min_size=1))
def test_the_row_taken_is_legal_and_none_scores_more(values: list[float], among: set[int]) -> None:
    legal = sorted(among)
    row = choose([(("x", 1.0),)], lambda _: values, legal, 3, None)
    assert row in legal
    assert all(values[r] <= values[row] for r in legal)
    kept = narrow(values, legal, len(legal))
    assert legal[0] == row
    assert all(values[r] == values[row] for r in legal[:kept])


def test_terms_are_added_in_the_order_in_which_they_are_written() -> None:
    step = (("near", 0.1), ("cheap", 0.2), ("full", 0.3))
    assert scores(step, COLUMNS.__getitem__)[1] == (0.1 * 1.0 + 0.2 * 5.0) + 0.3 * 1.0


@given(st.floats(0.0, 1.0, exclude_max=True), st.sets(st.integers(0, 4)))
def test_a_random_row_is_legal_or_hold_and_each_as_likely(u: float, among: set[int]) -> None:
    legal = sorted(among)
    row = pick(u, legal, len(legal), 5)
    answers = [*legal, 5]
    assert row == answers[int(u * len(answers))]


@given(st.lists(st.tuples(st.sampled_from([0.0, 1.0]), st.sampled_from([0.0, 1.0, 2.0])), max_size=8))
def test_ranking_is_a_total_order(orders: list[tuple[float, float]]) -> None:
    """Larger priority first, then earlier receipt, then the earlier row; no two orders share a place."""
    steps = [(("priority", 1.0),), (("received", -1.0),)]
    keys = [(*order_key(steps, {"priority": p, "received": r}.__getitem__), row) for row, (p, r) in enumerate(orders)]
    assert len(set(keys)) == len(keys)
    ranked = [key[-1] for key in sorted(keys)]
    assert ranked == sorted(range(len(orders)), key=lambda n: (-orders[n][0], orders[n][1], n))

"""Priced answers of an order that ships from some locations already: against all answers, one by one."""

from __future__ import annotations

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from fillrate.decision.joining import solve_joining
from fillrate.decision.whole_order import solve_whole_order

ROWS = 3
units = st.integers(0, 2)
money = st.integers(-4, 8).map(float)


def gains(quantity: list[int], available: list[int], value: list[float], box: list[float], split: int) -> dict:  # type: ignore[type-arg]
    """Gain of every answer (flat tuple) that the split rule allows."""
    found = {}
    for take in product(*[range(n + 1) for n in available]):
        rows = [take[line * ROWS : (line + 1) * ROWS] for line in range(len(quantity))]
        over = any(sum(row) > wanted for row, wanted in zip(rows, quantity, strict=True))
        if over or (split == 1 and any(sum(n > 0 for n in row) > 1 for row in rows)):
            continue
        boxes = sum(box[r] for r in range(ROWS) if any(take[r::ROWS]))
        found[take] = sum(n * v for n, v in zip(take, value, strict=True)) - boxes
    return found


@given(
    st.lists(units, min_size=2 * ROWS, max_size=2 * ROWS),
    st.lists(money, min_size=2 * ROWS, max_size=2 * ROWS),
    st.lists(st.integers(0, 4).map(float), min_size=ROWS, max_size=ROWS),
    st.sets(st.integers(0, ROWS - 1), max_size=2),
    st.integers(0, 2),
    st.sampled_from([1, 2]),
)
@settings(max_examples=150)
def test_no_answer_within_the_locations_left_gains_more(
    available: list[int], value: list[float], box: list[float], joined: set[int], room: int, split: int
) -> None:
    quantity = [2, 1]
    cover = solve_joining(quantity, available, value, [0.0] * 6, box, split, 0, room, sorted(joined))
    take = tuple(n for row in cover.take for n in row)
    every = gains(quantity, available, value, box, split)
    allowed = [t for t in every if len({r for r in range(ROWS) if any(t[r::ROWS])} - joined) <= room]
    assert take in allowed
    assert cover.gain == every[take] == max(every[t] for t in allowed)


def test_without_locations_of_before_it_is_the_solver_itself() -> None:
    args = ([2, 1], [1, 1, 2, 0, 1, 1], [9.0, 8.0, 7.0] * 2, [0.0] * 6, [1.0, 2.0, 3.0], 2, 0)
    assert solve_joining(*args, 3, []) == solve_whole_order(*args, 3)


def test_a_full_order_of_locations_gets_no_other() -> None:
    """Two locations are allowed and in use; the third would be better and may not be opened."""
    cover = solve_joining([2], [1, 0, 2], [5.0, 5.0, 9.0], [0.0] * 3, [0.0] * 3, 2, 0, 0, [0, 1])
    assert cover.take == [[1, 0, 0]]


def test_more_units_then_less_cost_decide_between_equal_gains() -> None:
    take = solve_joining([1], [1, 1], [5.0, 5.0], [2.0, 1.0], [0.0, 0.0], 2, 0, 1, []).take
    assert take == [[0, 1]]
    take = solve_joining([2], [1, 2], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0], 2, 0, 1, []).take
    assert take == [[0, 2]]


counts = st.lists(st.integers(0, 3), min_size=8, max_size=8)
prices = st.lists(st.integers(-2, 4).map(float), min_size=8, max_size=8)


@given(
    counts,
    prices,
    prices.map(lambda money: [abs(m) for m in money]),
    st.lists(st.integers(0, 3).map(float), min_size=4, max_size=4),
    st.sets(st.integers(0, 3), max_size=3),
    st.integers(0, 4),
    st.integers(0, 2),
    st.integers(0, 2),
)
@settings(max_examples=300)
def test_every_choice_of_others_is_solved_for_itself_and_the_first_of_the_best_wins(
    available: list[int],
    value: list[float],
    cost: list[float],
    box: list[float],
    joined: set[int],
    room: int,
    split: int,
    complete: int,
) -> None:
    """The same by the book: combinations in lexicographic order, a fresh solver for each, ties as they are compared."""
    quantity = [3, 2]
    other = [r for r in range(4) if r not in joined and any(available[r::4])]
    best, record = None, (0.0, 0, 0.0)
    for more in combinations(other, min(room, len(other))):
        usable = [n if i % 4 in joined or i % 4 in more else 0 for i, n in enumerate(available)]
        cover = solve_whole_order(quantity, usable, value, cost, box, split, complete, 4)
        flat = [n for line in cover.take for n in line]
        spent = sum(n * c for n, c in zip(flat, cost, strict=True)) + sum(box[r] for r in range(4) if any(flat[r::4]))
        found = (cover.gain, sum(flat), -spent)
        if best is None or found > record:
            best, record = cover, found
    assert solve_joining(quantity, available, value, cost, box, split, complete, room, sorted(joined)) == best


def test_nothing_to_ship_is_an_answer() -> None:
    assert solve_joining([2], [0, 0], [5.0, 5.0], [0.0, 0.0], [1.0, 1.0], 2, 0, 1, [0]).take == [[0, 0]]
    assert solve_joining([], [], [], [], [1.0], 2, 0, 1, []).take == []

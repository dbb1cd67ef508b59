"""The walk: its mask against brute force, and what is undone at its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fillrate.decision.walk import coverable, drop_small, legal_rows, settle, take_row

PLACES = 3


@dataclass(frozen=True)
class Asked:
    """A small offer; entry (line, row) of flat tuples is at line * PLACES + row."""

    location: tuple[int, ...]  # -1 = no such row
    available: tuple[int, ...]
    left: tuple[int, ...]
    opened: tuple[int, ...]
    split: int
    complete: int
    most: int

    @property
    def budget(self) -> int:
        return 1 if self.split == 0 else self.most


@st.composite
def offers(draw: st.DrawFn) -> Asked:
    lines = draw(st.integers(1, 3))
    location: list[int] = []
    for _ in range(lines):
        places = draw(st.permutations(range(PLACES)))[: draw(st.integers(1, PLACES))]
        location += [*places, *[-1] * (PLACES - len(places))]
    available = [draw(st.integers(0, 3)) if place >= 0 else 0 for place in location]
    return Asked(
        location=tuple(location),
        available=tuple(available),
        left=tuple(draw(st.integers(1, 4)) for _ in range(lines)),
        opened=draw(st.sampled_from([(), (0,), (1,), (2, 0)])),
        split=draw(st.integers(0, 2)),
        complete=draw(st.integers(0, 2)),
        most=draw(st.integers(1, PLACES)),
    )


def walks(offer: Asked) -> Iterator[tuple[int, ...]]:
    """What every sequence of legal answers ends with, holds included."""
    state = [(0, list(offer.left), [0] * len(offer.location), list(offer.opened))]
    while state:
        line, left, take, opened = state.pop()
        if line == len(left) or (offer.complete == 2 and any(left[:line])):
            settle(PLACES, left, take, offer.left, offer.complete)
            yield tuple(take)
            continue
        state.append((line + 1, list(left), list(take), list(opened)))  # hold
        rows = legal_rows(
            *(line, PLACES, offer.location, offer.available, left, take, opened),
            *(offer.split, offer.complete, offer.most),
        )
        for row in rows if left[line] else []:
            after = list(left), list(take), list(opened)
            take_row(line, row, PLACES, offer.location, offer.available, *after)
            state.append((line + (not after[0][line]), *after))


def line_takes(offer: Asked, line: int) -> set[tuple[int, ...]]:
    """What a line may be given, row by row, each row giving min(available, remaining)."""
    found = set()
    for count in range(PLACES + 1):
        for rows in permutations(range(PLACES), count):
            take, left = [0] * PLACES, offer.left[line]
            for row in rows:
                take[row] = min(offer.available[line * PLACES + row], left)
                left -= take[row]
            found.add(tuple(take))
    return found


def is_right(offer: Asked, take: tuple[int, ...]) -> bool:
    """Whether an answer keeps the rules on splits, locations and completeness."""
    used = {offer.location[at] for at, units in enumerate(take) if units}
    if not used <= set(offer.opened) and len(used | set(offer.opened)) > offer.budget:
        return False
    rows = [take[line * PLACES : (line + 1) * PLACES] for line in range(len(offer.left))]
    if offer.split == 1 and any(sum(units > 0 for units in row) > 1 for row in rows):
        return False
    full = [sum(row) == left for row, left in zip(rows, offer.left, strict=True)]
    none = [sum(row) == 0 for row in rows]
    if offer.complete == 1:
        return all(a or b for a, b in zip(full, none, strict=True))
    return offer.complete == 0 or all(full) or all(none)


def right_answers(offer: Asked) -> set[tuple[int, ...]]:
    """Every answer that keeps the rules, by trying all."""
    by_line = [line_takes(offer, line) for line in range(len(offer.left))]
    answers = {tuple(units for row in rows for units in row) for rows in product(*by_line)}
    return {take for take in answers if is_right(offer, take)}


@given(offers())
@settings(max_examples=300)
def test_legal_answers_end_right_and_every_right_answer_can_be_reached(offer: Asked) -> None:
    assert set(walks(offer)) == right_answers(offer)


@given(offers())
def test_a_row_of_an_order_that_can_be_complete_leads_to_a_complete_order(offer: Asked) -> None:
    """The first line's mask names exactly the rows with which some complete answer begins."""
    if offer.complete != 2:
        return
    complete = [t for t in right_answers(offer) if any(t)]
    rows = legal_rows(
        *(0, PLACES, offer.location, offer.available, offer.left, [0] * len(offer.location), list(offer.opened)),
        *(offer.split, 2, offer.most),
    )
    first = {row for t in complete for row in range(PLACES) if t[row] == min(offer.available[row], offer.left[0]) > 0}
    assert set(rows) == first


def test_the_search_for_a_cover_ends_early() -> None:
    """Thirty sites that lack one unit in sum: no site more is opened in vain (all subsets would take years)."""
    sites = list(range(30))
    assert not coverable([0], 30, sites, [1] * 30, [31], [], 2, 30)
    assert coverable([0], 30, sites, [1] * 30, [30], [], 2, 30)
    assert not coverable([0, 1], 30, sites * 2, [1] * 60, [6, 6], [], 2, 5)


def test_ship_complete_sees_that_two_lines_do_not_fit_into_two_locations() -> None:
    """Line 0 lies at 0 and 1, line 1 at 2 only; with two locations line 0 cannot come from both of its own."""
    location, available = [0, 1, 2] * 2, [1, 1, 0, 0, 0, 1]
    first = legal_rows(0, 3, location, available, [2, 1], [0] * 6, [], 2, 2, 2)
    assert first == []
    assert legal_rows(0, 3, location, available, [2, 1], [0] * 6, [], 2, 2, 3) == [0, 1]
    assert legal_rows(0, 3, location, available, [1, 1], [0] * 6, [], 2, 2, 2) == [0, 1]


def test_an_order_with_a_line_that_cannot_be_complete_has_no_legal_row_on_any_line() -> None:
    location, available = [0, 1] * 2, [1, 0, 3, 3]
    for line in (0, 1):
        assert legal_rows(line, 2, location, available, [2, 1], [0] * 4, [], 2, 2, 2) == []


@pytest.mark.parametrize(
    ("complete", "left", "take"),
    [(0, [0, 1], [2, 0, 0, 1]), (1, [0, 2], [2, 0, 0, 0]), (2, [2, 2], [0, 0, 0, 0])],
)
def test_settling_undoes_what_is_not_complete(complete: int, left: list[int], take: list[int]) -> None:
    found_left, found = [0, 1], [2, 0, 0, 1]
    settle(2, found_left, found, [2, 2], complete)
    assert (found_left, found) == (left, take)


@given(
    st.lists(st.integers(0, 3), min_size=6, max_size=6),
    st.lists(st.integers(0, 9).map(float), min_size=2, max_size=2),
    st.lists(st.integers(0, 2), max_size=2, unique=True),
    st.integers(1, 20).map(float),
)
def test_no_further_location_ships_less_than_the_threshold(
    take: list[int], price: list[float], before: list[int], least: float
) -> None:
    location, left, kept = [0, 1, 2] * 2, [0, 0], list(take)
    changed = drop_small(3, location, price, left, kept, before, least)
    worth = [take[p] * price[0] + take[p + 3] * price[1] for p in range(3)]
    now = [kept[p] * price[0] + kept[p + 3] * price[1] for p in range(3)]
    free = set(before) if before else {worth.index(max(worth))}
    for place in range(3):
        small = worth[place] < least and place not in free
        assert now[place] == (0.0 if small else worth[place])
    assert changed == (kept != take)
    assert [sum(take[:3]) - sum(kept[:3]), sum(take[3:]) - sum(kept[3:])] == left

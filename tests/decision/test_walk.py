"""The walk: its mask against brute force, and what is undone at its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fillrate.decision.covering import coverable
from fillrate.decision.offer import COMPLETE, LINE, Offer, allow_units, make_offer
from fillrate.decision.walk import advance, answer, finish, give, has_choice, legal_rows, settle, walk

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


def fresh(offer: Asked) -> Offer:
    terms = (offer.split, offer.complete, offer.most)
    return make_offer(offer.location, offer.available, offer.left, [1.0] * len(offer.left), offer.opened, *terms)


def copy(offer: Offer) -> Offer:
    return offer._replace(
        left=list(offer.left),
        take=list(offer.take),
        opened=list(offer.opened),
        legal=list(offer.legal),
        free=list(offer.free),
        rest=list(offer.rest),
        barred=list(offer.barred),
        state=list(offer.state),
    )


def rows_of(offer: Offer, line: int) -> list[int]:
    return list(offer.legal[: legal_rows(offer, line)])


def walks(asked: Asked) -> Iterator[tuple[int, ...]]:
    """What every sequence of legal answers ends with, holds included."""
    under_way = [fresh(asked)]
    while under_way:
        offer = under_way.pop()
        count = advance(offer)
        if count < 0:
            finish(offer)
            yield tuple(offer.take)
            continue
        for row in [*offer.legal[:count], offer.width]:
            after = copy(offer)
            answer(after, row)
            under_way.append(after)


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
    rows = rows_of(fresh(offer), 0)
    first = {row for t in complete for row in range(PLACES) if t[row] == min(offer.available[row], offer.left[0]) > 0}
    assert set(rows) == first
    assert has_choice(fresh(offer)) == any(rows_of(fresh(offer), line) for line in range(len(offer.left)))


@given(offers(), st.randoms(use_true_random=False))
def test_a_paused_walk_ends_as_one_that_runs_through(asked: Asked, random: Random) -> None:
    """`walk` is no more than advance, answer, finish; nothing is kept between but the offer."""
    answers: list[int] = []

    def ask(offer: Offer, legal: list[int]) -> int:
        answers.append(random.choice([*legal, offer.width]))
        return answers[-1]

    through = fresh(asked)
    walk(through, ask)
    paused = fresh(asked)
    while (count := advance(paused)) >= 0:
        paused = copy(paused)
        said = answers.pop(0)
        answer(paused, said if count else paused.width)
    finish(paused)
    assert (paused.take, paused.left) == (through.take, through.left)
    assert not answers


def test_a_line_held_after_a_taking_closes_its_location_for_the_lines_behind() -> None:
    """With one further location, line 0 takes 1 of 2 at place 0 and holds: line 1 may still open place 1."""
    offer = make_offer([0, 1, 0, 1], [1, 1, 0, 5], [2, 3], [1.0, 1.0], (), 2, 1, 2)
    assert advance(offer) == 2
    answer(offer, 0)
    assert advance(offer) == 1
    answer(offer, offer.width)
    assert (offer.take, offer.state) == ([0] * 4, [1, 0])
    assert advance(offer) == 1
    assert offer.legal[0] == 1


def test_the_search_for_a_cover_ends_early() -> None:
    """Thirty sites that lack one unit in sum: no site more is opened in vain (all subsets would take years)."""
    sites = list(range(30))

    def covers(lines: int, units: list[int], most: int) -> bool:
        offer = make_offer(sites * lines, [1] * 30 * lines, units, [1.0] * lines, (), 2, 1, most)
        for at in range(30 * lines):
            offer.free[at] = 1
        for line, n in enumerate(units):
            offer.rest[line] = n
        return coverable(offer, 0, lines)

    assert not covers(1, [31], 30)
    assert covers(1, [30], 30)
    assert not covers(2, [6, 6], 5)


def test_ship_complete_sees_that_two_lines_do_not_fit_into_two_locations() -> None:
    """Line 0 lies at 0 and 1, line 1 at 2 only; with two locations line 0 cannot come from both of its own."""
    location, available = [0, 1, 2] * 2, [1, 1, 0, 0, 0, 1]

    def first(units: list[int], most: int) -> list[int]:
        return rows_of(make_offer(location, available, units, [1.0, 1.0], (), 2, 2, most), 0)

    assert first([2, 1], 2) == []
    assert first([2, 1], 3) == [0, 1]
    assert first([1, 1], 2) == [0, 1]


def test_an_order_with_a_line_that_cannot_be_complete_has_no_legal_row_on_any_line() -> None:
    offer = make_offer([0, 1] * 2, [1, 0, 3, 3], [2, 1], [1.0, 1.0], (), 2, 2, 2)
    assert [rows_of(offer, line) for line in (0, 1)] == [[], []]
    assert not has_choice(offer)


@pytest.mark.parametrize(
    ("complete", "left", "take"),
    [(0, [0, 1], [2, 0, 0, 1]), (1, [0, 2], [2, 0, 0, 0]), (2, [2, 2], [0, 0, 0, 0])],
)
def test_settling_undoes_what_is_not_complete(complete: int, left: list[int], take: list[int]) -> None:
    offer = make_offer([0, 1] * 2, [9] * 4, [2, 2], [1.0, 1.0], (), 2, complete, 2)
    offer = offer._replace(left=[0, 1], take=[2, 0, 0, 1])
    settle(offer)
    assert (offer.left, offer.take) == (left, take)


@given(
    st.lists(st.integers(0, 3), min_size=6, max_size=6),
    st.lists(st.integers(0, 9).map(float), min_size=2, max_size=2),
    st.lists(st.integers(0, 2), max_size=2, unique=True),
    st.integers(1, 20).map(float),
)
def test_no_further_location_ships_less_than_the_threshold(
    take: list[int], price: list[float], before: list[int], least: float
) -> None:
    terms = (2, 0, 3, least)
    offer = make_offer([0, 1, 2] * 2, [9] * 6, [sum(take[:3]), sum(take[3:])], price, before, *terms)
    for at, units in enumerate(take):
        give(offer, at // 3, at % 3, units)
    finish(offer)
    kept = list(offer.take)
    worth = [take[p] * price[0] + take[p + 3] * price[1] for p in range(3)]
    now = [kept[p] * price[0] + kept[p + 3] * price[1] for p in range(3)]
    shipping = [worth[p] if take[p] or take[p + 3] else -1.0 for p in range(3)]
    free = set(before) if before else {shipping.index(max(shipping))}
    for place in range(3):
        small = worth[place] < least and place not in free
        assert now[place] == (0.0 if small else worth[place])
    assert [sum(take[:3]) - sum(kept[:3]), sum(take[3:]) - sum(kept[3:])] == list(offer.left)


def test_a_further_location_is_legal_from_the_threshold_on() -> None:
    """Units are worth 5 each; location 0 ships already, another must ship for 10 on this line and those after it."""
    terms = ((0,), 2, 0, 3, 10.0)
    assert rows_of(make_offer([0, 1, 2], [1, 2, 1], [3], [5.0], *terms), 0) == [0, 1]
    offer = make_offer([0, 1] * 2, [0, 1] * 2, [1, 1], [5.0, 5.0], *terms)
    assert [rows_of(offer, line) for line in (0, 1)] == [[1], []]


def test_what_may_not_be_placed_in_full_is_not_placed() -> None:
    for complete, allowed in (("no", [2, 2]), ("line", [0, 2]), ("order", [0, 0])):
        caps = [2, 9]
        allow_units([3, 2], caps, 2, COMPLETE[complete])
        assert caps == allowed
    assert fresh(Asked((0,), (1,), (1,), (), 2, 0, 1)).state[LINE] == -1

"""An order of locations that a greedy shop fills as the decision says, where there is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fillrate.adapters import Record, in_order, ranked
from fillrate.adapters.ranking import greedy, taken

SITES = ("a", "b", "c", "d")


def request(lines: dict[str, int], stock: dict[tuple[str, str], int], closed: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "id": "1",
        "lines": [{"line": sku, "sku": sku, "quantity": units} for sku, units in lines.items()],
        "stock": [{"location": at, "sku": sku, "on_hand": units} for (at, sku), units in stock.items()],
        "sites": [{"location": at, "open": at not in closed} for at in SITES],
    }


def decision(asked: Record, take: dict[tuple[str, str], int]) -> dict[str, Any]:
    lines = []
    for line in asked["lines"]:
        mine = {at: units for (sku, at), units in take.items() if sku == line["sku"]}
        given = [{"location": at, "quantity": units} for at, units in mine.items()]
        lines.append({**line, "allocated": given, "held": line["quantity"] - sum(mine.values())})
    return {"id": "1", "policy": "by hand", "lines": lines}


def first(take: dict[tuple[str, str], int]) -> Callable[[Record], Record]:
    """Answers the first question so, and holds everything afterwards."""
    answers = [take]
    return lambda asked: decision(asked, answers.pop() if answers else {})


def last_first(asked: Record) -> Record:
    """Fills from the last site on."""
    return in_order({**asked, "sites": list(reversed(asked["sites"]))})


def test_the_order_that_gives_the_decision_back_is_found_whatever_the_decision_lists_first() -> None:
    asked = request({"x": 3, "y": 2}, {("a", "x"): 1, ("a", "y"): 2, ("b", "x"): 5})
    found = ranked(asked, first({("x", "b"): 2, ("x", "a"): 1, ("y", "a"): 2}))
    assert (found.locations[:2], found.exact) == (("a", "b"), True)


def test_a_decision_that_no_order_gives_is_marked_and_its_nearest_order_taken() -> None:
    asked = request({"x": 2, "y": 3}, {(at, sku): 9 for at in "ab" for sku in "xy"})
    found = ranked(asked, first({("x", "a"): 2, ("y", "b"): 3}))
    assert (found.locations[:2], found.exact) == (("b", "a"), False)  # b first keeps three units of five


def test_a_decision_that_holds_what_is_there_is_marked() -> None:
    asked = request({"x": 2}, {("a", "x"): 5})
    found = ranked(asked, first({("x", "a"): 1}))
    assert (found.locations, found.exact) == (("a", "b", "c", "d"), False)


def test_the_rest_follows_in_the_order_of_what_would_be_taken_without_them() -> None:
    asked = request({"x": 2}, {(at, "x"): 2 for at in SITES})
    assert ranked(asked, last_first).locations == ("d", "c", "b", "a")


def test_closed_locations_are_left_out() -> None:
    asked = request({"x": 2}, {(at, "x"): 2 for at in SITES}, closed=("d", "b"))
    assert ranked(asked, last_first).locations == ("c", "a")


def test_reserved_and_safety_stock_are_not_given_away() -> None:
    asked = request({"x": 9}, {("a", "x"): 9})
    asked["stock"][0] |= {"reserved": 2, "safety": 3}
    assert taken(in_order(asked)) == {("x", "a"): 4}


def test_two_lines_of_a_sku_share_its_stock() -> None:
    asked = request({"x": 3}, {("a", "x"): 4})
    asked["lines"].append({"line": "again", "sku": "x", "quantity": 3})
    found = in_order(asked)
    assert [line["held"] for line in found["lines"]] == [0, 2]


units = st.integers(0, 4)


@given(
    st.dictionaries(st.sampled_from("xyz"), st.integers(1, 6), min_size=1),
    st.dictionaries(st.tuples(st.sampled_from(SITES), st.sampled_from("xyz")), units, min_size=1),
    st.permutations(SITES),
)
def test_any_greedy_rule_is_ranked_exactly(
    lines: dict[str, int], stock: dict[tuple[str, str], int], order: list[str]
) -> None:
    """A rule that walks down its own order is given back to the unit, and every open site is ranked once."""
    asked = request(lines, stock)

    def rule(question: Record) -> Record:
        return in_order({**question, "sites": [{"location": at} for at in order]})

    found = ranked(asked, rule)
    assert found.exact
    assert greedy(asked, found.locations) == taken(rule(asked))
    assert sorted(found.locations) == sorted(SITES)

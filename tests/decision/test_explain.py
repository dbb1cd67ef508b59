"""Explanations of source decisions: the reason for every row, the step that decided, and text that fits the width."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fillrate.decision.chain import Step, choose
from fillrate.decision.explain import Decided, Explanation, RowFacts, Scored, as_text, decide, formula, why_not

FREE = RowFacts("north", on_hand=5, reserved=2, kept_back=0, quota=None, down=False, bound="", available=3)
EMPTY = RowFacts("south", on_hand=0, reserved=0, kept_back=0, quota=None, down=False, bound="", available=0)


def reason(row: RowFacts, **changes: object) -> str:
    usual: dict[str, object] = {"taken": 0, "opened": (), "split": "units", "most": 9, "complete": "no", "worth": 0.0}
    return why_not(row, **(usual | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (EMPTY, "no stock"),
        (replace(EMPTY, on_hand=4, reserved=4), "all 4 on hand are reserved"),
        (replace(EMPTY, on_hand=4, reserved=1, kept_back=3), "3 free, 3 kept back"),
        (replace(EMPTY, on_hand=4, reserved=1, kept_back=2**40), "3 free, kept back by a limit"),
        (replace(EMPTY, on_hand=4, quota=0), "quota used up"),
        (replace(EMPTY, on_hand=4, down=True), "outage"),
        (replace(EMPTY, on_hand=4, bound="order is pinned to east"), "order is pinned to east"),
    ],
)
def test_a_row_without_anything_available_says_what_took_it(row: RowFacts, said: str) -> None:
    assert reason(row) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"taken": 3}, "taken already"),
        ({"split": "none", "opened": ("east",)}, "order ships from east only"),
        ({"opened": ("east", "west"), "most": 2}, "order ships from 2 of at most 2 locations"),
        ({"opened": ("east",), "worth": 40.0}, "a further parcel must be worth 40"),
        ({"split": "lines"}, "line ships from one location"),
        ({"complete": "order"}, "order could not ship complete"),
        ({"complete": "line"}, "line could not ship complete"),
    ],
)
def test_a_row_with_stock_says_what_forbids_it(changes: dict[str, object], said: str) -> None:
    assert reason(FREE, **changes) == said


def test_a_location_that_is_open_already_is_no_further_one() -> None:
    said = reason(FREE, opened=("north",), split="none", most=1, worth=40.0, complete="line")
    assert said == "line could not ship complete"


STEPS: list[Step] = [(("cover", 1.0),), (("cost", -1.0), ("days", 0.5))]
TABLE = {"cover": [1.0, 1.0, 0.5], "cost": [4.0, 3.0, 1.0], "days": [0.0, 0.0, 0.0]}


def test_the_first_step_that_does_not_tie_decides() -> None:
    found = decide(STEPS, TABLE.__getitem__, [0, 1, 2], 3, None)
    assert found.row == 1
    assert found.why == "score 2 (-cost + 0.5 days) is largest there, -3 against -4"
    assert found.scored == (
        Scored("cover", (1.0, 1.0, 0.5)),
        Scored("-cost + 0.5 days", (-4.0, -3.0, None)),  # the third row is out after the first step
    )


def test_ties_go_to_the_first_row() -> None:
    found = decide([(("cover", 1.0),)], TABLE.__getitem__, [0, 1], 3, None)
    assert (found.row, found.why) == (0, "2 rows tie; the first in the region's order is taken")


def test_hold_wins_against_the_first_step_only() -> None:
    found = decide(STEPS, TABLE.__getitem__, [0, 1, 2], 3, hold=2.0)
    assert (found.row, found.why) == (3, "hold scores 2, the best row 1")
    alone = decide(STEPS, TABLE.__getitem__, [2], 3, hold=0.0)
    assert (alone.row, alone.why) == (2, "the only legal row, and its 0.5 beats hold")


def test_what_is_not_weighed_is_said_too() -> None:
    assert decide(STEPS, TABLE.__getitem__, [], 3, None) == Decided(3, "no row is legal", ())
    assert decide(STEPS, TABLE.__getitem__, [2], 3, None) == Decided(2, "the only legal row", ())


values = st.lists(st.integers(-2, 2).map(float), min_size=4, max_size=4)


@given(
    table=st.fixed_dictionaries({"a": values, "b": values}),
    steps=st.lists(st.sampled_from([(("a", 1.0),), (("b", -1.0),), (("a", 0.5), ("b", 2.0))]), min_size=1, max_size=3),
    legal=st.sets(st.integers(0, 3)).map(sorted),
    hold=st.none() | st.integers(-3, 3).map(float),
)
def test_an_explanation_tells_the_row_that_the_chain_takes(
    table: dict[str, list[float]], steps: list[Step], legal: list[int], hold: float | None
) -> None:
    assert decide(steps, table.__getitem__, legal, 4, hold).row == choose(steps, table.__getitem__, legal, 4, hold)


def explanation(columns: int) -> Explanation:
    named = tuple((f"column_number_{n}", (1.25, 20.0)) for n in range(columns))
    scored = (Scored("column_number_0", (1.25, None)),)
    return Explanation(
        now=3.5,
        order=7,
        offer=1,
        line=1,
        lines=2,
        sku="lamp",
        quantity=4,
        policy="cheapest",
        rows=(FREE, EMPTY),
        reasons=("", "no stock"),
        columns=named,
        taken=(3, 0),
        decided=Decided(0, "the only legal row", scored),
    )


def test_the_text_shows_rows_columns_scores_and_the_verdict() -> None:
    assert as_text(explanation(1)).splitlines() == [
        "Day 3.5, offer 1: 4 × lamp (line 2 of 2)",
        "  location  available  column_number_0  score",
        "  north             3             1.25   1.25  <- takes 3",
        "  south             0            20.00      –  no stock",
        "  hold",
        "  cheapest takes north: the only legal row.",
    ]


@pytest.mark.parametrize("width", [50, 80, 120])
def test_the_text_fits_the_width_and_shows_every_column(width: int) -> None:
    lines = as_text(explanation(9), width).splitlines()
    assert max(map(len, lines)) <= width
    assert all(any(f"column_number_{n} " in f"{line} " for line in lines) for n in range(9))
    assert sum("<- takes 3" in line for line in lines) == sum("no stock" in line for line in lines) == 1


def test_marks_that_do_not_fit_take_a_column_along() -> None:
    lines = as_text(explanation(1), 50).splitlines()
    assert lines[1:8] == [
        "  location  available  column_number_0",
        "  north             3             1.25",
        "  south             0            20.00",
        "  hold",
        "  location  score",
        "  north      1.25  <- takes 3",
        "  south         –  no stock",
    ]


def test_hold_is_marked_where_nothing_is_taken() -> None:
    held = replace(explanation(0), taken=(0, 0), decided=Decided(2, "it always holds", ()))
    assert as_text(held).splitlines()[-2:] == ["  hold                 <- holds", "  cheapest holds: it always holds."]


def test_the_record_is_plain_and_names_every_row() -> None:
    record = explanation(1).record()
    assert record["steps"] == ["column_number_0"]
    assert record["decision"] == "the only legal row"
    assert [row["location"] for row in record["rows"]] == ["north", "south"]
    assert record["rows"][1] | {"columns": None} == {
        **vars(EMPTY),
        "legal": False,
        "reason": "no stock",
        "columns": None,
        "scores": [None],
        "taken": 0,
    }


def test_a_formula_reads_as_written() -> None:
    assert formula((("a", 1.0), ("b", -2.5), ("c", -1.0))) == "a - 2.5 b - c"

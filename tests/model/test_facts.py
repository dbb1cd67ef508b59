"""What a decision knows: hold rows, waiting units in a wave, lateness by the row's own promise, draws of a policy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fillrate.decision.question import Question
from fillrate.simulate import simulate
from fillrate.trace import Orders, Trace, sample
from fillrate.world import World, load_world, parse_world


class Asking:
    """Takes the first legal row and remembers every question."""

    columns = (
        "quantity",
        "priority",
        "days_waited",
        "available",
        "units_waiting",
        "expected_lateness",
        "days_to_promise",
    )

    def __init__(self) -> None:
        self.questions: list[Question] = []

    def source(self, question: Question) -> int:
        self.questions.append(question)
        return int(np.flatnonzero(question.mask)[0])


def small(**tables: Any) -> World:
    base: dict[str, Any] = {
        "world": {"name": "facts", "horizon_days": 4.0},
        "location": [{"name": "near"}, {"name": "far", "cut_off_hours": [12.0]}],
        "region": [{"name": "market"}],
        "sku": [{"name": "item"}],
        "segment": [{"name": "all", "priority": 7.0}],
        "lane": [
            {"location": "near", "region": "market", "box": 1.0, "transit_days": {"mean": 1.0}},
            {"location": "far", "region": "market", "box": 2.0, "transit_days": {"mean": 3.0}},
        ],
        "supply": {"item": [{"units": 9}]},
    }
    return parse_world(base | tables, "facts")


def orders_at(world: World, *times: float) -> Trace:
    n = len(times)
    ids, none, ones = np.zeros(n, np.int32), np.full(n, np.nan), np.full(n, 2, np.int32)
    keys, first = np.arange(n, dtype=np.uint64), np.arange(n + 1)
    pin = np.full(n, -1, np.int32)
    made = Orders(
        np.array(times), keys, ids, ids.copy(), ids.copy(), pin, none, none.copy(), first, ids.copy(), ones, np.ones(n)
    )
    return Trace(made, 1, world.days, world.hash)


def test_the_hold_row_says_what_is_true_of_order_and_line() -> None:
    asking, world = Asking(), small()
    simulate(world, orders_at(world, 0.5), asking)
    hold = dict(zip(asking.questions[0].columns, asking.questions[0].table[-1], strict=True))
    assert (hold["quantity"], hold["priority"], hold["available"]) == (2.0, 7.0, 0.0)


def test_orders_of_a_wave_count_as_waiting_before_their_first_offer() -> None:
    asking, world = Asking(), small(timing={"mode": "wave", "wave_hours": 24.0})
    simulate(world, orders_at(world, 0.25, 0.5, 0.75), asking)
    assert [q.column("units_waiting")[0] for q in asking.questions] == [4.0, 2.0, 0.0]


def test_lateness_is_expected_by_each_rows_own_promise() -> None:
    """Without a stated date near promises 1 day and far 3; far misses its own by the wait for noon."""
    asking, world = Asking(), small()
    simulate(world, orders_at(world, 1.25), asking)
    question = asking.questions[0]
    assert question.column("days_to_promise")[:2].tolist() == [1.0, 3.0]
    assert question.column("expected_lateness")[:2].tolist() == [0.0, 0.25]


@pytest.mark.parametrize("name", ["two_warehouses"])
def test_a_random_policy_draws_anew_in_every_replication(name: str) -> None:
    """Sampled orders are keyed by their number, so the trace's seed has to count too."""
    world = load_world(name).over(50.0)
    trace = sample(world, 1)
    runs = [simulate(world, trace.reseeded(seed), "random", journal=True).journal for seed in (1, 2, 1)]
    taken = [
        [row["location"] for row in run.to_pylist() if row["kind"] == "reserved"] for run in runs if run is not None
    ]
    assert taken[0] == taken[2] != taken[1]

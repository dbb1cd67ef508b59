"""Re-evaluation on a world that one can follow by hand: one site, one product, a picker who is busy for the whole run.

Orders come one after the other on day 0 and are promised what is there; nothing of it is picked. On day 1 what is not
picked is dealt anew by the segments' strategies, those of backorder processing in SAP's advanced ATP: win, gain,
improve, redistribute, fill, lose, skip.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from fillrate.policy.read import read_entry
from fillrate.simulate import simulate
from fillrate.testing.by_hand import order, trace_of
from fillrate.trace import Trace
from fillrate.world import World
from fillrate.world.read import parse_world

STRATEGIES = ("win", "gain", "improve", "redistribute", "fill", "lose", "skip")
SEGMENTS = [{"name": s, "strategy": s, "waits_forever": True} for s in STRATEGIES]
FOREVER = {"servers": 1, "setup_minutes": 1e6}


def world_of(stock: int, segments: list[dict[str, Any]], picker: dict[str, Any], **timing: Any) -> World:
    """One unit more than `stock`, for the order that keeps the picker busy."""
    tables = {
        "world": {"name": "desk", "horizon_days": 1.5},
        "location": [{"name": "site", "station": picker}],
        "region": [{"name": "here"}],
        "sku": [{"name": "item", "price": 10.0}],
        "segment": [{"name": "busy"}, *segments],
        "supply": {"item": [{"units": stock + 1}]},
        "timing": {"reevaluate_hours": 24.0, **timing},
    }
    return parse_world(tables, "desk.toml")


def asked_in_turn(world: World, wanted: list[tuple[str, int]]) -> Trace:
    """An order of (segment, units) every 22 minutes."""
    return trace_of(world, *(order(n / 64, ("item", units), segment=who) for n, (who, units) in enumerate(wanted)))


def dealt(
    world: World, asked: list[tuple[str, int]], policy: str = "backorder_processing"
) -> tuple[list[int], list[int], list[int]]:
    """(orders,) units promised before the re-evaluation, after it, and lost by it; `asked` = (segment, units)."""
    journal = simulate(world, asked_in_turn(world, [("busy", 1), *asked]), policy, journal=True).journal
    assert journal is not None
    before, after, lost = Counter[int](), Counter[int](), Counter[int]()
    for event in journal.to_pylist():
        if event["time"] < world.days:
            units = {"reserved": 1, "released": -1}.get(event["kind"], 0) * int(event["quantity"] or 0)
            after[event["order"]] += units
            before[event["order"]] += units if event["time"] < 1.0 else 0
            lost[event["order"]] += int(event["quantity"]) if event["kind"] == "lost" else 0
    rows = range(1, len(asked) + 1)
    return [before[n] for n in rows], [after[n] for n in rows], [lost[n] for n in rows]


def test_the_example_of_the_policy_file() -> None:
    example = read_entry("backorder_processing").example
    asked = [(said["strategy"], said["asks"]) for said in example["orders"]]
    before, after, _ = dealt(world_of(example["stock"], SEGMENTS, FOREVER), asked)
    assert before == [said["has"] for said in example["orders"]]
    assert after == example["after"]


@pytest.mark.parametrize(
    ("stock", "asked", "before", "after"),
    [
        # Win takes what it asks for from whom may lose; the rest goes on by date.
        (3, [("redistribute", 3), ("win", 2)], [3, 0], [1, 2]),
        (3, [("fill", 1), ("redistribute", 2), ("win", 2)], [1, 2, 0], [0, 1, 2]),
        # Gain keeps what it has, also against win; and gets more before redistribute does.
        (3, [("gain", 3), ("win", 2)], [3, 0], [3, 0]),
        (4, [("redistribute", 2), ("gain", 3)], [2, 2], [1, 3]),
        # Improve loses to win, and keeps against redistribute.
        (3, [("improve", 3), ("win", 2)], [3, 0], [1, 2]),
        (3, [("improve", 3), ("redistribute", 2)], [3, 0], [3, 0]),
        (3, [("redistribute", 2), ("improve", 3)], [2, 1], [0, 3]),
        # Fill may keep what it has and gets no more, although the unit that lose gave up lies there.
        (4, [("lose", 2), ("fill", 4)], [2, 2], [0, 2]),
        (3, [("fill", 2), ("redistribute", 2)], [2, 1], [1, 2]),
        # Lose gives up all it has, and gets nothing back although it lies there.
        (2, [("lose", 2)], [2], [0]),
        # Skip is left as it is, even by win; and what the pool leaves over is offered to it.
        (2, [("skip", 2), ("win", 2)], [2, 0], [2, 0]),
        (3, [("lose", 3), ("skip", 2)], [3, 0], [0, 2]),
    ],
)
def test_what_each_strategy_may_do(
    stock: int, asked: list[tuple[str, int]], before: list[int], after: list[int]
) -> None:
    assert dealt(world_of(stock, SEGMENTS, FOREVER), asked)[:2] == (before, after)


def test_within_a_strategy_the_rank_decides() -> None:
    segments = [
        {"name": "low", "waits_forever": True, "priority": 1.0},
        {"name": "high", "waits_forever": True, "priority": 2.0},
    ]
    world = world_of(3, segments, FOREVER)
    assert dealt(world, [("low", 3), ("high", 2)])[:2] == ([3, 0], [1, 2])
    assert dealt(world, [("low", 3), ("high", 2)], "fcfs")[:2] == ([3, 0], [3, 0])


def test_strategies_count_only_under_a_policy_that_says_so() -> None:
    world = world_of(3, SEGMENTS, FOREVER)
    assert dealt(world, [("lose", 2), ("win", 3)], "priority_then_date")[:2] == ([2, 1], [2, 1])


@pytest.mark.parametrize(("scope", "after"), [(["lose"], [0, 2]), (["fill"], [1, 2]), (["*"], [0, 2]), ([], [1, 2])])
def test_segments_out_of_scope_are_left_alone(scope: list[str], after: list[int]) -> None:
    world = world_of(3, SEGMENTS, FOREVER, reevaluate_segments=scope)
    assert dealt(world, [("lose", 1), ("fill", 2)])[:2] == ([1, 2], after)


def test_what_is_picked_is_not_touched() -> None:
    assert dealt(world_of(3, SEGMENTS, {}), [("redistribute", 3), ("win", 2)])[:2] == ([3, 0], [3, 0])


def test_units_kept_aside_for_the_rest_of_an_order_are_dealt_too() -> None:
    waits = {"ship_complete": "order", "commit": True, "waits_forever": True}
    segments = [{"name": "patient", **waits}, {"name": "win", "strategy": "win", "waits_forever": True}]
    assert dealt(world_of(3, segments, {}), [("patient", 4), ("win", 2)])[:2] == ([3, 0], [1, 2])


def test_a_ship_complete_order_keeps_all_or_nothing() -> None:
    whole = {"ship_complete": "order", "waits_forever": True}
    segments = [
        {"name": "whole", "strategy": "improve", **whole},
        {"name": "fills", "strategy": "fill", **whole},
        {"name": "win", "strategy": "win", "waits_forever": True},
    ]
    world = world_of(3, segments, FOREVER)
    assert dealt(world, [("whole", 3), ("win", 1)])[:2] == ([3, 0], [0, 1])
    assert dealt(world, [("fills", 3), ("win", 1)])[:2] == ([3, 0], [0, 1])


def test_whose_patience_is_over_loses_what_it_does_not_get_back() -> None:
    segments: list[dict[str, Any]] = [{"name": "hasty"}, {"name": "win", "strategy": "win", "waits_forever": True}]
    before, after, lost = dealt(world_of(3, segments, FOREVER), [("hasty", 3), ("win", 2)])
    assert (before, after, lost) == ([3, 0], [1, 2], [2, 0])


def test_dealing_anew_counts_no_wait_twice() -> None:
    """A unit's wait for stock ends with its first promise; giving it back at once changes nothing."""
    world = world_of(3, SEGMENTS, FOREVER)
    card = simulate(world, asked_in_turn(world, [("busy", 1), ("gain", 3)]), "backorder_processing").scorecard
    assert card["backorder_wait_days"] == 0.0
    assert card["immediate_unit_fill_rate"] == 1.0

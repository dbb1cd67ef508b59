"""What the accounts count, and when: each unit once, held units to the instant, at the horizon as at any other time."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent
from typing import Any

import pytest

from fillrate.decision.question import Question
from fillrate.model.invariants import require_sound
from fillrate.model.simpy_model import Simulation
from fillrate.policy import Policy, bind, load_policy
from fillrate.policy.read import read_entry
from fillrate.policy.spec import Limit
from fillrate.scorecard.recount import differences, recount
from fillrate.simulate import Result, opening_of, simulate
from fillrate.testing.by_hand import HandOrder, order, told, trace_of, world_of
from fillrate.trace import sample

SITE = """
[world]
name = "hand"
horizon_days = 4.0
[[location]]
name = "a"
{site}
[[region]]
name = "r"
[[sku]]
name = "x"
price = 10.0
cost = 4.0
[[sku]]
name = "y"
price = 20.0
"""


def run(toml: str, *orders: HandOrder, policy: Any = "cheapest", site: str = "") -> tuple[Result, list[str]]:
    world = world_of(SITE.format(site=site) + dedent(toml))
    trace = trace_of(world, *orders)
    result = simulate(world, trace, policy, journal=True)
    assert result.journal is not None
    require_sound(world, trace, result.journal)
    assert differences(recount(world, trace, result.journal), result.scorecard) == {}
    return result, told(result.journal, "money")


WAITING = """
[[segment]]
name = "s"
patience_days = { mean = 1.0 }
[supply]
review_days = 8.0
[[supply.item]]
sku = "x"
units = 0
base_stock = 2
[[supply.supplier]]
name = "f"
lead_time_days = { mean = 1.5 }
"""


def test_a_backlog_event_at_the_very_deadline() -> None:
    """One line gets its stock at 1.5, the other is lost at 1.5, after that: neither is held any longer."""
    result, journal = run(WAITING, order(0.5, ("x", 1), ("y", 1)), policy="base_stock")
    assert [line for line in journal if line.startswith("1.5")] == [
        "1.5 stocked x@a 2",
        "1.5 ranked #0 1",
        "1.5 checked #0:0 x 2",
        "1.5 checked #0:1 y 0",
        "1.5 reserved #0:0 x@a 1",
        "1.5 held #0:1 y 1",
        "1.5 lost #0:1 y 1",
        "1.5 dispatched #0:0 x@a 1",
        "1.5 shipped #0 @a 1",
        "1.5 delivered #0:0 x@a 1",
    ]
    assert result.scorecard["backorder_units"] == 2 * 1.0 / 4.0


def test_stock_ordered_at_the_deadline_still_comes_in_time() -> None:
    """Patience ends after the review of that instant: a supplier without lead time saves the order."""
    toml = """
    [[segment]]
    name = "s"
    patience_days = { mean = 1.0 }
    [supply]
    review_days = 1.5
    [[supply.item]]
    units = 0
    reorder_point = -1
    order_up_to = 0
    [[supply.supplier]]
    name = "f"
    """
    _, journal = run(toml, order(0.5, ("x", 1)), policy="s_S")
    assert "1.5 reserved #0:0 x@a 1" in journal
    assert not [line for line in journal if "lost" in line]


def test_a_unit_is_allocated_once_however_often_it_is_dealt_anew() -> None:
    """Re-evaluation frees and reserves the queued parcels every six hours; the wait for stock stays 0."""
    toml = """
    [timing]
    reevaluate_hours = 6.0
    [[supply.item]]
    units = 3
    """
    orders = [order(0.125, ("x", 1)) for _ in range(3)]
    result, journal = run(toml, *orders, site="station = { servers = 1, setup_minutes = 1440.0 }")
    assert len([line for line in journal if "reserved" in line]) > 3
    assert result.scorecard["immediate_unit_fill_rate"] == 1.0
    assert result.scorecard["backorder_wait_days"] == 0.0


def test_what_is_lost_at_the_instant_of_receipt_was_not_allocated_at_it() -> None:
    """Two of three are kept aside, and given back when the third cannot wait; one of two is missed at the pick."""
    toml = """
    [[segment]]
    name = "s"
    ship_complete = "order"
    commit = true
    [[supply.item]]
    units = 2
    """
    result, journal = run(toml, order(0.5, ("x", 3)))
    assert "0.5 released #0:0 x@a 2" in journal
    assert result.scorecard["immediate_unit_fill_rate"] == 0.0
    one, _ = run("[[supply.item]]\nunits = 2", order(0.5, ("x", 2)), site="short_pick_probability = 1.0")
    assert one.scorecard["immediate_unit_fill_rate"] == 0.5


def test_a_pick_that_falls_short_at_the_horizon() -> None:
    """The unit is open when the close comes, and lost there; after the close it is lost at once."""
    site = "short_pick_probability = 1.0\nstation = { servers = 1, setup_minutes = 720.0 }"
    toml = """
    [[segment]]
    name = "s"
    waits_forever = true
    [[supply.item]]
    sku = "x"
    units = 9
    """
    result, journal = run(toml, order(3.5, ("x", 1)), order(3.625, ("x", 1)), site=site)
    assert journal[-8:] == [
        "4 picked #0 @a",
        "4 picking #1 @a",
        "4 short_picked #0:0 x@a 1",
        "4 lost #0:0 x 1",
        "4 closing x@a 7",
        "4.5 picked #1 @a",
        "4.5 short_picked #1:1 x@a 1",
        "4.5 lost #1:1 x 1",
    ]
    assert result.scorecard["backorder_units_end"] == 1.0


def test_an_order_offered_again_for_a_short_pick_is_not_offered_again_for_nothing() -> None:
    """Order 0 misses its x at 0.5 and waits; the receipt of y at 1.0 is offered to order 1 alone."""
    toml = """
    [[segment]]
    name = "s"
    waits_forever = true
    [supply]
    review_days = 8.0
    [[supply.item]]
    sku = "x"
    units = 1
    base_stock = 0
    [[supply.item]]
    sku = "y"
    units = 0
    base_stock = 1
    [[supply.supplier]]
    name = "f"
    lead_time_days = { mean = 1.0 }
    """
    orders = [order(0.5, ("x", 1)), order(0.75, ("y", 1))]
    _, journal = run(toml, *orders, policy="base_stock", site="short_pick_probability = 1.0")
    assert [line for line in journal if "ranked" in line] == ["0.5 ranked #0 1", "1 ranked #1 1", "1 ranked #1 1"]


def test_a_plan_comes_before_the_backlog_of_its_instant() -> None:
    """One unit a day is granted: order 1 waits for the second day, and is served at its first instant."""
    toml = """
    [[segment]]
    name = "s"
    waits_forever = true
    [supply]
    review_days = 8.0
    [[supply.item]]
    sku = "x"
    units = 2
    base_stock = 3
    [[supply.supplier]]
    name = "f"
    lead_time_days = { mean = 1.0 }
    """
    limit = Limit("product_allocation", units=1.0, days=1.0, share=0.0)
    plan = replace(read_entry("cheapest"), limit=(limit,))
    policy = Policy("one a day", source=plan, replenish=read_entry("base_stock"))
    _, journal = run(toml, order(0.25, ("x", 1)), order(0.5, ("x", 1)), policy=policy)
    assert [line for line in journal if "reserved" in line] == ["0.25 reserved #0:0 x@a 1", "1 reserved #1:1 x@a 1"]


def test_a_delivery_at_the_horizon_comes_before_the_close() -> None:
    toml = """
    [shipping]
    transit_days = { mean = 1.0 }
    [[supply.item]]
    sku = "x"
    units = 2
    """
    _, journal = run(toml, order(3.0, ("x", 1)))
    assert journal[-2:] == ["4 delivered #0:0 x@a 1", "4 closing x@a 1"]


def test_a_re_evaluation_comes_after_the_wave_of_its_instant() -> None:
    """What the wave reserved and no picker took yet is dealt anew at once: order 1 waits behind order 0."""
    toml = """
    [timing]
    mode = "wave"
    wave_hours = 24.0
    reevaluate_hours = 24.0
    [[supply.item]]
    units = 9
    """
    orders = [order(0.5, ("x", 1)), order(0.5, ("x", 1))]
    _, journal = run(toml, *orders, site="station = { servers = 1, setup_minutes = 60.0 }")
    assert [line for line in journal if "#1:1" in line] == [
        "0.5 received #1:1 x 1",
        "1 checked #1:1 x 8",
        "1 reserved #1:1 x@a 1",
        "1 released #1:1 x@a 1",
        "1 checked #1:1 x 8",
        "1 reserved #1:1 x@a 1",
        "1.08333 dispatched #1:1 x@a 1",
        "1.08333 delivered #1:1 x@a 1",
    ]


def test_a_return_that_is_due_at_the_horizon_comes_back() -> None:
    """Receipts that are due at the horizon still happen there, before the close values what is left."""
    toml = """
    [[segment]]
    name = "s"
    return_probability = 1.0
    [money]
    return_days = { mean = 3.5 }
    [[supply.item]]
    sku = "x"
    units = 2
    """
    _, journal = run(toml, order(0.5, ("x", 1)), order(0.75, ("x", 1)))
    assert journal[-2:] == ["4 returned #0:0 x@a 1", "4 closing x@a 1"]


def test_what_an_order_without_a_choice_counts() -> None:
    """Held without asking: no stock, or the one place it may ship from has none."""
    toml = """
    [[location]]
    name = "b"
    [[segment]]
    name = "s"
    split = "none"
    waits_forever = true
    [[supply.item]]
    units = 1
    """
    result, journal = run(toml, order(0.5, ("x", 2)), order(1.0, ("x", 2), ("y", 3)), order(2.0, ("x", 1)))
    assert [line for line in journal if "checked" in line] == [
        "0.5 checked #0:0 x 2",
        "1 checked #1:1 x 1",
        "1 checked #1:2 y 2",
        "2 checked #2:3 x 0",
    ]
    assert result.scorecard["masked_offers"] == 1.0


def test_the_work_of_a_station_goes_back_to_nothing() -> None:
    """What is added when a parcel queues is taken off when it is picked or taken apart, to the last bit."""
    toml = """
    [timing]
    reevaluate_hours = 5.0
    [[supply.item]]
    units = 40
    """
    site = "station = { servers = 1, setup_minutes = 7.1, line_minutes = 3.3, unit_minutes = 1.7 }"
    world = world_of(SITE.format(site=site) + dedent(toml))
    trace = trace_of(world, *(order(0.2, ("x", 1 + n % 3), ("y", 1)) for n in range(15)))
    sim = Simulation(world, trace, bind(load_policy("cheapest"), world), opening_of(world, 0))
    sim.run()
    assert sim.accounts.parcels_picked == 15
    assert sim.stations[0].work == 0.0


class WatchesTheBox:
    """Takes the first legal row and notes what a box there would cost."""

    columns = ("box_cost",)

    def __init__(self) -> None:
        self.seen: list[tuple[float, int, float]] = []

    def source(self, question: Question) -> int:
        """First legal row."""
        self.seen.append((question.now, question.line, float(question.table[0, 0])))
        return int(question.mask.argmax())


@pytest.mark.parametrize(("commit", "cost"), [("true", 0.0), ("false", 3.0)])
def test_a_box_that_waits_for_its_order_is_paid_for(commit: str, cost: float) -> None:
    """Units kept aside leave in one box with what completes the order, so a further unit adds no box."""
    toml = f"""
    [shipping]
    box = 3.0
    [[segment]]
    name = "s"
    ship_complete = "order"
    commit = {commit}
    waits_forever = true
    [supply]
    review_days = 8.0
    [[supply.item]]
    units = 1
    base_stock = 2
    [[supply.supplier]]
    name = "f"
    lead_time_days = {{ mean = 1.0 }}
    [defaults]
    replenish = "base_stock"
    """
    watch = WatchesTheBox()
    run(toml, order(0.5, ("x", 2)), policy=watch)
    assert watch.seen[-1] == (1.0, 0, cost)


def test_no_order_comes_at_the_horizon() -> None:
    """11 x 0.1 is a little more than 1.1 in floating point, and rounds to the horizon's own tick."""
    toml = '\n[demand]\nprocess = "periodic"\nperiod_days = 0.1\ncount = { mean = 1.0 }\n'
    for days in (1.1, 0.3, 1.2):
        trace = sample(world_of(SITE.format(site="") + toml), 1, days)
        assert len(trace.orders) == round(days / 0.1)
        assert trace.orders.time[-1] < trace.days


def test_horizons_lie_on_the_grid() -> None:
    """So that time charges and averages are exact, whatever horizon is asked for."""
    world = world_of(SITE.format(site="") + "\n[demand]\nrate_per_day = 5.0\n")
    trace = sample(world, 1, 10.0 / 3.0)
    assert trace.days * 2.0**20 == round(10.0 / 3.0 * 2.0**20)
    assert simulate(world, trace, "cheapest").days == trace.days
    thirds = world_of(SITE.format(site="").replace("4.0", "3.3333333"))
    assert simulate(thirds, sample(thirds, 1), "cheapest").days == thirds.days

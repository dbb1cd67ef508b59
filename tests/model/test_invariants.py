"""Every invariant can be broken: a sound journal, spoilt in one place, is found out by the rule meant for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pyarrow as pa
import pytest

from fillrate.errors import CheckFailed, InputError, TraceError
from fillrate.model.chance import Chance
from fillrate.model.invariants import INVARIANTS, check_journal, require_sound
from fillrate.scorecard.journal import BOOKINGS, EVENTS
from fillrate.simulate import simulate
from fillrate.testing.by_hand import order, trace_of, world_of
from fillrate.trace import Trace
from fillrate.world import World

BUSY = """
[world]
name = "busy"
horizon_days = 6.0
[[location]]
name = "a"
handling_per_parcel = 0.5
fee_per_unit = 0.25
short_pick_probability = 0.4
station = { servers = 1, law = "exponential", setup_minutes = 90.0 }
cut_off_hours = [6.0, 18.0]
outage = { windows = [[2.0, 2.5]] }
[[location]]
name = "b"
[[location]]
name = "far"
carries = ["y"]
[[region]]
name = "r"
[[lane]]
location = "b"
region = "r"
box = 5.0
[[lane]]
location = "far"
region = "r"
closed = true
[shipping]
box = 2.0
rate = 1.0
transit_days = { law = "exponential", mean = 0.5 }
[[sku]]
name = "x"
price = 10.0
cost = 4.0
[[sku]]
name = "y"
price = 20.0
cost = 8.0
[[segment]]
name = "calm"
waits_forever = true
lateness_per_unit_day = 1.0
return_probability = 0.5
backorder_per_unit_day = 0.5
[[segment]]
name = "hasty"
patience_days = { law = "exponential", mean = 0.4 }
loss_per_unit = 2.0
split = "none"
[timing]
reevaluate_hours = 12.0
[supply]
review_days = 0.5
[[supply.item]]
units = 3
base_stock = 4
expedite_below = 0
[[supply.item]]
location = "b"
units = 4
base_stock = 4
[[supply.supplier]]
name = "truck"
locations = ["a"]
skus = ["y"]
from_location = "b"
lead_time_days = { mean = 0.25 }
freight_per_unit = 0.5
[[supply.supplier]]
name = "factory"
locations = ["a", "b"]
lead_time_days = { mean = 1.0 }
order_cost = 1.0
cost_factor = 1.5
expedite_lead_time_days = { mean = 0.5 }
expedite_per_unit = 1.0
[money]
holding_per_day = 0.1
capital_rate_per_year = 0.5
return_days = { mean = 0.5 }
return_fee = 0.75
salvage = 0.5
"""

Row = dict[str, Any]
Spoil = Callable[[list[Row]], object]


@cache
def busy() -> tuple[World, Trace, pa.Table]:
    """A sound run in which everything happens."""
    world = world_of(BUSY)
    orders = [
        order(n * 0.125, ("x", 1 + n % 3), *[("y", 1)] * (n % 2), segment=("calm", "hasty")[n % 3 // 2])
        for n in range(40)
    ]
    trace = trace_of(world, *orders, seed=3)
    journal = simulate(world, trace, "cheapest+base_stock", journal=True).journal
    assert journal is not None
    return world, trace, journal


def spoilt(spoil: Spoil) -> set[str]:
    """Rules that a journal breaks after one change."""
    world, trace, journal = busy()
    rows = journal.to_pylist()
    spoil(rows)
    return {broken.rule for broken in check_journal(world, trace, pa.Table.from_pylist(rows, journal.schema))}


def at(rows: list[Row], kind: str, nth: int = 0) -> int:
    return every(rows, kind)[nth]


def every(rows: list[Row], kind: str, **where: object) -> list[int]:
    fits = [row["kind"] == kind and all(row[key] == value for key, value in where.items()) for row in rows]
    return [n for n, fit in enumerate(fits) if fit]


def put(kind: str, nth: int = 0, **values: object) -> Spoil:
    return lambda rows: rows[at(rows, kind, nth)].update(values)


def change(kind: str, where: Row, values: Row) -> Spoil:
    return lambda rows: rows[every(rows, kind, **where)[0]].update(values)


def shift(kind: str, place: str, days: float) -> Spoil:
    def spoil(rows: list[Row]) -> None:
        row = rows[every(rows, kind, location=place)[0]]
        row["time"] += days

    return spoil


def drop(kind: str, nth: int = 0) -> Spoil:
    return lambda rows: rows.pop(at(rows, kind, nth))


def twice(kind: str, nth: int = 0) -> Spoil:
    return lambda rows: rows.insert(at(rows, kind, nth), dict(rows[at(rows, kind, nth)]))


def later(kind: str, places: int) -> Spoil:
    return lambda rows: rows.insert(at(rows, kind) + places, rows.pop(at(rows, kind)))


def add(kind: str, time: float) -> Spoil:
    return lambda rows: rows.append({**rows[at(rows, kind)], "time": time})


SPOILT: list[tuple[str, Spoil]] = [
    ("time", put("reserved", 5, time=0.0)),
    ("time", put("received", 0, time=1e-9)),
    ("kinds at one time", later("backorder", 2)),
    ("kinds at one time", later("outage_began", 4)),
    ("kinds at one time", add("held", 6.0)),
    ("horizon", add("received", 6.0)),
    ("horizon", add("stocked", 6.5)),
    ("what a row holds", put("received", 0, money=1.0)),
    ("what a row holds", put("revenue", 0, quantity=1.0)),
    ("what a row holds", put("revenue", 0, money=0.0)),
    ("what a row holds", put("revenue", 0, money=0.1)),
    ("what a row holds", put("reserved", 0, quantity=0.5)),
    ("what a row holds", put("reserved", 0, quantity=None)),
    ("what a row holds", put("picking", 0, quantity=1.0)),
    ("names", put("reserved", 0, order=99)),
    ("names", put("reserved", 0, order=7)),
    ("names", put("reserved", 0, line=None)),
    ("names", put("reserved", 0, sku="y")),
    ("names", put("ranked", 0, order=None)),
    ("names", put("shipped", 0, location=None)),
    ("orders received", drop("received", 3)),
    ("orders received", put("received", 3, quantity=9.0)),
    ("orders received", put("received", 3, time=0.0)),
    ("open units", twice("lost")),
    ("open units", drop("lost")),
    ("open units", put("reserved", 2, quantity=9.0)),
    ("units of a line", change("dispatched", {"location": "a"}, {"location": "b"})),
    ("units of a line", drop("dispatched")),
    ("units of a line", drop("delivered")),
    ("units of a line", twice("returned")),
    ("candidates", change("reserved", {"sku": "y"}, {"location": "far"})),
    ("assortment", put("dispatched", 0, location="far")),
    ("stock on hand", drop("opening")),
    ("stock on its way", twice("stocked")),
    ("stock on its way", drop("awaited")),
    ("stock on its way", drop("transferred")),
    ("reserved stock", put("released", 0, quantity=9.0)),
    ("reserved stock", put("opening", 0, quantity=0.0)),
    ("stock at the close", drop("closing")),
    ("stock at the close", put("closing", 0, quantity=1.0)),
    ("contents of parcels", put("shipped", 0, quantity=9.0)),
    ("pick stations", twice("picking")),
    ("pick stations", drop("picked", -1)),
    ("pick stations", drop("queued")),
    ("outages", drop("outage_ended")),
    ("cut-offs", shift("shipped", "a", 2.0**-10)),
    ("transit", put("delivered", 0, time=5.75)),
    ("transit", drop("delivered")),
    ("ranking", put("ranked", 3, quantity=7.0)),
    ("bookings", twice("revenue")),
]


def test_the_journal_to_spoil_is_sound_and_full() -> None:
    world, trace, journal = busy()
    assert check_journal(world, trace, journal) == []
    require_sound(world, trace, journal)
    told = set(journal["kind"].to_pylist())
    assert set(EVENTS) - told == {"opening_inbound"}
    assert set(BOOKINGS) - told == set()


@pytest.mark.parametrize(("rule", "spoil"), SPOILT, ids=[f"{n} {rule}" for n, (rule, _) in enumerate(SPOILT)])
def test_a_spoilt_journal_is_found_out(rule: str, spoil: Spoil) -> None:
    assert rule in spoilt(spoil)


@pytest.mark.parametrize("account", sorted(BOOKINGS))
def test_no_amount_is_free(account: str) -> None:
    """One booking of every account off by the smallest amount, or gone."""
    assert "bookings" in spoilt(
        lambda rows: rows[at(rows, account)].update(money=rows[at(rows, account)]["money"] + 2.0**-20)
    )
    assert "bookings" in spoilt(drop(account))


def test_draws_are_checked() -> None:
    """Patience and transit times are those of the trace's seed, not of another."""
    world, trace, journal = busy()
    rules = {broken.rule for broken in check_journal(world, trace, journal, Chance(world, trace.seed + 1))}
    assert rules == {"patience", "transit"}


def test_split_is_checked() -> None:
    """The same journal in a world that allows less."""
    _, trace, journal = busy()
    strict = world_of(BUSY.replace('name = "calm"', 'name = "calm"\nsplit = "none"'))
    assert "split" in {broken.rule for broken in check_journal(strict, Trace(trace.orders, 3, trace.days), journal)}


def test_every_rule_is_broken_somewhere() -> None:
    assert {rule for rule, _ in SPOILT} | {"patience", "split"} == set(INVARIANTS)


def test_faults_are_raised_in_one_line() -> None:
    world, trace, journal = busy()
    with pytest.raises(CheckFailed, match="journal: orders received: 59 lines came in, the trace has 60") as fault:
        require_sound(world, trace, journal.slice(20))
    assert "\n" not in str(fault.value)
    with pytest.raises(TraceError, match="was made for world"):
        check_journal(world, Trace(trace.orders, 3, trace.days, "other"), journal)
    with pytest.raises(InputError, match="columns missing: money"):
        check_journal(world, trace, journal.drop_columns(["money"]))

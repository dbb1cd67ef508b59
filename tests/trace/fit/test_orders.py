"""The replayed trace has the very orders of the log, at times that belong to the order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.trace.fit.shop import HEADER, SITES, rows, write

from fillrate.draws import name_key
from fillrate.model.invariants import check_journal
from fillrate.simulate import simulate
from fillrate.trace import Trace
from fillrate.trace.fit import Facts, Fit, facts, replayed
from fillrate.trace.logs import OrderLog, read_order_log, read_sites


def trace_of(path: Path) -> Trace:
    return replayed(facts(read_order_log(path), read_sites(SITES)))[0]


def by_number(trace: Trace, numbers: list[str]) -> dict[str, float]:
    times = dict(zip(trace.orders.key.tolist(), trace.orders.time.tolist(), strict=True))
    return {number: times[name_key(number)] for number in numbers}


def test_orders_lines_units_and_prices_are_those_of_the_log(found: Facts, log: OrderLog) -> None:
    orders = replayed(found)[0].orders
    at = {key: n for n, key in enumerate(orders.key.tolist())}
    assert (len(orders), orders.lines) == (len(log), log.lines) == (240, len(rows()))
    for n, number in enumerate(log.order_ids):
        place = at[name_key(number)]
        mine = slice(int(orders.first_line[place]), int(orders.first_line[place + 1]))
        theirs = slice(int(log.line_start[n]), int(log.line_start[n + 1]))
        assert orders.sku[mine].tolist() == log.sku.code[theirs].tolist()
        assert orders.quantity[mine].tolist() == log.quantity[theirs].tolist()
        assert orders.price[mine] == pytest.approx(log.unit_price[theirs], abs=2**-20)
    revenue = float((orders.price * orders.quantity).sum())
    assert revenue == pytest.approx(float((log.unit_price * log.quantity).sum()), rel=1e-7)


def test_times_rise_lie_on_the_grid_and_in_their_day(found: Facts, log: OrderLog) -> None:
    trace, _ = replayed(found)
    time = trace.orders.time
    assert (np.diff(time) >= 0).all()
    assert (time * 2**20 == np.rint(time * 2**20)).all()
    dates = (log.ordered_at - log.ordered_at[0]) / np.timedelta64(1, "D")
    for number, day in zip(log.order_ids, dates, strict=True):
        assert int(by_number(trace, [number])[number]) == day
    within = time - np.floor(time)
    assert 0.4 < within.mean() < 0.6  # evenly over the day
    assert trace.days == 60.0


def test_times_are_the_same_again_and_whatever_other_orders_there_are(tmp_path: Path) -> None:
    every, half = rows(), [row for row in rows() if int(row[0][2:]) % 2 == 0]
    numbers = list(dict.fromkeys(row[0] for row in half))
    first, again = trace_of(write(tmp_path / "a.csv", every)), trace_of(write(tmp_path / "b.csv", every))
    fewer = trace_of(write(tmp_path / "c.csv", half[::-1]))
    assert first.hash == again.hash
    assert by_number(first, numbers) == by_number(fewer, numbers)


def test_a_log_with_times_keeps_them(tmp_path: Path) -> None:
    log = read_order_log(write(tmp_path / "times.csv", rows(times=True)))
    found = facts(log, read_sites(SITES))
    trace, _ = replayed(found)
    midnight = log.ordered_at[0].astype("datetime64[D]")
    assert trace.orders.time == pytest.approx((log.ordered_at - midnight) / np.timedelta64(86_400, "s"), abs=2**-20)
    assert trace.orders.key.tolist() == [name_key(number) for number in log.order_ids]
    assert sum(found.calendar.hour_profile[8:20]) == pytest.approx(24.0, abs=0.01)  # all between 8 and 20 o'clock


@pytest.mark.parametrize(("column", "ships"), [("Promised Ship Date", True), ("Promised Delivery Date", False)])
def test_promised_days_are_kept_until_they_are_over(tmp_path: Path, column: str, ships: bool) -> None:
    lines = [
        [*row, "2024-03-10" if row[0] == "A-0000" else "2024-03-01" if row[0] == "A-0001" else ""] for row in rows(20)
    ]
    path = write(tmp_path / "promised.csv", lines, (*HEADER, column))
    log = read_order_log(path)
    trace, notes = replayed(facts(log, read_sites(SITES)))
    at = {key: n for n, key in enumerate(trace.orders.key.tolist())}
    kept, other = (trace.orders.ship_by, trace.orders.deliver_by)[:: 1 if ships else -1]
    assert kept[at[name_key("A-0000")]] == 7.0  # until the end of March 10, the seventh day from March 4
    assert np.isnan(kept).sum() == 19  # the promise before the order does not count
    assert np.isnan(other).all()
    assert any("before they came" in note and note.endswith(": 1") for note in notes)


def test_the_journal_of_a_replay_is_sound(fitted: Fit) -> None:
    trace = replace(fitted.trace, world=fitted.world.hash)
    result = simulate(fitted.world, trace, "distance", journal=True)
    assert check_journal(fitted.world, trace, result.journal) == []
    assert result.orders == 240

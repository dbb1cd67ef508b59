"""Stage 1: orders come in, and are given up when their patience ends."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from fillrate.draws import mix, snap
from fillrate.model.costs import amount
from fillrate.model.events import ARRIVAL, PATIENCE
from fillrate.model.simpy_model.clock import Process, Timed
from fillrate.model.simpy_model.entities import Line, Order

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation
    from fillrate.trace import Orders

__all__ = ["arrivals", "finish", "lose", "patience"]

TraceLine = tuple[int, int, int, int, float]  # trace row, key, SKU, units, price
TOGETHER = 4_096  # lines


def arrivals(sim: Simulation) -> Process:
    """Bring every order of the trace in at its time."""
    o, lines, warm_up = sim.trace.orders, _lines(sim.trace.orders), sim.world.header.warm_up_days
    promises = zip(*_promises(sim), strict=True)
    columns = zip(
        o.time.tolist(),
        o.key.tolist(),
        o.region.tolist(),
        o.segment.tolist(),
        o.channel.tolist(),
        o.pin.tolist(),
        np.diff(o.first_line).tolist(),
        promises,
        strict=True,
    )
    for row, (time, key, region, segment, channel, pin, count, promised) in enumerate(columns):
        yield Timed(sim.env, time, ARRIVAL, row)
        order = Order(row, key, time, region, segment, channel, pin)
        order.ship_by, order.deliver_by = promised
        order.counted = time >= warm_up
        _read_lines(sim, order, islice(lines, count))
        _receive(sim, order)


def _lines(orders: Orders) -> Iterator[TraceLine]:
    """All lines of a trace, turned into Python numbers some thousands at a time."""
    order_of = np.repeat(np.arange(len(orders)), np.diff(orders.first_line))
    rows = np.arange(orders.lines)
    keys = mix(orders.key[order_of], (rows - orders.first_line[order_of]).astype(np.uint64))
    for start in range(0, orders.lines, TOGETHER):
        columns = (rows, keys, orders.sku, orders.quantity, orders.price)
        yield from zip(*[column[start : start + TOGETHER].tolist() for column in columns], strict=True)


def _promises(sim: Simulation) -> tuple[list[float], list[float]]:
    """Promised dates: the order's own, else the segment's, else dispatch at receipt (and the lane's mean transit)."""
    o, segments = sim.trace.orders, sim.world.segments
    ship = np.array([_snapped(s.ship_within_days, 0.0) for s in segments])[o.segment]
    deliver = np.array([_snapped(s.deliver_within_days, math.nan) for s in segments])[o.segment]
    ship_by = np.where(np.isnan(o.ship_by), o.time + ship, o.ship_by)
    return ship_by.tolist(), np.where(np.isnan(o.deliver_by), o.time + deliver, o.deliver_by).tolist()


def _snapped(days: float, unsaid: float) -> float:
    return unsaid if math.isnan(days) else snap(days)


def _read_lines(sim: Simulation, order: Order, lines: Iterable[TraceLine]) -> None:
    home, by_sku = sim.tables.home, dict[int, list[Line]]()
    for row, key, sku, units, price in lines:
        line = Line(order, row, key, sku, units, price, home(order.region, sku))
        order.lines.append(line)
        order.units += units
        by_sku.setdefault(sku, []).append(line)
    order.pending = order.units
    order.groups = list(by_sku.values())


def _receive(sim: Simulation, order: Order) -> None:
    """Take an order in: it is offered now, or waits for the next wave; parcels live on their own."""
    accounts, cost = sim.accounts, sim.tables.unit_cost
    accounts.received += order.counted
    for line in order.lines:
        sim.log(order.time, "received", order.row, line.row, line.sku, -1, line.quantity)
        accounts.margin += amount(line.quantity, line.price - cost[line.sku])
    if sim.world.timing.mode == "on_receipt":
        sim.desk.offer(order)
    else:
        sim.backlog.add(order)


def patience(sim: Simulation, order: Order) -> Process:
    """An order waits for stock, to be offered again by the backlog; what is open in the end is lost."""
    order.patient = True
    yield Timed(sim.env, order.deadline, PATIENCE, order.row)
    order.patient = False
    if order.open_units:
        lose(sim, order)
        sim.supply.review_touched()


def lose(sim: Simulation, order: Order) -> None:
    """Give up all open units, with what ship-complete kept reserved for them."""
    loss = sim.tables.loss[order.segment][order.region]
    now = sim.env.now
    for line in _in_vain(sim, order):
        sim.parcels.uncommit(line)
    for line in order.lines:
        units, line.open = line.open, 0
        if now == order.time:
            line.immediate = min(line.immediate, sum(line.at.values()))
        sim.backlog.count_held(line)
        if not units:
            continue
        sim.log(now, "lost", order.row, line.row, line.sku, -1, units)
        sim.books.book("loss", -amount(units, loss), order.row, line.row, line.sku)
        order.pending -= units
        if order.counted:
            sim.accounts.lost += units
    sim.backlog.drop(order)
    finish(sim, order)


def _in_vain(sim: Simulation, order: Order) -> list[Line]:
    """Lines with units kept aside for what will not come: of the same SKU, or of the whole order."""
    whole = sim.policy.complete[order.segment] == 2
    groups = [group for group in order.groups if whole or any(line.open for line in group)]
    return [line for group in groups for line in group if line.committed]


def finish(sim: Simulation, order: Order) -> None:
    """Hand the outcome over once every unit is delivered or lost."""
    if order.pending:
        return
    if order.counted:
        _hand_over(sim, order)
    order.lines, order.groups = [], []  # lines know their order: leave no reference cycle


def _hand_over(sim: Simulation, order: Order) -> None:
    """Count an order that has ended: in the tally of its segment and region, and where its units are at home."""
    accounts, first_pass = sim.accounts, 0
    tally = accounts.tallies[order.segment][order.region]
    for line in order.lines:
        first_pass += line.first_pass
        tally.immediate += line.immediate
        tally.lines_first_pass += line.first_pass == line.quantity
        if line.home >= 0:
            _count_at_home(sim, line)
    tally.orders += 1
    tally.units += order.units
    tally.lines += len(order.lines)
    tally.shipped += order.shipped
    tally.first_pass += first_pass
    tally.full += first_pass == order.units
    if order.last_delivery >= 0.0:
        days = order.last_delivery - order.time
        tally.delivered += 1
        tally.days += days
        accounts.cycles.append(days)
    accounts.parcels += order.boxes
    accounts.sent += order.boxes > 0
    accounts.split += order.boxes > 1
    accounts.on_time += order.on_time == order.units


def _count_at_home(sim: Simulation, line: Line) -> None:
    home, at = sim.accounts.home, sim.books.pair_location[line.home]
    home["asked"][at] += line.quantity
    home["first_pass"][at] += line.first_pass
    home["immediate"][at] += line.immediate
    home["shipped"][at] += sum(line.at.values())

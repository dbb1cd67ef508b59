"""Stage 5: parcels from reservation to delivery, short picks and returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fillrate.draws import snap
from fillrate.model.costs import ParcelMoney, amount, charge, late_days, parcel_money, unit_freight
from fillrate.model.delays import cut_offs, next_cut_off
from fillrate.model.events import CUT_OFF, DELIVERY, RECEIPT
from fillrate.model.simpy_model.clock import Process, Timed, begin
from fillrate.model.simpy_model.entities import Line, Order, Parcel
from fillrate.model.simpy_model.orders import finish, lose
from fillrate.model.simpy_model.ranking import promised_delivery

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation
    from fillrate.world.tables import LaneNumbers

__all__ = ["Parcels"]

AT_DISPATCH = ("revenue", "goods", "freight", "handling", "fee")
FORESEEN = (*AT_DISPATCH, "lateness")


class Parcels:
    """Opens parcels for placed units and lets each live as a process."""

    def __init__(self, sim: Simulation) -> None:
        """No parcels yet."""
        self.sim = sim
        self.numbers = 0
        self.fresh: list[Parcel] = []  # opened by the offer under way
        self.cut_offs = [cut_offs(p.cut_off_hours) for p in sim.world.locations]
        self.late_rate = [snap(s.lateness_per_unit_day) for s in sim.world.segments]
        self.return_fee = snap(sim.world.money.return_fee)
        self.foresees = sim.policy.is_custom
        self.certain: dict[str, float] = dict.fromkeys(FORESEEN, 0.0)  # what placed parcels will book

    def open_at(self, order: Order, location: int) -> Parcel | None:
        """The order's parcel at a location that is not picked yet, if any."""
        for parcel in order.parcels:
            if parcel.location == location and not parcel.started:
                return parcel
        return None

    def put(self, line: Line, location: int, pair: int, units: int) -> None:
        """Add reserved units to the order's unpicked parcel at the location, or to a new one."""
        order = line.order
        parcel = self.open_at(order, location)
        if parcel is None:
            parcel = self._open(order, location)
        self.count_certain(parcel, -1)
        before = self.sim.stations[location].work_of(parcel) if parcel.picked is not None else 0.0
        for piece in parcel.pieces:
            if piece[0] is line:
                piece[2] += units
                break
        else:
            parcel.pieces.append([line, pair, units])
        self.count_certain(parcel, 1)
        if parcel.picked is not None:
            self.sim.stations[location].grow(parcel, before)
        if self.foresees:
            self.expect_late(parcel, self._days_to_delivery(parcel))

    def count_certain(self, parcel: Parcel, sign: int) -> None:
        """Add what an undispatched parcel will book (sign 1), or take it back (-1) before the parcel changes."""
        if not self.foresees or not parcel.pieces:
            return
        money = self._money(parcel)
        amounts = (sum(money.revenue), sum(money.goods), money.freight, money.handling, money.fee)
        for account, booked in zip(AT_DISPATCH, amounts, strict=True):
            self.certain[account] += sign * booked

    def expect_late(self, parcel: Parcel, days: float) -> None:
        """Count the lateness that a parcel is expected to book in so many days, in place of what was before."""
        if not self.foresees:
            return
        order, now = parcel.order, self.sim.env.now
        units = sum([piece[2] for piece in parcel.pieces])
        late = late_days(now + days, promised_delivery(self.sim, order, parcel.location))
        self.forget_late(parcel)
        parcel.late = charge(late * units, self.late_rate[order.segment])
        self.certain["lateness"] -= parcel.late

    def forget_late(self, parcel: Parcel) -> None:
        """A parcel arrives, or is taken apart: nothing is expected of it any more."""
        self.certain["lateness"] += parcel.late
        parcel.late = 0.0

    def _days_to_delivery(self, parcel: Parcel) -> float:
        """Mean days until an unpicked parcel arrives, by the queue, its pick, the next cut-off and the transit."""
        now, place = self.sim.env.now, parcel.location
        station, hours = self.sim.stations[place], self.cut_offs[place]
        mine = station.mean(parcel) if parcel.picked is None else 0.0  # else it is part of the queue's work
        picked = now + station.work / station.servers + mine
        return next_cut_off(picked, hours, 0, len(hours)) + self._lane(parcel).transit_days - now

    def _lane(self, parcel: Parcel) -> LaneNumbers:
        order, tables = parcel.order, self.sim.tables
        return tables.lane(tables.segment_service[order.segment], order.region, parcel.location)

    def _open(self, order: Order, location: int) -> Parcel:
        parcel = Parcel(self.numbers, order, location, order.sent.count(location))
        self.numbers += 1
        order.sent.append(location)
        order.parcels.append(parcel)
        self.fresh.append(parcel)
        return parcel

    def begin(self) -> None:
        """Send the parcels opened by this offer to their stations."""
        fresh, self.fresh = self.fresh, []
        for parcel in fresh:
            self.sim.stations[parcel.location].join(parcel)
            begin(self.life(parcel))

    def life(self, parcel: Parcel) -> Process:
        """A parcel: picked, out with the next cut-off, delivered."""
        sim = self.sim
        if parcel.picked is not None:
            yield parcel.picked
            sim.stations[parcel.location].finish(parcel)
            self._short_picks(parcel)
            if not parcel.pieces:
                parcel.order.parcels.remove(parcel)
                return
        hours = self.cut_offs[parcel.location]
        leaves = next_cut_off(sim.env.now, hours, 0, len(hours))
        if hours:
            yield Timed(sim.env, leaves, CUT_OFF, parcel.number)
        self._dispatch(parcel)
        yield Timed(sim.env, leaves + self._transit(parcel), DELIVERY, parcel.number)
        self._deliver(parcel)

    def _transit(self, parcel: Parcel) -> float:
        order, tables = parcel.order, self.sim.tables
        law = tables.transit_law[tables.segment_service[order.segment]][order.region][parcel.location]
        return self.sim.chance.transit(order.key, parcel.location, law) if law is not None else 0.0

    def _short_picks(self, parcel: Parcel) -> None:
        """With the location's probability exactly one unit of a line is not found."""
        sim, place = self.sim, parcel.location
        probability = sim.world.locations[place].short_pick_probability
        if probability <= 0.0:
            return
        short = False
        self.count_certain(parcel, -1)
        for piece in parcel.pieces:
            line, pair, _ = piece
            line.picks = line.picks or {}
            nth = line.picks.get(place, 0)
            line.picks[place] = nth + 1
            if sim.chance.short_pick(line.key, place, nth, probability):
                piece[2] -= 1
                short = True
                self._miss(line, pair, place)
        parcel.pieces = [piece for piece in parcel.pieces if piece[2]]
        self.count_certain(parcel, 1)
        if self.foresees:
            self.expect_late(parcel, self._days_to_delivery(parcel))
        if short:
            self._offer_again(parcel.order)

    def _miss(self, line: Line, pair: int, place: int) -> None:
        sim, now, row = self.sim, self.sim.env.now, line.order.row
        sim.stock.move(pair, -1, now)
        sim.log(now, "short_picked", row, line.row, line.sku, place, 1)
        sim.books.goods("write_off", -1, line.sku, 1, row, line.row, place)
        sim.desk.give_back(line, place, pair, 1)
        if not sim.closed:
            sim.backlog.count_held(line)

    def _offer_again(self, order: Order) -> None:
        """Back into the backlog; after the close nothing is offered any more."""
        if self.sim.closed:
            lose(self.sim, order)
        else:
            self.sim.backlog.reopen(order)

    def _dispatch(self, parcel: Parcel) -> None:
        """Goods leave: revenue, cost of goods, freight, handling and fees are booked."""
        sim, order, place = self.sim, parcel.order, parcel.location
        now, row, money = sim.env._now, order.row, self._money(parcel)
        units = sum([piece[2] for piece in parcel.pieces])
        self.count_certain(parcel, -1)
        order.parcels.remove(parcel)
        order.boxes += 1
        for (line, pair, sent), revenue, goods in zip(parcel.pieces, money.revenue, money.goods, strict=True):
            sim.stock.move(pair, -sent, now)
            sim.stock.reserved[pair] -= sent
            sim.log(now, "dispatched", row, line.row, line.sku, place, sent)
            sim.books.book("revenue", revenue, row, line.row, line.sku, place)
            sim.books.book("goods", goods, row, line.row, line.sku, place)
            if now <= order.ship_by:
                line.first_pass += sent
            self._count_sent(line, pair, sent, -goods)
        order.shipped += units
        sim.log(now, "shipped", row, -1, -1, place, units)
        for account, booked in (("freight", money.freight), ("handling", money.handling), ("fee", money.fee)):
            sim.books.book(account, booked, row, -1, -1, place)
        self.expect_late(parcel, self._lane(parcel).transit_days)

    def _money(self, parcel: Parcel) -> ParcelMoney:
        tables, skus, place = self.sim.tables, self.sim.world.skus, parcel.location
        cost, (box, rate, per_kg, *_) = tables.unit_cost, self._lane(parcel)
        lines = [
            (units, line.price, cost[line.sku], unit_freight(rate, per_kg, skus[line.sku].weight_kg))
            for line, _, units in parcel.pieces
        ]
        return parcel_money(lines, box, tables.handling[place], tables.fee[place])

    def _count_sent(self, line: Line, pair: int, units: int, cost: float) -> None:
        accounts, order, home = self.sim.accounts, line.order, pair == line.home
        if accounts.warm_up <= self.sim.env._now <= accounts.horizon:
            accounts.dispatched += units
            accounts.dispatched_cost += cost
        if order.counted:
            accounts.region_sent[order.region] += units
            accounts.region_sent_home[order.region] += units if home else 0

    def _deliver(self, parcel: Parcel) -> None:
        """Goods arrive: lateness is booked, returns are drawn."""
        sim, order, place, now = self.sim, parcel.order, parcel.location, self.sim.env._now
        promised = promised_delivery(sim, order, place)
        late = late_days(now, promised)
        self.forget_late(parcel)
        terms = sim.world.segments[order.segment]
        for line, pair, units in parcel.pieces:
            sim.log(now, "delivered", order.row, line.row, line.sku, place, units)
            order.pending -= units
            order.on_time += units if now <= promised else 0
            if late:
                cost = charge(late * units, self.late_rate[order.segment])
                sim.books.book("lateness", -cost, order.row, line.row, line.sku, place)
            if terms.return_probability > 0.0:
                self._maybe_returned(line, pair, units, parcel.nth, terms.return_probability)
        order.last_delivery = now
        finish(sim, order)

    def _maybe_returned(self, line: Line, pair: int, units: int, nth: int, probability: float) -> None:
        sim, place = self.sim, self.sim.books.pair_location[pair]
        if sim.chance.comes_back(line.key, place, nth, probability):
            due = sim.env.now + sim.chance.return_time(line.key, place, nth, sim.world.money.return_days)
            if due <= sim.horizon:
                begin(self._return(line, pair, units, due, sim.supply.next_receipt()))

    def _return(self, line: Line, pair: int, units: int, due: float, number: int) -> Process:
        """The whole quantity of a line comes back: refund, goods back at cost, return fee."""
        sim, row, place = self.sim, line.order.row, self.sim.books.pair_location[pair]
        yield Timed(sim.env, due, RECEIPT, number)
        sim.stock.move(pair, units, due)
        sim.log(due, "returned", row, line.row, line.sku, place, units)
        sim.books.book("refund", -amount(units, line.price), row, line.row, line.sku, place)
        sim.books.goods("goods_back", 1, line.sku, units, row, line.row, place)
        sim.books.book("return_fee", -amount(units, self.return_fee), row, line.row, line.sku, place)
        sim.backlog.wake(line.sku)

    def uncommit(self, line: Line) -> None:
        """Put what a waiting line had reserved back into the pool, for whoever waits for it."""
        self.set_free(line)
        self.sim.backlog.wake(line.sku)

    def set_free(self, line: Line) -> None:
        """Put what a waiting line had reserved back into the pool."""
        for place, pair, units in line.committed:
            self.sim.desk.release(line, place, pair, units)
        line.committed = []

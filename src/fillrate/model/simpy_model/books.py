"""Bookings: every amount once, by one function, with time and cause."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from fillrate.draws import snap
from fillrate.model.costs import amount, charge, leftover_loss
from fillrate.scorecard.journal import NO_CASH

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation

__all__ = ["Books"]


class Books:
    """The ledger of money; cash is kept only where the world states opening cash."""

    def __init__(self, sim: Simulation) -> None:
        """Set the time rates of every pair."""
        self.sim, world = sim, sim.world
        money, skus = world.money, world.skus
        self.cash = None if money.opening_cash is None else snap(money.opening_cash)
        self.cost = world.tables.unit_cost
        self.pair_sku = world.tables.pair_sku.tolist()
        self.pair_location = world.tables.pair_location.tolist()
        held = [money.holding_per_day + money.holding_rate_per_year * s.cost / 365.0 for s in skus]
        held = [h if s.holding_per_day is None else s.holding_per_day for h, s in zip(held, skus, strict=True)]
        self.rates = {
            "holding": [snap(held[k]) for k in self.pair_sku],
            "capital": [snap(money.capital_rate_per_year * skus[k].cost / 365.0) for k in self.pair_sku],
        }  # account -> (pairs,) money/unit/day
        self.rated = {account: any(rates) for account, rates in self.rates.items()}
        self.waiting_rate = [snap(s.backorder_per_unit_day) for s in world.segments]
        self.first_counted = int(np.searchsorted(sim.trace.orders.time, sim.accounts.warm_up))  # trace row
        self.charged_stock = [0.0] * len(self.pair_sku)  # unit-days charged so far
        self.charged_waiting = [0.0] * len(world.segments)
        self.charged_until = 0.0

    def book(
        self, account: str, money: float, order: int = -1, line: int = -1, sku: int = -1, location: int = -1
    ) -> None:
        """Book one snapped amount, positive = earned."""
        if money == 0.0:
            return
        accounts = self.sim.accounts
        accounts.book(account, money, order >= self.first_counted if order >= 0 else accounts.steady_on)
        if self.cash is not None and account not in NO_CASH:
            self.cash += money
        if self.sim.journal is not None:
            self.sim.log(self.sim.env._now, account, order, line, sku, location, math.nan, money)

    def open(self) -> None:
        """Journal the opening state and subtract its value."""
        sim = self.sim
        for pair, units in enumerate(sim.stock.on_hand):
            self._opening(pair, units, "opening")
        for pair, units in enumerate(sim.stock.inbound):
            self._opening(pair, units, "opening_inbound")

    def _opening(self, pair: int, units: int, kind: str) -> None:
        if units:
            sku, place = self.pair_sku[pair], self.pair_location[pair]
            self.sim.log(0.0, kind, -1, -1, sku, place, units)
            self.book("opening_value", self._leftover(sku, units), -1, -1, sku, place)

    def _leftover(self, sku: int, units: int) -> float:
        return leftover_loss(units, self.cost[sku], self.sim.world.money.salvage)

    def write_down(self, pair: int, units: int) -> None:
        """Value leftover units at the close."""
        sku, place = self.pair_sku[pair], self.pair_location[pair]
        if units:
            self.sim.log(self.sim.env.now, "closing", -1, -1, sku, place, units)
            self.book("write_down", -self._leftover(sku, units), -1, -1, sku, place)

    def goods(self, account: str, sign: int, sku: int, units: int, order: int, line: int, location: int) -> None:
        """Book units at cost."""
        self.book(account, sign * amount(units, self.cost[sku]), order, line, sku, location)

    def charge_period(self, _: int = 0) -> None:
        """Book holding, capital and backorder costs of the time since the last charge."""
        now, at_end = self.sim.env.now, self.sim.world.money.charge == "period_end"
        days = now - self.charged_until
        if any(self.rated.values()):
            self._charge_stock(days if at_end else None)
        self._charge_waiting(days, at_end)
        self.charged_until = now

    def _charge_stock(self, days: float | None) -> None:
        """Book holding and capital costs: of unit-days, or (with `days`) of what stands times the days of the period.

        Only pairs that had stock since the last charge are looked at; sums are exact, so their order does not matter.
        """
        sim, stock, now = self.sim, self.sim.stock, self.sim.env.now
        units = {pair: self._to_charge(pair, days) for pair in stock.stocked}
        for account, rates in self.rates.items():
            by_place = [0.0] * len(sim.world.locations) if self.rated[account] else []
            for pair, each in units.items() if by_place else ():
                by_place[self.pair_location[pair]] += charge(each, rates[pair])
            for place, money in enumerate(by_place):
                self.book(account, -money, -1, -1, -1, place)
        for pair in units:
            self.charged_stock[pair] = stock.unit_days_of(pair, now)
        stock.stocked = {pair for pair in units if stock.on_hand[pair]}

    def _to_charge(self, pair: int, days: float | None) -> float:
        """Unit-days of a pair since the last charge, or its units times the days of the period."""
        stock = self.sim.stock
        if days is not None:
            return stock.on_hand[pair] * days
        return stock.unit_days_of(pair, self.sim.env.now) - self.charged_stock[pair]

    def _charge_waiting(self, days: float, at_end: bool) -> None:
        now, money = self.sim.env.now, 0.0
        for segment, count in enumerate(self.sim.backlog.held_by_segment):
            until = count.until(now)
            units = count.value * days if at_end else until - self.charged_waiting[segment]
            money += charge(units, self.waiting_rate[segment])
            self.charged_waiting[segment] = until
        self.book("backorder", -money)

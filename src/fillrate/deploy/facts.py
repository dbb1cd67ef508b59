"""What is known at a decision in production: the facts behind the columns, from a request and the bundle's tables.

The twin of the laboratory's `model.simpy_model.facts`: the same names, and the same numbers where a host says the same.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from math import floor
from typing import Any

from fillrate.decision.columns import FACTS
from fillrate.decision.facts import box_to_add, higher, lines_left, rest_cover
from fillrate.decision.offer import OPENED, Offer
from fillrate.decision.table import Columns
from fillrate.deploy.asked import Asked, Group
from fillrate.deploy.blocks import Block
from fillrate.deploy.shop import Shop
from fillrate.model.delays import cut_offs, mean_service_days, next_cut_off

__all__ = ["Facts"]

MOST_KEPT = 100  # sizes of lines whose pick service, and days of a location whose cut-offs are remembered


class Facts:
    """Facts of the line under decision; pointed at it before each question.

    A row fact is a list over rows, a line or order fact one number.
    """

    asked: Asked
    group: Group
    block: Block
    offer: Offer
    available: Sequence[int]  # (rows,) after limits and earlier answers
    opened: list[int]  # locations opened by this offer so far
    left: int  # units of the line still to be placed
    line: int  # of the offer
    first: int  # the first line of the offer that is still to be answered

    def __init__(self, shop: Shop) -> None:
        """Nothing is under decision yet."""
        self.priority: list[float] = shop.priority.tolist()
        self.loyalty: list[float] = shop.loyalty.tolist()
        self.contract: list[float] = shop.contract.tolist()
        self.higher_share: list[float] = shop.higher_share.tolist()
        self.unit_cost: list[float] = shop.unit_cost.tolist()
        self.loss: list[list[float]] = shop.loss.tolist()
        self.stations: list[list[float]] = shop.stations.tolist()
        self.picks: dict[int, list[float]] = {}  # units of a line -> days by location
        hours, start = shop.cut_off_hours.tolist(), shop.cut_off_start.tolist()
        self.hours = [cut_offs(hours[a:b]) for a, b in pairwise(start)]
        self.cut_offs: list[dict[int, list[float]]] = [{} for _ in self.hours]  # by location: day -> instants
        named = {name: getattr(self, f"_{name}", None) for name in FACTS}
        self.columns = Columns({k: v for k, v in named.items() if v}, lambda: len(self.available))
        self.column = self.columns.column

    def look_at(self, asked: Asked, groups: Sequence[Group], offer: Offer, line: int, first: int) -> None:
        """Point at a line of an offer."""
        self.asked, self.offer, self.line, self.first = asked, offer, line, first
        self.group = group = groups[line]
        block: Any = group.block  # what has no block is not asked about
        self.block = block
        start = line * offer.width
        self.available = offer.available[start : start + len(block.location)] if offer.lines > 1 else offer.available
        self.opened = list(offer.opened[offer.before : offer.state[OPENED]])
        self.left = offer.left[line]

    def _available(self) -> Sequence[float]:
        return self.available

    def _unit_cost(self) -> list[float]:
        return self.block.unit_cost

    def _box(self) -> list[float]:
        """Box cost that each row would really add."""
        joined = self._joined()
        return box_to_add(self.block.box, self.block.location, joined) if joined else self.block.box

    def _joins(self) -> list[float]:
        joins = self._joined()
        return [1.0 if place in joins else 0.0 for place in self.block.location]

    def _joined(self) -> list[int]:
        """Locations where units would join a parcel of the order: not picked yet, of this offer, or kept aside."""
        return [*self.asked.joins, *self.opened, *self.group.joins]

    def _distance_km(self) -> list[float]:
        return self.block.distance_km

    def _transit_days(self) -> list[float]:
        return self.block.transit_days

    def _inbound(self) -> list[float]:
        return self.group.inbound

    def _receipt_days(self) -> list[float]:
        return self.group.receipt

    def _is_home(self) -> list[float]:
        return self.block.is_home

    def _position(self) -> Sequence[float]:
        return range(len(self.block.pair))

    def _queue_days(self) -> list[float]:
        queue = self.asked.queue
        return [queue.get(place, 0.0) for place in self.block.location]

    def _home_rate(self) -> list[float]:
        return self.block.home_rate

    def _higher_rate(self) -> list[float]:
        share = self.higher_share[self.asked.segment]
        return [rate * share for rate in self.block.home_rate]

    def _rating(self) -> list[float]:
        return self.block.rating

    def _third_party(self) -> list[float]:
        return self.block.third_party

    def _rest_cover(self) -> list[float]:
        o, line, first = self.offer, self.line, self.first
        if o.lines == 1:
            return [1.0] * len(self.block.location)  # there are no other units
        terms = line, first, o.lines, o.width, o.location, o.available, o.left
        return [rest_cover(place, *terms) for place in self.block.location]

    def _due_days(self) -> list[float]:
        asked = self.asked
        now, due = asked.now, asked.deliver_by
        if due == due:
            return [due - now] * len(self.block.location)
        return [asked.received + transit - now for transit in self.block.transit_days]

    def _delivery_days(self) -> list[float]:
        now, known, kept = self.asked.now, self.asked.next_cut_off, self.cut_offs
        days, queue, picks, hours = [], self.asked.queue, self._mean_picks(), self.hours
        for place, transit in zip(self.block.location, self.block.transit_days):  # noqa: B905 - a strict one is not compiled
            left = picked = now + queue.get(place, 0.0) + picks[place]
            if known and known.get(place, -math.inf) >= picked:
                left = known[place]
            elif hours[place]:
                day = floor(picked)
                of_day = kept[place].get(day) or self._cut_offs(place, day)
                left = of_day[bisect_left(of_day, picked)]
            days.append(left + transit - now)
        return days

    def _cut_offs(self, place: int, day: int) -> list[float]:
        """The cut-offs of a day, in days, and the first of the next."""
        hours, found, at = self.hours[place], list[float](), float(day)
        while at < day + 1:
            at = next_cut_off(at, hours, 0, len(hours))
            found.append(at)
            at = math.nextafter(at, math.inf)
        if len(self.cut_offs[place]) >= MOST_KEPT:
            self.cut_offs[place].clear()
        self.cut_offs[place][day] = found
        return found

    def _mean_picks(self) -> list[float]:
        """(locations,) mean pick service of the line in a parcel of its own, days."""
        found = self.picks.get(self.left)
        if found is None:
            each = [
                mean_service_days(setup, line, unit, 1, self.left) if servers > 0.0 else 0.0
                for servers, setup, line, unit in self.stations
            ]
            if len(self.picks) < MOST_KEPT:
                self.picks[self.left] = each
            return each
        return found

    def _opportunity(self) -> list[float]:
        return self.group.opportunity

    def _remaining(self) -> float:
        return self.left

    def _price(self) -> float:
        return self.group.price

    def _cost(self) -> float:
        return self.unit_cost[self.group.sku]

    def _waiting(self) -> float:
        return sum(self.asked.waiting[self.group.sku])

    def _waiting_higher(self) -> float:
        return higher(self.asked.waiting[self.group.sku], self.priority, self.asked.segment)

    def _priority(self) -> float:
        return self.priority[self.asked.segment]

    def _loyalty(self) -> float:
        return self.loyalty[self.asked.segment]

    def _contract(self) -> float:
        return self.contract[self.asked.segment]

    def _loss_cost(self) -> float:
        return self.loss[self.asked.segment][self.asked.region]

    def _waited_days(self) -> float:
        return self.asked.now - self.asked.received

    def _lines_left(self) -> float:
        return lines_left(self.line, self.first, self.offer.lines, self.offer.left)

    def _horizon_share(self) -> float:
        return self.asked.horizon_share

    def _review_days(self) -> float:
        return self.asked.review_days

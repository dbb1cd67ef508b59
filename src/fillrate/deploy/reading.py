"""Reading a request: plain records become ids and numbers; what is wrong is refused in one line."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from fillrate.decision.offer import COMPLETE, SPLIT
from fillrate.deploy.asked import Asked, Group
from fillrate.deploy.blocks import Blocks
from fillrate.deploy.shop import Shop
from fillrate.deploy.values import (
    MOST,
    Record,
    check_keys,
    check_table,
    count,
    entry_fault,
    finite,
    flag,
    id_of,
    in_degrees,
    in_range,
    name_of,
    nearest_region,
    need,
    shown,
    table_of,
    text,
    twice,
    whole,
)
from fillrate.draws import snap
from fillrate.errors import RequestError

__all__ = ["Reader"]

NAN, INF = math.nan, math.inf
NAMES, FEWEST = (int, str), 4  # what names are; fields of the plainest line
SECONDS, MINUTES = 86_400.0, 1_440.0  # in a day


class Reader:
    """Reads requests for one bundle."""

    def __init__(self, shop: Shop, blocks: Blocks, looks_at: frozenset[str], t0: str) -> None:
        """What does not change from request to request.

        Args:
            shop: names and terms.
            blocks: rows by (service, region, SKU).
            looks_at: facts that the policy needs; what else is absent is not told.
            t0: ISO 8601 instant of day 0, for requests whose instants are texts.
        """
        self.shop, self.blocks, self.looks_at = shop, blocks, looks_at
        self.t0 = datetime.fromisoformat(t0)
        ids = shop.ids
        self.places, self.skus, self.segments = ids["location"], ids["sku"], ids["segment"]
        self.regions, self.channels = ids["region"], ids["channel"]
        self.service: list[int] = shop.service.tolist()
        self.split: list[int] = shop.split.tolist()
        self.complete: list[int] = shop.complete.tolist()
        self.commit: list[bool] = shop.commit.tolist()
        self.deliver_within: list[float] = [d if d != d else snap(d) for d in shop.deliver_within_days.tolist()]
        self.ship_within: list[float] = [0.0 if d != d else snap(d) for d in shop.ship_within_days.tolist()]
        self.wants_inbound, self.wants_receipt = "inbound" in looks_at, "receipt_days" in looks_at
        self.wants_price = "opportunity" in looks_at
        self.wants_queue = bool({"queue_days", "delivery_days"} & looks_at)
        self.wants_waiting = bool({"waiting", "waiting_higher"} & looks_at)

    def __call__(self, request: Record) -> Asked:
        """The request as ids.

        Raises:
            RequestError: nothing can be decided about it.
        """
        check_keys(request, "request")
        asked = Asked()
        asked.absent, asked.unknown = set(), ""
        asked.name = name_of(request, "id", "request")
        place = f"request {asked.name}"
        asked.now = self.instant(need(request, "now", place), place, "now")
        asked.segment = id_of(self.segments, need(request, "segment", place), place, "segment")
        asked.region = self._region(request, place)
        if (channel := request.get("channel")) is not None:
            id_of(self.channels, channel, place, "channel")
        asked.service = self.service[asked.segment]
        asked.pin = self._pin(request, asked)
        self._instants(request, asked, place)
        self._terms(request, asked, place)
        self._lines(request, asked, place)
        self._stock(request, asked, place)
        self._sites(request, asked, place)
        if self.wants_waiting:
            self._waiting(request, asked, place)
        if self.shop.quotas is not None:
            self._taken(request, asked, place)
        asked.review_days = self._number(request, "next_review_days", "review_days", 0.0, asked, place)
        asked.horizon_share = self._number(request, "horizon_share", "horizon_share", 1.0, asked, place)
        return asked

    def instant(self, value: Any, place: str, key: str) -> float:
        """Days after day 0 of a number or an ISO 8601 text."""
        if type(value) is float and -math.inf < value < math.inf:
            return value
        if isinstance(value, str):
            try:
                when = datetime.fromisoformat(value)
                return snap((when - self.t0).total_seconds() / SECONDS)
            except (ValueError, TypeError):
                pass
        elif in_range(value):
            return float(value)
        zone = "with" if self.t0.tzinfo is not None else "without"
        raise RequestError(
            f"{place}: {key}", f"found {shown(value)}", f"days after day 0, or ISO 8601 {zone} a time zone"
        )

    def _region(self, request: Record, place: str) -> int:
        if (name := request.get("region")) is not None:
            return id_of(self.regions, name, place, "region")
        here = request.get("coordinates")
        if here is None:
            raise RequestError(f"{place}: region", "missing", "a region, or coordinates = [latitude, longitude]")
        return nearest_region(self.shop, *in_degrees(here, place))

    def _pin(self, request: Record, asked: Asked) -> int:
        name = request.get("pin")
        if name is None:
            return -1
        nowhere = len(self.places)  # no row stands there, so that nothing goes elsewhere
        found = self.places.get(name, nowhere) if isinstance(name, str) else nowhere
        if found == nowhere:
            asked.unknown = asked.unknown or f"unknown location {name!r} (pin)"
        return found

    def _instants(self, request: Record, asked: Asked, place: str) -> None:
        received, promised = request.get("received"), request.get("promised")
        asked.received = asked.now if received is None else self.instant(received, place, "received")
        if received is None and "waited_days" in self.looks_at:
            asked.absent.add("received")
        within = self.deliver_within[asked.segment]
        asked.ship_by = asked.received + self.ship_within[asked.segment]
        asked.deliver_by = asked.received + within if within == within else NAN
        if promised is not None:
            check_keys(promised, "promised", place)
            if (ship := promised.get("ship")) is not None:
                asked.ship_by = self.instant(ship, place, "promised.ship")
            if (delivery := promised.get("delivery")) is not None:
                asked.deliver_by = self.instant(delivery, place, "promised.delivery")

    def _terms(self, request: Record, asked: Asked, place: str) -> None:
        split, complete = request.get("split"), request.get("ship_complete")
        segment = asked.segment
        asked.split = self.split[segment] if split is None else id_of(SPLIT, split, place, "split")
        asked.keeps_aside = asked.complete = self.complete[segment]
        if complete is not None:
            asked.keeps_aside = asked.complete = id_of(COMPLETE, complete, place, "ship_complete")
        elif self.commit[segment]:
            asked.complete = 0
        asked.ships_from = self._locations(request.get("ships_from"), asked, place)
        asked.joins = self._locations(request.get("joins"), asked, place)

    def _locations(self, names: Any, asked: Asked, place: str) -> list[int]:
        if not names:
            return []
        if not isinstance(names, list | tuple):
            raise RequestError(f"{place}: ships_from, joins", f"found {names!r}", "a list of locations")
        nowhere = len(self.places)
        found = [self.places.get(name, nowhere) if isinstance(name, str) else nowhere for name in names]
        if nowhere in found:
            asked.unknown = asked.unknown or f"unknown location {names[found.index(nowhere)]!r}"
        return found

    def _lines(self, request: Record, asked: Asked, place: str) -> None:
        by_sku: dict[str, Group] = {}
        asked.groups, asked.order_lines = [], []
        lines = table_of(request, "lines", place)
        for n, line in enumerate(lines):
            check_keys(line, "lines", place)
            name, sku, units, price = line.get("line"), line.get("sku"), line.get("quantity"), line.get("price")
            plain = type(sku) is str and type(name) in NAMES and type(units) is int and type(price) is float
            if not plain or not 0 <= units <= MOST or not -INF < price < INF:
                where = f"{place}: lines[{n}]"
                sku = text(need(line, "sku", where), where, "sku")
                units = count(need(line, "quantity", where), where, "quantity")
                price, name = self._number(line, "price", "price", 0.0, asked, where), name_of(line, "line", where)
            asked.order_lines.append((name, sku, units, price))
            group = by_sku.get(sku)
            if group is None:
                group = by_sku[sku] = self._group(sku, asked)
                asked.groups.append(group)
                group.price = price
            group.lines.append(n)
            group.units += units
            if len(line) > FEWEST or not plain:
                self._more(line, n, group, asked, f"{place}: lines[{n}]")
        if len(asked.order_lines) > 1 and len({line[0] for line in asked.order_lines}) < len(asked.order_lines):
            raise RequestError(f"{place}: lines", "two lines of one name", "names of their own")

    def _more(self, line: Record, n: int, group: Group, asked: Asked, where: str) -> None:
        """What lines of orders that were offered before say."""
        if (most := line.get("at_most")) is not None:
            units, cap = asked.order_lines[n][2], count(most, where, "at_most") + group.spare
            group.withheld[n], group.spare = max(0, units - cap), max(0, cap - units)
        group.ships_from += self._locations(line.get("ships_from"), asked, where)
        group.joins += self._locations(line.get("joins"), asked, where)

    def _group(self, sku: Any, asked: Asked) -> Group:
        found = self.skus.get(sku, -1) if isinstance(sku, str) else -1
        if found < 0:
            asked.unknown = asked.unknown or f"unknown SKU {sku!r}"
            return Group(-1, None)
        return Group(found, self.blocks(asked.service, asked.region, found, asked.pin))

    def _stock(self, request: Record, asked: Asked, place: str) -> None:
        """Free units by row; an entry named twice, or with a number that is none, is refused."""
        groups = {asked.order_lines[group.lines[0]][1]: group for group in asked.groups}
        wants_inbound, wants_receipt, inbounds, receipts = self.wants_inbound, self.wants_receipt, 0, 0
        stock = table_of(request, "stock", place)
        seen: set[tuple[str, int]] = set()  # not set[...](), which takes longer than most of what is done here
        check_table(stock, "stock", place)
        for n, entry in enumerate(stock):
            try:
                name, sku, units = entry["location"], entry["sku"], entry["on_hand"]
                reserved, safety, group = entry.get("reserved", 0), entry.get("safety", 0), groups.get(sku)
                row = group.row_of.get(name) if group is not None else None
            except (KeyError, TypeError, AttributeError) as fault:
                raise entry_fault(f"{place}: stock[{n}]", entry, fault, "location, sku and on_hand") from None
            plain = type(units) is int and type(reserved) is int and type(safety) is int
            if not plain or reserved < 0 or safety < 0:  # less than none of either would add to what is there
                where = f"{place}: stock[{n}]"
                units, reserved = whole(units, where), count(reserved, where, "reserved")
                safety = count(safety, where, "safety")
            free = units - reserved - safety
            if row is None or group is None:
                self._elsewhere(name, sku, free, group, asked, seen, place)
                continue
            if row in group.counted:
                raise twice(f"{place}: stock[{n}]", name, sku)
            group.counted.add(row)
            group.free[row] = free
            if wants_inbound and (inbound := entry.get("inbound")) is not None:
                group.inbound[row] = inbound if type(inbound) is int else finite(inbound, place, "inbound")
                inbounds += 1
            if wants_receipt and (days := entry.get("next_receipt_days")) is not None:
                group.receipt[row] = (
                    days if type(days) is float and -INF < days < INF else finite(days, place, "next_receipt_days")
                )
                receipts += 1
            if self.wants_price and (price := entry.get("opportunity")) is not None:
                _set_price(group, row, finite(price, place, "opportunity"))
        if wants_inbound or wants_receipt:
            rows = sum([len(group.free) for group in asked.groups])
            asked.absent |= {"inbound"} if wants_inbound and inbounds < rows else set()
            asked.absent |= {"next_receipt_days"} if wants_receipt and receipts < rows else set()

    def _elsewhere(
        self,
        name: Any,
        sku: Any,
        free: int,
        group: Group | None,
        asked: Asked,
        seen: set[tuple[str, int]],
        place: str,
    ) -> None:
        """Stock at a location that is no row of the order, or of another product."""
        at = self.places.get(name, -1) if isinstance(name, str) else -1
        if at < 0:
            asked.unknown = asked.unknown or f"unknown location {name!r}"
        elif (sku, at) in seen:
            raise twice(place, name, sku)
        elif group is not None:
            group.elsewhere += max(0, free)
        seen.add((sku, at))

    def _sites(self, request: Record, asked: Asked, place: str) -> None:
        places, wants = self.places, self.wants_queue
        asked.down, asked.queue, asked.next_cut_off = set(), {}, {}
        sites = table_of(request, "sites", place, needed=False)
        check_table(sites, "sites", place)
        for n, entry in enumerate(sites):
            try:
                at, is_open = places.get(entry["location"]), entry.get("open", True)
            except (KeyError, TypeError, AttributeError) as fault:
                raise entry_fault(f"{place}: sites[{n}]", entry, fault, "location") from None
            if at is None:
                asked.unknown = asked.unknown or f"unknown location {entry['location']!r}"
                continue
            if is_open is not True and is_open is not None:
                asked.down.add(flag(is_open, at, f"{place}: sites[{n}]"))
            if not wants:
                continue
            minutes = entry.get("queue_minutes")
            if type(minutes) is float and -INF < minutes < INF and not ("queue_days" in entry or "cut_off" in entry):
                asked.queue[at] = minutes / MINUTES
            else:
                self._queue(entry, at, asked, place)
        if wants and len(asked.queue) < len(places):
            here = {at for group in asked.groups if group.block is not None for at in group.block.location}
            if not asked.queue.keys() >= here:
                asked.absent.add("queue_minutes")

    def _queue(self, entry: Record, at: int, asked: Asked, place: str) -> None:
        if (days := entry.get("queue_days")) is not None:
            asked.queue[at] = finite(days, place, "queue_days")
        elif (minutes := entry.get("queue_minutes")) is not None:
            asked.queue[at] = finite(minutes, place, "queue_minutes") / MINUTES
        if (cut_off := entry.get("cut_off")) is not None:
            asked.next_cut_off[at] = self.instant(cut_off, place, "cut_off")

    def _waiting(self, request: Record, asked: Asked, place: str) -> None:
        asked.waiting = {group.sku: [0] * len(self.segments) for group in asked.groups}
        if request.get("waiting") is None:
            asked.absent.add("waiting")
        for n, entry in enumerate(table_of(request, "waiting", place, needed=False)):
            check_keys(entry, "waiting", place)
            where = f"{place}: waiting[{n}]"
            segment = id_of(self.segments, need(entry, "segment", where), where, "segment")
            sku = self.skus.get(text(need(entry, "sku", where), where, "sku"), -1)
            if sku in asked.waiting:
                asked.waiting[sku][segment] += count(need(entry, "units", where), where, "units")

    def _taken(self, request: Record, asked: Asked, place: str) -> None:
        asked.taken = {group.sku: [[0] * len(self.segments) for _ in range(3)] for group in asked.groups}
        if request.get("taken") is None:
            asked.absent.add("taken")
        for n, entry in enumerate(table_of(request, "taken", place, needed=False)):
            check_keys(entry, "taken", place)
            where = f"{place}: taken[{n}]"
            segment = id_of(self.segments, need(entry, "segment", where), where, "segment")
            sku = self.skus.get(text(need(entry, "sku", where), where, "sku"), -1)
            if sku in asked.taken:
                units = whole(need(entry, "units", where), where)
                numbers = units, whole(entry.get("in_period", units), where), whole(entry.get("asked", 0), where)
                for table, number in zip(asked.taken[sku], numbers, strict=True):
                    table[segment] = number

    def _number(self, record: Record, key: str, fact: str, default: float, asked: Asked, place: str) -> float:
        value = record.get(key)
        if type(value) is float and -math.inf < value < math.inf:
            return value
        if value is not None:
            return finite(value, place, key)
        if fact in self.looks_at:
            asked.absent.add(key)
        return default


def _set_price(group: Group, row: int, price: float) -> None:
    """A planner's price that the host states, in place of the bundle's."""
    if group.block is not None and group.opportunity is group.block.opportunity:
        group.opportunity = list(group.opportunity)
    group.opportunity[row] = price

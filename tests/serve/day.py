"""A simulated run played again through the desk: the journal says what happened, the desk has to decide alike.

Receipts, dispatches, short picks and orders are taken from the journal, in its order; what was reserved, held and lost
is compared. Facts that the journal does not tell (queues, what is on order) are not told to the desk either, so the
policies played may not look at them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from fillrate.model.chance import Chance
from fillrate.simulate import simulate
from fillrate.trace import Trace
from fillrate.world import World

Row = Mapping[str, Any]
Do = Callable[[str, dict[str, Any]], dict[str, Any]]
Parts = dict[tuple[int, str], int]  # trace line, location -> units
TOLD = {"received", "stocked", "returned", "dispatched", "picking", "short_picked", "transferred"}
TOLD |= {"outage_began", "outage_ended", "ranked", "reserved", "held", "lost", "released"}


@dataclass
class Compared:
    """What was decided alike."""

    offers: int = 0
    later_offers: int = 0  # of them, those of who waited
    reserved: int = 0  # units
    held: int = 0  # offers that left something held
    lost: int = 0  # units
    differences: list[str] = field(default_factory=list)


class Day:
    """Plays a journal through a desk."""

    def __init__(self, world: World, trace: Trace, do: Do) -> None:
        self.world, self.orders, self.do = world, trace.orders, do
        self.chance = Chance(world, trace.seed)
        self.days = trace.days
        self.first = trace.orders.first_line.tolist()
        self.at_once = {place.name for place in world.locations if not place.station.servers}
        self.down: set[str] = set()
        self.found = Compared()
        self.answers: list[dict[str, Any]] = []  # of the last call: decisions that the journal has to confirm
        self.told: list[tuple[int, Parts]] = []  # what the journal says since
        self.at = 0.0
        self.offered_at = math.nan  # when the desk last offered again

    def play(self, journal: Sequence[Row]) -> Compared:
        """Tell the desk what happened, and compare."""
        self._open(journal)
        rows = [row for row in journal if row["kind"] in TOLD]
        rows = [row for row in rows if row["time"] < self.days or row["kind"] == "dispatched"]
        for (kind, time, order), group in groupby(rows, key=lambda r: (r["kind"], r["time"], r["order"])):
            self._take(kind, time, order, list(group))
        self._compare()
        return self.found

    def _open(self, journal: Sequence[Row]) -> None:
        entries = [
            {"sku": r["sku"], "location": r["location"], "on_hand": int(r["quantity"])}
            for r in journal
            if r["kind"] == "opening"
        ]
        self._call("stock/set", 0.0, entries=entries)

    def _call(self, verb: str, now: float, **body: Any) -> None:
        if verb in {"confirm_shipment", "picking"}:  # may stand between two offers of one event
            self.do(verb, {**body, "now": now})
            return
        self._compare()
        sites = [{"location": name, "open": False} for name in sorted(self.down)]
        answer = self.do(verb, {**body, "sites": sites, "now": now})
        self.answers = [answer] if verb == "allocate" else list(answer["offered"])
        self.offered_at = math.nan if verb == "allocate" else now
        for decision in self.answers:
            for place in {part["location"] for line in decision["lines"] for part in line["allocated"]}:
                if place in self.at_once:
                    self.do("picking", {"order": decision["id"], "location": place, "now": now})

    def _take(self, kind: str, now: float, order: int | None, rows: list[Row]) -> None:
        """One thing that happened."""
        self.at = now
        if kind == "received" and order is not None:
            self._call("allocate", now, **self._order(order, rows))
        elif kind in {"stocked", "returned"}:
            entries = [self._units(r, "quantity") for r in rows]
            self._call("stock/receive", now, entries=entries)
        elif kind == "transferred":
            self._call("stock/adjust", now, entries=[self._units(r, "by", -1) for r in rows])
        elif kind == "ranked" and now != self.offered_at:  # the clock, or a unit that was not found
            self._call("reoffer", now)
        elif kind in {"dispatched", "short_picked", "picking"} and order is not None:
            self._handle(kind, now, order, rows)
        elif kind in {"outage_began", "outage_ended"}:
            for row in rows:
                (self.down.add if kind == "outage_began" else self.down.discard)(row["location"])
        elif kind == "reserved" and order is not None:
            self.told.append((order, {(r["line"], r["location"]): int(r["quantity"]) for r in rows}))
        elif kind == "lost":
            self.found.lost += sum(int(r["quantity"]) for r in rows)

    def _handle(self, kind: str, now: float, order: int, rows: list[Row]) -> None:
        lines = [
            {"line": r["line"] - self.first[order], "location": r["location"], "quantity": int(r["quantity"])}
            for r in rows
            if kind != "picking"
        ]
        if kind == "dispatched":
            self._call("confirm_shipment", now, order=order, lines=lines)
        elif kind == "short_picked":
            self._call("release", now, order=order, lines=lines, missing=True)
        else:
            self._call("picking", now, order=order, location=rows[0]["location"])

    def _units(self, row: Row, key: str, sign: int = 1) -> dict[str, Any]:
        return {"sku": row["sku"], "location": row["location"], key: sign * int(row["quantity"])}

    def _order(self, row: int, lines: list[Row]) -> dict[str, Any]:
        """An order as a shop would send it."""
        o, world = self.orders, self.world
        segment = world.segments[int(o.segment[row])]
        promised = {"ship": float(o.ship_by[row]), "delivery": float(o.deliver_by[row])}
        pin = int(o.pin[row])
        return {
            "id": row,
            "region": world.regions[int(o.region[row])].name,
            "segment": segment.name,
            **({"pin": world.locations[pin].name} if pin >= 0 else {}),
            "promised": {name: day for name, day in promised.items() if not math.isnan(day)},
            "patience_days": self.chance.patience(int(o.key[row]), segment.patience_days),
            "lines": [
                {
                    "line": r["line"] - self.first[row],
                    "sku": r["sku"],
                    "quantity": int(r["quantity"]),
                    "price": float(o.price[r["line"]]),
                }
                for r in lines
            ],
        }

    def _compare(self) -> None:
        """What the desk answered against what the journal said; offers of which nothing came say nothing."""
        said = [(int(d["id"]), parts) for d in self.answers if (parts := self._parts(d))]
        for decision in self.answers:
            self.found.offers += 1
            self.found.later_offers += not str(decision["decision"]).endswith("/1")
            self.found.held += any(line["held"] for line in decision["lines"])
            if decision["decided_by"] != "policy":
                self.found.differences.append(f"{decision['decision']}: {decision['reason']}")
        self.found.reserved += sum(sum(parts.values()) for _, parts in said)
        told = [(order, parts) for order, group in groupby(self.told, key=lambda t: t[0]) for parts in _merged(group)]
        if said != told:
            self.found.differences.append(f"day {self.at}: the desk {said}, the simulator {told}")
        self.answers, self.told = [], []

    def _parts(self, decision: Row) -> Parts:
        first = self.first[int(decision["id"])]
        return {
            (int(line["line"]) + first, part["location"]): part["quantity"]
            for line in decision["lines"]
            for part in line["allocated"]
        }


def _merged(group: Iterator[tuple[int, Parts]]) -> Iterator[Parts]:
    merged: Parts = {}
    for _, parts in group:
        merged |= parts
    yield merged


def replay(world: World, trace: Trace, policy: str, do: Do) -> Compared:
    """Simulate, and play the journal through a desk."""
    journal = simulate(world, trace, policy, journal=True).journal
    assert journal is not None
    return Day(world, trace, do).play(journal.to_pylist())

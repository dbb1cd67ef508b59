"""Offering an order from the ledger's stock: the question, the guards, the answer carried out in one transaction.

The order of guards: schema, freshness of stock, mask, deadline, invariants, conditional reservation, commit. The first
and the third are the allocator's own; whatever fails, the fallback rule answers and the decision says why.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fillrate.serve.deciding import Decider, Record, held_all, why_illegal
from fillrate.serve.ledger.book import Book
from fillrate.serve.ledger.orders import Waiting, count_offer, count_waiting, move_line, reservations_of, set_deadline
from fillrate.serve.ledger.orders import waiting as waiting_units
from fillrate.serve.ledger.quotas import taken, use
from fillrate.serve.ledger.stock import Level, levels, reserve, unreserve
from fillrate.serve.ledger.tables import RESERVATIONS
from fillrate.serve.settings import Settings

__all__ = ["CONTEXT", "again", "decide", "first_offer", "question"]

CONTEXT = ("sites", "next_review_days", "horizon_share", "as_of")  # facts of the instant, not of the order
OURS = ("stock", "waiting", "taken", *CONTEXT)  # what an offer does not take from the order as it was first asked
HOURS = 24.0  # in a day


def question(
    book: Book, decider: Decider, asked: Record, now: float, context: Record, segment: str, again: bool = False
) -> dict[str, Any]:
    """A request with the ledger's stock, and what other orders wait for, as far as the policy knows the names.

    Args:
        book: the transaction.
        decider: who is asked.
        asked: the order with its open lines.
        now: days after t0.
        context: facts of the instant.
        segment: of the order.
        again: whether it waits already; its own held units do not wait for themselves.
    """
    skus = dict.fromkeys(line["sku"] for line in asked["lines"])
    own = dict.fromkeys(skus, 0)
    for line in asked["lines"]:
        own[line["sku"]] += line["quantity"]
    wanted = {sku: waiting_units(book, sku) for sku in skus}  # by segment, the order's own units with them
    for sku, units in own.items():
        wanted[sku][segment] = wanted[sku].get(segment, 0) + (0 if again else units)
    there = [(sku, level) for sku in skus for level in levels(book, sku) if decider.knows("location", level.location)]
    stock = [_entry(sku, level, now) for sku, level in there]
    waits = [
        {"sku": sku, "segment": name, "units": units - (own[sku] if name == segment else 0)}
        for sku in skus
        for name, units in wanted[sku].items()
    ]
    used = [entry for sku in skus for entry in taken(book, sku, now, wanted[sku])]
    kept = {key: value for key, value in asked.items() if key not in OURS}
    if book.quota_days is not None:
        kept["taken"] = [entry for entry in used if decider.knows("segment", entry["segment"])]
    facts = {key: context[key] for key in CONTEXT if context.get(key) is not None}
    counted = [level.as_of for _, level in there] + ([facts["as_of"]] if "as_of" in facts else [])
    facts |= {"as_of": min(counted)} if counted else {}  # for the bundle's guardrail
    kept["waiting"] = [w for w in waits if w["units"] > 0 and decider.knows("segment", w["segment"])]
    return {**kept, **facts, "now": now, "stock": stock}


def _entry(sku: str, level: Level, now: float) -> dict[str, Any]:
    entry = {"location": level.location, "sku": sku, "on_hand": level.on_hand, "reserved": level.reserved}
    entry |= {"safety": level.safety, "inbound": level.inbound}
    if level.next_receipt is not None:
        entry["next_receipt_days"] = max(0.0, level.next_receipt - now)
    if level.opportunity is not None:
        entry["opportunity"] = level.opportunity
    return entry


def decide(book: Book, decider: Decider, settings: Settings, request: dict[str, Any], now: float) -> dict[str, Any]:
    """The decision on a request, by the policy where all guards hold."""
    stale = _stale(book, settings, request, now)
    decision = decider.fall_back(request, stale) if stale else decider.decide(request)
    if wrong := why_illegal(request, decision):
        reason = f"invariants: {wrong}"
        decision = decider.fall_back(request, reason)
        if why_illegal(request, decision):
            decision = held_all(decider.chooser, request, reason)
    return decision


def _stale(book: Book, settings: Settings, request: Record, now: float) -> str:
    """Why stock is too old to decide on; empty if it is not."""
    most = settings.stock_max_age_days
    if most is None:
        return ""
    counted = [level.as_of for line in request["lines"] for level in levels(book, line["sku"])]
    said = request.get("as_of")
    ages = [now - when for when in [*counted, *([said] if isinstance(said, int | float) else [])]]
    if max(ages, default=0.0) <= most:
        return ""
    return f"stock: as of {max(ages) * HOURS:.2f} h ago; allowed: {most * HOURS:g} h"


def first_offer(
    book: Book, decider: Decider, settings: Settings, asked: Record, now: float, patience: float | None
) -> dict[str, Any]:
    """Decide on a new order, which `open_order` has entered, and carry the decision out."""
    segment = str(asked.get("segment") or "")
    request = question(book, decider, asked, now, asked, segment)
    decision = decide(book, decider, settings, request, now)
    return _carry_out(book, decider, settings, request, decision, (str(asked["id"]), 1, segment, now, patience), {})


def again(
    book: Book, decider: Decider, settings: Settings, order: Waiting, now: float, context: Record
) -> dict[str, Any]:
    """Offer a waiting order again, with all its open lines."""
    request = question(book, decider, asked_again(book, order), now, context, order.segment, again=True)
    decision = decide(book, decider, settings, request, now)
    held = {line: units for line, (_, units) in order.open.items()}
    terms = order.id, order.offers + 1, order.segment, now, order.patience
    return _carry_out(book, decider, settings, request, decision, terms, held)


def asked_again(book: Book, order: Waiting) -> dict[str, Any]:
    """A waiting order as a request: its open lines, where it ships from, and parcels that more would join."""
    asked = json.loads(order.request)
    placed = [r for r in reservations_of(book, order.id) if r.open + r.shipped]
    lines = []
    for line in asked["lines"]:
        name = str(line["line"])
        if name in order.open:
            from_there = _places(r.location for r in placed if r.line == name)
            lines.append(
                {**line, "quantity": order.open[name][1], **({"ships_from": from_there} if from_there else {})}
            )
    by_line = [r.location for line in asked["lines"] for r in placed if r.line == str(line["line"])]
    joins = _places(r.location for r in placed if r.open and not r.picking)
    more: dict[str, Any] = {"ships_from": _places(by_line)} if by_line else {}
    if joins:
        more["joins"] = joins
    return {**asked, **more, "received": order.received, "lines": lines}


def _places(found: Any) -> list[str]:
    return list(dict.fromkeys(found))


def _carry_out(
    book: Book,
    decider: Decider,
    settings: Settings,
    request: dict[str, Any],
    decision: dict[str, Any],
    terms: tuple[str, int, str, float, float | None],
    held: Mapping[str, int],
) -> dict[str, Any]:
    """Reserve what a decision promises, hold or drop the rest, and write it to the log.

    Args:
        book: the transaction.
        decider: who decided.
        settings: terms of the desk.
        request: what was asked.
        decision: what was said.
        terms: order, number of the offer, segment, now, end of patience.
        held: units by line that waited before this offer; none of a new order did.
    """
    order, nth, segment, now, patience = terms
    lost = patience is not None and now >= patience
    if lost:
        decision = {**decision, "lines": _whole(decision["lines"], decider.spare.keeps_aside(request))}
    if taken := _promise(book, decision["lines"]):
        decision = held_all(decider.chooser, request, f"reservation: {taken}")
    name = f"{order}/{nth}"
    expires = None if settings.reservation_days is None else now + settings.reservation_days
    _enter(book, name, order, decision["lines"], expires)
    wait = 0
    for line in decision["lines"]:
        dropped, units = (line["held"], 0) if lost else (0, line["held"])
        move_line(book, order, str(line["line"]), line["quantity"] - line["held"], 0, units - line["quantity"], dropped)
        count_waiting(book, line["sku"], segment, units - held.get(str(line["line"]), 0))
        use(book, line["sku"], segment, line["quantity"] - line["held"], now)
        wait += units
    count_offer(book, order, nth)
    set_deadline(book, order, patience if wait else None)
    _tell_needs(book, [] if lost else decision["lines"])
    recorded = {**decision, "decision": name, "waits_until": patience if wait else None, "expires": expires}
    if nth > 1:
        book.tell("allocation", recorded)
    book.write("allocate" if nth == 1 else "reoffer", name, now, order, {"request": request, "decision": recorded})
    book.decided.append((now, request, recorded))
    return recorded


def _whole(lines: Sequence[Record], aside: int) -> list[Record]:
    """Of an order that waits no longer: what would be kept aside for units that will not come is not promised."""
    short = {line["sku"] for line in lines if line["held"]}
    vain = {line["sku"] for line in lines} if short and aside == 2 else short if aside else set()
    return [{**line, "allocated": [], "held": line["quantity"]} if line["sku"] in vain else line for line in lines]


def _promise(book: Book, lines: Sequence[Record]) -> str:
    """Reserve every part by a conditional update; if one fails, none stays reserved, and what failed is said."""
    done: list[tuple[str, str, int]] = []
    for line in lines:
        for part in line["allocated"]:
            pair = line["sku"], part["location"], part["quantity"]
            if not reserve(book, *pair):
                for sku, location, units in done:
                    unreserve(book, sku, location, units)
                return f"{pair[0]} at {pair[1]}: {pair[2]} units are no longer free"
            done.append(pair)
    return ""


def _enter(book: Book, name: str, order: str, lines: Sequence[Record], expires: float | None) -> None:
    """Write the reservations down."""
    parts = [(line, part) for line in lines for part in line["allocated"]]
    book.ends(expires if parts else None)
    for n, (line, part) in enumerate(parts):
        units = {"units": part["quantity"], "open": part["quantity"], "shipped": 0, "picking": 0}
        at = {"sku": line["sku"], "location": part["location"], "line": str(line["line"])}
        book.add(RESERVATIONS, id=f"{name}/{n}", order_id=order, expires=expires, **at, **units)


def _tell_needs(book: Book, lines: Sequence[Record]) -> None:
    """What is held is needed: units that wait for a SKU in all, and what is on its way."""
    for sku in dict.fromkeys(line["sku"] for line in lines if line["held"]):
        inbound = sum(level.inbound for level in levels(book, sku))
        book.tell("purchase_need", {"sku": sku, "waiting": sum(waiting_units(book, sku).values()), "inbound": inbound})

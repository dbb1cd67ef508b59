"""The journal's columns and codes: what happened, as an append-only table."""

from __future__ import annotations

__all__ = ["BOOKINGS", "COLUMNS", "KINDS", "KIND_CODE", "NO_CASH"]

EVENTS: dict[str, tuple[int, str]] = {
    "received": (1, "an order line came in"),
    "checked": (2, "units available over all legal rows of a line at an offer"),
    "ranked": (3, "place of an order in a ranking, 1 = first"),
    "reserved": (4, "units promised from a location"),
    "held": (4, "units of a line that stay open after an offer"),
    "released": (4, "reserved units put back into the pool"),
    "lost": (4, "open units that are given up"),
    "queued": (5, "a parcel joined its pick station"),
    "picking": (5, "its pick service began"),
    "picked": (5, "its pick service ended"),
    "short_picked": (5, "a unit that was not found"),
    "dispatched": (5, "units of a line that left a location"),
    "shipped": (5, "a parcel left a location"),
    "delivered": (5, "units of a line that arrived"),
    "returned": (5, "units of a line that came back into stock"),
    "opening": (6, "units on hand at the start"),
    "opening_inbound": (6, "units on their way at the start"),
    "stocked": (6, "units received into stock"),
    "closing": (6, "units on hand or on their way at the close, not promised"),
    "ordered": (7, "units bought"),
    "expedited": (7, "units ordered by the fast option"),
    "transferred": (7, "units sent to another location"),
    "awaited": (7, "units of a transfer on their way to a location"),
    "outage_began": (5, "a location is down"),
    "outage_ended": (5, "a location is up again"),
}  # kind -> stage, meaning

BOOKINGS: dict[str, tuple[int, str]] = {
    "revenue": (6, "price of dispatched units"),
    "goods": (6, "unit cost of dispatched units"),
    "freight": (6, "box and rates of a parcel"),
    "handling": (6, "handling of a parcel and its units"),
    "fee": (6, "fees of a third-party site"),
    "write_off": (6, "cost of units that were not found"),
    "lateness": (6, "delivery past the promised date"),
    "refund": (6, "price of returned units"),
    "goods_back": (6, "cost of returned units, back in stock"),
    "return_fee": (6, "cost of a return"),
    "transfer_freight": (7, "freight of a transfer"),
    "holding": (6, "stock held over a period"),
    "capital": (6, "capital bound in stock over a period"),
    "backorder": (6, "units waiting over a period"),
    "loss": (6, "cost of lost units"),
    "order_cost": (7, "fixed cost of a purchase order"),
    "purchase_variance": (7, "purchase price above (or below) unit cost"),
    "expedite": (7, "surcharge of the fast option"),
    "write_down": (6, "leftover stock below its cost at the close"),
    "opening_value": (6, "the same rule applied to the opening state, subtracted"),
}  # account -> stage, meaning; each amount is booked once
NO_CASH = {"goods", "goods_back", "write_off", "write_down", "opening_value", "capital", "loss"}  # accounts

KINDS: tuple[str, ...] = (*EVENTS, *BOOKINGS)
KIND_CODE = {kind: n for n, kind in enumerate(KINDS)}
KIND_STAGE = tuple((EVENTS | BOOKINGS)[kind][0] for kind in KINDS)

COLUMNS: dict[str, str] = {
    "time": "days after t0",
    "kind": "what happened, a key of this module",
    "stage": "stage of the order allocation process, 1 to 7",
    "order": "trace row of the order",
    "line": "trace row of the order line",
    "sku": "SKU",
    "location": "location",
    "quantity": "units",
    "money": "booked amount, positive = earned",
}

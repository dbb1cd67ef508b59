"""Integer codes of the compiled engine: kinds of journal rows, accounts, methods, pauses, streams."""

from __future__ import annotations

from fillrate.model.purchasing import NO_LIMIT
from fillrate.scorecard import journal

__all__ = ["ASK", "DONE", "FULL", "NO_LIMIT", "PLAN", "RANK", "REPLENISH", "TIGHT"]

(
    RECEIVED,
    CHECKED,
    RANKED,
    RESERVED,
    HELD,
    RELEASED,
    LOST,
    QUEUED,
    PICKING,
    PICKED,
    SHORT_PICKED,
    DISPATCHED,
    SHIPPED,
    DELIVERED,
    RETURNED,
    OPENING,
    OPENING_INBOUND,
    STOCKED,
    CLOSING,
    ORDERED,
    EXPEDITED,
    TRANSFERRED,
    AWAITED,
    OUTAGE_BEGAN,
    OUTAGE_ENDED,
) = range(25)

(
    REVENUE,
    GOODS,
    FREIGHT,
    HANDLING,
    FEE,
    WRITE_OFF,
    LATENESS,
    REFUND,
    GOODS_BACK,
    RETURN_FEE,
    TRANSFER_FREIGHT,
    HOLDING,
    CAPITAL,
    BACKORDER,
    LOSS,
    ORDER_COST,
    PURCHASE_VARIANCE,
    EXPEDITE,
    WRITE_DOWN,
    OPENING_VALUE,
) = range(20)
FIRST_ACCOUNT = len(journal.EVENTS)  # journal code of the first account
ACCOUNTS = len(journal.BOOKINGS)
MOVES_CASH = tuple(name not in journal.NO_CASH for name in journal.BOOKINGS)

CHAIN, PRICES, RANDOM, HOLD, CUSTOM, NETWORK, ROUNDING, LEVY = range(8)  # how a source policy answers
NEXT_EVENT, SORT, OFFERS, OFFER, WALK, ASK_LEVY, PLACE, REVIEW, ASK_BUYER, BUY, ASK_PLANNER, DEAL = range(
    12
)  # what a simulation does next
DONE, ASK, RANK, REPLENISH, PLAN, FULL, TIGHT = range(7)  # why it pauses
START, ON, GROWN, PLANNED, ANSWER, BRANCH = range(6)
"""How to go on: anew; after a ranking or purchase, room, a plan, a row, a row and no foresight."""

WIN, GAIN, IMPROVE, REDISTRIBUTE, FILL, LOSE, SKIP = range(7)  # strategies in the order of their turn
PURCHASE = -1  # a sender that is no pair
AFTER_ALL = 2**32  # an entity after the numbered ones of its kind
FIRST = 3  # where the heap of events begins, so that the four below one share a cache line; its front is before it
SLOT, KIND = 24, 58  # bits of an event's code below which slot and entity stand: 16 million slots, 2**34 entities
BLOCK = 16  # pairs that a review passes by at once
NAN = float("nan")
ORDERS, LINES, CELLS, PARCELS, COMINGS, EVENTS, HAD, ENTRIES = range(8)  # kinds of tables that may be full
POOLS, TABLES = 5, 8  # how many of them are taken and given back by slot, and of all

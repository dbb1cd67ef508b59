"""Integer codes of the compiled engine: kinds of journal rows, accounts, methods, pauses, streams."""

from __future__ import annotations

from fillrate.model.purchasing import NO_LIMIT
from fillrate.scorecard.journal import BOOKINGS, EVENTS

__all__ = ["ASK", "DONE", "GROW", "NO_LIMIT", "RANK", "REPLENISH"]

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
FIRST_ACCOUNT = len(EVENTS)  # journal code of the first account
ACCOUNTS = len(BOOKINGS)
MOVES_CASH = tuple(
    name not in {"goods", "goods_back", "write_off", "write_down", "opening_value", "capital", "loss"}
    for name in BOOKINGS
)

CHAIN, PRICES, RANDOM, HOLD, CUSTOM = range(5)  # how a source policy answers
NEXT_EVENT, SORT, OFFERS, OFFER, WALK, PLACE, REVIEW, ASK_BUYER, BUY = range(9)  # what a simulation does next
DONE, ASK, RANK, REPLENISH, GROW = range(5)  # why it pauses
START, ON, ANSWER, BRANCH = range(4)  # from the beginning; where it paused; after an answer; after one, unforeseen

WIN, GAIN, IMPROVE, REDISTRIBUTE, FILL, LOSE, SKIP = range(7)  # strategies in the order of their turn
NOBODY, PURCHASE = -2, -1  # senders that are no pair
BLOCK = 64  # pairs that a review passes by at once
NAN = float("nan")
EVENTS_FULL, ORDERS, LINES, CELLS, PARCELS, COMINGS, ENTRIES, HAD = (1 << n for n in range(8))  # tables that were full

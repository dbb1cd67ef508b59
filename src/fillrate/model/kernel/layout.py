"""Names and types of everything a compiled simulation reads and writes.

Three views: the *setting* (a world under a policy), the *feed* (what happens to one run: orders, outages, opening
state) and the *run* (its state). Rows of tables point at each other by slot, -1 = none; freed slots are used again.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fillrate.model.kernel.memory import CACHE_LINE
from fillrate.model.kernel.views import View

__all__ = ["CALL", "FEED", "OFFER", "RANKED", "RUN", "SETTING", "TABLES", "WHOLE"]


def _row(*fields: tuple[str, str]) -> np.dtype[Any]:
    """A record with fields of (type, names); one that nearly fills a cache line fills it, so that none lies in two."""
    parts = [(name, kind) for kind, names in fields for name in names.split()]
    row = np.dtype(parts, align=True)
    places: Any = row.fields
    if not CACHE_LINE // 2 < row.itemsize < CACHE_LINE:
        return row
    names, formats = [name for name, _ in parts], [kind for _, kind in parts]
    offsets = [places[name][1] for name in names]
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": CACHE_LINE}, align=True)


def _scalars(*fields: tuple[str, str]) -> dict[str, str]:
    return {name: kind for kind, names in fields for name in names.split()}


# --- the setting: what stays the same over runs -----------------------------------------------------------------------

PLACE = _row(
    ("i8", "servers finite pick_law third_party first_hour hours"),
    ("u8", "key"),
    ("f8", "setup line_minutes unit_minutes cv short_pick rating sales storage mean_down"),
    ("f8", "handling_box handling_unit fee_box fee_unit"),
)
LANE = _row(("f8", "box rate per_kg transit_mean distance"), ("i8", "transit_law"))
REGION = _row(("f8", "fast"), ("i8", "first_lane"))
SKU = _row(("f8", "cost raw_cost weight"), ("u8", "key"), ("i4", "first last bought"))
TERMS = _row(  # of a pair
    ("i4", "sku supplier s S lot cap expedite sender"),
    ("f8", "home_rate holding capital"),
)
SEGMENT = _row(
    ("f8", "priority loyalty contract late_rate waiting_rate higher_share return_chance ship_within deliver_within"),
    ("i8", "split complete commit strategy in_scope service forever patience_law"),
)
SUPPLIER = _row(
    ("i8", "lead_law fast_law minimum lot capacity transfer first_stated stated"),
    ("u8", "key"),
    ("f8", "lead_mean fast_mean order_cost cost_factor freight expedite mean_down"),
)
LAW = _row(("i8", "code first count"), ("f8", "mean cv"))
TERM = _row(("i8", "column"), ("f8", "weight"))  # of a weighted sum
WINDOW = _row(("f8", "start end"))
GRANT = _row(("i8", "granted rest weight soon"))  # units of a segment and SKU in a period of quotas

SETTING = View(
    "setting",
    _scalars(
        ("i8", "places skus segments regions pairs rows suppliers"),
        ("i8", "method rank_custom replenish_custom has_hold"),
        ("i8", "source_steps rank_steps most strategies ranks any_outage"),
        ("i8", "wave at_end active continuous pro_rata has_quotas has_reserves reserve_periods quota_periods"),
        ("i8", "caps_at_storage has_cash rated return_law foresees hidden columns outputs"),
        ("i8", "plans plans_at_waves assigns scheme fallback items"),
        (
            "f8",
            "hold least wave_days reoffer_days reevaluate_days charge_days review_days quota_days reserve_days",
        ),
        ("f8", "plan_days reassign_days opening_cash salvage return_fee warm_up warm_up_raw"),
        ("u8", "policy_key"),
    ),
    {
        "place": PLACE,
        "lane": LANE,  # (services * regions * places,)
        "region": REGION,
        "sku": SKU,
        "pair": TERMS,
        "place_of": "i4",  # (pairs,) location; apart, because every row of a table looks at it
        "segment": SEGMENT,
        "supplier": SUPPLIER,
        "law": LAW,
        "law_value": "f8",
        "law_cumulative": "f8",
        "position": "i4",  # (regions * places,) place of a location in the region's order
        "row": "i4",  # (regions * pairs,) pairs of each SKU in the region's order, -1 where no lane is left
        "loss": "f8",  # (segments * regions,) money/unit
        "hour": "f8",  # cut-off hours of all places
        "step": "i8",  # (source steps + 1,) first term of each step of the source chain
        "term": TERM,
        "rank_step": "i8",
        "rank_term": TERM,
        "value_term": TERM,
        "box_term": TERM,
        "net_column": "i8",  # (columns,) that a network looks at
        "net_scale": "f8",
        "net_hold": "f8",
        "net_of_order": "u1",
        "net_row": "f8",  # weights as in `decision.network`
        "net_row_bias": "f8",
        "net_mix": "f8",
        "net_mix_bias": "f8",
        "net_table": "f8",
        "net_score": "f8",
        "net_score_bias": "f8",
        "reserve": "f8",  # (periods * segments * 2 * pairs,) units kept back
        "quota": GRANT,  # (periods * segments * skus,)
        "limited": "u1",  # (segments * skus,)
        "stated": WINDOW,  # outages that suppliers have announced
        "item_of": "i4",  # ((order types + 1) * skus,) number of a SKU in an order of a type, row 0: of none
    },
)

# --- the feed: what happens to a run ----------------------------------------------------------------------------------

ON_ITS_WAY = _row(("i8", "pair units"), ("f8", "due expected"))

FEED = View(
    "feed",
    _scalars(
        ("i8", "orders first_counted seed comings stops"),  # stops: 1 = the run ends at the horizon, unclosed
        ("f8", "days"),
        ("u8", "patience transit pick_service short_pick return_whether return_when purchase transfer"),
    ),
    {
        "time": "f8",
        "key": "u8",
        "region": "i4",
        "segment": "i4",
        "pin": "i4",
        "ship_by": "f8",
        "deliver_by": "f8",
        "first_line": "i8",
        "sku": "i4",
        "quantity": "i4",
        "price": "f8",
        "window": WINDOW,  # outages: places, then suppliers
        "first_window": "i8",  # (places + suppliers + 1,)
        "basket": "i4",  # (orders,) order type plus 1, 0 = none
        "opening": "i8",  # (pairs,) units
        "coming": ON_ITS_WAY,
    },
)

# --- the run: the state of one simulation -----------------------------------------------------------------------------

# Small rows: what a decision looks at should fit the caches, for many simulations side by side.

SLOTS = _row(("i4", "free used"))  # first freed slot, and how many were ever used
EVENT = np.dtype(
    {
        "names": ["time", "ticks", "code"],
        "formats": ["f8", "i8", "i8"],  # ticks: the bits of time, which sort as times do: none is below 0
        "offsets": [0, 0, 8],  # code: kind, entity and slot, in this order of digits
    },
    align=True,
)
STOCK = _row(  # of a pair
    ("f8", "area since charged average"),  # average: unit-days from warm-up to horizon
    ("i4", "on_hand inbound held coming day nth"),
    ("u1", "low low_listed moved"),
)
ORDER = _row(
    ("f8", "time deadline ship_by deliver_by last_delivery"),
    ("i4", "row region segment pin lines offers units pending shipped on_time boxes parcels sent next"),
    ("u1", "patient waiting counted listed again"),
)
LINE = _row(
    ("f8", "price"),
    ("i4", "row order nth sku quantity home open waiting held counted immediate first_pass placed"),
    ("i4", "cells kept twin before next cap aim"),  # aim: location that a planner assigned, -1 = none
    ("u1", "head waits"),
)
CELL = _row(("i4", "a b n m next"))
PARCEL = _row(
    ("f8", "queued_at begun late"),
    ("i4", "number order place nth pieces next left right"),
    ("u1", "started dropped"),
)
COMING = _row(("f8", "expected"), ("i4", "order line pair units next"))  # order >= 0: a return
SITE = _row(("f8", "area since work"), ("i4", "in_service busy queue down window"))
NEEDED = _row(("i4", "first woken"))  # of a SKU: the first line that waits for it
WAITERS = _row(("f8", "area since charged"), ("i4", "count"))  # of a segment
QUOTA = _row(("i4", "used now asked"))
BEFORE = _row(("i4", "line place pair units order sku"))  # what a re-evaluation took apart
ENTRY = _row(("f8", "time quantity money"), ("i4", "order line kind sku place"))  # of the journal

OFFER = View(
    "offer",
    _scalars(("f8", "least"), ("i4", "lines width split complete most before order")),
    {
        "location": "i4",
        "available": "i4",
        "asked": "i4",
        "price": "f8",
        "left": "i4",
        "take": "i4",
        "opened": "i4",
        "legal": "i4",
        "free": "i4",
        "rest": "i4",
        "barred": "i4",
        "trail": "i4",
        "state": "i4",
        "pair": "i4",  # (lines * width,)
        "group": "i4",  # (lines,) first line of each SKU
        "rows": "i4",  # (lines,) rows besides hold
        "cut": "i4",  # (lines,) whether rows were left out
    },
)

SCRATCH = View(  # of the whole-order solver and of a network
    "scratch",
    {},
    {
        **dict.fromkeys(("need", "menu_width", "order", "most", "size"), "i4"),
        **dict.fromkeys(("worth", "cost"), "f8"),
        **dict.fromkeys(("state", "best", "trail", "mark", "ends"), "i4"),
        **dict.fromkeys(("slack", "level", "record"), "f8"),
        **dict.fromkeys(("available", "usable", "take", "chosen", "joined", "other", "pick", "at", "place"), "i4"),
        **dict.fromkeys(("value", "true_cost", "box", "score"), "f8"),
        **dict.fromkeys(("seen", "each", "pool", "common", "units", "out"), "f8"),
        **dict.fromkeys(("odds", "luck", "waits"), "f8"),  # of rounding
        "drawn": "i4",
    },
)

QUOTA_WORK = View(
    "quota_work", {}, dict.fromkeys(("used", "now", "asked", "rest", "weight", "soon", "part", "over"), "i4")
)

RUN = View(
    "run",
    _scalars(
        ("f8", "now horizon cash charged_until usual_days planned_at"),
        ("i4", "full tight spare journal closed steady_on next_order widest"),
        ("i4", "events front doing then queue at pool kept numbers receipts parcel_numbers"),
        ("i4", "scheduled ranked_one ranked_list legal levied"),
        ("i4", "touched low low_listed fresh woken again entries cycles asked_nth"),
        ("i4", "quota_period moved under at_wave aiming"),
        ("f8", "margin waited station_wait dispatched_cost backorders"),
        ("i8", "parcels sent split on_time received allocated lost open_at_end parcels_picked parcels_waited"),
        ("i8", "dispatched cut_tables masked_offers stopped_searches offered"),  # offered: orders, at least once
    ),
    {
        "setting": SETTING,
        "feed": FEED,
        "offer": OFFER,
        "scratch": SCRATCH,
        "quota_work": QUOTA_WORK,
        "slots": SLOTS,  # by kind of table
        "event": EVENT,
        "free": "i4",  # (pairs,) units on hand less reserved; apart, because every row of a table looks at it
        "stock": STOCK,
        "order": ORDER,
        "order_line": "i4",  # (orders * widest,)
        "line": LINE,
        "cell": CELL,
        "parcel": PARCEL,
        "coming": COMING,
        "site": SITE,
        "needed": NEEDED,
        "wanted": "i4",  # (skus * segments,) open units that wait
        "waiter": WAITERS,
        "quota": QUOTA,  # (segments * skus,)
        "rank": "f8",  # (orders * steps,)
        "parcel_rank": "f8",  # (parcels * (steps + 1),)
        "listed": "i4",  # (orders,) the orders that are being offered
        "sorting": "i4",  # (orders,) scratch
        "again_list": "i4",  # (orders,)
        "woken_list": "i4",  # (skus,)
        "due": "u1",  # (pairs,) whether the next review looks at a pair
        "due_in": "i4",  # (blocks,) how many of each block of pairs
        "touched_list": "i4",  # (pairs,)
        "due_list": "i4",  # (pairs,) scratch
        "low_list": "i4",  # (pairs,)
        "moved_list": "i4",  # (pairs,) pairs whose stock has moved since the last charge
        "fresh_list": "i4",  # (parcels,)
        "had": BEFORE,
        "capacity": "i8",  # (suppliers,)
        "buy": "i8",  # (pairs,) what a custom policy wants
        "levy": "f8",  # (places,) what somebody outside charges for a unit from a location, in the offer at hand
        "worth": "f8",  # (pairs,) planner's price of a unit of stock
        "share": "f8",  # (segments * regions * items * places,) planner's shares
        "planned_free": "i4",  # (pairs,) units that were free when it planned
        "planner": "i1",  # what it handed over
        "money": "f8",  # (3 * accounts,) all, steady, served
        "certain": "f8",  # (accounts,) what parcels that are placed will book when they leave
        "home": "i8",  # (4 * places,)
        "region_sent": "i8",  # (2 * regions,)
        "by_segment": "i8",  # (segments * tally,)
        "by_region": "i8",
        "segment_days": "f8",
        "region_days": "f8",
        "place_holding": "f8",  # (places,) charge of stock that has not moved, over usual_days
        "place_capital": "f8",
        "busy": "f8",  # (places,) server-days
        "cycle": "f8",  # (orders of the feed,) cycle days in the order of their end
        "entry": ENTRY,
    },
)

TABLES = View(  # candidate tables of simulations that pause at a question
    "tables",
    _scalars(("i8", "columns rows")),
    {
        "name": "i8",  # (columns,) columns wanted
        "hold": "f8",  # (columns,) value in the hold row
        "of_order": "u1",  # (columns,) whether hold has the value of the other rows
        "value": "f8",  # (n * rows * columns,) written; hold is the last row
        "mask": "u1",  # (n * rows,) written
    },
)

CALL = View(  # what Python asks of some simulations
    "call",
    _scalars(
        ("i8", "first last how tabled most"),  # most: answers that there is room for, 0 = they are not kept
        ("i8", "asking planning stuck"),  # written: how many pause at a question, for a plan, and at a full table
        ("f8", "until"),  # where a branch ends, days
    ),
    {
        "taken": "i2",  # (n * most,) answers so far
        "answers": "i8",  # (n,) how many
        "address": "i8",  # (n,) of their records
        "row": "i8",  # (n,) answers to the questions at which they paused; the last row of a table holds
        "code": "i8",  # (n,) written: why each paused
        "tables": TABLES,
    },
)

RANKED = View(  # waiting orders of a simulation that pauses to have them ranked
    "ranked",
    _scalars(("i8", "address count columns")),
    {"slot": "i8", "value": "f8"},  # (count,) orders; (count * columns,) written
)

WHOLE = View(  # whole orders that a planner's program asks the best set of locations of
    "whole",
    _scalars(("i8", "orders places largest")),
    {
        "gain": "f8",  # (lines * places,) money of a line served from there
        "box": "f8",  # (orders * places,) money
        "first": "i8",  # (orders + 1,) first line of each
        "worth": "f8",  # (orders,) written
        "place": "i8",  # (lines,) written where a line is served
        "most": "f8",  # ((places + 1) * largest,) best gains of a line, by how many locations are open
        "left": "f8",  # ((places + 1) * largest,) the same of all locations before one
        "paid": "f8",  # (places + 1,) boxes, by how many are open
        "opened": "i8",  # (places + 1,) the location that was opened so; first, beyond the last one
        "added": "i8",  # (places + 1,) the location to open next
        "chosen": "i8",  # (places + 1,) as `opened`, of the best set
    },
)

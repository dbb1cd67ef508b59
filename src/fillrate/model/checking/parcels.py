"""Rules of parcels: stations, cut-offs, outages, transit."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from fillrate.model.checking.evidence import Evidence, Finding, running
from fillrate.model.delays import cut_offs, next_cut_off
from fillrate.scorecard.journal import KIND_CODE

__all__ = ["RULES"]

STATION = {"queued": 0, "picking": 1, "picked": -1}


def contents(e: Evidence) -> Finding:
    """A parcel that leaves holds what is dispatched with it."""
    l, rows = e.ledger, e.ledger.rows("dispatched", "shipped")
    change = np.where(l.kind[rows] == KIND_CODE["shipped"], -1, 1) * l.quantity[rows].astype(np.int64)
    left = running(e.order_place[rows], change)
    shipped = l.kind[rows] == KIND_CODE["shipped"]
    yield from e.first(rows, shipped & (left != 0), "not the units that were dispatched")


def stations(e: Evidence) -> Finding:
    """No more picks at a time than servers; each parcel is queued, then picked, and all are in the end."""
    l, rows = e.ledger, e.ledger.rows(*STATION)
    servers = np.array([p.station.servers for p in e.world.locations])
    at, kind = l.location[rows], l.kind[rows]
    yield from e.first(rows, servers[at] == 0, "at a location without a station")
    step = np.select([kind == KIND_CODE["picking"], kind == KIND_CODE["picked"]], [1, -1], 0)
    busy = running(at, step)
    yield from e.first(rows, busy > servers[at], "more picks at a time than servers")
    yield from e.first(rows, running(e.order_place[rows], step) < 0, "picked without having been begun")
    waiting = running(e.order_place[rows], np.select([kind == KIND_CODE["queued"], step == 1], [1, -1], 0))
    yield from e.first(rows, waiting < 0, "begun without having been queued")
    if step.sum():
        yield f"{step.sum()} picks never ended"


def outages(e: Evidence) -> Finding:
    """While a location is down no pick begins, and nothing new is promised from it."""
    l, rows = e.ledger, e.ledger.rows("outage_began", "outage_ended", "picking", "reserved")
    step = np.select([l.kind[rows] == KIND_CODE["outage_began"], l.kind[rows] == KIND_CODE["outage_ended"]], [1, -1], 0)
    down = running(l.location[rows], step)
    yield from e.first(rows, (down < 0) | (down > 1), "begins or ends twice")
    yield from e.first(rows, (down > 0) & (l.kind[rows] == KIND_CODE["picking"]), "while the location is down")
    new = (down > 0) & (l.kind[rows] == KIND_CODE["reserved"])
    kept = np.array([_kept(e, int(row)) for row in rows[new]], np.bool_)
    yield from e.first(rows[new], ~kept if len(kept) else kept, "while the location is down")


def _kept(e: Evidence, row: int) -> bool:
    """Whether units reserved at a row were released from there at that instant: a re-evaluation gave them back."""
    l, gone = e.ledger, e.ledger.rows("released")
    same = (l.time[gone] == l.time[row]) & (e.line_place[gone] == e.line_place[row]) & (gone < row)
    return bool(same.any())


def cut_off(e: Evidence) -> Finding:
    """Parcels leave at cut-offs where there are some."""
    l = e.ledger
    for place, site in enumerate(e.world.locations):
        if hours := cut_offs(site.cut_off_hours):
            rows = e.ledger.rows("shipped")
            rows = rows[l.location[rows] == place]
            off = np.array([next_cut_off(t, hours, 0, len(hours)) != t for t in l.time[rows].tolist()], np.bool_)
            yield from e.first(rows, off, "not at a cut-off")


def transit(e: Evidence) -> Finding:
    """Every dispatch is delivered after the order's own transit time on that lane."""
    l, tables = e.ledger, e.world.tables
    out, came = e.ledger.rows("dispatched"), e.ledger.rows("delivered")
    if len(out) != len(came):
        yield f"{len(out)} dispatches and {len(came)} deliveries of lines"
        return
    out = out[np.lexsort((l.time[out], e.line_place[out]))]
    came = came[np.lexsort((l.time[came], e.line_place[came]))]
    days: dict[tuple[int, int], float] = {}
    for order, place in set(zip(l.order[out].tolist(), l.location[out].tolist(), strict=True)):
        law = tables.transit_law[int(e.promises.service[order])][int(e.trace.orders.region[order])][place]
        days[order, place] = e.chance.transit(int(e.trace.orders.key[order]), place, law) if law is not None else 0.0
    keys = zip(l.order[out].tolist(), l.location[out].tolist(), strict=True)
    due = l.time[out] + np.array([days[key] for key in keys])
    yield from e.first(
        came, (e.line_place[out] != e.line_place[came]) | (due != l.time[came]), "not after its transit time"
    )


def ranks(e: Evidence) -> Finding:
    """A ranking counts 1, 2, 3, ... and names an order once."""
    l, rows = e.ledger, e.ledger.rows("ranked")
    heads = np.append(np.flatnonzero(l.quantity[rows] == 1), len(rows))
    for head, end in pairwise(heads.tolist()):
        chosen = rows[head:end]
        if not np.array_equal(l.quantity[chosen], np.arange(1, end - head + 1)):
            yield f"{e.show(int(chosen[0]))}: places are not 1, 2, 3, ..."
            return
        if len(set(l.order[chosen].tolist())) < len(chosen):
            yield f"{e.show(int(chosen[0]))}: an order is ranked twice"
            return


RULES = {
    "contents of parcels": contents,
    "pick stations": stations,
    "outages": outages,
    "cut-offs": cut_off,
    "transit": transit,
    "ranking": ranks,
}

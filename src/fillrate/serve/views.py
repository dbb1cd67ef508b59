"""What the ledger shows to people: stock, recent decisions, how often the fallback decided, how a challenger agrees."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from fillrate.serve.ledger.statements import Runner
from fillrate.serve.ledger.tables import LOG, OUTBOX, SHADOWS, STOCK, WAITING
from fillrate.serve.outbox import delivered
from fillrate.serve.reasons import guard_of

__all__ = ["decision_of", "overview"]

RECENT, SHOWN_PAIRS, WINDOW = 40, 300, 1_000  # decisions and pairs shown; decisions that rates are counted over

_S, _G, _H = STOCK.c, LOG.c, SHADOWS.c
_TOP_STOCK = (
    select(_S.sku, _S.location, _S.on_hand, _S.reserved, _S.safety, _S.inbound, _S.as_of)
    .order_by(_S.on_hand - _S.reserved - _S.safety, _S.sku, _S.location)
    .limit(SHOWN_PAIRS)
)
_PAIRS = select(func.count()).select_from(STOCK)
_WINDOW = (
    select(_G.seq, _G.id, _G.kind, _G.time, _G.payload)
    .where(or_(_G.kind == "allocate", _G.kind == "reoffer"))
    .order_by(_G.seq.desc())
    .limit(WINDOW)
)
_WAITING = select(WAITING.c.sku, WAITING.c.segment, WAITING.c.units).where(WAITING.c.units > 0)
_SHADOW_WINDOW = select(_H.payload).order_by(_H.time.desc()).limit(WINDOW)
_LAST_EVENT = select(func.coalesce(func.max(OUTBOX.c.seq), 0))
_LOG_SIZE = select(func.coalesce(func.max(_G.seq), 0))
_ONE = select(_G.payload, _G.time, _G.seq, _G.hash).where(_G.id == bindparam("of"))
_ONE_SHADOW = select(_H.payload).where(_H.decision == bindparam("of"))


def decision_of(run: Runner, name: str) -> dict[str, Any] | None:
    """A decision with its request, its place in the log, and what a challenger said."""
    rows = run.rows(_ONE, of=name)
    if not rows:
        return None
    said = json.loads(rows[0][0])
    if "decision" not in said:
        return None
    shadow = run.rows(_ONE_SHADOW, of=name)
    head = {"decision": said["decision"], "request": said["request"], "time": rows[0][1]}
    log = {"log": {"entry": int(rows[0][2]), "hash": rows[0][3]}}
    return head | log | {"challenger": json.loads(shadow[0][0])["challenger"] if shadow else None}


def overview(run: Runner) -> dict[str, Any]:
    """Everything that the page shows."""
    decided = [(seq, name, kind, time, json.loads(text)) for seq, name, kind, time, text in run.rows(_WINDOW)]
    fallbacks = [said["decision"] for *_, said in decided if said["decision"]["decided_by"] == "fallback"]
    waiting = [{"sku": sku, "segment": seg, "units": int(n)} for sku, seg, n in run.rows(_WAITING)]
    return {
        "pairs": int(run.rows(_PAIRS)[0][0]),
        "stock": [_stock(row) for row in run.rows(_TOP_STOCK)],
        "waits": len(waiting),
        "waiting": sorted(waiting, key=lambda w: -w["units"])[:SHOWN_PAIRS],
        "decisions": [_short(*row) for row in decided[:RECENT]],
        "counted": len(decided),
        "fallback_share": len(fallbacks) / len(decided) if decided else None,
        "fallback_reasons": _reasons([str(d["reason"]) for d in fallbacks]),
        "held_share": _held_share([said["decision"] for *_, said in decided]),
        "shadow": _shadow(run),
        "log_entries": int(run.rows(_LOG_SIZE)[0][0]),
        "events_waiting": int(run.rows(_LAST_EVENT)[0][0]) - delivered(run),
    }


def _stock(row: tuple[Any, ...]) -> dict[str, Any]:
    sku, location, on_hand, reserved, safety, inbound, as_of = row
    units = {"on_hand": int(on_hand), "reserved": int(reserved), "safety": int(safety), "inbound": int(inbound)}
    free = max(0, units["on_hand"] - units["reserved"] - units["safety"])
    return {"sku": sku, "location": location, **units, "available": free, "as_of": as_of}


def _short(seq: int, name: str, kind: str, time: float, said: dict[str, Any]) -> dict[str, Any]:
    decision, request = said["decision"], said["request"]
    kept = {key: decision[key] for key in ("policy", "decided_by", "reason", "microseconds", "lines")}
    return {"entry": int(seq), "decision": name, "kind": kind, "time": time, "segment": request.get("segment"), **kept}


def _reasons(said: list[str]) -> dict[str, int]:
    """How often each guard said no."""
    heads = [guard_of(reason) for reason in said]
    return {head: heads.count(head) for head in sorted(set(heads))}


def _held_share(decisions: list[dict[str, Any]]) -> float | None:
    lines = [line for decision in decisions for line in decision["lines"]]
    asked = sum(line["quantity"] for line in lines)
    return sum(line["held"] for line in lines) / asked if asked else None


def _shadow(run: Runner) -> dict[str, Any] | None:
    """Agreement over the last decisions that a challenger looked at."""
    said = [json.loads(row[0]) for row in run.rows(_SHADOW_WINDOW)]
    if not said:
        return None
    costs = [(s["champion"].get("cost"), s["challenger"].get("cost")) for s in said]
    differences = [b["total"] - a["total"] for a, b in costs if a and b]
    return {
        "policy": said[0]["challenger"]["policy"],
        "counted": len(said),
        "agreement": sum(s["agrees"] for s in said) / len(said),
        "cost_difference": sum(differences) / len(differences) if differences else None,
    }

"""What a challenger would have done: agreement and cost beside the champion, by segment, and drift since the bundle."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from statistics import NormalDist, fmean, stdev
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from fillrate.errors import FillrateError
from fillrate.serve.ledger.chain import entries
from fillrate.serve.ledger.statements import Runner
from fillrate.serve.ledger.tables import SHADOWS

if TYPE_CHECKING:
    from fillrate.serve.bundled import Bundled

__all__ = ["agreement", "drift", "logged"]

FEW = 30  # pairs below which no interval is given
_Z = NormalDist().inv_cdf(0.975)
_PAIRS = select(SHADOWS.c.challenger, SHADOWS.c.payload).order_by(SHADOWS.c.time, SHADOWS.c.decision)

Pair = Mapping[str, Any]


def agreement(run: Runner) -> list[dict[str, Any]]:
    """A row for each challenger over all segments, then one for each segment.

    Costs are of the champion's cost model (`fillrate.serve.costs`), money a decision; `difference` is challenger −
    champion, with its 95 % interval (normal, paired) from thirty decisions on.
    """
    groups: dict[tuple[str, str], list[Pair]] = {}
    for challenger, text in run.rows(_PAIRS):
        pair = json.loads(text)
        for segment in ("", str(pair["segment"] or "none")):
            groups.setdefault((challenger, segment), []).append(pair)
    return [_row(challenger, segment, pairs) for (challenger, segment), pairs in sorted(groups.items())]


def _row(challenger: str, segment: str, pairs: Sequence[Pair]) -> dict[str, Any]:
    costs = [(p["champion"].get("cost"), p["challenger"].get("cost")) for p in pairs]
    told = [(a["total"], b["total"]) for a, b in costs if a and b]
    differences = [b - a for a, b in told]
    low, high = _interval(differences)
    return {
        "challenger": challenger,
        "segment": segment or None,
        "decisions": len(pairs),
        "agreement": sum(p["agrees"] for p in pairs) / len(pairs),
        "champion_cost": fmean(a for a, _ in told) if told else None,
        "challenger_cost": fmean(b for _, b in told) if told else None,
        "difference": fmean(differences) if differences else None,
        "low": low,
        "high": high,
        "held_by_champion": _held(pairs, "champion"),
        "held_by_challenger": _held(pairs, "challenger"),
    }


def _interval(values: Sequence[float]) -> tuple[float | None, float | None]:
    if len(values) < FEW:
        return None, None
    half = _Z * stdev(values) / math.sqrt(len(values))
    return fmean(values) - half, fmean(values) + half


def _held(pairs: Sequence[Pair], who: str) -> int:
    return sum(line["held"] for p in pairs for line in p[who]["lines"])


def logged(run: Runner) -> Iterator[dict[str, Any]]:
    """Every decision in the log: its kind, instant, request and decision."""
    for _, _, kind, time, _, text, _ in entries(run):
        if kind in {"allocate", "reoffer"}:
            said = json.loads(text)
            yield {"kind": kind, "time": time, "request": said["request"], "decision": said["decision"]}


def drift(run: Runner, bundled: Bundled) -> dict[str, Any]:
    """Population stability of what the policy sees, and of what is decided, against the bundle's reference.

    Returns:
        `requests` counted, `unreadable` ones left out, and `psi` by column and for `decisions`.
    """
    from fillrate.deploy.drift import Drift, columns_seen

    allocator = bundled.allocator
    reference = json.loads((allocator.bundle.folder / "drift.json").read_text(encoding="utf-8"))
    counted, left_out = Drift(reference), 0
    total = 0
    for entry in logged(run):
        try:
            seen = columns_seen(allocator, entry["request"])
        except FillrateError:
            left_out += 1
            continue
        counted.count({name: values for name, values in seen.items() if name in counted.inputs}, entry["decision"])
        total += 1
    return {"requests": total, "unreadable": left_out, "psi": counted.report()}

"""The story of one order: what came in, why each decision on it came out as it did, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fillrate.cli.console import width
from fillrate.decision.explain import as_text, number

if TYPE_CHECKING:
    from fillrate.model.simpy_model.explaining import Recorder
    from fillrate.trace import Trace
    from fillrate.world import World

__all__ = ["story"]

SILENT = {"received", "checked"}  # told by the head and by the tables


def story(watch: Recorder, name: str, world: World, trace: Trace, journal: Any) -> str:
    """The story as plain text.

    Args:
        watch: what was seen of the order.
        name: what the order was called by whoever asked.
        world: of the run.
        trace: of the run.
        journal: of the run.
    """
    asked = [as_text(found, width()) for found in watch.found] or [_unasked(watch.order, journal)]
    return "\n\n".join([f"Order {name}: {_facts(watch.order, world, trace)}", *asked, _outcome(watch.order, journal)])


def _facts(order: int, world: World, trace: Trace) -> str:
    o = trace.orders
    facts = [
        f"received on day {number(float(o.time[order]))}",
        f"region {world.regions[int(o.region[order])].name}",
        f"segment {world.segments[int(o.segment[order])].name}",
    ]
    if len(world.channels) > 1:
        facts.append(f"channel {world.channels[int(o.channel[order])].name}")
    rows = range(int(o.first_line[order]), int(o.first_line[order + 1]))
    lines = [f"{o.quantity[row]} × {world.skus[int(o.sku[row])].name} at {number(float(o.price[row]))}" for row in rows]
    return f"{', '.join(facts)}\n  {', '.join(lines)}"


def _unasked(order: int, journal: Any) -> str:
    """Why the policy was never asked about an order."""
    if any(row["kind"] == "checked" for row in _events(order, journal)):
        return "The policy was not asked: a quota or a cap left nothing of the order to be placed."
    return "The policy was not asked: the order was never offered."


def _events(order: int, journal: Any) -> list[dict[str, Any]]:
    import pyarrow.compute as pc

    rows: list[dict[str, Any]] = journal.filter(pc.equal(journal["order"], order)).to_pylist()
    return rows


def _outcome(order: int, journal: Any) -> str:
    """Every event of the order, one a line: day, what happened, units, where, money."""
    rows = [row for row in _events(order, journal) if row["kind"] not in SILENT]
    return "\n".join(["What became of it:", *(f"  day {number(row['time']):>9}  {_event(row)}" for row in rows)])


def _event(row: dict[str, Any]) -> str:
    kind, units, place = row["kind"], row["quantity"], row["location"]
    at = f" at {place}" if place else ""
    if kind == "ranked":
        return f"ranked {number(units)} among the orders offered then"
    if row["money"] is not None:
        return f"booked {kind.replace('_', ' ')} {number(row['money'])}{at}"
    amount = "" if units is None else f" {number(units)}" + (f" × {row['sku']}" if row["sku"] else "")
    return f"{kind.replace('_', ' ')}{amount}{at}"

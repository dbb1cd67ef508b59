"""A scene as plain text: the same facts as in the picture, for a terminal or a log."""

from __future__ import annotations

from collections.abc import Sequence

from fillrate.gym.render.scene import HOLD, Candidate, Decision, Scene
from fillrate.gym.render.words import FIGURES, asked_words, clock, figures, order_words, taken_words
from fillrate.world import World

__all__ = ["text_of"]

HEAD = ("", "location", "free", "a unit", "parcel", "per unit", "days", "stock", "of all", "inbound", "queue", "")
LEFT = (0, 1, len(HEAD) - 1)  # columns of words
MOST = 20  # rows of a list, beyond which it is cut


def text_of(world: World, scene: Scene) -> str:
    """Clock and totals, the question, the table of locations, who waits, and the strongest lanes."""
    totals = ", ".join(f"{much} {what}" for what, much in zip(FIGURES, figures(world, scene), strict=True))
    parts = [
        f"{world.name}, {clock(scene.now)} of {world.days:g}: {totals}",
        f"{asked_words(world, scene.decision)} ({order_words(world, scene.decision)})",
        *_table(world, scene),
        taken_words(world, scene.taken),
        _listed("waiting", [(m.waiting, r.name) for m, r in zip(scene.markets, world.regions, strict=True)]),
        _listed("sent lately", _lanes(world, scene)),
    ]
    return "\n".join(line.rstrip() for line in parts)


def _table(world: World, scene: Scene) -> list[str]:
    """Candidates in their order, hold, then the other locations."""
    decision = scene.decision
    asked = {row.location: row for row in decision.candidates} if decision is not None else {}
    places = [*asked, *(n for n in range(len(scene.sites)) if n not in asked)]
    rows = [_row(world, scene, place, asked.get(place)) for place in places[:MOST]]
    if decision is not None:
        last = "taken last" if scene.taken is not None and scene.taken.location == HOLD else ""
        rows.insert(min(len(asked), MOST), ("*", "hold", *[""] * (len(HEAD) - 3), last))
    if len(places) > MOST:
        rows.append(("", f"and {len(places) - MOST} more", *[""] * (len(HEAD) - 2)))
    return _aligned([HEAD, *rows])


def _row(world: World, scene: Scene, place: int, row: Candidate | None) -> tuple[str, ...]:
    site, decision = scene.sites[place], scene.decision
    offers = _offers(row, decision) if row is not None and decision is not None else ("",) * 5
    marks = ["out"] if site.down else []
    marks += ["taken last"] if scene.taken is not None and scene.taken.location == place else []
    stock = str(site.on_hand_sku) if decision is not None else ""
    here = (stock, str(site.on_hand), str(site.inbound_sku), str(site.queued + site.picking))
    legal = "*" if row is not None and row.legal else ""
    return legal, world.locations[place].name, *offers, *here, ", ".join(marks)


def _offers(row: Candidate, decision: Decision) -> tuple[str, ...]:
    costs = (row.unit_cost, row.box_cost, row.cost_per_unit(decision.quantity))
    return str(row.available), *(f"{cost:.2f}" for cost in costs), f"{row.transit_days:.1f}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEAD))]
    return ["  ".join(_padded(n, cell, widths[n]) for n, cell in enumerate(row)) for row in rows]


def _padded(n: int, cell: str, width: int) -> str:
    return cell.ljust(width) if n in LEFT else cell.rjust(width)


def _lanes(world: World, scene: Scene) -> list[tuple[int, str]]:
    """Rounded flows with the names of their lanes."""
    return [
        (round(units), f"{world.locations[l].name} to {world.regions[r].name}")
        for l, lanes in enumerate(scene.flows)
        for r, units in enumerate(lanes)
    ]


def _listed(what: str, counts: Sequence[tuple[int, str]]) -> str:
    """The largest counts, none of which is 0."""
    some = sorted((item for item in counts if item[0] > 0), key=lambda item: -item[0])[:6]
    return f"{what}: " + (", ".join(f"{name} {units:,}" for units, name in some) or "nothing")

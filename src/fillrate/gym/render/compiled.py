"""The scene of a compiled run, read from its arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fillrate.decision.offer import LINE, OPENED
from fillrate.gym.render.scene import Candidate, Decision, Market, Scene, Site

if TYPE_CHECKING:
    from fillrate.gym.core import Core
    from fillrate.model.kernel.state import State
    from fillrate.world import World

__all__ = ["decision_of", "scene_of"]

Chain = list[int]


def scene_of(core: Core) -> Scene:
    """How the first of the episodes stands."""
    decision, state, world = decision_of(core), core.lockstep.state, core.terms.world
    return Scene(
        now=float(core.now[0]),
        orders=int(core.lockstep.state.records["offered"][0]),
        contribution=float(core.account[0].sum()),
        sites=_sites(state, world, -1 if decision is None else decision.sku),
        markets=tuple(Market(units) for units in _waiting(state, len(world.regions)).tolist()),
        decision=decision,
    )


def decision_of(core: Core) -> Decision | None:
    """The question at hand, None at the end."""
    if not core.asking[0]:
        return None
    state, world = core.lockstep.state, core.terms.world
    offer, at = state.offers.records[0], {name: rows[0] for name, rows in state.offers.arrays.items()}
    line = int(at["state"][LINE])
    order, asked = state.arrays["order"][0][int(offer["order"])], state.arrays["line"][0][int(at["group"][line])]
    return Decision(
        order=int(order["row"]),
        region=int(order["region"]),
        segment=int(order["segment"]),
        line=line,
        lines=int(offer["lines"]),
        sku=int(asked["sku"]),
        quantity=int(at["left"][line]),
        waited_days=float(state.records[0]["now"]) - float(order["time"]),
        candidates=_candidates(core, world, line, order, int(asked["sku"])),
    )


def _candidates(core: Core, world: World, line: int, order: Any, sku: int) -> tuple[Candidate, ...]:
    from fillrate.model.simpy_model.rows import rows_of

    state = core.lockstep.state
    at, first = state.offers.arrays, line * int(state.offers.records[0]["width"])
    service = world.tables.segment_service[int(order["segment"])]
    rows = rows_of(world.tables, service, int(order["region"]), sku, int(order["pin"]))
    joined, found = _joined(state, line, order), slice(first, first + len(rows.location))
    there = (at["location"][0, found].tolist(), core.mask[0].tolist(), at["available"][0, found].tolist())
    return tuple(
        Candidate(place, legal, units, rows.unit_cost[n], 0.0 if place in joined else rows.box[n], rows.transit_days[n])
        for n, (place, legal, units) in enumerate(zip(*there, strict=False))
    )


def _joined(state: State, line: int, order: Any) -> set[int]:
    """Locations where units would join a parcel of the order: of this offer, not picked yet, or kept aside."""
    offer, opened = state.offers.records[0], state.offers.arrays["opened"][0]
    parcels, lines = state.arrays["parcel"][0], state.arrays["line"][0]
    found = set(opened[int(offer["before"]) : int(state.offers.arrays["state"][0, OPENED])].tolist())
    found |= {int(parcels[p]["place"]) for p in _chain(parcels, order["parcels"]) if not parcels[p]["started"]}
    if state.setting.arrays["segment"][int(order["segment"])]["complete"] == 2:
        first = int(offer["order"]) * state.widest
        those = state.arrays["order_line"][0, first : first + int(order["lines"])].tolist()
    else:
        those = _chain(lines, state.offers.arrays["group"][0, line], "twin")
    cells = state.arrays["cell"][0]
    return found | {int(cells[c]["a"]) for l in those for c in _chain(cells, lines[l]["kept"])}


def _chain(rows: Any, first: Any, link: str = "next") -> Chain:
    """Slots of a list, from its first one on."""
    found, slot = [], int(first)
    while slot >= 0:
        found.append(slot)
        slot = int(rows[slot][link])
    return found


def _sites(state: State, world: World, sku: int) -> tuple[Site, ...]:
    tables, stock = world.tables, state.arrays["stock"][0]
    every, those = slice(None), slice(*tables.pair_start[sku : sku + 2]) if sku >= 0 else slice(0)

    def count(name: str, pairs: slice) -> list[int]:
        units = np.zeros(len(world.locations), np.int64)
        np.add.at(units, tables.pair_location[pairs], stock[name][: len(tables.pair_sku)][pairs])
        return units.tolist()

    counts = [count(name, pairs) for name in ("on_hand", "inbound") for pairs in (every, those)]
    return tuple(
        Site(a, b, c, d, _queued(state, n), int(site["busy"]), bool(site["down"]))
        for n, (a, b, c, d, site) in enumerate(zip(*counts, state.arrays["site"][0], strict=True))
    )


def _queued(state: State, place: int) -> int:
    """Parcels in the heap of a station, without those that were taken apart."""
    parcels, todo, count = state.arrays["parcel"][0], [int(state.arrays["site"][0][place]["queue"])], 0
    while todo:
        if (slot := todo.pop()) >= 0:
            count += not parcels[slot]["dropped"]
            todo += [int(parcels[slot]["left"]), int(parcels[slot]["right"])]
    return count


def _waiting(state: State, regions: int) -> NDArray[np.int64]:
    """(regions,) open units of orders that wait; a slot that is free has none."""
    lines, orders = state.arrays["line"][0], state.arrays["order"][0]
    waits = np.flatnonzero(lines["waiting"] > 0)
    found = np.zeros(regions, np.int64)
    np.add.at(found, orders["region"][lines["order"][waits]], lines["waiting"][waits])
    return found

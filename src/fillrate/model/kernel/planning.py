"""A pause for a plan: what the planner sees of a simulation, and its tables written into the state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fillrate.model.kernel.codes import ORDERS, SORT
from fillrate.model.planning import Snapshot, aims, answered, received

if TYPE_CHECKING:
    from fillrate.model.kernel.state import State

__all__ = ["plan"]

Ints = NDArray[np.int64]


def plan(state: State, i: int) -> None:
    """Ask the planner of a setting about simulation i: for tables, or where orders of a wave or pool should go.

    Raises:
        PolicyError: its tables are of another size.
    """
    setting, arrays, record = state.setting, state.arrays, state.records[i]
    slots = _offered(state, i)
    lines = _lines(state, i, slots)
    seen = _snapshot(state, i, lines)
    if record["aiming"]:
        arrays["line"][i]["aim"][lines] = aims(setting.policy.planner, seen, len(setting.world.locations))
        return
    made = answered(setting.policy.planner, seen, len(arrays["worth"][i]), setting.shares)
    if made is None:
        return
    arrays["worth"][i], arrays["share"][i] = made.price, made.share.ravel()
    arrays["planner"][i], arrays["planned_free"][i] = made.memory, seen.free
    record["planned_at"] = record["now"]


def _snapshot(state: State, i: int, lines: Ints) -> Snapshot:
    """Simulation i as a planner may see it."""
    arrays, record, planner = state.arrays, state.records[i], state.setting.policy.planner
    now, line = float(record["now"]), arrays["line"][i][lines]
    rows = arrays["order"][i]["row"][line["order"]]
    return Snapshot(
        now,
        arrays["free"][i].astype(np.int64),
        arrays["stock"][i]["inbound"].astype(np.int64),
        np.stack([rows, line["sku"], line["open"]], axis=1).astype(np.int64),
        received(state.feeds[i].trace.orders, now, bool(record["at_wave"])) if planner.looks_back else None,
        float(record["planned_at"]),
        arrays["planned_free"][i].astype(np.int64),
        arrays["planner"][i].copy(),
    )


def _offered(state: State, i: int) -> Ints:
    """Slots of the orders that wait, or of those in the pool, by trace row."""
    arrays, record = state.arrays, state.records[i]
    orders = arrays["order"][i]
    if record["doing"] == SORT:
        slots = arrays["listed"][i][: int(record["queue"])].astype(np.int64)
    else:
        used = orders[: int(arrays["slots"][i]["used"][ORDERS])]
        slots = np.flatnonzero((used["row"] >= 0) & (used["waiting"] != 0))
    found: Ints = slots[np.argsort(orders["row"][slots])]
    return found


def _lines(state: State, i: int, slots: Ints) -> Ints:
    """Their open lines, order by order."""
    arrays = state.arrays
    counts = arrays["order"][i]["lines"][slots].astype(np.int64)
    nth = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    lines = arrays["order_line"][i][np.repeat(slots * state.widest, counts) + nth].astype(np.int64)
    found: Ints = lines[arrays["line"][i]["open"][lines] > 0]
    return found

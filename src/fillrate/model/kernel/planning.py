"""A pause for a plan: what the planner sees of a simulation, and its tables written into the state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fillrate.model.kernel.codes import ORDERS
from fillrate.model.planning import Snapshot, answered, received

if TYPE_CHECKING:
    from fillrate.model.kernel.state import State

__all__ = ["plan"]


def plan(state: State, i: int) -> None:
    """Ask the planner of a setting about simulation i.

    Raises:
        PolicyError: its tables are of another size.
    """
    setting, arrays, record = state.setting, state.arrays, state.records[i]
    seen = snapshot(state, i)
    made = answered(setting.policy.planner, seen, len(arrays["worth"][i]), setting.shares)
    if made is None:
        return
    arrays["worth"][i], arrays["share"][i] = made.price, made.share.ravel()
    arrays["planner"][i], arrays["planned_free"][i] = made.memory, seen.free
    record["planned_at"] = record["now"]


def snapshot(state: State, i: int) -> Snapshot:
    """Simulation i as a planner may see it."""
    arrays, record, planner = state.arrays, state.records[i], state.setting.policy.planner
    now, wave = float(record["now"]), bool(record["at_wave"])
    return Snapshot(
        now,
        arrays["free"][i].astype(np.int64),
        arrays["stock"][i]["inbound"].astype(np.int64),
        _waiting(state, i),
        received(state.feeds[i].trace.orders, now, wave) if planner.looks_back else None,
        float(record["planned_at"]),
        arrays["planned_free"][i].astype(np.int64),
        arrays["planner"][i].copy(),
    )


def _waiting(state: State, i: int) -> NDArray[np.int64]:
    """(n, 3) trace row, SKU and units of the open lines of orders that wait, by row and line."""
    arrays = state.arrays
    orders = arrays["order"][i][: int(arrays["slots"][i]["used"][ORDERS])]
    slots = np.flatnonzero((orders["row"] >= 0) & (orders["waiting"] != 0))
    slots = slots[np.argsort(orders["row"][slots])]
    counts = orders["lines"][slots]
    nth = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    lines = arrays["line"][i][arrays["order_line"][i][np.repeat(slots * state.widest, counts) + nth]]
    found: NDArray[np.int64] = np.stack(
        [np.repeat(orders["row"][slots], counts), lines["sku"], lines["open"]], axis=1
    ).astype(np.int64)
    opened: NDArray[np.bool_] = lines["open"] > 0
    return found[opened]

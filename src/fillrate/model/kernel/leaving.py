"""What a run that ended at its horizon leaves to the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fillrate.model.events import RECEIPT
from fillrate.model.kernel.codes import FIRST, KIND, SLOT

if TYPE_CHECKING:
    from fillrate.model.kernel.state import State

__all__ = ["Left", "state_left"]

Left = tuple[list[int], list[tuple[int, int, float, float]]]


def state_left(state: State) -> Left:
    """Free units by pair, and (pair, units, due, expected) of what is on its way, in days from now, as it was ordered.

    Returns do not count.
    """
    record, arrays = state.records[0], state.arrays
    now, coming = float(record["now"]), arrays["coming"][0]
    found: list[tuple[int, tuple[int, int, float, float]]] = []
    for event in arrays["event"][0, FIRST - int(record["front"]) : FIRST + int(record["events"])]:
        code = int(event["code"])
        number, slot = (code >> SLOT) & ((1 << (KIND - SLOT)) - 1), (code & ((1 << SLOT) - 1)) - 1
        if code >> KIND == RECEIPT and coming[slot]["order"] < 0:
            row = coming[slot]
            due, expected = float(event["time"]) - now, float(row["expected"]) - now
            found.append((number, (int(row["pair"]), int(row["units"]), due, expected)))
    found.sort(key=lambda each: each[0])
    return arrays["free"][0].tolist(), [each for _, each in found]

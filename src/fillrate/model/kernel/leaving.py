"""What a run that ended at its horizon leaves to the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fillrate.model.events import RECEIPT
from fillrate.model.kernel.codes import FIRST, KIND, SLOT
from fillrate.model.opening import Coming, Opening

if TYPE_CHECKING:
    from fillrate.model.kernel.state import State

__all__ = ["state_left"]


def state_left(state: State) -> Opening:
    """Free stock, and what is on its way in days from now, in the order of its ordering; returns do not count."""
    record, arrays = state.records[0], state.arrays
    now, coming = float(record["now"]), arrays["coming"][0]
    found: list[tuple[int, Coming]] = []
    for event in arrays["event"][0, FIRST : FIRST + int(record["events"])]:
        code = int(event["code"])
        number, slot = (code >> SLOT) & ((1 << (KIND - SLOT)) - 1), (code & ((1 << SLOT) - 1)) - 1
        if code >> KIND == RECEIPT and coming[slot]["order"] < 0:
            row = coming[slot]
            due, expected = float(event["time"]) - now, float(row["expected"]) - now
            found.append((number, Coming(int(row["pair"]), int(row["units"]), due, expected)))
    found.sort(key=lambda each: each[0])
    return Opening(arrays["free"][0].tolist(), tuple(each for _, each in found))

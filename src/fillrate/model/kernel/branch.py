"""Branches: a forked run forgets what has been drawn and not been seen, so that it tells nothing of the future."""

from __future__ import annotations

from fillrate.model import events as kind
from fillrate.model.kernel.agenda import push
from fillrate.model.kernel.codes import FIRST
from fillrate.model.kernel.heap import entity_of, kind_of, slot_of
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.stations import mean_pick

__all__ = ["forget"]


@jit
def forget(z, until):
    """Put what is known in the place of what was drawn, and end the run at `until` (days).

    Receipts come when they are expected, picks take their mean from when they began, patience its mean from now; an
    outage that is on ends by its mean, further ones and returns are not foreseen. A delivery stays: its parcel is gone,
    and what it costs is the same in every branch.
    """
    first, last = FIRST - z.front, FIRST + z.events
    z.events = z.front = 0
    z.horizon = until
    for n in range(first, last):
        time, code = z.event[n].time, z.event[n].code
        what, slot = kind_of(code), slot_of(code)
        if what == kind.RECEIPT and z.coming[slot].order >= 0:
            continue
        if what == kind.OUTAGE:
            mean = z.setting.place[slot].mean_down
            if z.site[slot].down == 0:
                continue
            time = z.now + mean if mean > 0.0 else time
            z.site[slot].window = 0
        elif what == kind.CHARGE or what == kind.CLOSE:
            time = min(time, until)
        else:
            time = _known(z, what, slot, time)
        push(z, time, what, entity_of(code), slot)


@jit
def _known(z, what, slot, time):
    """When an event is expected."""
    if what == kind.RECEIPT:
        return max(z.now, z.coming[slot].expected)
    if what == kind.PICK_END:
        parcel = z.parcel[slot]
        return max(z.now, parcel.begun + mean_pick(z, parcel))
    if what == kind.PATIENCE:
        order = z.order[slot]
        law = z.setting.law[z.setting.segment[order.segment].patience_law]
        if law.code != 0 and order.row >= 0:
            time = z.now + law.mean
            order.deadline = time
    return time

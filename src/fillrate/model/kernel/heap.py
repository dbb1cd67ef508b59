"""A heap of events by (time, kind, entity): four below each, side by side in a cache line."""

from __future__ import annotations

from fillrate.model.kernel.codes import FIRST, KIND, SLOT
from fillrate.model.kernel.jit import jit

__all__ = ["code_of", "entity_of", "insert", "kind_of", "slot_of", "take_first"]


@jit
def code_of(kind, entity, slot):
    """One number for (kind, entity) in this order, and the slot, -1 for none."""
    return (kind << KIND) + (entity << SLOT) + slot + 1


@jit
def kind_of(code):
    """Kind of an event."""
    return code >> KIND


@jit
def entity_of(code):
    """Entity of an event."""
    return (code >> SLOT) & ((1 << (KIND - SLOT)) - 1)


@jit
def slot_of(code):
    """Slot of an event, -1 for none."""
    return (code & ((1 << SLOT) - 1)) - 1


@jit
def insert(heap, at, time, code):
    """Put an event on a heap of `at` others."""
    heap[at + FIRST].time = time
    ticks = heap[at + FIRST].ticks
    while at > 0:
        above = (at - 1) // 4
        if _before(heap, above, ticks, code):
            break
        _put(heap, at, heap[above + FIRST].ticks, heap[above + FIRST].code)
        at = above
    _put(heap, at, ticks, code)


@jit
def take_first(heap, last):
    """Take the first event off and leave `last`: the last one goes to the hole at the top, then where it belongs."""
    ticks, code = heap[last + FIRST].ticks, heap[last + FIRST].code
    at = 0
    while True:
        below = 4 * at + 1
        if below >= last:
            break
        if below + 4 <= last:
            first = _sooner(heap, _sooner(heap, below, below + 1), _sooner(heap, below + 2, below + 3))
        else:
            first = below
            for other in range(below + 1, last):
                first = _sooner(heap, first, other)
        if not _before(heap, first, ticks, code):
            break
        _put(heap, at, heap[first + FIRST].ticks, heap[first + FIRST].code)
        at = first
    _put(heap, at, ticks, code)


@jit
def _before(heap, n, ticks, code):
    """Whether an event comes before an instant and code."""
    event = heap[n + FIRST]
    return (event.ticks < ticks) | ((event.ticks == ticks) & (event.code < code))  # no branch to be guessed


@jit
def _sooner(heap, a, b):
    """The one of two events that comes first."""
    return b if _before(heap, b, heap[a + FIRST].ticks, heap[a + FIRST].code) else a


@jit
def _put(heap, at, ticks, code):
    heap[at + FIRST].ticks = ticks
    heap[at + FIRST].code = code

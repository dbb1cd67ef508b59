"""Many runs of one setting, one after the other in one thread; other threads run meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from fillrate.model.kernel.call import Call
from fillrate.model.kernel.codes import GROW
from fillrate.model.kernel.engine import play, totals_of
from fillrate.model.kernel.state import State
from fillrate.scorecard.totals import Totals, stack_totals

if TYPE_CHECKING:
    from fillrate.model.kernel.feed import Feed
    from fillrate.model.kernel.room import Room
    from fillrate.model.kernel.setting import Setting

__all__ = ["play_all"]

AT_ONCE = 16  # runs a call: enough that Python's part of it does not count


def play_all(setting: Setting, feeds: Sequence[Feed]) -> Totals:
    """Play every feed to its end; what each comes to does not depend on the others.

    Args:
        setting: world and policy.
        feeds: at least one.

    Raises:
        PolicyError: a custom policy answered what is not legal.
    """
    if setting.is_custom:
        return totals_of([play(setting, feed) for feed in feeds])
    room = replace(setting.room, cycles=max(len(feed.trace.orders) for feed in feeds))
    widest, found = max(feed.widest for feed in feeds), []
    for first in range(0, len(feeds), AT_ONCE):
        batch = feeds[first : first + AT_ONCE]
        state = _play_batch(setting, batch, room, widest)
        room = setting.room = state.room  # what did for these will do for others
        found.append(totals_of([state]))
    return stack_totals(found)


def _play_batch(setting: Setting, feeds: Sequence[Feed], room: Room, widest: int) -> State:
    """Play some feeds, in tables that are large enough for all of them."""
    while True:
        state = State(setting, room, widest, len(feeds))
        for i, feed in enumerate(feeds):
            state.feed(i, feed)
        call = Call(state)
        call()
        if not (call.code == GROW).any():
            return state
        room = room.grown(int(np.bitwise_or.reduce(state.records["error"])))

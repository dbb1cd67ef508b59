"""Many runs of one setting, one after the other in one thread; other threads run meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fillrate.model.kernel.call import Call
from fillrate.model.kernel.codes import START
from fillrate.model.kernel.engine import play, totals_of
from fillrate.model.kernel.state import State
from fillrate.scorecard.totals import Totals, stack_totals

if TYPE_CHECKING:
    from fillrate.model.kernel.feed import Feed
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
    if setting.policy.is_custom:
        return stack_totals([totals_of(play(setting, feed)) for feed in feeds])
    longest, widest = max(len(feed.trace.orders) for feed in feeds), max(feed.widest for feed in feeds)
    found = []
    for first in range(0, len(feeds), AT_ONCE):
        batch = feeds[first : first + AT_ONCE]
        state = State(setting, setting.room.with_cycles(longest), widest, len(batch))
        for i, feed in enumerate(batch):
            state.feed(i, feed)
        call = Call(state)
        call.go(START)
        found.append(totals_of(call.state))
    return stack_totals(found)

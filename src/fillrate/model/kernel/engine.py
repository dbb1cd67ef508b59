"""Playing feeds: runs that start again with larger tables when one is full, and what they came to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from fillrate.model.journal import journal_table
from fillrate.model.kernel.asking import Asking
from fillrate.model.kernel.call import Call
from fillrate.model.kernel.codes import DONE, START
from fillrate.model.kernel.feed import Feed
from fillrate.model.kernel.setting import Setting
from fillrate.model.kernel.state import State
from fillrate.scorecard.journal import BOOKINGS
from fillrate.scorecard.totals import COUNTS, HOME, SUMS, TALLY, Totals

if TYPE_CHECKING:
    import pyarrow as pa

    from fillrate.world import World

__all__ = ["journal_of", "play", "totals_of"]

ENTRIES_A_LINE = 32  # rows of the journal, to begin with


def play(setting: Setting, feed: Feed, journal: bool = False) -> State:
    """Play one feed to its end.

    Args:
        setting: world and policy.
        feed: what happens.
        journal: whether to keep the journal.

    Returns:
        The finished state.

    Raises:
        PolicyError: a custom policy answered what is not legal.
    """
    asking = Asking(setting.policy, setting.world)
    room = setting.room.with_cycles(len(feed.trace.orders))
    if journal:
        room = replace(room, entries=ENTRIES_A_LINE * feed.trace.orders.lines + 1024)
    state = State(setting, room, feed.widest)
    state.feed(0, feed)
    call = Call(state, asking.tables_of(state))
    how = START
    while True:
        if call.go(how):
            asking.begin_again()
        code = int(call.code[0])
        if code == DONE:
            return call.state
        how = asking(call.state, code, call.row)


def totals_of(state: State) -> Totals:
    """What the runs of a state came to."""
    records, n = state.records, state.n
    cells = {name: np.array(state.arrays[name]) for name in SUMMED}
    money = cells["money"].reshape(n, 3, len(BOOKINGS))
    cycles = np.full((n, int(records["cycles"].max())), np.nan)
    for found, row, ended in zip(cycles, state.arrays["cycle"], records["cycles"].tolist(), strict=True):
        found[:ended] = row[:ended]
    return Totals(
        money=money[:, 0],
        steady=money[:, 1],
        served=money[:, 2],
        by_segment=cells["by_segment"].reshape(n, -1, len(TALLY)),
        by_region=cells["by_region"].reshape(n, -1, len(TALLY)),
        segment_days=cells["segment_days"],
        region_days=cells["region_days"],
        counts=np.stack([records[name] for name in COUNTS], axis=1),
        sums=np.stack([records[name] for name in SUMS], axis=1),
        home=cells["home"].reshape(n, len(HOME), -1),
        region_sent=cells["region_sent"].reshape(n, 2, -1),
        on_hand=state.arrays["stock"]["average"].copy(),
        busy=cells["busy"],
        cycles=cycles,
    )


SUMMED = ("money", "home", "by_segment", "by_region", "segment_days", "region_days", "region_sent", "busy")


def journal_of(world: World, state: State) -> pa.Table:
    """The journal of a finished run as Arrow."""
    rows = state.arrays["entry"][0, : int(state.records[0]["entries"])]
    columns = ("time", "kind", "order", "line", "sku", "place", "quantity", "money")
    return journal_table(world, *(rows[name] for name in columns))

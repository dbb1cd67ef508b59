"""State of simulations as structured arrays with a leading axis, whose capacities can grow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fillrate.errors import InputError
from fillrate.model.kernel import layout
from fillrate.model.kernel.codes import BLOCK, FIRST, POOLS
from fillrate.model.kernel.memory import blocks
from fillrate.model.kernel.room import Room
from fillrate.scorecard.journal import BOOKINGS
from fillrate.scorecard.totals import HOME, TALLY

if TYPE_CHECKING:
    from fillrate.model.kernel.setting import Setting
    from fillrate.model.kernel.views import View

__all__ = ["State"]

PARTS = (layout.RUN, layout.OFFER, layout.QUOTA_WORK, layout.SCRATCH)
"""The views of one simulation: records that stand one after the other, and tables."""
SPARE = 16  # rows that a table should have left when a step begins


class State:
    """n simulations of one setting; record i points at row i of every array."""

    def __init__(self, setting: Setting, room: Room, widest: int, n: int = 1) -> None:
        """Allocate.

        Args:
            setting: world and policy.
            room: capacities.
            widest: most lines of an order.
            n: simulations.
        """
        self.setting, self.room, self.widest, self.n = setting, room, widest, n
        self.memory, found, starts = blocks(_sizes(setting, room, widest), n)
        run, self.offers, quotas, scratch = (_Part(view, found, starts, self.memory) for view in PARTS)
        self.parts, self.records, self.arrays = (run, self.offers, quotas, scratch), run.records, run.arrays
        self.tables_at = min(start for (_, name), start in starts.items() if name)  # before it: records, with addresses
        self.spare = SPARE + 2 * widest
        for name, number in (("widest", widest), ("spare", self.spare), ("journal", room.entries > 0)):
            self.records[name] = number
        for part in self.parts[1:]:
            layout.RUN.point_records(self.records, part.view.name, part.records)
        layout.RUN.point(self.records, "setting", setting.record)
        self.feeds: list[Any] = [None] * n
        self.addresses = self.records.ctypes.data + np.arange(n) * self.records.strides[0]

    def feed(self, i: int, feed: Any) -> None:
        """Let a simulation play a feed."""
        self.feeds[i] = feed
        layout.RUN.point(self.records[i], "feed", feed.record)

    def copy(self, i: int, other: State, j: int) -> None:
        """Take over simulation j of another state of the same setting, wherever it stands; rooms may differ.

        Raises:
            InputError: there is not as much room here as there.
        """
        self._take(slice(i, i + 1), other, slice(j, j + 1))
        self.feed(i, other.feeds[j])

    def _take(self, here: slice, other: State, there: slice) -> None:
        """Take over the numbers and tables of simulations, all but what they play."""
        for mine, theirs in zip(self.parts, other.parts, strict=True):
            mine.scalars[here] = theirs.scalars[there]
        self.records["widest"][here], self.records["spare"][here] = self.widest, self.spare
        if self.room == other.room and self.widest == other.widest:
            self.memory[here, self.tables_at :] = other.memory[there, self.tables_at :]
            return
        for mine, theirs in zip(self.parts, other.parts, strict=True):
            for name, rows in mine.arrays.items():
                wide = (self.widest, other.widest) if name == "order_line" else (1, 1)
                _copy_rows(_by_line(rows[here], wide[0]), _by_line(theirs.arrays[name][there], wide[1]))

    def grown(self, tables: int) -> State:
        """A larger state with all simulations of this one; `tables` as in `Room.grown`."""
        return self.resized(self.room.grown(tables), self.widest)

    def resized(self, room: Room, widest: int) -> State:
        """A larger state with all simulations of this one, whose tables are no longer tight."""
        larger = State(self.setting, room, widest, self.n)
        larger._take(slice(None), self, slice(None))
        for i, feed in enumerate(self.feeds):
            if feed is not None:
                larger.feed(i, feed)
        larger.records["tight"] = 0
        self.setting.room = replace(room, entries=0, cycles=0)  # what did for these will do for others
        return larger

    @property
    def bytes_each(self) -> int:
        """Bytes of one simulation."""
        return int(self.memory.shape[1])


class _Part:
    """Records and arrays of a view of all simulations."""

    def __init__(self, view: View, found: dict[Any, Any], starts: dict[Any, int], memory: Any) -> None:
        self.view, self.records = view, found[view.name, ""][:, 0]
        start = starts[view.name, ""]
        self.scalars = memory[:, start : start + view.numbers]  # (n, bytes), without the addresses
        self.arrays = {name: array for (of, name), array in found.items() if of == view.name and name}
        view.point_rows(memory, start, self.arrays, [starts[view.name, name] for name in self.arrays])


def _by_line(table: Any, wide: int) -> Any:
    """(n, rows, wide) a view of (n, rows * wide)."""
    return table.reshape(len(table), table.shape[1] // wide, wide)


def _copy_rows(mine: Any, theirs: Any) -> None:
    _, rows, wide = theirs.shape
    if mine.shape[1] < rows:
        raise InputError("fork", f"{rows} rows of a table", f"at most {mine.shape[1]}")
    mine[:, :rows, :wide] = theirs


def _sizes(of: Setting, room: Room, widest: int) -> dict[Any, tuple[int, Any]]:
    """(view, table) -> entries and type; what is looked at most often comes first. "" is a view's record."""
    setting = of.record[0]
    places = int(setting["places"])
    width = min(int(setting["rows"]), places)
    sizes = {
        layout.OFFER: _offer_sizes(widest, width, places),
        layout.RUN: _run_sizes(setting, room, widest) | _plan_sizes(of),
        layout.QUOTA_WORK: dict.fromkeys(layout.QUOTA_WORK.arrays, int(setting["segments"])),
        layout.SCRATCH: _scratch_sizes(widest, width, places)
        | _network_sizes(setting, width + 1)
        | _rounding_sizes(of, widest, places + 1),
    }
    records = {(view.name, ""): (1, view.dtype) for view in PARTS}
    tables = [(view, name, size) for view, each in sizes.items() for name, size in each.items()]
    return records | {(view.name, name): (size, view.arrays[name]) for view, name, size in tables}


def _run_sizes(sizes: Any, room: Room, widest: int) -> dict[str, int]:
    """Entries of every table of a run."""
    places, skus, segments, regions, pairs, steps = (
        int(sizes[name]) for name in ("places", "skus", "segments", "regions", "pairs", "rank_steps")
    )
    quotas = segments * skus if sizes["has_quotas"] else 0
    return {
        "slots": POOLS,
        "event": FIRST + room.events,
        "stock": pairs,
        "due_in": -(-pairs // BLOCK),
        "order_line": room.orders * widest,
        "line": room.lines,
        "cell": room.cells,
        **dict.fromkeys(("parcel", "fresh_list"), room.parcels),
        "coming": room.comings,
        "site": places,
        "needed": skus,
        "wanted": skus * segments,
        "waiter": segments,
        "quota": quotas,
        "rank": room.orders * steps,
        "parcel_rank": room.parcels * (steps + 1),
        "woken_list": skus,
        "had": room.had,
        "capacity": int(sizes["suppliers"]),
        "buy": pairs if sizes["replenish_custom"] else 0,
        "levy": places,
        "money": 3 * len(BOOKINGS),
        "certain": len(BOOKINGS),
        "home": len(HOME) * places,
        "region_sent": 2 * regions,
        "by_segment": segments * len(TALLY),
        "by_region": regions * len(TALLY),
        "segment_days": segments,
        "region_days": regions,
        "cycle": room.cycles,
        "entry": room.entries,
        **dict.fromkeys(("order", "listed", "sorting", "again_list"), room.orders),
        **dict.fromkeys(("touched_list", "due_list", "low_list", "moved_list", "free", "due"), pairs),
        **dict.fromkeys(("place_holding", "place_capital", "busy"), places),
    }


def _offer_sizes(lines: int, width: int, places: int) -> dict[str, int]:
    cells = lines * width
    by_line = dict.fromkeys(("asked", "price", "left", "rest", "group", "rows", "cut"), lines)
    sizes = {**dict.fromkeys(layout.OFFER.arrays, cells), **by_line}
    return sizes | {"opened": places + cells, "trail": 3 * cells + 3, "legal": width, "state": 2}


def _plan_sizes(of: Setting) -> dict[str, int]:
    planner, pairs = of.policy.planner, int(of.record[0]["pairs"])
    if planner is None:
        return dict.fromkeys(("worth", "share", "planned_free", "planner"), 0)
    return {"worth": pairs, "share": of.shares, "planned_free": pairs, "planner": planner.memory}


def _rounding_sizes(of: Setting, lines: int, width: int) -> dict[str, int]:
    if of.kinds is None:
        return dict.fromkeys(("odds", "luck", "waits", "drawn"), 0)
    return {"odds": lines * width, "luck": max(lines + 2, width), "waits": width, "drawn": lines}


def _network_sizes(setting: Any, rows: int) -> dict[str, int]:
    columns, hidden, last = (int(setting[name]) for name in ("columns", "hidden", "outputs"))
    table = {"seen": rows * columns, "each": rows * hidden, "out": rows * last}
    return {**table, "pool": 2 * hidden, "common": hidden, "units": hidden}


def _scratch_sizes(lines: int, width: int, places: int) -> dict[str, int]:
    rows = min(places, lines * width)
    cells = lines * rows
    by_row = ("state", "best", "trail", "mark", "slack", "joined", "other", "pick", "box", "score")
    sizes = {**dict.fromkeys(layout.SCRATCH.arrays, cells), **dict.fromkeys(by_row, rows)}
    sizes |= {"need": lines, "menu_width": lines, "ends": lines + 1, "level": lines + 1, "record": 4}
    return sizes | {"at": places, "place": rows + 1}

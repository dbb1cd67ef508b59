"""State of simulations as structured arrays with a leading axis, whose capacities can grow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fillrate.errors import InputError
from fillrate.model.kernel import layout
from fillrate.model.kernel.memory import blocks
from fillrate.model.kernel.room import Room
from fillrate.scorecard.journal import BOOKINGS
from fillrate.scorecard.totals import HOME, TALLY

if TYPE_CHECKING:
    from fillrate.model.kernel.setting import Setting
    from fillrate.model.kernel.views import View

__all__ = ["State"]

FREE = (
    ("order", "next", "orders"),
    ("line", "after", "lines"),
    ("cell", "next", "cells"),
    ("parcel", "next", "parcels"),
    ("coming", "next", "comings"),
)  # tables with free slots: the field that links them, and what their number is called


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
        sizes = setting.record[0]
        width = int(min(sizes["rows"], sizes["places"]))
        places, segments = int(sizes["places"]), int(sizes["segments"])
        offer = _entries(layout.OFFER, _offer_sizes(widest, width, places))
        scratch = _entries(layout.SCRATCH, _scratch_sizes(widest, width, places))
        quota = _entries(layout.QUOTA_WORK, dict.fromkeys(layout.QUOTA_WORK.arrays, segments))
        self.memory, found = blocks({**_tables(sizes, room, widest), **offer, **scratch, **quota}, n)
        self.arrays = {name: array for name, array in found.items() if isinstance(name, str)}
        self.offers, self.scratch, self.quotas = (
            _Part(view, found, n) for view in (layout.OFFER, layout.SCRATCH, layout.QUOTA_WORK)
        )
        self.records = np.zeros(n, layout.RUN.dtype)
        self.records["widest"], self.records["journal"] = widest, room.entries > 0
        for name, array in self.arrays.items():
            layout.RUN.point_rows(self.records, name, array)
        for name, part in (("offer", self.offers), ("scratch", self.scratch), ("quota_work", self.quotas)):
            layout.RUN.point_rows(self.records, name, part.records)
        layout.RUN.point(self.records, "setting", setting.record)
        self.feeds: list[Any] = [None] * n
        self.addresses = self.records.ctypes.data + np.arange(n) * layout.RUN.dtype.itemsize

    def feed(self, i: int, feed: Any) -> None:
        """Let a simulation play a feed."""
        self.feeds[i] = feed
        layout.RUN.point(self.records[i], "feed", feed.record)

    def copy(self, i: int, other: State, j: int) -> None:
        """Take over simulation j of another state of the same setting, wherever it stands; rooms may differ.

        Raises:
            InputError: there is not as much room here as there.
        """
        if self.room == other.room:
            self.memory[i] = other.memory[j]
        else:
            for mine, theirs in zip(self._tables(), other._tables(), strict=True):
                if mine.shape[1] < theirs.shape[1]:
                    raise InputError("fork", f"{theirs.shape[1]} rows of a table", f"at most {mine.shape[1]}")
                mine[i, : theirs.shape[1]] = theirs[j]
        _copy_scalars(layout.RUN, self.records, i, other.records, j)
        for mine, theirs in zip(
            (self.offers, self.scratch, self.quotas), (other.offers, other.scratch, other.quotas), strict=True
        ):
            _copy_scalars(mine.view, mine.records, i, theirs.records, j)
        self._free_the_rest(i, other.room)
        self.feed(i, other.feeds[j])

    def _tables(self) -> list[Any]:
        parts = (self.offers, self.scratch, self.quotas)
        return [*self.arrays.values(), *(array for part in parts for array in part.arrays.values())]

    def _free_the_rest(self, i: int, room: Room) -> None:
        """Slots beyond the room of the state that was copied are free."""
        for table, link, size in FREE:
            rows, old = self.arrays[table][i], getattr(room, size)
            if len(rows) > old:
                if table == "order":
                    rows["row"][old:] = -1
                rows[link][old:] = [*range(old + 1, len(rows)), int(self.records[f"free_{size}"][i])]
                self.records[f"free_{size}"][i] = old

    @property
    def bytes_each(self) -> int:
        """Bytes of one simulation."""
        return int(self.memory.shape[1]) + int(layout.RUN.dtype.itemsize)


class _Part:
    """The arrays of a view of each simulation."""

    def __init__(self, view: View, found: dict[Any, Any], n: int) -> None:
        self.view, self.arrays = view, {name: found[view.name, name] for name in view.arrays}
        self.records = np.zeros(n, view.dtype)
        for name, array in self.arrays.items():
            view.point_rows(self.records, name, array)


def _copy_scalars(view: View, mine: Any, i: int, theirs: Any, j: int) -> None:
    """Copy the numbers of a record, which stand before its addresses."""
    each, numbers = view.dtype.itemsize, view.numbers
    mine.view(np.uint8)[i * each : i * each + numbers] = theirs.view(np.uint8)[j * each : j * each + numbers]


def _entries(view: View, sizes: dict[str, int]) -> dict[Any, tuple[int, Any]]:
    return {(view.name, name): (sizes[name], kind) for name, kind in view.arrays.items()}


def _tables(sizes: Any, room: Room, widest: int) -> dict[Any, tuple[int, Any]]:
    """Size and type of every table of a run."""
    places, skus, segments, regions, pairs, steps = (
        int(sizes[name]) for name in ("places", "skus", "segments", "regions", "pairs", "rank_steps")
    )
    quotas = segments * skus if sizes["has_quotas"] else 0
    size = {
        "event": room.events,
        "stock": pairs,
        "order": room.orders,
        "order_line": room.orders * widest,
        "line": room.lines,
        "cell": room.cells,
        "parcel": room.parcels,
        "coming": room.comings,
        "site": places,
        "needed": skus,
        "wanted": skus * segments,
        "waiter": segments,
        "quota": quotas,
        "rank": room.orders * steps,
        "parcel_rank": room.parcels * (steps + 1),
        "fresh_list": room.parcels,
        "woken_list": skus,
        "had": room.had,
        "capacity": int(sizes["suppliers"]),
        "buy": pairs if sizes["replenish_custom"] else 0,
        "money": 3 * len(BOOKINGS),
        "home": len(HOME) * places,
        "region_sent": 2 * regions,
        "by_segment": segments * len(TALLY),
        "by_region": regions * len(TALLY),
        "segment_days": segments,
        "region_days": regions,
        "cycle": room.cycles,
        "entry": room.entries,
        **dict.fromkeys(("listed", "sorting", "again_list"), room.orders),
        **dict.fromkeys(("touched_list", "due_list", "low_list", "stocked_list", "on_hand"), pairs),
        **dict.fromkeys(("place_holding", "place_capital", "busy"), places),
    }
    return {name: (size[name], layout.RUN.arrays[name]) for name in size}


def _offer_sizes(lines: int, width: int, places: int) -> dict[str, int]:
    cells = lines * width
    by_line = dict.fromkeys(("asked", "price", "left", "rest", "group", "rows", "cut"), lines)
    sizes = {**dict.fromkeys(layout.OFFER.arrays, cells), **by_line}
    return sizes | {"opened": places + cells, "trail": 3 * cells + 3, "legal": width, "state": 2}


def _scratch_sizes(lines: int, width: int, places: int) -> dict[str, int]:
    rows = min(places, lines * width)
    cells = lines * rows
    by_row = ("state", "best", "trail", "mark", "slack", "joined", "other", "pick", "box", "score")
    sizes = {**dict.fromkeys(layout.SCRATCH.arrays, cells), **dict.fromkeys(by_row, rows)}
    sizes |= {"need": lines, "menu_width": lines, "ends": lines + 1, "level": lines + 1, "record": 4}
    return sizes | {"at": places, "place": rows + 1}

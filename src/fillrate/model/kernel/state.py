"""State of simulations as structured arrays with a leading axis, whose capacities can grow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fillrate.errors import InputError
from fillrate.model.kernel import layout
from fillrate.model.kernel.codes import BLOCK
from fillrate.model.kernel.memory import blocks
from fillrate.model.kernel.room import Room
from fillrate.scorecard.journal import BOOKINGS
from fillrate.scorecard.totals import HOME, TALLY

if TYPE_CHECKING:
    from fillrate.model.kernel.setting import Setting
    from fillrate.model.kernel.views import View

__all__ = ["State"]

FREE = {name: f"{name}s" for name in ("order", "line", "cell", "parcel", "coming")}
"""Tables with free slots, linked by their field `next`, and what the room calls their number."""
PARTS = (layout.RUN, layout.OFFER, layout.QUOTA_WORK, layout.SCRATCH)
"""The views of one simulation: records that stand one after the other, and tables."""
RECORDS = sum(view.dtype.itemsize for view in PARTS)  # bytes


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
        self.memory, found = blocks(_sizes(setting.record[0], room, widest), n)
        run, self.offers, quotas, scratch = (_Part(view, found, self.memory) for view in PARTS)
        self.parts, self.records, self.arrays = (run, self.offers, quotas, scratch), run.records, run.arrays
        self.records["widest"], self.records["journal"] = widest, room.entries > 0
        for part in self.parts[1:]:
            layout.RUN.point_rows(self.records, part.view.name, part.records)
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
        for mine, theirs in zip(self.parts, other.parts, strict=True):
            mine.scalars[i] = theirs.scalars[j]
        if self.room == other.room and self.widest == other.widest:
            self.memory[i, RECORDS:] = other.memory[j, RECORDS:]
        else:
            for mine, theirs in zip(self.parts, other.parts, strict=True):
                for name, rows in mine.arrays.items():
                    _copy_rows(rows[i], theirs.arrays[name][j])
        self._free_the_rest(i, other.room)
        self.feed(i, other.feeds[j])

    def _free_the_rest(self, i: int, room: Room) -> None:
        """Slots beyond the room of the state that was copied are free."""
        for table, size in FREE.items():
            rows, old = self.arrays[table][i], getattr(room, size)
            if len(rows) > old:
                if table == "order":
                    rows["row"][old:] = -1
                rows["next"][old:] = [*range(old + 1, len(rows)), int(self.records[f"free_{size}"][i])]
                self.records[f"free_{size}"][i] = old

    @property
    def bytes_each(self) -> int:
        """Bytes of one simulation."""
        return int(self.memory.shape[1])


class _Part:
    """Records and arrays of a view of all simulations."""

    def __init__(self, view: View, found: dict[Any, Any], memory: Any) -> None:
        self.view, self.records = view, found[view.name, ""][:, 0]
        start = self.records.ctypes.data - memory.ctypes.data
        self.scalars = memory[:, start : start + view.numbers]  # (n, bytes), without the addresses
        self.arrays = {name: array for (of, name), array in found.items() if of == view.name and name}
        for name, array in self.arrays.items():
            view.point_rows(self.records, name, array)


def _copy_rows(mine: Any, theirs: Any) -> None:
    if len(mine) < len(theirs):
        raise InputError("fork", f"{len(theirs)} rows of a table", f"at most {len(mine)}")
    mine[: len(theirs)] = theirs


def _sizes(setting: Any, room: Room, widest: int) -> dict[Any, tuple[int, Any]]:
    """(view, table) -> entries and type; what is looked at most often comes first. "" is a view's record."""
    places = int(setting["places"])
    width = min(int(setting["rows"]), places)
    sizes = {
        layout.OFFER: _offer_sizes(widest, width, places),
        layout.RUN: _run_sizes(setting, room, widest),
        layout.QUOTA_WORK: dict.fromkeys(layout.QUOTA_WORK.arrays, int(setting["segments"])),
        layout.SCRATCH: _scratch_sizes(widest, width, places),
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
        "event": room.events,
        "stock": pairs,
        "due_in": -(-pairs // BLOCK),
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
        **dict.fromkeys(("touched_list", "due_list", "low_list", "moved_list", "free", "due"), pairs),
        **dict.fromkeys(("place_holding", "place_capital", "busy"), places),
    }


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

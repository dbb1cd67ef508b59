"""Where everything of one simulation stands in its memory: found once, for runs one after the other have the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fillrate.model.kernel import layout
from fillrate.model.kernel.codes import BLOCK, FIRST, POOLS
from fillrate.model.kernel.memory import WORD, arranged
from fillrate.scorecard.journal import BOOKINGS
from fillrate.scorecard.totals import HOME, TALLY

if TYPE_CHECKING:
    from fillrate.model.kernel.room import Room
    from fillrate.model.kernel.setting import Setting

__all__ = ["PARTS", "Blueprint", "blueprint_of"]

PARTS = (layout.RUN, layout.OFFER, layout.QUOTA_WORK, layout.SCRATCH)
"""The views of one simulation: records that stand one after the other, and tables."""
VIEWS = {view.name: view for view in PARTS}
SPARE = 16  # rows that a table should have left when a step begins


def blueprint_of(setting: Setting, room: Room, widest: int) -> Blueprint:
    """The blueprint for a room and orders of so many lines; the setting keeps the last one."""
    kept = setting.blueprint
    if kept is None or kept.made_for != (room, widest):
        kept = setting.blueprint = Blueprint(setting, room, widest)
    return kept


class Blueprint:
    """Tables by (view, name), "" being a view's record: entries and type, and the byte of a block where each begins."""

    def __init__(self, setting: Setting, room: Room, widest: int) -> None:
        """Lay everything out."""
        self.made_for = room, widest
        self.spare = SPARE + 2 * widest
        self.tables = _tables(setting, room, widest)
        self.starts, self.each = arranged(self.tables)  # bytes of a block
        self.tables_at = min(start for (_, name), start in self.starts.items() if name)  # before it: records
        self._head = np.zeros(self.tables_at // WORD, np.int64)
        self._addresses = np.array([self._point(*key) for key in self.starts if key != (layout.RUN.name, "")])
        run = np.ndarray(1, layout.RUN.dtype, self._head)
        layout.RUN.point(run, "setting", setting.record)
        for name, number in (("widest", widest), ("spare", self.spare), ("journal", room.entries > 0)):
            run[name] = number

    def _point(self, of: str, name: str) -> int:
        """Let a record point at a table, as if the block began at byte 0; returns the word that holds the address."""
        holder, field = (of, name) if name else (layout.RUN.name, of)
        at, length = (self.starts[holder, ""] // WORD + word for word in VIEWS[holder].words(field))
        self._head[at], self._head[length] = self.starts[of, name], self.tables[of, name][0]
        return at

    def begin(self, memory: Any, addresses: NDArray[np.int64]) -> None:
        """Write the records of all blocks; `addresses` are those of the blocks."""
        records = memory[:, : self.tables_at].view(np.int64)
        records[:] = self._head
        records[:, self._addresses] += addresses[:, None]


def _tables(of: Setting, room: Room, widest: int) -> dict[tuple[str, str], tuple[int, Any]]:
    """(view, table) -> entries and type; what is looked at most often comes first."""
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
    return records | {(view.name, name): (size, np.dtype(view.arrays[name])) for view, name, size in tables}


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

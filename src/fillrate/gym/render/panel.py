"""The panel beside the map: the order at hand, its candidate table, the last answer, and what the signs mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.text import Text

from fillrate.gym.render.scene import HOLD, Candidate, Scene
from fillrate.gym.render.sheet import AMBER, BLUE, GREY, INK, LINE, ORANGE, PALE, STILL, Sheet, short
from fillrate.gym.render.words import asked_words, order_words, taken_words
from fillrate.world import World

__all__ = ["Panel"]

LEFT, RIGHT, TOP = 800.0, 1256.0, 650.0
HEADS = (("free", 146.0), ("a unit", 196.0), ("parcel", 246.0), ("per unit", 304.0), ("days", 342.0))
OF_SITE = (("inbound", 402.0), ("queue", 456.0))
ROWS, STEP, FIRST = 11, 24.0, 544.0
Cells = tuple[str, ...]


class Panel:
    """Texts that stay where they are and change what they say."""

    def __init__(self, sheet: Sheet, world: World) -> None:
        """Draw what stays: heads, rules and the key."""
        self.sheet, self.world = sheet, world
        self.title = sheet.text(LEFT, TOP - 14, size=14, weight="bold")
        self.about = sheet.text(LEFT, TOP - 40, size=9, color=GREY)
        self.last = sheet.text(LEFT, 0, size=9, color=ORANGE)
        sheet.text(LEFT + 16, FIRST + 27, "location", color=GREY, **STILL)
        for head, right in (*HEADS, *OF_SITE):
            sheet.text(LEFT + right, FIRST + 27, head, color=GREY, ha="right", **STILL)
        sheet.line(color=LINE, linewidth=1.0, **STILL).set_data([LEFT, RIGHT], [FIRST + 15, FIRST + 15])
        self.rows = [self._row(FIRST - n * STEP) for n in range(ROWS)]
        self.marks = sheet.line(color=ORANGE, linestyle="none", marker=">", markersize=7)
        self.cheapest = sheet.card((LEFT - 6, 0, RIGHT + 6, STEP), facecolor="#e6f1f9", edgecolor="none", zorder=1)
        _draw_key(sheet, world.money.currency)

    def _row(self, y: float) -> list[Text]:
        name = self.sheet.text(LEFT + 16, y, size=9)
        return [name, *(self.sheet.text(LEFT + right, y, size=9, ha="right") for _, right in (*HEADS, *OF_SITE))]

    def update(self, scene: Scene) -> None:
        """Show a scene."""
        world = self.world
        self.title.set_text(asked_words(world, scene.decision))
        self.about.set_text(order_words(world, scene.decision))
        lines, shown = _lines(scene, world), scene.decision
        best = shown.best.location if shown is not None and shown.best is not None else None
        names = [cells[0] for cells, _ in lines]
        for texts, (cells, colour) in zip(self.rows, [*lines, *[((), INK)] * ROWS], strict=False):
            for n, text in enumerate(texts):
                text.set_text(cells[n] if n < len(cells) else "")
                text.set_color(colour)
        at = names.index(_name(world, best)) if best is not None and _name(world, best) in names else None
        self.cheapest.set_visible(at is not None)
        self.cheapest.set_y(FIRST - (at or 0) * STEP - STEP / 2)
        self._mark_last(names, scene)
        self.last.set_text(taken_words(world, scene.taken))
        self.last.set_y(FIRST - len(lines) * STEP - 8)

    def _mark_last(self, names: list[str], scene: Scene) -> None:
        """A mark at the row that was taken last."""
        taken = scene.taken
        name = None if taken is None else "hold" if taken.location == HOLD else _name(self.world, taken.location)
        y = [FIRST - names.index(name) * STEP] if name in names else []
        self.marks.set_data([LEFT + 5] * len(y), y)


def _lines(scene: Scene, world: World) -> list[tuple[Cells, str]]:
    """Cells and colour of the table's rows: candidates, hold, then locations that are none."""
    decision = scene.decision
    rows = decision.candidates if decision is not None else ()
    quantity = decision.quantity if decision is not None else 1
    lines = [
        ((_name(world, row.location), *_cells(row, quantity), *_site_cells(scene, row.location)), _colour(row))
        for row in rows
    ]
    named = {row.location for row in rows}
    others = [n for n in range(len(scene.sites)) if n not in named]
    hold = [(("hold", "", "", "", "", ""), INK)] if decision is not None else []
    rest = [((_name(world, n), "", "", "", "", "", *_site_cells(scene, n)), "#a5afba") for n in others]
    return _cut(lines, hold, rest)


def _cut(lines: Sequence[Any], hold: Sequence[Any], rest: Sequence[Any]) -> list[tuple[Cells, str]]:
    """As many rows as there is room for; the last one says how many are left out."""
    room = ROWS - len(hold)
    if len(lines) + len(rest) <= room:
        return [*lines, *hold, *rest]
    kept = [*lines, *rest][: room - 1]
    more = len(lines) + len(rest) - len(kept)
    return [*kept[: len(lines)], *hold, *kept[len(lines) :], ((f"and {more} more",), GREY)]


def _cells(row: Candidate, quantity: int) -> Cells:
    money = (row.unit_cost, row.box_cost, row.cost_per_unit(quantity))
    return short(row.available), *(f"{each:.2f}" for each in money), f"{row.transit_days:.1f}"


def _site_cells(scene: Scene, place: int) -> Cells:
    site = scene.sites[place]
    return short(site.inbound_sku), "out" if site.down else short(site.queued + site.picking)


def _colour(row: Candidate) -> str:
    return INK if row.legal else "#a5afba"


def _name(world: World, place: int) -> str:
    name = world.locations[place].name
    return name if len(name) <= 15 else f"{name[:14]}…"


def _draw_key(sheet: Sheet, currency: str) -> None:
    """What the signs of the map mean."""
    sheet.card((LEFT - 6, 132, RIGHT, 250), facecolor=PALE, edgecolor="none", **STILL)
    signs: tuple[tuple[dict[str, Any], str], ...] = (
        ({"color": BLUE, "linestyle": (0, (4, 2.2)), "linewidth": 1.8}, f"could ship, {currency} per unit"),
        ({"color": GREY, "linestyle": (0, (1, 3)), "linewidth": 1.0}, "may not, or has none"),
        ({"color": ORANGE, "linewidth": 3.0}, "taken last"),
        ({"color": "#8fb8d8", "linewidth": 8.0, "alpha": 0.65}, "units sent lately"),
    )
    for n, (style, words) in enumerate(signs):
        y = 231 - 26.5 * n
        sheet.line(**style, **STILL).set_data([LEFT + 6, LEFT + 40], [y, y])
        sheet.text(LEFT + 50, y, words, **STILL)
    marks: tuple[tuple[dict[str, Any], str], ...] = (
        ({"color": "#9aa7b4", "marker": "s"}, "stock of all SKUs"),
        ({"color": BLUE, "marker": "s"}, "stock of this SKU"),
        ({"color": AMBER, "marker": "o"}, "parcels at the station"),
        ({"color": "#f28e2b", "marker": "o", "mec": GREY}, "units waiting in a region"),
    )
    for n, (style, words) in enumerate(marks):
        y = 231 - 26.5 * n
        sheet.line(linestyle="none", markersize=9, **style, **STILL).set_data([LEFT + 250], [y])
        sheet.text(LEFT + 266, y, words, **STILL)

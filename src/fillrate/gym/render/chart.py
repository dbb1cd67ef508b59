"""The map: locations with their stock, regions with what waits there, and the lanes between them."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import LinearSegmentedColormap

from fillrate.gym.render.lanes import Lanes
from fillrate.gym.render.layout import CARD, CIRCLE, FRAME, Layout
from fillrate.gym.render.scene import Scene, Site
from fillrate.gym.render.sheet import AMBER, BLUE, GREY, INK, PALE, RED, STILL, Sheet, short
from fillrate.world import World

__all__ = ["Chart"]

BAR = 30.0  # pixels of a full bar
MANY = 8  # units waiting at which a region is red; more where more wait
POINT = 0.72  # points in a pixel of the sheet
WAITING = LinearSegmentedColormap.from_list("waiting", ["white", "#ffd9a8", "#f28e2b", RED])
BADGE = {"boxstyle": "circle,pad=0.22", "facecolor": AMBER, "edgecolor": "white"}
BEHIND = {"facecolor": PALE, "edgecolor": "none", "alpha": 0.75, "pad": 0.6}  # so that names can be read over lanes


class Chart:
    """The network on the sheet; `update` moves what changes."""

    def __init__(self, sheet: Sheet, world: World) -> None:
        """Draw what stays: cards, circles, names."""
        self.sheet = sheet
        sheet.card(FRAME, facecolor=PALE, edgecolor="none", **STILL)
        self.layout = Layout(world, lambda words, bold: sheet.size(words, 9, weight="bold" if bold else "normal")[0])
        self.lanes = Lanes(sheet, self.layout)
        self._draw_sites(world)
        self._draw_regions()

    def _draw_sites(self, world: World) -> None:
        """Cards with a name, room for counts, a badge, and two bars."""
        sheet, layout = self.sheet, self.layout
        self.cards, self.badges, self.counts = [], [], []
        for n, (place, (x, y)) in enumerate(zip(world.locations, layout.site_at.tolist(), strict=True)):
            dashes = "--" if place.kind == "third_party" else "-"
            box = (x - CARD, y - CARD, x + CARD, y + CARD)
            self.cards.append(sheet.card(box, edgecolor=INK, linewidth=1.4, linestyle=dashes, zorder=5))
            self.badges.append(sheet.text(x + CARD - 1, y + CARD - 1, ha="center", zorder=8, bbox=BADGE))
            (side, at), (_, bottom, _, top) = layout.side(n), layout.names[n]
            name = {"weight": "bold", "ha": side, "zorder": 7, "bbox": BEHIND}
            sheet.text(at, top - 8, layout.named(n), 9, **name)
            self.counts.append(sheet.text(at, bottom + 8, ha=side, zorder=7, color=GREY, bbox=BEHIND))
        bars: dict[str, Any] = {"capstyle": "butt", "linewidths": 9.0, "zorder": 6}
        self.stock = sheet.add(LineCollection([], colors="#9aa7b4", **bars))
        self.stock_sku = sheet.add(LineCollection([], colors=BLUE, **bars))

    def _draw_regions(self) -> None:
        """Circles with a name and room for a count."""
        sheet, layout = self.sheet, self.layout
        x, y = layout.region_at.T
        size = (2 * CIRCLE * POINT) ** 2
        self.circles: PathCollection = sheet.axes.scatter(x, y, s=size, edgecolors=GREY, linewidths=1.0, zorder=5)
        ring: dict[str, Any] = {"mfc": "none", "mec": BLUE, "mew": 2.4, "zorder": 5}
        self.halo = sheet.line(marker="o", markersize=2 * POINT * (CIRCLE + 3), **ring)
        self.waiting = [sheet.text(x, y - 0.5, ha="center", zorder=6) for x, y in layout.region_at.tolist()]
        for n in range(layout.sites, len(layout.every)):
            (side, at), (_, bottom, _, top) = layout.side(n), layout.names[n]
            name = layout.named(n)
            sheet.text(at, (bottom + top) / 2, name, 9, ha=side, zorder=7, color=GREY, bbox=BEHIND if name else None)

    def update(self, scene: Scene) -> None:
        """Show a scene."""
        self._show_sites(scene)
        self._show_regions(scene)
        self.lanes.update(scene)

    def _show_sites(self, scene: Scene) -> None:
        most = max(scene.fullest, *(site.on_hand for site in scene.sites))
        most_sku = max(1, *(site.on_hand_sku for site in scene.sites))
        self.stock.set_segments(self._bars(-8.0, [site.on_hand / most for site in scene.sites]))
        self.stock_sku.set_segments(self._bars(8.0, [site.on_hand_sku / most_sku for site in scene.sites]))
        for n, site in enumerate(scene.sites):
            self._show_site(n, site, scene.decision is not None)

    def _bars(self, across: float, shares: list[float]) -> list[list[tuple[float, float]]]:
        """Lines from the foot of each card upwards."""
        feet = [(x + across, y - BAR / 2) for x, y in self.layout.site_at.tolist()]
        return [[(x, y), (x, y + BAR * share)] for (x, y), share in zip(feet, shares, strict=True)]

    def _show_site(self, n: int, site: Site, asked: bool) -> None:
        stock, parcels = short(site.on_hand), site.queued + site.picking
        named = self.layout.named(n) != ""
        self.counts[n].set_text(f"{short(site.on_hand_sku)} of {stock}" if asked else stock)
        self.counts[n].set_visible(named)
        self.cards[n].set(edgecolor=RED if site.down else INK, facecolor="#fde7e7" if site.down else "white")
        self.badges[n].set(text="out" if site.down else short(parcels), visible=parcels > 0 or site.down)

    def _show_regions(self, scene: Scene) -> None:
        units = [market.waiting for market in scene.markets]
        share = np.sqrt(np.asarray(units) / max(MANY, *units))
        self.circles.set(facecolor=WAITING(share))
        for text, count, dark in zip(self.waiting, units, share > 0.8, strict=True):
            text.set(text=short(count) if count else "", color="white" if dark else INK)
        here = [] if scene.decision is None else [self.layout.region_at[scene.decision.region]]
        self.halo.set_data(*np.reshape(here, (-1, 2)).T)

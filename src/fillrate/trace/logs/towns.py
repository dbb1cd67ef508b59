"""Towns of a log: one name for all ways to write it, and several places where orders under it go far apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.trace.logs.labels import Labels, labels
from fillrate.trace.logs.sphere import cell_name, mean_point
from fillrate.trace.logs.spread import FAR_KM, by_code, places

__all__ = ["Towns", "folded", "towns"]

SHOWN = 6  # places that are named

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Towns:
    """The towns to which n orders go.

    Attributes:
        town: name of each order's town, with its state, as most often written; no text where the log has none.
        place: (n,) int64, place in `names` of each order with coordinates, to a town; -1 for all others.
        names: (places,) name of its town, with country or coordinates where the town has several places.
        point: (n, 2) degrees; for orders that stray the middle of the others to their town.
        stray: (n,) orders whose coordinates are not believed, far from most others to their town.
        doubts: towns with orders far apart.
    """

    town: Labels
    place: Codes
    names: tuple[str, ...]
    point: Floats
    stray: Flags
    doubts: tuple[str, ...]


def folded(text: str) -> str:
    """A name by which its ways of writing are compared.

    >>> folded("MÜNCHEN "), folded("Bad  Homburg")
    ('münchen', 'bad homburg')
    """
    return " ".join(text.split()).casefold()


def towns(city: Labels, state: Labels, country: Labels, point: Floats, given: Flags) -> Towns:
    """Tell the places of a log's towns apart.

    They are those of `spread.places`. Orders that stray are moved to the middle of the busiest place of their town; one
    without a town goes to the place of most orders in its cell of the grid.

    Args:
        city: of n orders.
        state: of each order.
        country: of each order.
        point: (n, 2) degrees.
        given: (n,) orders with coordinates of their own.
    """
    town = _named(city, state)
    place, town_of, stray = places(town, country, point, given)
    rows = by_code(np.where(stray, -1, place), len(town_of))
    moved = point.copy()
    for inside, astray in zip(rows, by_code(np.where(stray, place, -1), len(rows)), strict=True):
        if len(astray):
            moved[astray] = _middle(point[inside])
    names = _names(town, town_of, rows, country, point)
    doubts = _doubts(town, town_of, names, [len(each) for each in rows], stray)
    _adopt(place, point, given & ~stray)
    return Towns(town, place, names, moved, stray, tuple(doubts))


def _named(city: Labels, state: Labels) -> Labels:
    """Town of each order, called as most orders write it, the first way where several are as frequent."""
    columns = [np.append(labels(map(folded, each.names)).code, -1)[each.code] for each in (city, state)]
    said = np.flatnonzero(columns[0] >= 0)
    _, first, town = np.unique(np.column_stack(columns)[said], axis=0, return_index=True, return_inverse=True)
    written = np.column_stack((town.ravel(), city.code[said], state.code[said]))
    ways, start, count = np.unique(written, axis=0, return_index=True, return_counts=True)
    names = [""] * len(first)
    for way in np.lexsort((-start, count)).tolist():  # the last to be written is the commonest, and of these the first
        names[ways[way, 0]] = _spelt(city, state, ways[way, 1], ways[way, 2])
    code = np.full(len(city.code), -1, np.int32)
    code[said] = town.ravel()
    return Labels(code, tuple(names))


def _spelt(city: Labels, state: Labels, c: int, s: int) -> str:
    return ", ".join(" ".join(text.split()) for text in (city.names[c], state.names[s] if s >= 0 else "") if text)


def _names(
    town: Labels, town_of: Sequence[int], rows: Sequence[Codes], country: Labels, point: Floats
) -> tuple[str, ...]:
    """Name of each place: that of its town, with what tells it from the town's other places."""
    places_of: dict[int, list[int]] = {}
    for p, t in enumerate(town_of):
        places_of.setdefault(t, []).append(p)
    names = [town.names[t] for t in town_of]
    for t, several in places_of.items():
        if len(several) > 1:
            for p, mark in zip(several, _marks([rows[p] for p in several], country, point), strict=True):
                names[p] = f"{town.names[t]} ({mark})"
    return tuple(names)


def _marks(several: Sequence[Codes], country: Labels, point: Floats) -> list[str]:
    """What tells places of one name apart: their countries, or else a cell of the grid."""
    codes = [int(np.bincount(country.code[rows] + 1).argmax()) - 1 for rows in several]
    lands = [country.names[code] if code >= 0 else "" for code in codes]
    if all(lands) and len(set(map(folded, lands))) == len(lands):
        return lands
    return [cell_name(*_middle(point[rows]), 0.1) for rows in several]


def _middle(point: Floats) -> tuple[float, float]:
    return mean_point(point[:, 0], point[:, 1], np.ones(len(point)))


def _adopt(place: Codes, point: Floats, given: Flags) -> None:
    """Give orders without a town the place of most orders in their cell of the grid, if there is one."""
    lost, known = np.flatnonzero(given & (place < 0)), np.flatnonzero(given & (place >= 0))
    if not len(lost):
        return
    cell = np.unique(np.where(given[:, None], np.round(point * 10), 9999), axis=0, return_inverse=True)[1].ravel()
    pairs, count = np.unique(np.column_stack((cell, place))[known], axis=0, return_counts=True)
    usual = dict(pairs[np.argsort(-count, kind="stable")[::-1]].tolist())
    place[lost] = [usual.get(at, -1) for at in cell[lost].tolist()]


def _doubts(
    town: Labels, town_of: Sequence[int], names: Sequence[str], orders: Sequence[int], stray: Flags
) -> list[str]:
    """Towns with orders far apart: those that are told apart, and those whose few far ones are taken for wrong."""
    several = {t for t, count in Counter(town_of).items() if count > 1}
    apart = [f"{name} ({n:,})" for t, name, n in zip(town_of, names, orders, strict=True) if t in several]
    wrong = [f"{town.names[t]} ({n:,})" for t, n in Counter(town.code[stray].tolist()).most_common()]
    found = []
    if apart:
        found.append(
            f"Towns of one name lie more than {FAR_KM:.0f} km apart, and are told apart (orders): {_listed(apart)}. If "
            "they are one town, mend the coordinates, and fit again."
        )
    if wrong:
        found.append(
            f"Coordinates of some orders lie more than {FAR_KM:.0f} km from those of most others to their town, and "
            f"are taken for wrong (orders): {_listed(wrong)}. The orders are placed in the middle of the others. Mend "
            "the coordinates, or if they are right give the place a name of its own, and fit again."
        )
    return found


def _listed(named: Sequence[str]) -> str:
    return ", ".join(named[:SHOWN]) + (f" and {len(named) - SHOWN} more" if len(named) > SHOWN else "")

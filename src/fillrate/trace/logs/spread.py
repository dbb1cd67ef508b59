"""Orders to one town whose coordinates lie far apart: places of one name, and coordinates that are probably wrong."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fillrate.trace.logs.labels import Labels
from fillrate.trace.logs.sphere import row_distances_km, vectors
from fillrate.world.geography import EARTH_KM

__all__ = ["FAR_KM", "by_code", "places"]

FAR_KM = 50.0  # from the middle of a place, from which on it is another one
FEW, SHARE_FEW = 5, 0.1  # below both, of the orders to a town: its name is believed and not their coordinates
CELL_KM = 10.0

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]


def places(town: Labels, country: Labels, point: Floats, given: Flags) -> tuple[Codes, list[int], Flags]:
    """Place of each order, town of each place (its busiest place first), and which orders stray.

    Orders to a town are one place if they lie within `FAR_KM` of its middle. Of those far from it a few stray, and
    however many have latitude and longitude swapped, and are counted to its busiest place; more are a place of their
    own, and so are a few in another country.

    Args:
        town: of n orders.
        country: of each order.
        point: (n, 2) degrees.
        given: (n,) orders with coordinates of their own; all others have the place -1.
    """
    unit, swapped = vectors(point[:, 0], point[:, 1]), vectors(point[:, 1], point[:, 0])
    rows = by_code(np.where(given, town.code, -1), len(town.names))
    part = np.full(len(point), -1, np.int64)
    for inside in rows:
        part[inside] = _parts(unit[inside])
    abroad = _abroad(town, part, country)
    place, stray, town_of = np.full(len(point), -1, np.int64), np.zeros(len(point), np.bool_), list[int]()
    for t, inside in enumerate(rows):
        if len(inside):
            mine = part[inside]
            stray[inside] = _strays(mine, unit[inside], swapped[inside], abroad[inside]) if mine.any() else False
            kept, mine = np.unique(np.where(stray[inside], 0, mine), return_inverse=True)
            place[inside] = mine.ravel() + len(town_of)
            town_of += [t] * len(kept)
    return place, town_of, stray


def _abroad(town: Labels, part: Codes, country: Labels) -> Flags:
    """Which orders name another country than those to the busiest part of their town; names met in one part are one."""
    said = (part >= 0) & (country.code >= 0)
    met = np.unique(np.column_stack((town.code, part, country.code))[said], axis=0)
    beside = (met[1:, :2] == met[:-1, :2]).all(axis=1)
    land = np.append(np.arange(len(country.names)), -1)
    for one, other in np.unique(np.column_stack((met[:-1, 2], met[1:, 2]))[beside], axis=0).tolist():
        land[land == land[other]] = land[one]
    land = land[country.code]
    home = np.full(len(town.names) + 1, -1)  # by town, the last for none
    home[town.code[said & (part == 0)]] = land[said & (part == 0)]
    abroad: Flags = said & (home[town.code] >= 0) & (land != home[town.code])
    return abroad


def _strays(part: Codes, unit: Floats, swapped: Floats, abroad: Flags) -> Flags:
    """Which orders to a town, by their part of it, are not believed to lie where they lie."""
    middle = unit[part == 0].sum(axis=0)
    wrong: Flags = (part > 0) & (row_distances_km(middle[None] / np.linalg.norm(middle), swapped) <= FAR_KM)
    sizes = np.bincount(part[~wrong])
    few = (sizes < FEW) & (np.arange(len(sizes)) > 0)
    few[part[abroad & ~wrong]] = False
    return wrong | few[np.where(wrong, 0, part)] if sizes[few].sum() <= SHARE_FEW * len(part) else wrong


def _parts(unit: Floats) -> Codes:
    """Part of a town, the busiest first, in which each of its orders lies: within `FAR_KM` of its middle."""
    if not len(unit) or (row_distances_km(unit[:1], unit) <= FAR_KM).all():
        return np.zeros(len(unit), np.int64)
    cells, cell = np.unique(np.round(unit * (EARTH_KM / CELL_KM)), axis=0, return_inverse=True)
    weight, cell = np.bincount(cell.ravel()), cell.ravel()
    cells /= np.linalg.norm(cells, axis=1, keepdims=True)
    part = np.full(len(cells), -1)
    while (left := part < 0).any():
        seed = int(np.argmax(np.where(left, weight, 0)))
        near = left & (row_distances_km(cells[[seed]], cells) <= FAR_KM)
        middle = weight[near] @ cells[near]
        near = left & (row_distances_km(middle[None] / np.linalg.norm(middle), cells) <= FAR_KM)
        near[seed] = True
        part[near] = part.max() + 1
    busiest = np.argsort(-np.bincount(part, weight), kind="stable")
    rank: Codes = np.argsort(busiest)[part]
    found: Codes = rank[cell]
    return found


def by_code(code: NDArray[np.signedinteger], count: int) -> list[Codes]:
    """The rows of each of `count` codes."""
    ordered = np.argsort(code, kind="stable")
    return np.split(ordered, np.searchsorted(code[ordered], np.arange(count + 1)))[1:-1]

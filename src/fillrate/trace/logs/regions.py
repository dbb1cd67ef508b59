"""Regions of demand: the places of a log's orders, brought down to a number that a network can be drawn with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import OrderLogError
from fillrate.trace.logs.labels import labels
from fillrate.trace.logs.medoids import grouped
from fillrate.trace.logs.orderlog import OrderLog
from fillrate.trace.logs.sphere import cell_name, mean_point, row_distances_km, vectors
from fillrate.trace.logs.spread import FAR_KM
from fillrate.trace.logs.zips import prefixes

__all__ = ["UNKNOWN", "Regions", "regions"]

UNKNOWN = "unknown"
_MOST_PLACES = 2_000  # distinct places before they are thinned out to a grid

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Regions:
    """Regions, busiest first, `UNKNOWN` last.

    Attributes:
        names: (regions,) of its central place, such as "NY 100" (state and ZIP prefix) or "Lyon".
        latitude: (regions,) degrees, the mean of its orders.
        longitude: (regions,) degrees.
        orders: (regions,) int64, number of orders.
        of_order: (orders,) int64, region of each order.
        mean_km: mean distance of a located order from the point of its region.
        assumptions: what was assumed.
    """

    names: tuple[str, ...]
    latitude: Floats
    longitude: Floats
    orders: NDArray[np.int64]
    of_order: NDArray[np.int64]
    mean_km: float
    assumptions: tuple[str, ...]


def regions(log: OrderLog, most: int = 50, fallback: tuple[float, float] | None = None) -> Regions:
    """Group a log's orders into at most `most` regions by where they go.

    Places are ZIP prefixes, else towns (`towns`), else states or coordinates. If there are more than `most`, they are
    brought together by `medoids.grouped`. Orders without a usable place form the region `UNKNOWN` at the mean of all
    others.

    Args:
        log: the orders.
        most: largest number of regions, `UNKNOWN` included; at least 2.
        fallback: latitude and longitude for `UNKNOWN` if no order at all has a usable place.

    Raises:
        OrderLogError: `most` is below 2, or no order has a usable place and there is no fallback.
    """
    if most < 2:
        raise OrderLogError("number of regions", f"is {most}", "2 or more")
    known = np.flatnonzero(log.places.source != 0)
    lost = len(log) - len(known)
    if not len(known) and fallback is None:
        allowed = "US ZIP codes, or columns latitude and longitude"
        raise OrderLogError(log.source, "no order has a usable place", allowed)
    names, place, point, weight = _places(log, known)
    group, medoids = grouped(point, weight, most - (1 if lost else 0))
    of_order = np.full(len(log), len(medoids), dtype=np.int64)
    of_order[known] = group[place]
    busiest = np.lexsort((medoids, -np.bincount(of_order[known], minlength=len(medoids))))
    rank = np.append(np.argsort(busiest), len(medoids))
    of_order = rank[of_order]
    found = [names[medoid] for medoid in medoids[busiest]] + [UNKNOWN] * bool(lost)
    latitude, longitude = _centres(log, of_order, len(found), fallback)
    mean_km = _mean_km(log, known, of_order, latitude, longitude)
    orders = np.bincount(of_order, minlength=len(found)).astype(np.int64)
    notes = _notes(len(names), len(medoids), mean_km, lost, bool(len(known)))
    return Regions(tuple(found), latitude, longitude, orders, of_order, mean_km, notes)


def _places(log: OrderLog, known: NDArray[np.int64]) -> tuple[list[str], NDArray[np.int64], Floats, Floats]:
    """Distinct places of the located orders: names, place of each order, unit vectors and weights in orders."""
    latitude, longitude = log.places.latitude[known], log.places.longitude[known]
    step = 0.1
    coded = labels(_labels(log, known, step))
    while len(coded.names) > _MOST_PLACES:
        step *= 2
        coded = labels(cell_name(a, b, step) for a, b in zip(latitude, longitude, strict=True))
    weight = np.bincount(coded.code, minlength=len(coded.names)).astype(np.float64)
    sums = np.zeros((len(weight), 3))
    np.add.at(sums, coded.code, vectors(latitude, longitude))
    length = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
    return list(coded.names), coded.code.astype(np.int64), sums / length, weight


def _labels(log: OrderLog, known: NDArray[np.int64], step: float) -> list[str]:
    """Place of each located order: state and ZIP prefix, else town, else state, else a grid cell."""
    at = log.places
    said = [np.array(column.texts(), dtype=object)[known] for column in (at.zip3, at.town)]
    cells = [cell_name(a, b, step) for a, b in zip(at.latitude[known], at.longitude[known], strict=True)]
    table = prefixes()
    found = []
    for prefix, town, cell in zip(*said, cells, strict=True):
        name = f"{table[prefix].state} {prefix}" if prefix in table else town or cell
        found.append(f"{name} (place)" if name == UNKNOWN else name)
    return found


def _centres(
    log: OrderLog, of_order: NDArray[np.int64], count: int, fallback: tuple[float, float] | None
) -> tuple[Floats, Floats]:
    """Mean point of each region; that of all located orders for a region without one."""
    at = log.places
    known = at.source != 0
    points = []
    for region in range(count):
        inside = known & (of_order == region)
        inside = inside if inside.any() else known
        if not inside.any() and fallback is not None:
            points.append(fallback)
        else:
            points.append(mean_point(at.latitude[inside], at.longitude[inside], np.ones(inside.sum())))
    both = np.array(points, dtype=np.float64)
    return both[:, 0], both[:, 1]


def _mean_km(
    log: OrderLog, known: NDArray[np.int64], of_order: NDArray[np.int64], latitude: Floats, longitude: Floats
) -> float:
    if not len(known):
        return 0.0
    order = vectors(log.places.latitude[known], log.places.longitude[known])
    region = vectors(latitude, longitude)[of_order[known]]
    return float(np.mean(row_distances_km(order, region)))


def _notes(places: int, groups: int, mean_km: float, lost: int, located: bool) -> tuple[str, ...]:
    notes = []
    if groups < places:
        notes.append(
            f"{places} places are brought together in {groups} regions; "
            f"an order lies {mean_km:.0f} km from the point of its region on average"
        )
    elif mean_km > FAR_KM:
        notes.append(f"an order lies {mean_km:.0f} km from the point of its region on average")
    if lost:
        where = "the mean of all others" if located else "the point that stands in for all"
        notes.append(f"orders without a usable place, which form the region {UNKNOWN} at {where}: {lost}")
    return tuple(notes)

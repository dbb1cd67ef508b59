"""Whole orders at given prices: which locations to open for each, going through the sets of them."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

__all__ = ["best_sites", "has_few_sets"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_SETS = 1023  # all of ten locations


def has_few_sets(places: int, lines: int) -> bool:
    """Whether one can go through the sets of at most as many locations as an order has lines."""
    return sum(comb(places, size) for size in range(1, lines + 1)) <= MOST_SETS


def best_sites(gain: Floats, of: Ints, box: Floats) -> tuple[Floats, Ints]:
    """(orders,) what each is worth at most, at least 0, and (lines,) where a line is served from, -1 = nowhere.

    An order opens a set of locations, pays the box of each, and serves a line from the one there that gains most.

    Args:
        gain: (locations, lines) money of a line served from there, at least 0.
        of: (lines,) the order of each.
        box: (locations, orders) money, at least 0.
    """
    places, orders = box.shape
    most, boxes = np.zeros((places + 1, gain.shape[1])), np.zeros((places + 1, orders))
    worth, chosen = np.zeros(orders), np.zeros(orders, np.int64)
    for sites in _sets(places, int(np.bincount(of).max(initial=0))):
        n, before = _lowest(sites, places), _lowest(sites & (sites - 1), places)  # row n is that of the set, for now
        np.maximum(most[before], gain[n], out=most[n])
        np.add(boxes[before], box[n], out=boxes[n])
        total = np.bincount(of, most[n], orders) - boxes[n]
        chosen[total > worth] = sites
        np.maximum(worth, total, out=worth)
    within = np.where((chosen[of] >> np.arange(places)[:, None]) & 1, gain, 0.0)
    return worth, np.where(within.any(axis=0), within.argmax(axis=0), -1)


@cache
def _sets(places: int, lines: int) -> tuple[int, ...]:
    """Sets of locations as bits, none larger than an order's lines; each comes soon after that without its lowest."""
    sizes = range(1, min(places, lines) + 1)
    bits = (sum(1 << n for n in sites) for size in sizes for sites in combinations(range(places), size))
    return tuple(sorted(bits))


def _lowest(sites: int, none: int) -> int:
    """The lowest location of a set, `none` of the empty one."""
    return (sites & -sites).bit_length() - 1 if sites else none

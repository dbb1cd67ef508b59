"""Whole orders at given prices: which locations to open for each, by branch and bound over the sets of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import comb

import numpy as np
from numpy.typing import NDArray

__all__ = ["best_sites", "has_few_sets"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_SETS = 1023  # all of ten locations
SLACK = 1e-9  # money that sums in another order may differ by


def has_few_sets(places: int, lines: int) -> bool:
    """Whether one can go through the sets of at most as many locations as an order has lines."""
    return sum(comb(places, size) for size in range(1, lines + 1)) <= MOST_SETS


def best_sites(gain: Floats, of: Ints, box: Floats) -> tuple[Floats, Ints]:
    """(orders,) what each is worth at most, at least 0, and (lines,) where a line is served from, -1 = nowhere.

    An order opens a set of locations, pays the box of each, and serves a line from the one there that gains most.

    Args:
        gain: (lines, locations) money of a line served from there, at least 0.
        of: (lines,) the order of each; sorted.
        box: (orders, locations) money, at least 0.
    """
    worth, place = np.zeros(len(box)), np.full(len(of), -1)
    first = np.searchsorted(of, np.arange(len(box) + 1))
    if len(of):
        _compiled()(gain, first, box, worth, place)
    return worth, place


@cache
def _compiled() -> Callable[[Floats, Ints, Floats, Floats, Ints], None]:
    """Numba takes a while to import, and most runs do without. Where it may keep nothing, each process compiles."""
    from numba import njit

    try:
        compiled: Callable[[Floats, Ints, Floats, Floats, Ints], None] = njit(nogil=True, cache=True)(_each)
    except RuntimeError:
        compiled = njit(nogil=True)(_each)
    return compiled


def _each(gain: Floats, first: Ints, box: Floats, worth: Floats, place: Ints) -> None:
    """Go through sets of locations as numbers do, and leave out what cannot be worth as much as one location alone.

    To a set are added, one after the other, the locations before its first one; of sets of one worth the lowest counts.
    """
    places, largest = box.shape[1], np.diff(first).max()
    most, boxes = np.zeros((places + 1, largest)), np.zeros(places + 1)  # by how many locations are open
    left = np.zeros((places + 1, largest))  # by how many locations come before
    opened, chosen = np.full(places + 1, places), np.zeros(places + 1, np.int64)
    added = np.zeros(places + 1, np.int64)
    for order in range(len(worth)):
        begin, lines = first[order], first[order + 1] - first[order]
        least = 0.0
        for n in range(places):
            least = max(least, gain[begin : begin + lines, n].sum() - box[order, n])
            for line in range(lines):
                left[n + 1, line] = max(left[n, line], gain[begin + line, n])
        depth, count, added[0] = 0, 0, 0
        while depth >= 0:
            site = added[depth]
            added[depth] += 1
            if site == opened[depth]:
                depth -= 1
                continue
            possible, paid = 0.0, boxes[depth] + box[order, site]
            for line in range(lines):
                possible += max(most[depth, line], left[site + 1, line])
            if possible - paid < max(least, worth[order]) - SLACK:
                continue
            depth, total = depth + 1, 0.0
            for line in range(lines):
                most[depth, line] = max(most[depth - 1, line], gain[begin + line, site])
                total += most[depth, line]
            boxes[depth], opened[depth], added[depth] = paid, site, 0
            if total - paid > worth[order]:
                worth[order], count = total - paid, depth
                chosen[:] = opened
        for line in range(begin, begin + lines):
            best = 0.0
            for n in range(count, 0, -1):
                if gain[line, chosen[n]] > best:
                    best, place[line] = gain[line, chosen[n]], chosen[n]

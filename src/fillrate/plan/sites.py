"""Whole orders at given prices: which locations to open for each, by branch and bound over the sets of them."""

from __future__ import annotations

from math import comb

import numpy as np
from numpy.typing import NDArray

from fillrate.model.kernel.cache import Root
from fillrate.model.kernel.layout import WHOLE

__all__ = ["best_sites", "has_few_sets"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_SETS = 1023  # all of ten locations
open_sites = Root("open_sites")


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
    orders, places = box.shape
    first = np.searchsorted(of, np.arange(orders + 1))
    largest = int(np.diff(first).max(initial=0))
    by_depth, open_ones = (places + 1) * largest, places + 1
    arrays = {
        "gain": np.ascontiguousarray(gain),
        "box": np.ascontiguousarray(box),
        "first": first,
        "worth": np.zeros(orders),
        "place": np.full(len(of), -1),
        **{name: np.zeros(by_depth) for name in ("most", "left")},
        "paid": np.zeros(open_ones),
        "opened": np.full(open_ones, places),
        **{name: np.zeros(open_ones, np.int64) for name in ("added", "chosen")},
    }
    record = np.zeros(1, WHOLE.dtype)
    record[0]["orders"], record[0]["places"], record[0]["largest"] = orders, places, largest
    for name, array in arrays.items():
        WHOLE.point(record[0], name, array)
    open_sites(int(record.ctypes.data))
    return arrays["worth"], arrays["place"]

"""Memory of simulations: everything of one stands together, so that many side by side keep few pages busy."""

from __future__ import annotations

import mmap
from typing import Any

import numpy as np

__all__ = ["blocks", "settled"]

WORD, CACHE_LINE = 8, 64  # bytes of a number, and of a cache line
LARGE = 1 << 21  # bytes of a large page
SMALL = 4 * CACHE_LINE  # tables up to here stand close together
ODD = 3 * CACHE_LINE  # so that blocks do not begin at the same place of a page, and compete for the same cache lines


def blocks(tables: dict[Any, tuple[int, Any]], n: int) -> tuple[Any, dict[Any, Any], dict[Any, int]]:
    """Memory of n simulations, zeros, with the tables of each in one block.

    Args:
        tables: name -> entries of one simulation, and their type.
        n: simulations.

    Returns:
        (n, bytes) the blocks; name -> (n, entries) array in them; name -> byte of a block at which it begins.
    """
    starts, end = {}, 0
    for name, (size, kind) in tables.items():
        bytes_, step = size * np.dtype(kind).itemsize, WORD
        if bytes_ > SMALL:
            step = CACHE_LINE
        starts[name] = -(-end // step) * step
        end = starts[name] + bytes_
    each = -(-end // CACHE_LINE) * CACHE_LINE + ODD
    memory = _zeros(n * each)
    found = {}
    for name, (size, kind) in tables.items():
        item = np.dtype(kind).itemsize
        found[name] = np.ndarray((n, size), kind, memory, starts[name], (each, item))
    return np.ndarray((n, each), np.uint8, memory), found, starts


def settled(array: Any) -> Any:
    """The same array where looking up an entry at random costs least."""
    found = np.ndarray(array.shape, array.dtype, _zeros(array.nbytes))
    found[...] = array
    return found


def _zeros(size: int) -> Any:
    """Zeroed bytes that begin a cache line; many are on large pages, where the system has them."""
    memory = _pages(size + CACHE_LINE)
    return memory[-memory.ctypes.data % CACHE_LINE :]


def _pages(size: int) -> Any:
    if size < LARGE or not hasattr(mmap, "MADV_HUGEPAGE"):
        return np.zeros(size, np.uint8)
    memory = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)  # shared memory has none
    memory.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(memory, np.uint8)

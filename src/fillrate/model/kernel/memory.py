"""Memory of simulations: everything of one stands together, so that many side by side keep few pages busy."""

from __future__ import annotations

import mmap
from typing import Any

import numpy as np

__all__ = ["blocks", "on_large_pages"]

WORD, LINE = 8, 64  # bytes of a number, and of a cache line
LARGE = 1 << 21  # bytes of a large page
SMALL = 4 * LINE  # tables up to here stand close together
ODD = 3 * LINE  # so that blocks do not begin at the same place of a page, and compete for the same cache lines


def blocks(tables: dict[Any, tuple[int, Any]], n: int) -> tuple[Any, dict[Any, Any]]:
    """Memory of n simulations, zeros, with the tables of each in one block.

    Args:
        tables: name -> entries of one simulation, and their type.
        n: simulations.

    Returns:
        (n, bytes) the blocks, and name -> (n, entries) array in them.
    """
    starts, end = {}, 0
    for name, (size, kind) in tables.items():
        bytes_, step = size * np.dtype(kind).itemsize, WORD
        if bytes_ > SMALL:
            step = LINE
        starts[name] = -(-end // step) * step
        end = starts[name] + bytes_
    each = -(-end // LINE) * LINE + ODD
    memory = _zeros(max(1, n * each) + LINE)
    memory = memory[-memory.ctypes.data % LINE :]
    found = {}
    for name, (size, kind) in tables.items():
        item = np.dtype(kind).itemsize
        found[name] = np.ndarray((n, size), kind, memory, starts[name], (each, item))
    return np.ndarray((n, each), np.uint8, memory), found


def on_large_pages(array: Any) -> Any:
    """The same array, on large pages if it is large: what is looked up at random costs less there."""
    if array.nbytes < LARGE:
        return array
    found = np.ndarray(array.shape, array.dtype, _zeros(array.nbytes))
    found[...] = array
    return found


def _zeros(size: int) -> Any:
    """Zeroed bytes, on large pages where the system has them."""
    if size < LARGE or not hasattr(mmap, "MADV_HUGEPAGE"):
        return np.zeros(size, np.uint8)
    memory = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)  # shared memory has none
    memory.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(memory, np.uint8)

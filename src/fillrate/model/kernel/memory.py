"""Memory of simulations: everything of one stands together, so that many side by side keep few pages busy."""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np

__all__ = ["arranged", "settled", "zeros"]

Key = TypeVar("Key")

WORD, CACHE_LINE = 8, 64  # bytes of a number, and of a cache line
LARGE = 1 << 21  # bytes of a large page
SMALL = 4 * CACHE_LINE  # tables up to here stand close together
ODD = 3 * CACHE_LINE  # so that blocks do not begin at the same place of a page, and compete for the same cache lines


def arranged(tables: Mapping[Key, tuple[int, np.dtype[Any]]]) -> tuple[dict[Key, int], int]:
    """Where the tables of one simulation stand in its block of memory.

    Args:
        tables: name -> entries, and their type.

    Returns:
        name -> byte of the block at which it begins; and bytes of the block.
    """
    starts, end = {}, 0
    for name, (size, kind) in tables.items():
        bytes_ = size * kind.itemsize
        step = WORD if bytes_ <= SMALL else CACHE_LINE
        starts[name] = -(-end // step) * step
        end = starts[name] + bytes_
    return starts, -(-end // CACHE_LINE) * CACHE_LINE + ODD


def settled(array: Any) -> Any:
    """The same array where looking up an entry at random costs least."""
    found = np.ndarray(array.shape, array.dtype, zeros(array.nbytes))
    found[...] = array
    return found


def zeros(size: int) -> Any:
    """Zeroed bytes that begin a cache line; many are on large pages, where the system has them."""
    memory = _pages(size + CACHE_LINE)
    first = -memory.ctypes.data % CACHE_LINE
    return memory[first : first + size]


def _pages(size: int) -> Any:
    if size < LARGE or not hasattr(mmap, "MADV_HUGEPAGE"):
        return np.zeros(size, np.uint8)
    memory = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)  # shared memory has none
    memory.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(memory, np.uint8)

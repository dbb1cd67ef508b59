"""What allocation environments are answered with, checked: rows of tables, or prices of locations."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import InputError

__all__ = ["prices_of", "rows_of", "units_of"]

FOUND = 60  # characters of what is shown of a wrong action


def rows_of(action: Any, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(n,) legal rows of actions; a row that the (n, rows) mask forbids holds.

    Raises:
        InputError: no rows, one for each.
    """
    (n, rows), said = mask.shape, np.asarray(action)
    if said.size != n or not _whole(said) or ((said < 0) | (said >= rows)).any():
        raise _wrong(action, f"a whole number for each of {n}, 0 to {rows - 1}" if n > 1 else f"a row, 0 to {rows - 1}")
    row = said.reshape(n).astype(np.int64)
    return np.where(mask[np.arange(n), row], row, rows - 1)


def prices_of(action: Any, n: int, locations: int) -> NDArray[np.float64]:
    """(n, locations) between -1 and 1.

    Raises:
        InputError: no number for each location.
    """
    return np.clip(_numbers(action, n, locations, "location"), -1.0, 1.0)


def units_of(action: Any, n: int, pairs: int) -> NDArray[np.float64]:
    """(n, pairs) what a review is answered with.

    Raises:
        InputError: no number for each (SKU, location) pair.
    """
    return _numbers(action, n, pairs, "(SKU, location) pair")


def _numbers(action: Any, n: int, each: int, of: str) -> NDArray[np.float64]:
    try:
        said = np.asarray(action, np.float64)
    except (TypeError, ValueError):
        said = np.zeros(0)
    fits = said.size == n * each and (said.shape[:1] == (n,) or n == 1)
    if not fits or np.isnan(said).any():
        raise _wrong(action, f"a number for each of {each} {of}s" + (f", ({n}, {each})" if n > 1 else ""))
    return said.reshape(n, each)


def _whole(said: NDArray[Any]) -> bool:
    """Whether all are whole numbers, of whatever type."""
    if said.dtype.kind in "iub":
        return True
    return said.dtype.kind == "f" and bool((np.isfinite(said) & (said == np.rint(said))).all())


def _wrong(action: Any, allowed: str) -> InputError:
    return InputError("action", f"found {' '.join(repr(action).split()):.{FOUND}}", allowed)

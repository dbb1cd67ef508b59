"""Views: a row of numbers and arrays as one pointer that compiled code reads by name.

A namedtuple of thirty arrays is some two hundred arguments at every call. A view is one: a record of scalars, and for
each array its address and length. Compiled functions write `z.orders[slot].deadline`; Python keeps the arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["View"]


class View:
    """The layout of a view: names and types of its fields."""

    def __init__(self, name: str, scalars: dict[str, str], arrays: dict[str, Any]) -> None:
        """Lay the fields out.

        Args:
            name: of the view.
            scalars: name -> NumPy type of a number.
            arrays: name -> NumPy type of an array's entries, or another `View` that the field points at.
        """
        self.name, self.scalars, self.arrays = name, scalars, arrays
        addressed = [(f"{kind}_{key}", np.int64) for kind in ("at", "of") for key in arrays]  # lengths are rarely read
        self.dtype = np.dtype([*scalars.items(), *addressed], align=True)
        self.numbers = np.dtype([*scalars.items()], align=True).itemsize if scalars else 0  # bytes before the addresses

    def point(self, record: Any, name: str, array: Any) -> None:
        """Let a field of one record point at an array (or at the record of another view)."""
        record[f"at_{name}"] = array.ctypes.data
        record[f"of_{name}"] = array.size

    def words(self, name: str) -> tuple[int, int]:
        """Which words of a record hold an array's address, and its length."""
        fields: Any = self.dtype.fields
        return fields[f"at_{name}"][1] // 8, fields[f"of_{name}"][1] // 8

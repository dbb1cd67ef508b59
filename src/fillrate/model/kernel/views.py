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
        self.place = {key: n for n, key in enumerate(arrays)}
        fields: Any = self.dtype.fields
        self.first = fields[addressed[0][0]][1]  # byte of the first address
        self.numbers = np.dtype([*scalars.items()], align=True).itemsize if scalars else 0  # bytes before the addresses

    def point(self, record: Any, name: str, array: Any) -> None:
        """Let a field of one record point at an array (or at the record of another view)."""
        record[f"at_{name}"] = array.ctypes.data
        record[f"of_{name}"] = array.size

    def point_records(self, records: Any, name: str, others: Any) -> None:
        """Let a field of the n-th record point at the n-th of other records."""
        records[f"at_{name}"] = others.ctypes.data + np.arange(len(others)) * others.strides[0]
        records[f"of_{name}"] = 1

    def point_rows(self, memory: Any, start: int, arrays: dict[str, Any], starts: list[int]) -> None:
        """Let the fields of the n-th record point at the n-th rows of arrays, all at once: there are a hundred.

        Args:
            memory: (n, bytes) in which all stands.
            start: byte at which the records begin.
            arrays: name -> (n, entries) array.
            starts: bytes at which the arrays begin.
        """
        n, count, each = len(memory), len(self.arrays), memory.strides[0]
        at = np.array([self.place[name] for name in arrays])
        addresses = np.ndarray((n, 2 * count), np.int64, memory, start + self.first, (each, 8))
        addresses[:, at] = memory.ctypes.data + np.array(starts) + np.arange(n)[:, None] * each
        addresses[:, count + at] = [array.shape[1] for array in arrays.values()]

"""The journal as NumPy arrays, for those who count it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import InputError
from fillrate.scorecard.journal import COLUMNS, KIND_CODE, KINDS

if TYPE_CHECKING:
    import pyarrow as pa

    from fillrate.world import World

__all__ = ["Ledger", "read_ledger"]


@dataclass(frozen=True)
class Ledger:
    """Rows of a journal in the order in which they were written; -1 and nan stand for null."""

    time: NDArray[np.float64]  # (rows,) days after t0
    kind: NDArray[np.int64]  # (rows,) position in `KINDS`
    order: NDArray[np.int64]  # (rows,) trace row of the order
    line: NDArray[np.int64]  # (rows,) trace row of the line
    sku: NDArray[np.int64]  # (rows,)
    location: NDArray[np.int64]  # (rows,)
    quantity: NDArray[np.float64]  # (rows,) units
    money: NDArray[np.float64]  # (rows,)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.time)

    def rows(self, *kinds: str) -> NDArray[np.int64]:
        """Positions of the rows of some kinds, rising."""
        return np.flatnonzero(np.isin(self.kind, [KIND_CODE[kind] for kind in kinds]))

    def signed(self, signs: dict[str, int]) -> NDArray[np.int64]:
        """(rows,) units with the sign of their kind, 0 for kinds that are not named."""
        factor = np.zeros(len(KINDS), np.int64)
        for kind, sign in signs.items():
            factor[KIND_CODE[kind]] = sign
        units = np.where(np.isnan(self.quantity), 0.0, self.quantity).astype(np.int64)
        return np.asarray(factor[self.kind] * units, np.int64)

    def close_row(self, horizon: float) -> int:
        """First row that the close wrote; all rows if it wrote none. Only the close loses or releases at T."""
        at = self.rows("lost", "released", "closing")
        late = at[self.time[at] >= horizon]
        return int(late[0]) if len(late) else int(np.searchsorted(self.time, horizon, "right"))


def read_ledger(world: World, journal: pa.Table) -> Ledger:
    """Turn a journal into arrays.

    Args:
        world: names of SKUs and locations are read by it.
        journal: the table of `Result.journal`, or one read back from a file.

    Raises:
        InputError: columns are missing, or it names a kind, SKU or location that is not known.
    """
    if missing := [name for name in COLUMNS if name not in journal.column_names]:
        raise InputError("journal", f"columns missing: {', '.join(missing)}", ", ".join(COLUMNS))
    ids = {"kind": KINDS}
    ids["sku"], ids["location"] = tuple(s.name for s in world.skus), tuple(p.name for p in world.locations)
    arrays: dict[str, Any] = {name: _codes(name, journal[name], names) for name, names in ids.items()}
    for name in ("order", "line"):
        arrays[name] = np.asarray(journal[name].fill_null(-1).to_numpy(), np.int64)
    for name in ("time", "quantity", "money"):
        arrays[name] = np.asarray(journal[name].to_numpy(), np.float64)
    return Ledger(**arrays)


def _codes(name: str, column: Any, names: Sequence[str]) -> NDArray[np.int64]:
    """(rows,) position of each name; -1 for null."""
    merged = column.combine_chunks()
    if column.num_chunks != 1 or not hasattr(merged, "dictionary"):
        merged = column.dictionary_encode().unify_dictionaries().combine_chunks()
    chunk = merged.chunk(0) if hasattr(merged, "chunk") else merged
    at = {known: n for n, known in enumerate(names)}
    said = chunk.dictionary.to_pylist()
    if unknown := [word for word in said if word not in at]:
        raise InputError(f"journal column {name}", f"found '{unknown[0]}'", "names of this world and journal")
    table = np.array([*[at[word] for word in said], -1], np.int64)
    return table[np.asarray(chunk.indices.fill_null(len(said)).to_numpy(zero_copy_only=False), np.int64)]

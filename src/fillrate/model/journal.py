"""Writing the journal: rows in lists while the model runs, one Arrow table at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fillrate.scorecard.journal import KIND_CODE, KIND_STAGE, KINDS

if TYPE_CHECKING:
    import pyarrow as pa

    from fillrate.world import World

__all__ = ["Journal", "journal_table", "no_row"]


def no_row(*_: Any) -> None:
    """What is called in place of `Journal.add` when no journal is wanted."""


class Journal:
    """An append-only table of events; -1 stands for null in ids, nan in quantity and money."""

    def __init__(self) -> None:
        """Start empty."""
        self.rows: list[tuple[float, int, int, int, int, int, float, float]] = []

    def add(
        self,
        time: float,
        kind: str,
        order: int = -1,
        line: int = -1,
        sku: int = -1,
        location: int = -1,
        quantity: float = float("nan"),
        money: float = float("nan"),
    ) -> None:
        """Append one event."""
        self.rows.append((time, KIND_CODE[kind], order, line, sku, location, quantity, money))

    def table(self, world: World) -> pa.Table:
        """The journal as Arrow."""
        return journal_table(world, *(list(zip(*self.rows, strict=True)) or [()] * 8))


def journal_table(
    world: World, time: Any, kind: Any, order: Any, line: Any, sku: Any, location: Any, quantity: Any, money: Any
) -> pa.Table:
    """A journal as Arrow from its columns: names as dictionaries, nulls where nothing applies (-1, nan)."""
    import pyarrow as pa

    kind = np.array(kind, np.int16)
    stage = np.array(KIND_STAGE, np.int8)[kind] if len(kind) else np.array([], np.int8)
    arrays: dict[str, Any] = {"time": pa.array(time, pa.float64()), "kind": _names(kind, KINDS), "stage": stage}
    arrays |= {"order": _ids(np.array(order, np.int64)), "line": _ids(np.array(line, np.int64))}
    arrays["sku"] = _names(np.array(sku, np.int32), tuple(s.name for s in world.skus))
    arrays["location"] = _names(np.array(location, np.int32), tuple(p.name for p in world.locations))
    for key, values in (("quantity", quantity), ("money", money)):
        arrays[key] = pa.array(np.array(values, np.float64), from_pandas=True)
    return pa.table(arrays)


def _ids(values: Any) -> Any:
    import pyarrow as pa

    return pa.array(values, mask=values < 0)


def _names(codes: Any, names: tuple[str, ...]) -> Any:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(names, pa.string()))

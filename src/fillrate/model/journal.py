"""Writing the journal: rows in lists while the model runs, one Arrow table at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fillrate.scorecard.journal import KIND_CODE, KIND_STAGE, KINDS

if TYPE_CHECKING:
    import pyarrow as pa

    from fillrate.world import World

__all__ = ["Journal", "no_row"]


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
        """The journal as Arrow: names as dictionaries, nulls where nothing applies."""
        import pyarrow as pa

        columns = list(zip(*self.rows, strict=True)) or [()] * 8
        kind = np.array(columns[1], np.int16)
        named: dict[str, tuple[Any, tuple[str, ...]]] = {"kind": (kind, KINDS)}
        named["sku"] = (np.array(columns[4], np.int32), tuple(s.name for s in world.skus))
        named["location"] = (np.array(columns[5], np.int32), tuple(p.name for p in world.locations))
        arrays: dict[str, Any] = {"time": pa.array(columns[0], pa.float64()), "kind": _names(*named["kind"])}
        arrays["stage"] = pa.array(np.array(KIND_STAGE, np.int8)[kind] if len(kind) else np.array([], np.int8))
        arrays["order"] = _ids(np.array(columns[2], np.int64))
        arrays["line"] = _ids(np.array(columns[3], np.int64))
        arrays |= {key: _names(*named[key]) for key in ("sku", "location")}
        for key, at in (("quantity", 6), ("money", 7)):
            arrays[key] = pa.array(np.array(columns[at], np.float64), from_pandas=True)
        return pa.table(arrays)


def _ids(values: Any) -> Any:
    import pyarrow as pa

    return pa.array(values, mask=values < 0)


def _names(codes: Any, names: tuple[str, ...]) -> Any:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(names, pa.string()))

"""Scorecards: light, read-only views of the metrics of one or many replications."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import NDArray

from fillrate.scorecard.measures import metric_keys, metric_values
from fillrate.scorecard.totals import Totals, check_totals

if TYPE_CHECKING:
    from fillrate.world import World

__all__ = ["Scorecard", "Scorecards", "score"]

Floats = NDArray[np.float64]


class Scorecard(Mapping[str, float | None]):
    """Read-only metric key -> value, None where undefined; keys of the table first, selected ones after."""

    __slots__ = ("_at", "_row")

    def __init__(self, values: Mapping[str, float | None]) -> None:
        """Keep the values; numbers that are not finite become None."""
        self._at = {key: n for n, key in enumerate(values)}
        found = np.array([math.nan if v is None else v for v in values.values()], np.float64)
        self._row = np.where(np.isfinite(found), found, np.nan)

    @classmethod
    def _view(cls, at: dict[str, int], row: Floats) -> Scorecard:
        card = cls.__new__(cls)
        card._at, card._row = at, row
        return card

    def __getitem__(self, key: str) -> float | None:
        """Return the value of one metric."""
        value = float(self._row[self._at[key]])
        return None if math.isnan(value) else value

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys."""
        return iter(self._at)

    def __len__(self) -> int:
        """Return the number of metrics."""
        return len(self._at)

    def __repr__(self) -> str:
        """Show the metrics one a line."""
        return "Scorecard(\n" + "\n".join(f"  {k} = {v}" for k, v in self.items()) + "\n)"


class Scorecards(Sequence[Scorecard]):
    """One scorecard a replication; all of them are rows of one table."""

    def __init__(self, keys: Sequence[str], table: Floats) -> None:
        """Bring the two together.

        Args:
            keys: of the metrics.
            table: (n, keys) values, nan where undefined.
        """
        self._at = {key: n for n, key in enumerate(keys)}
        self._table = table.view()
        self._table.flags.writeable = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the metrics."""
        return tuple(self._at)

    @property
    def table(self) -> Floats:
        """(n, keys) all values, nan where undefined; read-only."""
        return self._table

    def column(self, key: str) -> Floats:
        """(n,) one metric over the replications, nan where undefined; read-only."""
        return self._table[:, self._at[key]]

    @overload
    def __getitem__(self, n: int) -> Scorecard: ...

    @overload
    def __getitem__(self, n: slice) -> Scorecards: ...

    def __getitem__(self, n: int | slice) -> Scorecard | Scorecards:
        """Return the scorecard of one replication, or those of some."""
        if isinstance(n, slice):
            return Scorecards(self.keys, self._table[n])
        return Scorecard._view(self._at, self._table[n])

    def __len__(self) -> int:
        """Return the number of replications."""
        return len(self._table)


def score(world: World, totals: Totals) -> Scorecards:
    """All metrics of every replication; what one is worth does not depend on which others stand beside it.

    Args:
        world: the world of the runs, with their horizon.
        totals: of n replications.

    Raises:
        InputError: the totals do not have the sizes of this world.
    """
    check_totals(world, totals)
    return Scorecards(metric_keys(world), metric_values(world, totals))

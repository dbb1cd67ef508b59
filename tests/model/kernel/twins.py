"""One run in both engines, compared to the bit; where they part, the first journal row says it."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from fillrate.errors import FillrateError
from fillrate.scorecard.totals import Totals, unequal
from fillrate.simulate import Result, simulate

if TYPE_CHECKING:
    import pyarrow as pa

    from fillrate.trace import Trace
    from fillrate.world import World

__all__ = ["difference", "parting", "same"]

BEFORE = 4  # rows told before the one that differs


def same(world: World, trace: Trace, policy: Any, made: Any = None) -> Result | str:
    """Play a run in both engines and ask that nothing differs; the result, or what both refused it with.

    Args:
        world: of the run.
        trace: of the run.
        policy: a policy; or, with `made`, what is handed to it.
        made: makes a policy of one's own for each engine, so that what it remembers is not shared.
    """
    outcomes = [_outcome(world, trace, made(policy) if made else policy, engine) for engine in ("compiled", "simpy")]
    assert (found := difference(*outcomes)) == "", found
    return outcomes[0]


def _outcome(world: World, trace: Trace, policy: Any, engine: Any) -> Result | str:
    try:
        return simulate(world, trace, policy, engine=engine, journal=True)
    except FillrateError as error:
        return f"{type(error).__name__}: {error}"


def difference(compiled: Result | str, simpy: Result | str) -> str:
    """How two outcomes of one run differ, in words; empty if they are the same."""
    if isinstance(compiled, str) or isinstance(simpy, str):
        return "" if compiled == simpy else f"compiled: {compiled}\nsimpy: {simpy}"
    if found := parting(compiled.journal, simpy.journal):
        return found
    if cells := unequal(compiled.totals, simpy.totals):
        return "totals (compiled against simpy): " + ", ".join(cells[:8])
    if other := [f.name for f in fields(Totals) if _bits(compiled, f.name) != _bits(simpy, f.name)]:
        return f"totals are equal, but not their bits or shapes: {other}"
    cards = {key: (compiled.scorecard[key], simpy.scorecard[key]) for key in simpy.scorecard}
    apart = {key: pair for key, pair in cards.items() if repr(pair[0]) != repr(pair[1])}
    return f"scorecards (compiled, simpy): {apart}" if apart or list(compiled.scorecard) != list(cards) else ""


def parting(compiled: pa.Table | None, simpy: pa.Table | None) -> str:
    """Where two journals part: the first row that differs after the last that do not; empty if they are the same."""
    assert compiled is not None
    assert simpy is not None
    if compiled.equals(simpy) and all(_column(compiled, name) == _column(simpy, name) for name in ("time", "money")):
        return ""
    ours, theirs = (list(map(repr, table.to_pylist())) for table in (compiled, simpy))
    at = next((n for n, pair in enumerate(zip(ours, theirs, strict=False)) if pair[0] != pair[1]), None)
    at = min(len(ours), len(theirs)) if at is None else at
    told = [f"the journals part at row {at} of {len(ours)} (compiled) and {len(theirs)} (simpy)"]
    told += [f"    both: {_short(row)}" for row in theirs[max(0, at - BEFORE) : at]]
    told += [f"{name:>8}: {_short(rows[at]) if at < len(rows) else 'no row'}" for name, rows in _named(ours, theirs)]
    return "\n".join(told)


def _named(ours: list[str], theirs: list[str]) -> tuple[tuple[str, list[str]], ...]:
    return ("compiled", ours), ("simpy", theirs)


def _short(row: str) -> str:
    """A row without its empty cells."""
    return ", ".join(cell for cell in row.strip("{}").split(", ") if not cell.endswith(": None"))


def _column(table: Any, name: str) -> bytes:
    """Bits of a column of numbers: `equals` takes -0.0 for 0.0."""
    bits: bytes = table.column(name).to_numpy().tobytes()
    return bits


def _bits(result: Result, name: str) -> tuple[tuple[int, ...], bytes]:
    array = getattr(result.totals, name)
    return array.shape, array.tobytes()

"""What must hold in every run, checked on its journal: stock and money conserved, every order ended, no time travel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fillrate.errors import CheckFailed, TraceError
from fillrate.model.chance import Chance
from fillrate.model.checking import clock, money, orders, parcels, stock
from fillrate.model.checking.evidence import Evidence, Finding
from fillrate.scorecard.ledger import read_ledger

if TYPE_CHECKING:
    import pyarrow as pa

    from fillrate.trace import Trace
    from fillrate.world import World

__all__ = ["INVARIANTS", "Broken", "check_journal", "require_sound"]

INVARIANTS: dict[str, Callable[[Evidence], Finding]] = {
    **clock.RULES,
    **orders.RULES,
    **stock.RULES,
    **parcels.RULES,
    **money.RULES,
}
"""Name of each rule -> the function that finds where it is broken; its docstring says the rule."""
GROUNDS = ("what a row holds", "names", "assortment")
"""Rules without which the others cannot be asked: if one is broken, only these are checked."""


@dataclass(frozen=True)
class Broken:
    """One rule that a journal breaks."""

    rule: str  # a key of `INVARIANTS`
    found: str  # where, and what was found there

    def __str__(self) -> str:
        """Return one line."""
        return f"{self.rule}: {self.found}"


def check_journal(world: World, trace: Trace, journal: pa.Table, chance: Chance | None = None) -> list[Broken]:
    """Every invariant that a journal breaks; empty if it is sound.

    Args:
        world: the world of the run; the horizon is the trace's.
        trace: its trace.
        journal: its journal, complete.
        chance: the draws of the run, if they are not the trace's own.

    Raises:
        TraceError: the trace belongs to another world.
        InputError: the journal has not the columns or names of this world.
    """
    world = world.over(trace.days)
    if trace.world and trace.world != world.hash:
        raise TraceError(f"trace {trace.hash}", f"was made for world {trace.world}", f"world {world.hash}")
    evidence = Evidence(world, trace, read_ledger(world, journal), chance or Chance(world, trace.seed))
    broken = [Broken(name, found) for name in GROUNDS for found in INVARIANTS[name](evidence)]
    rest = {} if broken else {name: rule for name, rule in INVARIANTS.items() if name not in GROUNDS}
    return broken + [Broken(name, found) for name, rule in rest.items() for found in rule(evidence)]


def require_sound(world: World, trace: Trace, journal: pa.Table) -> None:
    """Raise if a journal breaks an invariant.

    Raises:
        CheckFailed: it does; the message lists every rule broken.
    """
    if broken := check_journal(world, trace, journal):
        raise CheckFailed("journal: " + "; ".join(str(b) for b in broken))

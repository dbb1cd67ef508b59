"""Does the verdict hold if the world is not quite as it was written down?

The same policies, seeds and stock, in shifted worlds: opening stock and base stock levels stay those of the world as it
stands, for they are what one has when demand turns out otherwise. Every other number of a rule follows the world.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from fillrate.bench.changes import Change, OutageAt, changed
from fillrate.bench.comparison import Comparison
from fillrate.bench.matrix import matrix_of
from fillrate.errors import InputError
from fillrate.world import World
from fillrate.world.law import mean_of

__all__ = ["AS_STATED", "SHIFTS", "shifted_worlds", "with_shifts"]

AS_STATED = "as stated"
SHIFTS: Mapping[str, Change] = {
    "demand −20 %": Change(demand=0.8, keep_stock=True),
    "demand +20 %": Change(demand=1.2, keep_stock=True),
    "lead times −50 %": Change(lead_times=0.5, keep_stock=True),
    "lead times +50 %": Change(lead_times=1.5, keep_stock=True),
    "an outage": Change(
        outage=OutageAt(start=0.4, end=0.5), keep_stock=True
    ),  # of the busiest location, a tenth of the time
}


def shifted_worlds(world: World) -> tuple[dict[str, World], dict[str, str]]:
    """The worlds by shift, and the shifts that change nothing here, with the reason."""
    found: dict[str, World] = {}
    left: dict[str, str] = {}
    for name, change in SHIFTS.items():
        if change.lead_times != 1.0 and not _waits_for_supply(world):
            left[name] = "no supplier of this world has a lead time"
            continue
        try:
            found[name] = changed(world, change)
        except InputError as fault:
            left[name] = fault.problem
    return found, left


def with_shifts(stated: Comparison, world: World, play: Callable[[World], Comparison]) -> Comparison:
    """A comparison with those of all shifted worlds beside it, in one matrix.

    Args:
        stated: the comparison of the world as it stands.
        world: that world.
        play: compares the same policies in another world.
    """
    worlds, left = shifted_worlds(world)
    found = {AS_STATED: stated} | {name: play(shifted) for name, shifted in worlds.items()}
    return replace(stated, robustness=matrix_of(found), unshifted=left)


def _waits_for_supply(world: World) -> bool:
    return any(mean_of(supplier.lead_time_days) > 0.0 for supplier in world.supply.supplier)

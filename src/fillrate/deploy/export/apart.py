"""What a simulated run does that a service does not, so that its benchmark is of something more."""

from __future__ import annotations

from fillrate.policy import Bound
from fillrate.world import World

__all__ = ["apart"]


def apart(world: World, bound: Bound) -> list[str]:
    """Sentences for the card and whoever exports; none where service and simulation do the same."""
    timing = world.timing
    again = bound.plan is not None and bool(bound.plan_days or bound.plan.at_waves)
    looked_at = f"The benchmark is of reservations that are looked at again every {timing.reevaluate_hours:g} hours"
    said = {
        "The benchmark is of a rule that plans anew; in production the prices of the first plan stay until others are "
        "stated by stock entry (`opportunity`; to `fillrate serve` by `stock/set`).": again,
        "The benchmark is of orders that wait for waves and are ranked there; a service decides each on receipt.": (
            timing.mode == "wave"
        ),
        f"{looked_at}; a service leaves them as they are.": timing.reevaluate_hours > 0.0,
    }
    return [sentence for sentence, so in said.items() if so]

"""The network of a small world on a world of many copies of it, unchanged, against a rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fillrate.learn.against.costs import costs_of
from fillrate.learn.against.evaluation import LEARNED
from fillrate.learn.against.kept import kept
from fillrate.learn.against.plan import Larger
from fillrate.policy import load_policy
from fillrate.policy.spec import Learned
from fillrate.world import World
from fillrate.world.variants import larger

__all__ = ["on_larger"]

LARGER_FROM = 5_000_000


def on_larger(world: World, policy: Learned, said: Larger, path: Path) -> dict[str, Any]:
    """Costs of a network and of the rule on copies of the world that it learned on.

    Args:
        world: that it learned on.
        policy: the network.
        said: how many copies, which rule.
        path: of the record.
    """

    def make() -> dict[str, Any]:
        place = larger(world, said.times).over(said.days)
        both = {said.rule: load_policy(said.rule), LEARNED: policy}
        found = costs_of(place, both, LARGER_FROM, said.traces)
        cost = {name: each.round(2).tolist() for name, each in found.items()}
        return {"world": place.name, "locations": len(place.locations), "days": place.days, "cost": cost}

    return kept(path, make)

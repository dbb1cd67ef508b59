"""The network of a small world on a world of many copies of it, unchanged, against a rule."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from fillrate.learn.against.costs import compared, costs_of
from fillrate.learn.against.evaluation import LEARNED
from fillrate.learn.against.kept import kept
from fillrate.learn.against.plan import Larger
from fillrate.learn.against.training import Training
from fillrate.policy import load_policy
from fillrate.world.variants import larger

__all__ = ["on_larger"]

LARGER_FROM = 5_000_000


def on_larger(training: Training, said: Larger) -> dict[str, Any]:
    """What the network of one training seed pays on copies of the world that it learned on, and what a rule does.

    Args:
        training: of that world.
        said: how many copies, which rule.
    """

    def make() -> dict[str, Any]:
        place = larger(training.world, said.times).over(said.days)
        policy = training.shape.policy(np.array(training.seed(0)["way"][-1]["numbers"]), LEARNED)
        found = costs_of(place, {said.rule: load_policy(said.rule), LEARNED: policy}, LARGER_FROM, said.traces)
        cost = {name: each.round(2).tolist() for name, each in found.items()}
        return {"world": place.name, "locations": len(place.locations), "days": place.days, "cost": cost}

    found = kept(training.folder / "larger.json", make)
    against = asdict(compared(found["cost"][LEARNED], found["cost"][said.rule]))
    return {key: found[key] for key in ("world", "locations", "days")} | {"rule": said.rule, **against}

"""The second half of the contest: what was tuned and trained plays traces and worlds that nobody has trained on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fillrate.bench.experiments import Experiment
from fillrate.learn.against.costs import costs_of
from fillrate.learn.against.headroom import headroom_of
from fillrate.learn.against.kept import kept, read, write
from fillrate.learn.against.training import Training
from fillrate.learn.course import JUDGED_FROM
from fillrate.policy import load_policy
from fillrate.policy.spec import Learned
from fillrate.world.variants import variant

__all__ = ["LEARNED", "UNTUNED", "VARIANTS_FROM", "Evaluation"]

LEARNED = "learned"
VARIANTS_FROM = 3_000_000  # first seed of the variants' traces
RULE_TRACES = 32  # that choose among tuned rules
JUDGED, EVALUATED = "judged", "evaluated"  # folders
UNTUNED = "untuned"  # a rule may be there twice, as it is and tuned


@dataclass(frozen=True)
class Evaluation:
    """Of one world."""

    training: Training
    said: Experiment

    def judged(self) -> dict[str, Any]:
        """Which tuned rule, which state of each training and which seed is best, on traces of their own."""
        t, seeds = self.training, range(self.training.place.seeds)
        rules = t.rules()
        states = {(n, k): policy for n in seeds for k, policy in enumerate(self._way(n))}
        others: dict[str, Any] = {f"{UNTUNED} {name}": load_policy(name) for name in t.world.defaults.baselines}
        others |= {f"{LEARNED} {n} {k}": policy for (n, k), policy in states.items()}
        found = self._paid(JUDGED, rules, JUDGED_FROM, RULE_TRACES)
        found |= self._paid(JUDGED, others, JUDGED_FROM, t.contest.judged)
        cost = {name: float(np.mean(each)) for name, each in found.items()}
        best = [min(range(len(self._way(n))), key=lambda k: cost[f"{LEARNED} {n} {k}"]) for n in seeds]
        shipped = min(seeds, key=lambda n: cost[f"{LEARNED} {n} {best[n]}"])
        return {"cost": cost, "best": best, "shipped": shipped, "rule": min(rules, key=lambda name: cost[name])}

    def _paid(self, folder: str, policies: Mapping[str, Any], first: int, traces: int) -> dict[str, list[float]]:
        """Costs of policies on traces from a seed on, each kept in a file."""
        paths = {name: self.training.folder / folder / f"{name.replace(' ', '_')}.json" for name in policies}
        missing = {name: policy for name, policy in policies.items() if _length(paths[name], first) < traces}
        if missing:
            self.training.say(f"{self.training.world.name}: {folder} {', '.join(missing)}")
            for name, cost in costs_of(self.training.world, missing, first, traces).items():
                write(paths[name], {"first": first, "cost": np.round(cost, 2).tolist()})
        return {name: read(path)["cost"][:traces] for name, path in paths.items()}

    def _way(self, n: int) -> list[Learned]:
        """The rule that a training began with, and its states."""
        t = self.training
        rule, way = t.under()[0], t.seed(n)["way"]
        begun = np.concatenate([rule, np.array(way[0]["numbers"])[len(rule) :]])
        begun[-(2 * t.shape.hidden + 2) :] = 0.0
        return [t.shape.policy(numbers, LEARNED) for numbers in (begun, *(np.array(each["numbers"]) for each in way))]

    def learned(self, n: int) -> Learned:
        """What a training seed came to."""
        state: int = self.judged()["best"][n]
        return self._way(n)[state]

    def evaluated(self) -> dict[str, list[float]]:
        """Controllable cost of rules, of what networks stand on, and of networks, on all traces."""
        t = self.training
        networks = {f"{LEARNED} {n}": self.learned(n) for n in range(t.place.seeds)}
        return self._paid(EVALUATED, t.rules() | t.planner() | networks, self.said.seed, self.said.replications)

    @property
    def shipped(self) -> int:
        """The training seed that ships."""
        found: int = self.judged()["shipped"]
        return found

    @property
    def best_rule(self) -> str:
        """The tuned rule that pays least on the judging traces."""
        found: str = self.judged()["rule"]
        return found

    def variants(self) -> dict[str, Any]:
        """What ships against the best rule on worlds like this one."""
        t, shipped = self.training, self.shipped

        def make() -> dict[str, Any]:
            both = {"rule": t.rules()[self.best_rule], LEARNED: self.learned(shipped)}
            worlds = [variant(t.world, n) for n in range(t.contest.variants)]
            cost = [costs_of(world, both, VARIANTS_FROM, t.contest.variant_traces) for world in worlds]
            rows = [{name: np.round(each[name], 2).tolist() for name in both} for each in cost]
            return {"rule": self.best_rule, "hash": [world.hash for world in worlds], "cost": rows}

        return kept(t.folder / "variants.json", make)

    def headroom(self) -> dict[str, Any]:
        """Of the best rule, with the network beside it."""
        t = self.training
        both = {"rule": t.rules()[self.best_rule], LEARNED: self.learned(self.shipped)}
        return headroom_of(t, both, t.folder / "headroom.json")


def _length(path: Path, first: int) -> int:
    """How many costs a file holds of traces from a seed on."""
    found: dict[str, Any] = read(path) if path.exists() else {"first": first, "cost": []}
    return len(found["cost"]) if found["first"] == first else 0

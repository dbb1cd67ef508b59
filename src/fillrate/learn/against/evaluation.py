"""The second half of the contest: what was tuned and trained plays traces and worlds that nobody has trained on."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from fillrate.bench.experiments import Experiment
from fillrate.learn.against.costs import METRIC, costs_of
from fillrate.learn.against.kept import kept
from fillrate.learn.against.training import Training
from fillrate.learn.course import JUDGED_FROM
from fillrate.policy import load_policy
from fillrate.policy.read import read_entry
from fillrate.policy.spec import Entry, Learned
from fillrate.simulate import simulate
from fillrate.trace.replay import orders_of
from fillrate.world.variants import variant

__all__ = ["LEARNED", "VARIANTS_FROM", "Evaluation"]

LEARNED = "learned"
VARIANTS_FROM = 3_000_000  # first seed of the variants' traces
HEADROOM_FROM = 4_000_000
RULE_TRACES = 64  # that choose among tuned rules


@dataclass(frozen=True)
class Evaluation:
    """Of one world."""

    training: Training
    said: Experiment

    def judged(self) -> dict[str, Any]:
        """Which state of each training and which seed is best, on traces of their own; baselines beside them."""
        return kept(self.training.folder / "judged.json", self._judge)

    def _judge(self) -> dict[str, Any]:
        t, count = self.training, self.training.contest.judged
        states = {f"{LEARNED} {n} {k}": policy for n in range(t.contest.seeds) for k, policy in enumerate(self._way(n))}
        untuned = {name: load_policy(name) for name in t.world.defaults.baselines}
        found = costs_of(t.world, t.rules(), JUDGED_FROM, RULE_TRACES) | costs_of(
            t.world, untuned | states, JUDGED_FROM, count
        )
        cost = {name: float(each.mean()) for name, each in found.items()}
        seeds = range(t.contest.seeds)
        best = [min(range(len(self._way(n))), key=lambda k: cost[f"{LEARNED} {n} {k}"]) for n in seeds]
        shipped = min(seeds, key=lambda n: cost[f"{LEARNED} {n} {best[n]}"])
        rule = min(t.rules(), key=lambda name: cost[name])
        return {"traces": count, "cost": cost, "best": best, "shipped": shipped, "rule": rule}

    def _way(self, n: int) -> list[Learned]:
        """The rule that a training began with, and its states."""
        t = self.training
        rule, way = np.array(t.prices()["half"]), t.seed(n)["way"]
        begun = np.concatenate([rule, np.array(way[0]["numbers"])[len(rule) :]])
        begun[-(2 * t.shape.hidden + 2) :] = 0.0
        return [t.shape.policy(numbers, LEARNED) for numbers in (begun, *(np.array(each["numbers"]) for each in way))]

    def learned(self, n: int) -> Learned:
        """What a training seed came to."""
        state: int = self.judged()["best"][n]
        return self._way(n)[state]

    def evaluated(self) -> dict[str, Any]:
        """Controllable cost of the best rule and of what ships on all traces; of other rules and seeds on some."""
        t = self.training

        def make() -> dict[str, Any]:
            shipped, rules, best = self.shipped, t.rules(), self.best_rule
            first: dict[str, Any] = {best: rules.pop(best), f"{LEARNED} {shipped}": self.learned(shipped)}
            others = {f"{LEARNED} {n}": self.learned(n) for n in range(t.contest.seeds) if n != shipped} | rules
            found = costs_of(t.world, first, self.said.seed, self.said.replications)
            found |= costs_of(t.world, others, self.said.seed, min(t.contest.rest, self.said.replications))
            return {"first": self.said.seed, "cost": {name: np.round(each, 2).tolist() for name, each in found.items()}}

        return kept(t.folder / "evaluated.json", make)

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
        """What looking ahead gains over the best rule, on shorter runs: its costs, the rule's and the network's."""
        t, place = self.training, self.training.place
        world, traces = t.world.over(min(place.headroom_days, t.world.days)), place.headroom_traces

        def make() -> dict[str, Any]:
            ahead = load_policy(self._ahead(), world)

            def played(n: int) -> float:
                card = simulate(world, orders_of(world, HEADROOM_FROM + n), ahead).scorecard
                return float(card[METRIC] or np.nan)

            with ThreadPoolExecutor(os.cpu_count()) as pool:
                cost = list(pool.map(played, range(traces)))
            both = {"rule": t.rules()[self.best_rule], LEARNED: self.learned(self.shipped)}
            found = costs_of(world, both, HEADROOM_FROM, traces)
            return {"days": world.days, "lookahead": cost, **{name: each.tolist() for name, each in found.items()}}

        return kept(t.folder / "headroom.json", make) if traces else {}

    def _ahead(self) -> Entry:
        """Rollouts over the tuned chain, if there is one that does not hold, else as the catalogue has them."""
        entry = read_entry("lookahead")
        tuned = self.training.rules().get("linear")
        rule, base = entry.source, tuned.source if tuned is not None else None
        if rule is None or base is None or base.hold is not None:
            return entry
        return replace(entry, source=replace(rule, steps=base.steps))

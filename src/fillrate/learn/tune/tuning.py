"""Tuning a policy for a world: its numbers, the search on training traces, the check on held-out ones."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from fillrate.bench.asked import check_metric, check_whole
from fillrate.bench.cluster import connected
from fillrate.bench.progress import progress_bar
from fillrate.bench.verdicts import better
from fillrate.errors import InputError, PolicyError
from fillrate.gym.episodes import FIRST_SEED
from fillrate.learn.tune.held_out import Check, compared
from fillrate.learn.tune.playing import Playground
from fillrate.learn.tune.search import Limits, Search, search
from fillrate.learn.tune.space import space_of, with_values
from fillrate.policy import Policy, bind, load_policy
from fillrate.policy.checks import check_entry
from fillrate.policy.spec import Entry
from fillrate.policy.write import single_entry
from fillrate.world import World, load_world

__all__ = ["Tuned", "tune"]


@dataclass(frozen=True)
class Tuned:
    """What a search found, and whether it holds on other traces.

    Attributes:
        policy: the untouched policy.
        found: the search, with its traces.
        held_out: the check.
        held_out_ground: its traces.
        seed: of the proposals, and the first trace seed of the check.
    """

    policy: Policy
    found: Search
    held_out: Check
    held_out_ground: Playground
    seed: int

    @property
    def world(self) -> World:
        """The world, over the horizon that was run."""
        return self.found.ground.world

    @property
    def metric(self) -> str:
        """What was tuned for."""
        return self.found.ground.metric

    @property
    def entry(self) -> Entry:
        """The policy with the best numbers found."""
        return with_values(self.found.entry, self.found.space, self.found.best.values)

    @property
    def changes(self) -> dict[str, tuple[float | None, float | None]]:
        """Numbers that changed, from and to."""
        best = self.found.best.values
        return {p.name: (p.value, best[p.name]) for p in self.found.space if best[p.name] != p.value}

    @property
    def why_not_kept(self) -> str:
        """Why it is not worth saving; empty if it is: it must at least not be worse on held-out traces."""
        word = self.held_out.verdict
        if not self.changes:
            return "nothing has changed"
        if not self.held_out.may_be_kept:
            shown = " to be better, and behind on average" if word == "not shown" else ""
            return f"on held-out orders the tuned policy is {word}{shown}"
        try:
            check_entry(self.entry, self.policy.name)
        except PolicyError:
            return "tuned, the policy does nothing any more: leave it out"
        return ""

    @property
    def training(self) -> dict[str, float]:
        """Mean of the metric on the training traces, before and after."""
        before, gain = float(np.nanmean(self.found.untouched)), self.found.sign * self.found.best.mean
        return {"from": before, "to": before + gain, "difference": gain}

    def to_json(self, saved: Path | None = None) -> dict[str, Any]:
        """The stable keys that `fillrate tune --json` prints."""
        found, best = self.found, self.found.best.values
        return {
            "world": self.world.name,
            "policy": self.policy.name,
            "metric": self.metric,
            "seed": self.seed,
            "days": self.world.days,
            "trials": found.trials,
            "orders": found.orders,
            "interrupted": found.interrupted,
            "parameters": {p.name: {"from": p.value, "to": best[p.name]} for p in found.space},
            "training": {**self.training, **_seeds(found.ground)},
            "held_out": {
                **self.held_out.to_json(),
                "verdict": self.held_out.verdict,
                **_seeds(self.held_out_ground),
                "orders": 2 * sum(self.held_out_ground.orders),
            },
            "saved": None if saved is None else str(saved),
        }


def tune(
    world: World | str | Path,
    policy: str | Path | Policy | Any,
    *,
    metric: str = "contribution",
    trials: int = 300,
    replications: int = 20,
    held_out: int = 50,
    seed: int = 0,
    days: float | None = None,
    budget_orders: int | None = None,
    threads: int | None = None,
    sampled: bool = False,
    cluster: str | None = None,
    quiet: bool = False,
) -> Tuned:
    """Search for numbers of a policy that are better in a world, and check them on other traces.

    Training plays the trace seeds from 2**32 + `seed` on, which no comparison plays unless told to; the check those
    from `seed` on, with drawn orders, for stored ones would be those of the training. Both policies meet the same
    traces. Proposals come from tree-structured Parzen estimators (Bergstra et al. 2011, NIPS 24), by Optuna. The same
    arguments give the same result, for any number of threads, and on a cluster.

    Args:
        world: a world, its name or its path.
        policy: a name, a path, names joined by +; only the parts that it names are tuned.
        metric: what is searched for, in the direction in which it is good.
        trials: proposals that are tried, the untouched policy included.
        replications: training traces.
        held_out: traces of the check.
        seed: of the proposals and of the first trace of the check.
        days: another horizon than the world's.
        budget_orders: orders that the search may simulate, over all trials and traces.
        threads: None = one a core.
        sampled: draw the orders of training too where the world names a stored trace.
        cluster: `ray` plays the traces there; `threads` is then how many batches at a time.
        quiet: no progress bar, even on a terminal.

    Raises:
        InputError: an argument is wrong, the policy has nothing to tune, or Optuna is not installed.
    """
    if find_spec("optuna") is None:
        raise InputError("optuna", "not installed", "pip install 'fillrate[tune]'")
    place = (world if isinstance(world, World) else load_world(world)).over(days)
    _check(place, metric, trials, replications, held_out, seed, budget_orders)
    chosen = load_policy(policy)
    entry = single_entry(chosen)
    bind(chosen, place)
    space, sign = space_of(entry, place), 1.0 if better(metric) == "more" else -1.0
    first = FIRST_SEED + seed
    ground = Playground(place, range(first, first + replications), metric, threads, sampled, cluster)
    others = Playground(place, range(seed, seed + held_out), metric, threads, True, cluster)
    with connected(cluster, threads), progress_bar(trials, what="trials", quiet=quiet) as advance:
        found = search(chosen, entry, space, ground, Limits(trials, budget_orders), sign, seed, advance)
        advance(0, "checking on held-out traces")
        tuned = with_values(entry, space, found.best.values)
        return Tuned(chosen, found, compared(others.play(tuned), others.play(chosen), sign), others, seed)


def _check(
    world: World, metric: str, trials: Any, replications: Any, held_out: Any, seed: Any, budget_orders: Any
) -> None:
    check_metric(world, metric)
    numbers = {"trials": (trials, 2), "replications": (replications, 1), "held_out": (held_out, 2), "seed": (seed, 0)}
    for place, (value, least) in numbers.items():
        check_whole(place, value, least)
    if budget_orders is not None:
        check_whole("budget_orders", budget_orders, 1)


def _seeds(ground: Playground) -> dict[str, Any]:
    return {"replications": len(ground.seeds), "seeds": [ground.seeds[0], ground.seeds[-1]]}

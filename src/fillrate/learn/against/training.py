"""The first half of the contest, world by world: rules are tuned and networks trained, with equal budgets of orders."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.gym.episodes import FIRST_SEED
from fillrate.learn.against.hinges import Spread, spread_of
from fillrate.learn.against.kept import kept, read
from fillrate.learn.against.plan import Contest, Place
from fillrate.learn.against.searching import KEPT, Ground, learned, shape_of, tuned
from fillrate.learn.prices import Shape
from fillrate.learn.search import feeds_of
from fillrate.learn.tune import tune
from fillrate.learn.tune.saving import saved_entry
from fillrate.policy import load_policy
from fillrate.policy.read import read_entry
from fillrate.policy.spec import Entry, Info, Limit, PlannerRule
from fillrate.policy.write import entry_text
from fillrate.world import World

__all__ = ["PRICES", "Training"]

PRICES = "prices"  # the rule that networks stand on
TUNED_FROM = 2_000_000  # first seed of the traces that tuned rules are checked on; of their training 2**32 more
ON_QUOTAS = 0.25  # share of the budget that limits are tuned with, where prices stand on them
REPLICATIONS, HELD_OUT = 24, 8
Floats = NDArray[np.float64]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Training:
    """A world of the contest, and the folder of its results."""

    world: World
    place: Place
    contest: Contest
    folder: Path
    say: Say = lambda _: None

    @cached_property
    def ground(self) -> Ground:
        """Training traces; seeds that nobody is judged or evaluated by."""
        short = self.world.over(self.place.days)
        return Ground(short, feeds_of(short, FIRST_SEED, self.contest.pool))

    @cached_property
    def spread(self) -> Spread:
        """Between which values columns lie."""
        shape = self.shape_on(self.ground.world)
        around = Entry(Info("prices of stock", "modifier"), planner=shape.planner) if shape.planner else ""
        return spread_of(self.ground.world, FIRST_SEED, shape.columns, around)

    @cached_property
    def limit(self) -> tuple[Limit, ...]:
        """Tuned limits under prices and network."""
        if not self.place.limits:
            return ()
        self._named(self.place.limits, ON_QUOTAS * self.place.orders, "limits")
        return read_entry(self.folder / "limits.toml").limit

    @property
    def shape(self) -> Shape:
        """Of rule and network."""
        return self.shape_on(self.world)

    def shape_on(self, world: World) -> Shape:
        """The same on another horizon, planned as often a day; limits would keep back what a planner has priced."""
        return shape_of((), self.planned(world)) if self.place.planner else shape_of(self.limit)

    def planned(self, world: World) -> PlannerRule | None:
        """How prices of stock are planned."""
        rule = read_entry(self.place.planner).planner
        if rule is not None and self.place.solves:
            rule = replace(rule, times=max(1, round(self.place.solves * world.days / self.world.days)))
        return rule

    @property
    def left(self) -> float:
        """Orders of the budget after the limits."""
        return self.place.orders * (1.0 - ON_QUOTAS * bool(self.place.limits))

    def prices(self) -> dict[str, Any]:
        """The tuned `prices` rule."""
        return self._step(f"rule_{PRICES}", lambda: tuned(self.ground, shape_of(self.limit), self.left, 0))

    def under(self) -> tuple[Floats, float]:
        """What networks begin with, and the orders that it has cost: tuned prices half way, or planned ones."""
        if self.place.planner:
            return self.shape.plain(), 0.0
        return np.array(self.prices()["half"]), self.on_limits + self.prices()["half_orders"]

    def seed(self, n: int) -> dict[str, Any]:
        """A network that goes on from there."""
        rule, paid = self.under()

        def make() -> dict[str, Any]:
            orders = self.place.orders - paid - self.spread.orders - self._judging
            orders = min(orders, self.place.search or orders)
            return learned(self.ground, self.shape_on(self.ground.world), rule, self.spread, orders, n)

        return self._step(f"seed_{n}", make)

    @property
    def on_limits(self) -> int:
        """Orders that tuning the limits under the networks' rule has cost."""
        return int(read(self.folder / "limits.json")["orders"]) if self.limit else 0

    @property
    def _judging(self) -> float:
        """Orders that judging the states of a network costs."""
        return KEPT * self.contest.judged * self.ground.each

    def used(self, n: int) -> float:
        """Orders that a network has cost: limits, the rule under it, the look at the world, the search, the judging."""
        return float(self.under()[1] + self.spread.orders + self.seed(n)["orders"] + self._judging)

    def rule(self, name: str) -> dict[str, Any]:
        """A rule of the catalogue, tuned."""
        return self._named(name, self.place.orders, f"rule_{name}")

    def everything(self) -> None:
        """Tune and train all that is not there yet."""
        self.prices()
        for n in range(self.place.seeds):
            self.seed(n)
        for name in self.place.rules:
            self.rule(name)

    def rules(self) -> dict[str, Entry]:
        """Tuned rules by name."""
        priced = shape_of(self.limit).rule(np.array(self.prices()["numbers"]), f"{PRICES}__{self.world.name}")
        return {PRICES: priced, **{name: read_entry(self.folder / f"rule_{name}.toml") for name in self.place.rules}}

    def planner(self) -> dict[str, Entry]:
        """The policy on whose prices networks stand, planning as often as they do."""
        if not self.place.planner:
            return {}
        return {self.place.planner: replace(read_entry(self.place.planner), planner=self.planned(self.world))}

    def _named(self, name: str, orders: float, kept_as: str) -> dict[str, Any]:
        """A rule of the catalogue by Optuna, as a policy file beside its record."""

        def make() -> dict[str, Any]:
            found = tune(
                self.world,
                name,
                trials=100_000,
                replications=REPLICATIONS,
                held_out=HELD_OUT,
                seed=TUNED_FROM,
                days=self.place.days,
                budget_orders=int(orders),
                quiet=True,
            )
            kept_one = load_policy(name).source if found.why_not_kept else saved_entry(found)
            if not isinstance(kept_one, Entry):
                kept_one = Entry(Info(name, "source"))
            path = self.folder / f"{kept_as}.toml"
            path.write_text(entry_text(kept_one, [f"{name}, tuned."]), encoding="utf-8")
            return {"orders": found.found.orders, "trials": found.found.trials, "not_kept": found.why_not_kept}

        return self._step(kept_as, make)

    def _step(self, name: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """A step's record, with the time that it took."""

        def timed() -> dict[str, Any]:
            since = time.monotonic()
            found = make()
            return {**found, "seconds": round(time.monotonic() - since, 1)}

        path = self.folder / f"{name}.json"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            self.say(f"{self.world.name}: {name}")
        return kept(path, timed)

"""What the experiment's file says: worlds with their hashes, budgets, seeds, traces."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from fillrate.bench.experiments import Experiment, load_experiment
from fillrate.catalogue import find
from fillrate.errors import InputError
from fillrate.world import World, load_world
from fillrate.world.fields import Strict, described
from fillrate.world.strict import read_toml, validate

__all__ = ["Contest", "Larger", "Place", "Plan", "is_contest", "load_contest"]


@dataclass(frozen=True)
class Place(Strict):
    """A world of the contest, `[[learning.world]]`."""

    name: str = described("name of the world")
    hash: str = described("hash of the world; another world under this name is refused")
    orders: int = described("budget: simulated orders, of tuning each rule and of learning", unit="orders", low=1)
    rules: tuple[str, ...] = described("rules that are tuned beside `prices`", ())
    limits: str = described("rule whose tuned limits stay around tuned prices and network", "")
    replenish: str = described("how rules and networks buy, where that is not what the world has by default", "")
    planner: str = described("policy on whose prices of stock networks stand instead of the tuned ones", "")
    solves: int = described("how often they are solved for over the horizon; 0 = as often as it does", 0, low=0)
    search: int = described(
        "orders of a network's own search, if it gets fewer than are left; 0 = all", 0, "orders", low=0
    )
    seeds: int = described("training seeds", 5, low=1)
    days: float | None = described("horizon of the training runs, if another than the world's", None, "days", low=1.0)
    bound: float | None = described("controllable cost that no policy falls below on average", None, "money", low=0.0)
    bound_from: str = described("where that is from", "")
    headroom_days: float = described("horizon over which headroom is looked for", 10.0, "days", low=1.0)
    headroom_traces: int = described("traces of that; 0 = none is played", 8, low=0)
    headroom_rollouts: int = described("how often it plays each answer on; 0 = it does not take part", 8, low=0)
    headroom_ahead: float = described("how far", 1.0, "days", low=0.0)


@dataclass(frozen=True)
class Larger(Strict):
    """A network of a small world on many copies of it, `[learning.larger]`."""

    world: str = described("world that it learns on")
    hash: str = described("hash of that world")
    orders: int = described("budget of learning there", unit="orders", low=1)
    days: float = described("horizon, of the training and of the larger world", 20.0, "days", low=1.0)
    times: int = described("copies", 10, low=2)
    traces: int = described("traces", 20, low=2)
    rule: str = described("rule to beat there", "cheapest")

    @property
    def place(self) -> Place:
        """The world that it learns on."""
        return Place(self.world, self.hash, self.orders, days=self.days)


@dataclass(frozen=True)
class Contest(Strict):
    """The table `[learning]`."""

    world: tuple[Place, ...] = described("the worlds")
    larger: Larger = described("a larger world")
    other: tuple[Place, ...] = described("worlds in which nobody learns, whose headroom is looked at", ())
    pool: int = described("training traces", 96, low=4)
    judged: int = described("traces that choose among states of a training and among seeds", 16, low=2)
    variants: int = described("worlds like each, which nobody has trained on", 20, low=1)
    variant_traces: int = described("traces of each of them", 5, low=1)


@dataclass(frozen=True)
class Plan:
    """An experiment that is a contest."""

    said: Experiment
    contest: Contest

    def world(self, place: Place) -> World:
        """A world as the laboratory defined it, with the contest's way to buy.

        Raises:
            InputError: the world has changed since.
        """
        found = load_world(place.name)
        if found.hash != place.hash:
            where = f"{self.said.name}: [learning] world '{place.name}' hash"
            raise InputError(where, f"found '{place.hash}', and the world's is '{found.hash}'", "the same")
        if not place.replenish:
            return found
        return replace(found, defaults=replace(found.defaults, replenish=place.replenish))


def is_contest(name_or_path: str | Path) -> bool:
    """Whether an experiment has a table `[learning]`."""
    return "learning" in read_toml(find("experiments", name_or_path), InputError)


def load_contest(name_or_path: str | Path) -> Plan:
    """Read a contest.

    Raises:
        NotFound: no such experiment.
        InputError: the file is wrong.
    """
    said, path = load_experiment(name_or_path), find("experiments", name_or_path)
    tables = read_toml(path, InputError)["learning"]
    contest = validate(Contest, tables, f"{path.name}: [learning]", InputError)
    names = tuple(place.name for place in contest.world)
    if names != said.worlds:
        raise InputError(f"{path.name}: [learning] world", f"found {', '.join(names)}", ", ".join(said.worlds))
    return Plan(said, contest)

"""Random runs made fit for each kind of bound: what a kind does not allow is taken out of the world."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fillrate.draws import mix, name_key
from fillrate.policy import Policy
from fillrate.policy.read import read_entry
from fillrate.testing.runs import Run
from fillrate.world import World
from fillrate.world.law import Law
from fillrate.world.supply import Supplier

__all__ = ["NEVER", "fitted"]

LEVELS = (0, 1, 2, 3, 8, 60)  # units of base stock: some far above what anybody asks for
WAITS = (None, 0.5, 4.0, 1000.0)  # days of patience, None = as drawn
REVIEWS = (1.0, 1.5, 2.0, 5.0)  # days
HOURS = (1.0, 6.0, 24.0)  # between assignments anew

BOUGHT = {"transfers", "storage caps", "cash limit"}
NEVER = {
    "static": set[str](),
    "exogenous": {"no supplier"},
    "rule": BOUGHT | {"no supplier", "no replenishing", "lots", "minimums", "capacity", "returns", "short picks"},
    "free": {"no supplier", "no replenishing"},
}
NEVER["rule"] |= {"re-evaluation", "commit"}
"""Kind of bound -> features with which it does not go."""


def fitted(run: Run) -> Iterator[Run]:
    """The run, and those made from it: buying nothing, a base stock or a constant order; each assigning anew too."""
    policy, number = run.policy, int(mix(run.trace.seed, name_key("fitted")))
    yield run
    changed = [(run.world, replace(policy, name="no buying", replenish=None))]
    if run.world.supply.supplier:
        stock, same = (replace(policy, name=name, replenish=read_entry(name)) for name in ("base_stock", "constant"))
        changed += [(run.world, stock), (_steady(run.world, number), same), (_plain(run.world, number), stock)]
        changed.append((_on_its_way(run.world), changed[0][1]))
    yield from (_of(run, world, policy) for world, policy in changed)
    yield from (_of(run, world, _anew(policy, number)) for world, policy in [(run.world, policy), *changed[:3]])


def _of(run: Run, world: World, policy: Policy) -> Run:
    return Run(world, replace(run.trace, world=world.hash), policy)


def _anew(policy: Policy, number: int) -> Policy:
    """The policy, but for where it sources from: what is not picked yet is assigned again and again."""
    entry = read_entry("reoptimise")
    hours = HOURS[number % len(HOURS)]
    planner = None if entry.planner is None else replace(entry.planner, reassign_hours=hours)
    return replace(policy, name=f"{policy.name}, anew", source=replace(entry, planner=planner))


def _on_its_way(world: World) -> World:
    """Purchases are on their way at the start."""
    return replace(world, header=replace(world.header, opening_policy="distance+base_stock", opening_days=2.5))


def _steady(world: World, number: int) -> World:
    """Nothing that makes a constant order depend on what is sold."""
    supply = world.supply
    supply = replace(
        supply,
        supplier=tuple(s for s in supply.supplier if not s.from_location),
        item=tuple(replace(i, expedite_below=None) for i in supply.item),
        caps_at_storage=False,
        review_days=supply.review_days or (0.25, 1.0)[number % 2],
    )
    return _waiting(replace(world, supply=supply, money=replace(world.money, opening_cash=None)), number)


def _plain(world: World, number: int) -> World:
    """Nothing that makes a base stock other than linear in what is placed and who waits."""
    world = _steady(world, number)
    levels, reviews = (LEVELS[number % len(LEVELS)], REVIEWS[number // 8 % len(REVIEWS)])
    return replace(
        world,
        locations=tuple(replace(p, short_pick_probability=0.0) for p in world.locations),
        segments=tuple(replace(s, commit=False, return_probability=0.0) for s in world.segments),
        timing=replace(world.timing, reevaluate_hours=0.0),
        supply=replace(
            world.supply,
            review_days=reviews,
            supplier=tuple(_unlimited(s) for s in world.supply.supplier),
            item=tuple(replace(i, base_stock=levels) for i in world.supply.item),
        ),
    )


def _unlimited(supplier: Supplier) -> Supplier:
    return replace(supplier, lot_units=1, minimum_units=0, capacity_units=0)


def _waiting(world: World, number: int) -> World:
    """Other patience, long or short against the time between reviews."""
    wait = WAITS[number // 64 % len(WAITS)]
    if wait is None:
        return world
    return replace(world, segments=tuple(replace(s, patience_days=Law(mean=wait)) for s in world.segments))

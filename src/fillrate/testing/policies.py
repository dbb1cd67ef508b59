"""Random policies: those of the catalogue, and others that use every column, limit and way to answer."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, get_args

from hypothesis import strategies as st

from fillrate.catalogue import entries
from fillrate.decision.columns import COLUMNS, ORDER_COLUMNS
from fillrate.errors import PolicyError
from fillrate.policy import Policy, bind
from fillrate.policy.read import read_entry
from fillrate.policy.spec import Entry, Info, Limit, LimitKind, Modifier, RankRule, ReplenishRule, SourceRule
from fillrate.testing.values import or_else, seldom
from fillrate.world import World

__all__ = ["catalogue_entries", "policies"]

RULES = ("base_stock", "s_S", "r_Q", "capped_base_stock", "constant", "newsvendor")


@cache
def catalogue_entries(part: str) -> tuple[Entry, ...]:
    """Policies of the catalogue that make one decision and fit any world without rollouts or training, by name."""
    found = [read_entry(name) for name in entries("policies")]
    return tuple(
        e
        for e in found
        if e.policy.part == part and e.policy.kind != "learned" and e.policy.name not in {"lookahead", "optimal"}
    )


@st.composite
def policies(draw: st.DrawFn, world: World) -> Policy:
    """A policy that fits a world: each part from the catalogue or made up."""
    rank = draw(st.sampled_from(catalogue_entries("rank")) | _ranks())
    source = draw(st.sampled_from(catalogue_entries("source")) | _sources(world))
    replenish = None
    if world.supply.supplier and not draw(seldom(5)):
        replenish = draw(st.sampled_from(catalogue_entries("replenish")) | _replenishes())
    modifiers = draw(or_else((), _modifiers()))
    policy = Policy("random", rank, source, replenish, modifiers)
    return policy if _fits(policy, world) else Policy("random", rank, read_entry("cheapest"), replenish)


def _fits(policy: Policy, world: World) -> bool:
    try:
        bind(policy, world)
    except PolicyError:
        return False
    return True


def _info(part: Any) -> Info:
    return Info(f"random_{part}", part)


def _sums(columns: tuple[str, ...]) -> st.SearchStrategy[dict[str, float]]:
    weights = st.sampled_from((-1.0, 1.0, 0.5))
    return st.dictionaries(st.sampled_from(columns), weights, min_size=1, max_size=2)


@st.composite
def _ranks(draw: st.DrawFn) -> Entry:
    columns = tuple(c.name for c in ORDER_COLUMNS)
    steps = tuple(draw(st.lists(_sums(columns), min_size=1, max_size=2)))
    return Entry(_info("rank"), rank=RankRule(steps, draw(st.booleans())))


@st.composite
def _sources(draw: st.DrawFn, world: World) -> Entry:
    columns = tuple(c.name for c in COLUMNS)
    method: Literal["chain", "prices", "random", "hold"]
    method = draw(st.sampled_from(("chain", "chain", "prices", "random", "hold")))
    limits = draw(or_else((), st.lists(_limits(world), min_size=2, max_size=4).map(tuple), odds=2))
    rule = SourceRule(
        method,
        steps=tuple(draw(st.lists(_sums(columns), min_size=1, max_size=2))) if method == "chain" else (),
        hold=draw(st.none() | st.sampled_from((-5.0, 0.0))) if method == "chain" else None,
        value=draw(_sums(columns)) if method == "prices" else {},
        box=draw(st.sampled_from(({}, {"box_cost": 1.0}))) if method == "prices" else {},
        seed=draw(st.integers(0, 1)),
    )
    return Entry(_info("source"), source=rule, limit=limits)


@st.composite
def _limits(draw: st.DrawFn, world: World) -> Limit:
    return Limit(
        kind=draw(st.sampled_from(get_args(LimitKind))),
        segment=draw(or_else("*", st.sampled_from([s.name for s in world.segments]))),
        location=draw(or_else("*", st.sampled_from([p.name for p in world.locations]))),
        sku=draw(or_else("*", st.sampled_from([s.name for s in world.skus]))),
        side=draw(st.sampled_from(("both", "home", "foreign"))),
        units=draw(st.sampled_from((0.0, 1.0, 2.5))),
        days=draw(st.sampled_from((0.0, 0.5))),
        of=draw(st.sampled_from(("all", "higher"))),
        remaining=draw(seldom(3)),
        periods=draw(st.sampled_from((1, 3))),
    )


def _replenishes() -> st.SearchStrategy[Entry]:
    rules = st.builds(ReplenishRule, st.sampled_from(RULES), st.sampled_from((None, 0.7)), st.sampled_from((0.0, 0.5)))
    return rules.map(lambda rule: Entry(_info("replenish"), replenish=rule))


def _modifiers() -> st.SearchStrategy[tuple[Entry, ...]]:
    rule = st.builds(
        Modifier,
        max_locations=st.sampled_from((0, 1, 2)),
        ship_complete=st.sampled_from(("", "no", "line", "order")),
        shipment_value=st.sampled_from((0.0, 12.0)),
    )
    return rule.map(lambda modifier: (Entry(_info("modifier"), modifier=modifier),))

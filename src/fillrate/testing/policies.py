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
from fillrate.testing.values import or_else, perhaps, pick, seldom
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
    rank = draw(_or_made_up("rank", _ranks()))
    source = draw(_or_made_up("source", _sources(_names(world.segments), _names(world.locations), _names(world.skus))))
    replenish = None
    if world.supply.supplier and not draw(seldom(5)):
        replenish = draw(_or_made_up("replenish", _replenishes()))
    modifiers = draw(or_else((), _modifiers()))
    policy = Policy("random", rank, source, replenish, modifiers)
    return policy if _fits(policy, world) else Policy("random", rank, read_entry("cheapest"), replenish)


@cache
def _or_made_up(part: str, made_up: st.SearchStrategy[Entry]) -> st.SearchStrategy[Entry]:
    return st.sampled_from(catalogue_entries(part)) | made_up


def _names(parts: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(part.name for part in parts)


def _fits(policy: Policy, world: World) -> bool:
    try:
        bind(policy, world)
    except PolicyError:
        return False
    return True


def _info(part: Any) -> Info:
    return Info(f"random_{part}", part)


@cache
def _sums(of: str) -> st.SearchStrategy[dict[str, float]]:
    """A weighted sum of one or two columns, of orders or of rows."""
    columns = pick(*_names(ORDER_COLUMNS if of == "order" else COLUMNS))
    return st.dictionaries(columns, pick(-1.0, 1.0, 0.5), min_size=1, max_size=2)


@cache
def _steps(of: str) -> st.SearchStrategy[tuple[dict[str, float], ...]]:
    return st.lists(_sums(of), min_size=1, max_size=2).map(tuple)


@cache
@st.composite
def _ranks(draw: st.DrawFn) -> Entry:
    steps = draw(_steps("order"))
    return Entry(_info("rank"), rank=RankRule(steps, draw(st.booleans())))


@cache
@st.composite
def _sources(draw: st.DrawFn, segments: tuple[str, ...], locations: tuple[str, ...], skus: tuple[str, ...]) -> Entry:
    method: Literal["chain", "prices", "random", "hold"]
    method = draw(pick("chain", "chain", "prices", "random", "hold"))
    limits = draw(or_else((), _several_limits(segments, locations, skus), odds=2))
    rule = SourceRule(
        method,
        steps=draw(_steps("row")) if method == "chain" else (),
        hold=draw(perhaps(pick(-5.0, 0.0))) if method == "chain" else None,
        value=draw(_sums("row")) if method == "prices" else {},
        box={"box_cost": 1.0} if method == "prices" and draw(st.booleans()) else {},
        seed=draw(st.integers(0, 1)),
    )
    return Entry(_info("source"), source=rule, limit=limits)


@cache
def _several_limits(*names: tuple[str, ...]) -> st.SearchStrategy[tuple[Limit, ...]]:
    return st.lists(_limits(*names), min_size=2, max_size=4).map(tuple)


@st.composite
def _limits(draw: st.DrawFn, segments: tuple[str, ...], locations: tuple[str, ...], skus: tuple[str, ...]) -> Limit:
    return Limit(
        kind=draw(st.sampled_from(get_args(LimitKind))),
        segment=draw(or_else("*", pick(*segments))),
        location=draw(or_else("*", pick(*locations))),
        sku=draw(or_else("*", pick(*skus))),
        side=draw(pick("both", "home", "foreign")),
        units=draw(pick(0.0, 1.0, 2.5)),
        days=draw(pick(0.0, 0.5)),
        of=draw(pick("all", "higher")),
        remaining=draw(seldom(3)),
        periods=draw(pick(1, 3)),
    )


@cache
def _replenishes() -> st.SearchStrategy[Entry]:
    rules = st.builds(ReplenishRule, st.sampled_from(RULES), pick(None, 0.7), pick(0.0, 0.5))
    return rules.map(lambda rule: Entry(_info("replenish"), replenish=rule))


@cache
def _modifiers() -> st.SearchStrategy[tuple[Entry, ...]]:
    rule = st.builds(
        Modifier,
        max_locations=pick(0, 1, 2),
        ship_complete=pick("", "no", "line", "order"),
        shipment_value=pick(0.0, 12.0),
    )
    return rule.map(lambda modifier: (Entry(_info("modifier"), modifier=modifier),))

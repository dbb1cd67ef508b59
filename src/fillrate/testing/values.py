"""Values with many ties: durations on a coarse grid, few prices, every law."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TypeVar

from hypothesis import strategies as st

from fillrate.world.law import CountLaw, Law
from fillrate.world.network import Outage

__all__ = ["count_laws", "durations", "money", "names", "or_else", "outages", "perhaps", "pick", "seldom", "subsets"]

T = TypeVar("T")

GRID = (0.0, 0.25, 0.5, 1.0)  # days: the same as periods, waves and reviews, so that much happens at one instant
PRICES = (0.0, 0.1, 1.0 / 3.0, 1.0, 2.5)


@cache
def seldom(odds: int = 4) -> st.SearchStrategy[bool]:
    """True once in `odds` times."""
    return st.integers(1, odds).map(lambda n: n == odds)


def pick(*values: T) -> st.SearchStrategy[T]:
    """One of some values. The strategy is made once, not at every draw."""
    return _picked(values, tuple(map(type, values)))


@cache
def _picked(values: tuple[T, ...], kinds: tuple[type, ...]) -> st.SearchStrategy[T]:  # noqa: ARG001 - 1 is not 1.0
    return st.sampled_from(values)


def or_else(common: T, other: st.SearchStrategy[T], odds: int = 3) -> st.SearchStrategy[T]:
    """One value as a rule, another strategy once in `odds` times."""
    return _rarely(common, str(type(common)), other, odds)


@lru_cache(4096)  # a strategy that is made anew is another one
def _rarely(common: T, kind: str, other: st.SearchStrategy[T], odds: int) -> st.SearchStrategy[T]:  # noqa: ARG001
    usual = st.just(common)
    return seldom(odds).flatmap(lambda rare: other if rare else usual)


@cache
def perhaps(other: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    """Nothing, or something."""
    return st.none() | other


@cache
def money(high: float = 1.0) -> st.SearchStrategy[float]:
    """A price; most have no short binary form."""
    return pick(*PRICES).map(lambda price: price * high)


def names(kind: str, least: int, most: int) -> st.SearchStrategy[tuple[str, ...]]:
    """`kind1`, `kind2`, ..."""
    return st.integers(least, most).map(lambda n: tuple(f"{kind}{i}" for i in range(1, n + 1)))


@cache
def subsets(of: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Everything as `*` mostly, else some names, at least one."""
    some = st.lists(st.sampled_from(of), min_size=1, max_size=len(of), unique=True).map(tuple)
    return or_else(("*",), some)


@cache
@st.composite
def durations(draw: st.DrawFn, longest: float = 1.0, random: int = 2) -> Law:
    """A law of days; constant on the grid mostly, one of the others once in `random` times."""
    mean = draw(pick(*GRID)) * longest
    if mean == 0.0 or not draw(seldom(random)):
        return Law(mean=mean)
    law = draw(pick("exponential", "gamma", "lognormal", "empirical"))
    if law == "empirical":
        values = tuple(draw(st.lists(pick(*GRID), min_size=1, max_size=3)))
        return Law("empirical", values=tuple(v * longest for v in values))
    return Law(law, mean, 1.0 if law == "exponential" else draw(pick(0.5, 1.0)))  # type: ignore[arg-type]


@cache
@st.composite
def count_laws(draw: st.DrawFn) -> CountLaw:
    """Orders of a period: several at once are usual."""
    law = draw(pick("constant", "poisson", "empirical"))
    if law == "empirical":
        return CountLaw("empirical", values=(0, 1, 5), weights=(1.0, 2.0, 1.0))
    return CountLaw(law, float(draw(st.integers(1, 4))))  # type: ignore[arg-type]


@cache
@st.composite
def outages(draw: st.DrawFn) -> Outage:
    """No outage mostly; else stated windows, random ones, or both."""
    if not draw(seldom(4)):
        return Outage()
    windows = draw(pick((), ((0.5, 1.25),), ((0.25, 1.0), (1.0, 1.5)), ((2.0, 40.0),)))
    up = draw(pick(0.0, 2.0))
    return Outage(windows, up if windows else 2.0, draw(pick(0.0, 0.5)))

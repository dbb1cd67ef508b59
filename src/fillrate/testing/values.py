"""Values with many ties: durations on a coarse grid, few prices, every law."""

from __future__ import annotations

from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

from fillrate.world.law import CountLaw, Law
from fillrate.world.network import Outage

__all__ = ["count_laws", "durations", "money", "names", "or_else", "outages", "seldom", "subsets"]

T = TypeVar("T")

GRID = (0.0, 0.25, 0.5, 1.0)  # days: the same as periods, waves and reviews, so that much happens at one instant
PRICES = (0.0, 0.1, 1.0 / 3.0, 1.0, 2.5)


@cache
def seldom(odds: int = 4) -> st.SearchStrategy[bool]:
    """True once in `odds` times."""
    return st.integers(1, odds).map(lambda n: n == odds)


def or_else(common: T, other: st.SearchStrategy[T], odds: int = 3) -> st.SearchStrategy[T]:
    """One value as a rule, another strategy once in `odds` times."""
    return seldom(odds).flatmap(lambda rare: other if rare else st.just(common))


@cache
def money(high: float = 1.0) -> st.SearchStrategy[float]:
    """A price; most have no short binary form."""
    return st.sampled_from(PRICES).map(lambda price: price * high)


def names(kind: str, least: int, most: int) -> st.SearchStrategy[tuple[str, ...]]:
    """`kind1`, `kind2`, ..."""
    return st.integers(least, most).map(lambda n: tuple(f"{kind}{i}" for i in range(1, n + 1)))


def subsets(of: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Everything as `*` mostly, else some names, at least one."""
    some = st.lists(st.sampled_from(of), min_size=1, max_size=len(of), unique=True).map(tuple)
    return or_else(("*",), some)


@cache
@st.composite
def durations(draw: st.DrawFn, longest: float = 1.0, random: int = 2) -> Law:
    """A law of days; constant on the grid mostly, one of the others once in `random` times."""
    mean = draw(st.sampled_from(GRID)) * longest
    if mean == 0.0 or not draw(seldom(random)):
        return Law(mean=mean)
    law = draw(st.sampled_from(("exponential", "gamma", "lognormal", "empirical")))
    if law == "empirical":
        values = tuple(draw(st.lists(st.sampled_from(GRID), min_size=1, max_size=3)))
        return Law("empirical", values=tuple(v * longest for v in values))
    return Law(law, mean, draw(st.sampled_from((0.5, 1.0))))  # type: ignore[arg-type]


@cache
@st.composite
def count_laws(draw: st.DrawFn) -> CountLaw:
    """Orders of a period: several at once are usual."""
    law = draw(st.sampled_from(("constant", "poisson", "empirical")))
    if law == "empirical":
        return CountLaw("empirical", values=(0, 1, 5), weights=(1.0, 2.0, 1.0))
    return CountLaw(law, float(draw(st.integers(1, 4))))  # type: ignore[arg-type]


@cache
@st.composite
def outages(draw: st.DrawFn) -> Outage:
    """No outage mostly; else stated windows, random ones, or both."""
    if not draw(seldom(4)):
        return Outage()
    windows = draw(st.sampled_from(((), ((0.5, 1.25),), ((0.25, 1.0), (1.0, 1.5)), ((2.0, 40.0),))))
    up = draw(st.sampled_from((0.0, 2.0)))
    return Outage(windows, up if windows else 2.0, draw(st.sampled_from((0.0, 0.5))))

"""Laws of random durations and counts, as data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Literal

from fillrate import draws
from fillrate.world.fields import Strict, described

__all__ = ["CountLaw", "Law", "count_quantile", "mean_of", "quantile"]


@dataclass(frozen=True)
class Law(Strict):
    """A random duration."""

    law: Literal["constant", "exponential", "gamma", "lognormal", "empirical"] = described(
        "shape of the law", "constant"
    )
    mean: float = described("mean (not for empirical)", 0.0, "as the field says", low=0.0)
    cv: float = described("coefficient of variation (gamma, lognormal)", 1.0, low=1e-3, high=100.0)
    values: tuple[float, ...] = described("values of an empirical law", (), low=0.0)
    weights: tuple[float, ...] = described("weights of the values; equal if absent", (), low=0.0)

    @cached_property
    def cumulative(self) -> list[float]:
        """(values,) cumulative probabilities of an empirical law, made once for all its draws."""
        return _cumulative(self.values, self.weights)


@dataclass(frozen=True)
class CountLaw(Strict):
    """A random whole number."""

    law: Literal["constant", "poisson", "empirical"] = described("shape of the law", "constant")
    mean: float = described("mean (not for empirical)", 0.0, low=0.0, high=1e9)
    values: tuple[int, ...] = described("values of an empirical law", (), low=0)
    weights: tuple[float, ...] = described("weights of the values; equal if absent", (), low=0.0)

    @cached_property
    def cumulative(self) -> list[float]:
        """(values,) cumulative probabilities of an empirical law, made once for all its draws."""
        return _cumulative(self.values, self.weights)


def _cumulative(values: tuple[float, ...] | tuple[int, ...], weights: tuple[float, ...]) -> list[float]:
    shares = weights or (1.0,) * len(values)
    total = sum(shares)
    return [c / total for c in accumulate(shares)]


def mean_of(law: Law | CountLaw) -> float:
    """Mean of a law, in its own unit."""
    if law.law != "empirical":
        return law.mean
    shares = law.weights or (1.0,) * len(law.values)
    return sum(v * w for v, w in zip(law.values, shares, strict=True)) / sum(shares)


def quantile(law: Law, u: float) -> float:
    """Inverse law at u in (0, 1); not rounded."""
    if law.law == "constant":
        return law.mean
    if law.law == "exponential":
        return draws.exponential(u, law.mean)
    if law.law == "empirical":
        return draws.empirical(u, law.values, law.cumulative)
    return (draws.gamma if law.law == "gamma" else draws.lognormal)(u, law.mean, law.cv)


def count_quantile(law: CountLaw, u: float) -> int:
    """Inverse law of a whole number at u in (0, 1)."""
    if law.law == "constant":
        return round(law.mean)
    if law.law == "poisson":
        return draws.poisson(u, law.mean)
    return int(draws.empirical(u, law.values, law.cumulative))

"""Laws of random durations and counts, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fillrate import draws
from fillrate.world.fields import Strict, described

__all__ = ["CODES", "CountLaw", "Law", "LawTable", "count_quantile", "law_table", "mean_of", "quantile"]

CODES = {
    "constant": draws.CONSTANT,
    "exponential": draws.EXPONENTIAL,
    "gamma": draws.GAMMA,
    "lognormal": draws.LOGNORMAL,
    "empirical": draws.EMPIRICAL,
}


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
        """(values,) cumulative probabilities of an empirical law, made once for all its draws; none for another."""
        return _cumulative(self.values, self.weights) if self.law == "empirical" else []

    @cached_property
    def code(self) -> int:
        """Code of the law's shape, as `draws.quantile` takes it."""
        return CODES[self.law]


@dataclass(frozen=True, eq=False)
class LawTable:
    """Laws as arrays, for an engine that has no objects; row n is a law, entries n of the first five."""

    code: NDArray[np.int64]  # (laws,) shape
    mean: NDArray[np.float64]  # (laws,) in the laws' own units
    cv: NDArray[np.float64]  # (laws,) coefficient of variation
    first: NDArray[np.int64]  # (laws,) where the law's entries begin in `values` and `cumulative`
    count: NDArray[np.int64]  # (laws,) how many it has there: 0 unless it is empirical
    values: NDArray[np.float64]  # (entries,) values of the empirical laws
    cumulative: NDArray[np.float64]  # (entries,) their cumulative probabilities


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
    return draws.quantile(law.code, u, law.mean, law.cv, law.values, law.cumulative, 0, len(law.cumulative))


def law_table(laws: Sequence[Law]) -> LawTable:
    """The arrays of some laws, in their order.

    >>> law_table([Law("gamma", 3.0, 0.5), Law("empirical", values=(1.0, 5.0))]).first.tolist()
    [0, 0]
    """
    count = np.array([len(law.cumulative) for law in laws], np.int64)
    return LawTable(
        np.array([law.code for law in laws], np.int64),
        np.array([law.mean for law in laws], np.float64),
        np.array([law.cv for law in laws], np.float64),
        np.cumsum(count) - count,
        count,
        np.array([value for law in laws if law.cumulative for value in law.values], np.float64),
        np.array([share for law in laws for share in law.cumulative], np.float64),
    )


def count_quantile(law: CountLaw, u: float) -> int:
    """Inverse law of a whole number at u in (0, 1)."""
    if law.law == "constant":
        return round(law.mean)
    if law.law == "poisson":
        return draws.poisson(u, law.mean)
    return int(draws.empirical(u, law.values, law.cumulative, 0, len(law.cumulative)))

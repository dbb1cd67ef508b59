"""The check against over-fitting: the tuned policy against the untouched one on traces that the search never saw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fillrate.bench.statistics import Difference, Estimate, mean_interval, paired_difference
from fillrate.bench.verdicts import verdict as verdict_of

__all__ = ["Check", "Word", "compared"]

Word: TypeAlias = Literal["better", "not shown", "worse"]
Floats: TypeAlias = NDArray[np.float64]
WORDS: dict[str, Word] = {"a_better": "better", "b_better": "worse", "not_shown": "not shown"}


@dataclass(frozen=True)
class Check:
    """A metric under the tuned and the untouched policy on the same traces."""

    tuned: Estimate
    untouched: Estimate
    difference: Difference  # tuned - untouched
    sign: float  # -1 where less is better

    @property
    def verdict(self) -> Word:
        """Better or worse only where chance is ruled out."""
        return WORDS[verdict_of(self.difference.mean, self.difference.p_value, "more" if self.sign > 0.0 else "less")]

    @property
    def gain(self) -> float:
        """The mean difference, more is better; 0 where it is undefined."""
        return self.sign * (self.difference.mean or 0.0)

    @property
    def may_be_kept(self) -> bool:
        """Whether the tuned policy is at least not worse: shown to be better, or ahead and not shown to be worse."""
        return self.verdict == "better" or (self.verdict == "not shown" and self.gain > 0.0)

    def to_json(self) -> dict[str, Any]:
        """Plain values, None where undefined."""
        d = self.difference
        means = {"from": self.untouched.mean, "to": self.tuned.mean}
        return {**means, "difference": d.mean, "low": d.low, "high": d.high, "p_value": d.p_value}


def compared(tuned: Floats, untouched: Floats, sign: float) -> Check:
    """(traces,) values of both on the same traces; the sign is 1 if more of the metric is better, -1 if less is.

    >>> compared(np.array([3.0, 4.0, 5.5]), np.array([1.0, 2.0, 3.0]), 1.0).verdict
    'better'
    >>> compared(np.array([3.0, 4.0, 5.5]), np.array([1.0, 2.0, 3.0]), -1.0).verdict
    'worse'
    """
    return Check(mean_interval(tuned), mean_interval(untouched), paired_difference(tuned, untouched), sign)

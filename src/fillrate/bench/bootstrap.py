"""The BCa bootstrap of a mean: an interval and a p-value that follow the skewness of the data.

Efron (1987), "Better bootstrap confidence intervals", Journal of the American Statistical Association 82(397). The
plain interval is too narrow for few values; as Hesterberg (2015), "What teachers should know about the bootstrap", The
American Statistician 69(4), proposes for the percentile interval, its levels are those of Student's t on the scale of
the bootstrap distribution. The resamples are keyed draws: the same values always have the same interval.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

from fillrate.draws import mix, name_key, uniform

__all__ = ["FEWEST", "ROUNDING", "Resampled", "resampled"]

Floats = NDArray[np.float64]
ROUNDING = 1e-12  # share of the operands below which a difference is float noise, not an effect
FEWEST = 5  # values; with less, resampling says nothing that Student's t does not
RESAMPLES = 9_999  # for up to MOST_CELLS / RESAMPLES values, then fewer
FEWEST_RESAMPLES = 1_999
MOST_CELLS = 4_000_000  # of the table of weights: 32 MB


class Resampled:
    """The bootstrap distribution of a mean, with its bias correction z0 and its acceleration a."""

    def __init__(self, values: Floats) -> None:
        """Resample at least `FEWEST` finite values that are not all the same."""
        self.n = len(values)
        around = values - values.mean()
        self.centre = float(values.mean())
        self.noise = ROUNDING * float(np.abs(values).max())  # means as near as that are equal
        self.means = np.sort(shares(self.n) @ around)
        self.z0 = float(special.ndtri(self._below(0.0)))
        self.a = float((around**3).sum() / (6.0 * (around**2).sum() ** 1.5))
        self.wider = math.sqrt(self.n / (self.n - 1))

    def interval(self, level: float) -> tuple[float, float]:
        """Lower and upper end of a two-sided interval."""
        z = float(special.stdtrit(self.n - 1, 0.5 + level / 2)) * self.wider
        low, high = (float(special.ndtr(self.z0 + self._bent(self.z0 + s))) for s in (-z, z))
        ends = np.quantile(self.means, [low, high], method="median_unbiased")
        return self.centre + float(ends[0]), self.centre + float(ends[1])

    def p_value(self) -> float:
        """Of the mean being 0: the level at which an end of the interval would be 0; at least one over the resamples.

        >>> found = Resampled(np.array([1.0, 3.0, 2.0, 2.5, 1.5, 2.0]))
        >>> found.p_value() < 0.05, found.interval(0.95)[0] > 0.0
        (True, True)
        """
        away = float(special.ndtri(self._below(-self.centre))) - self.z0
        t = (away / (1.0 + self.a * away) - self.z0) / self.wider
        one_sided = float(special.stdtr(self.n - 1, -abs(t)))
        return max(2.0 * one_sided, 1.0 / (len(self.means) + 1))

    def _bent(self, away: float) -> float:
        """Standard deviations from the middle as the acceleration bends them; past its pole there is no end."""
        left = 1.0 - self.a * away
        return away / left if left > 0.0 else math.copysign(math.inf, away)

    def _below(self, value: float) -> float:
        """Share of the resampled means below a value, those at it counting half; never 0 nor 1."""
        left = np.searchsorted(self.means, value - self.noise, "left")
        right = np.searchsorted(self.means, value + self.noise, "right")
        return float((left + right + 1) / 2.0 / (len(self.means) + 1))


def resampled(values: Floats) -> Resampled | None:
    """The bootstrap distribution of a mean; None where there are too few values, or only one."""
    return Resampled(values) if len(values) >= FEWEST and float(np.ptp(values)) > 0.0 else None


@lru_cache(maxsize=2)
def shares(n: int) -> Floats:
    """(resamples, n) the share that each of n values has in each resample; the same for all data of this size."""
    count = max(FEWEST_RESAMPLES, min(RESAMPLES, MOST_CELLS // n))
    start = np.uint64(mix(name_key("bootstrap"), n))
    drawn = uniform(mix(start, np.arange(count * n, dtype=np.uint64)))
    cell = (drawn * n).astype(np.int64) + np.repeat(np.arange(count) * n, n)
    return np.bincount(cell, minlength=count * n).reshape(count, n) / n

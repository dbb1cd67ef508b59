"""The bad end: the conditional value at risk, which is the mean of the worst share of runs or days.

Rockafellar and Uryasev (2002), "Conditional value-at-risk for general loss distributions", Journal of Banking & Finance
26(7): where the share is no whole number of values, the last one counts in part.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from fillrate.bench.verdicts import Better

__all__ = ["WORST_SHARE", "cvar", "worst"]

WORST_SHARE = 0.1


def cvar(values: NDArray[np.float64], share: float = WORST_SHARE) -> float | None:
    """Mean of the smallest `share` of some values, nan left out; None without a value.

    >>> cvar(np.array([4.0, 1.0, 3.0, 2.0]), 0.5), cvar(np.array([4.0, 1.0, 3.0, 2.0]), 0.3)
    (1.5, 1.1666666666666667)
    """
    ordered = np.sort(values[np.isfinite(values)])
    if not len(ordered):
        return None
    amount = share * len(ordered)
    whole = math.floor(amount + 1e-9)
    if whole == 0:
        return float(ordered[0])
    rest = max(0.0, amount - whole)
    return float((ordered[:whole].sum() + (rest * ordered[whole] if rest > 1e-9 else 0.0)) / max(amount, whole))


def worst(values: NDArray[np.float64], direction: Better) -> float | None:
    """The same of a metric with a good direction: of its smallest values, or its largest where less is better."""
    sign = -1.0 if direction == "less" else 1.0
    found = cvar(sign * values)
    return None if found is None else sign * found

"""Performance profiles: on which share of the cases a policy costs at most so many times what the best one costs.

Dolan and Moré (2002), "Benchmarking optimization software with performance profiles", Mathematical Programming 91(2).
The profile at 1 is the share of cases that a policy wins; where it reaches 1 tells how bad it gets. A case that a
policy does not fit counts as never reached.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from fillrate.bench.matrix import Matrix

__all__ = ["cost_ratios", "profile"]


def cost_ratios(matrix: Matrix) -> dict[str, list[float]]:
    """Controllable cost over the least of the case, by policy; infinite where it was not run.

    Cases whose least cost is not positive, or unknown, have no ratios and are left out.
    """
    found: dict[str, list[float]] = {name: [] for name in matrix.policies}
    for case in matrix.cases:
        costs = {name: cell.cost for name in matrix.policies if (cell := matrix.cells.get((name, case))) is not None}
        known = {name: cost for name, cost in costs.items() if cost is not None}
        least = min(known.values(), default=0.0)
        if least > 0.0:
            for name, ratios in found.items():
                ratios.append(known[name] / least if name in known else math.inf)
    return found


def profile(ratios: Sequence[float]) -> tuple[list[float], list[float]]:
    """A step function: at each ratio, the share of the cases that are at most there.

    >>> profile([1.0, 1.5, 1.5, math.inf])
    ([1.0, 1.5], [0.25, 0.75])
    """
    reached = sorted(r for r in ratios if math.isfinite(r))
    at = {r: (n + 1) / len(ratios) for n, r in enumerate(reached)}  # the last of equals stays
    return list(at), list(at.values())

"""The Pareto frontier of service against cost: no other policy is at least as good in both and better in one."""

from __future__ import annotations

from collections.abc import Mapping

from fillrate.bench.comparison import Comparison

__all__ = ["COST", "SERVICE", "far_off", "frontier", "undominated"]

SERVICE, COST = "unit_fill_rate", "controllable_cost"
FAR = 0.75  # share of the range of costs


def frontier(comparison: Comparison) -> list[str]:
    """Policies on the frontier by their means, least cost first; none where service or cost is undefined."""
    return undominated(_points(comparison))


def far_off(comparison: Comparison) -> list[str]:
    """Dominated policies so dear that beside them the others would lie on one spot, dearest first.

    The dearest one is far off where it takes more than three quarters of the range of costs for itself; two others at
    least stay.
    """
    points = _points(comparison)
    kept = sorted(points, key=lambda name: points[name][0])
    best, far = undominated(points), []
    while len(kept) > 2 and kept[-1] not in best:
        least, most, last = (points[kept[n]][0] for n in (0, -2, -1))
        if most - least >= (1.0 - FAR) * (last - least):
            break
        far.append(kept.pop())
    return far


def _points(comparison: Comparison) -> dict[str, tuple[float, float]]:
    """Cost and service of the policies that have both."""
    points = {}
    for name, found in comparison.policies.items():
        cost, service = (found[key].mean if key in found else None for key in (COST, SERVICE))
        if cost is not None and service is not None:
            points[name] = (cost, service)
    return points


def undominated(points: Mapping[str, tuple[float, float]]) -> list[str]:
    """Names of (cost, service) points that no other point dominates, least cost first; equals stay together.

    >>> undominated({"a": (1.0, 0.8), "b": (2.0, 0.9), "c": (2.0, 0.7), "d": (1.0, 0.8)})
    ['a', 'd', 'b']
    """

    def beaten(name: str) -> bool:
        cost, service = points[name]
        return any(c <= cost and s >= service and (c, s) != (cost, service) for c, s in points.values())

    return sorted((name for name in points if not beaten(name)), key=lambda name: points[name][0])

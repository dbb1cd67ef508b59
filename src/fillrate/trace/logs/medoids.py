"""A few central places for many: greedy p-medians on the globe, then moved within their groups."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fillrate.trace.logs.sphere import distances_km

__all__ = ["grouped"]

_ROUNDS = 20  # of moving the medoids; it settles in a few

Floats = NDArray[np.float64]


def grouped(point: Floats, weight: Floats, most: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Bring places together in at most `most` groups so that the weighted distance to their medoids is small.

    Medoids are chosen greedily (Cornuéjols, Fisher and Nemhauser 1977, Management Science 23(8)), then each moves in
    its group until nothing improves (Maranzana 1964, Operational Research Quarterly 15(3)).

    Args:
        point: (places, 3) unit vectors.
        weight: (places,) orders.
        most: number of groups, at least 1.

    Returns:
        (places,) group of each place, and (groups,) the place that is the medoid of each group.
    """
    if len(point) <= most:
        every = np.arange(len(point), dtype=np.int64)
        return every, every
    distance = distances_km(point, point)
    medoids = _greedy(distance, weight, most)
    for _ in range(_ROUNDS):
        group = np.argmin(distance[:, medoids], axis=1)
        moved = np.array([_medoid(distance, weight, np.flatnonzero(group == g)) for g in range(len(medoids))])
        if np.array_equal(moved, medoids):
            break
        medoids = moved
    return np.argmin(distance[:, medoids], axis=1).astype(np.int64), medoids


def _greedy(distance: Floats, weight: Floats, most: int) -> NDArray[np.int64]:
    """Places that one by one lower the weighted distance to the nearest of them most."""
    nearest = np.full(len(weight), np.inf)
    chosen: list[int] = []
    for _ in range(most):
        totals = weight @ np.minimum(nearest[:, None], distance)
        totals[chosen] = np.inf
        chosen.append(int(np.argmin(totals)))
        nearest = np.minimum(nearest, distance[:, chosen[-1]])
    return np.array(chosen, dtype=np.int64)


def _medoid(distance: Floats, weight: Floats, members: NDArray[np.int64]) -> int:
    totals = weight[members] @ distance[np.ix_(members, members)]
    return int(members[np.argmin(totals)])

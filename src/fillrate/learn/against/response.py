"""Search by response surface, for few numbers and much noise: every trial so far says where the bottom lies.

A strategy that moves after every generation drifts with the noise of its trials, and where stations congest two
policies that hardly differ pay several per cent more or less on one trace. Here a quadratic is fitted to all trials
(Box and Wilson 1951, On the Experimental Attainment of Optimum Conditions), each compared with those on the same trace;
the next ones are drawn around its bottom, as far as one may trust it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["BLOCK", "bottom_of", "surveyed"]

Floats = NDArray[np.float64]
Costs = Callable[[list[Floats], int], Floats]
BLOCK = 16  # trials on the same traces, antithetic pairs
TRUST = 0.6  # steps a coordinate may move at once
RIDGES = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)


def surveyed(
    costs: Costs, size: int, rounds: int, blocks: int, seed: int, tell: Callable[[int, Floats], None]
) -> Floats:
    """Where the bottom is in the end.

    Args:
        costs: of the trials of a block and its number, on common traces.
        size: numbers to find, in steps that matter alike, from 0 on.
        rounds: how often the bottom is looked for.
        blocks: of each round.
        seed: of the trials.
        tell: called after each round with its number and the bottom.
    """
    rng, centre = np.random.default_rng(seed), np.zeros(size)
    tried: list[Floats] = []
    found: list[Floats] = []
    for n in range(rounds):
        for block in range(blocks):
            half = rng.standard_normal((BLOCK // 2, size))
            points = np.concatenate([centre + half, centre - half])
            cost = costs(list(points), n * blocks + block)
            tried.append(points)
            found.append(cost / cost.mean() - 1.0)
        aim = bottom_of(np.array(tried), np.array(found))
        centre = centre + np.clip(aim - centre, -TRUST, TRUST)
        tell(n, centre)
    return centre


def bottom_of(tried: Floats, cost: Floats) -> Floats:
    """The bottom of the quadratic that fits best, as leaving out one trial at a time tells.

    Args:
        tried: (blocks, trials, size) what was tried.
        cost: (blocks, trials) what each paid; only differences within a block count.
    """
    x = tried.reshape(-1, tried.shape[2])
    squares = x**2
    common = squares.mean(axis=1, keepdims=True)  # one curvature for all, and what each has of its own
    parts = np.concatenate([x, squares - common], axis=1)
    free, ridged, wanted = (_within(each, len(cost)) for each in (common, parts, cost.reshape(-1, 1)))
    fits = [_fit(free, ridged, wanted, ridge) for ridge in RIDGES]
    weight = min(fits, key=lambda fit: fit[1])[0]
    size = x.shape[1]
    slope, own = weight[1 : 1 + size], weight[1 + size :]
    curve = weight[0] / size + own - own.mean()
    least = max(float(weight[0]) / size * 0.3, 1e-6)
    return np.asarray(-slope / (2.0 * np.maximum(curve, least)))


def _within(values: Floats, blocks: int) -> Floats:
    """Less the mean of the block."""
    split = values.reshape(blocks, -1, values.shape[1])
    return np.asarray((split - split.mean(axis=1, keepdims=True)).reshape(values.shape))


def _fit(free: Floats, ridged: Floats, wanted: Floats, ridge: float) -> tuple[Floats, float]:
    """Weights, and the mean square error of each trial by the fit to all others."""
    design = np.concatenate([free, ridged], axis=1)
    penalty = np.diag([0.0] * free.shape[1] + [ridge] * ridged.shape[1])
    solved = np.linalg.solve(design.T @ design + penalty, design.T)
    weight, lever = solved @ wanted, np.einsum("ij,ji->i", design, solved)
    left = (wanted - design @ weight)[:, 0] / (1.0 - lever)
    return weight[:, 0], float((left**2).mean())

"""Learning without gradients of the simulator: what moves the cost, found by trying both sides of many directions.

The rule's few weights are tuned by the covariance matrix adaptation of Hansen (2016, The CMA Evolution Strategy: A
Tutorial); the network's many by an evolution strategy with antithetic pairs and ranks (Salimans et al. 2017, Evolution
Strategies as a Scalable Alternative to Reinforcement Learning). Every candidate of a generation meets the same days.
Where stations congest, the cost of a decision shows days later and in other orders; whole episodes see that, a reward
next to a decision does not.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["adapted", "evolved"]

Floats = NDArray[np.float64]
Costs = Callable[[list[Floats], int], Floats]
"""Candidates and the number of the generation -> (candidates,) their costs on common days."""
Tell = Callable[[int, Floats], None]
"""Called after every generation with its number and where the search stands."""


def adapted(costs: Costs, start: Floats, spread: float, size: int, generations: int, seed: int, tell: Tell) -> Floats:
    """The mean of a CMA-ES search with antithetic samples.

    Args:
        costs: of candidates.
        start: (d,) in steps that matter alike.
        spread: of the first generation, in these steps.
        size: candidates of a generation, an even number.
        generations: how many.
        seed: of the search.
        tell: see `Tell`.
    """
    rng, d, parents = np.random.default_rng(seed), len(start), size // 2
    weight = np.log(parents + 0.5) - np.log(np.arange(1, parents + 1))
    weight /= weight.sum()
    mass = 1.0 / (weight**2).sum()
    c_path, c_cov = (mass + 2) / (d + mass + 5), (4 + mass / d) / (d + 4 + 2 * mass / d)
    c_one = 2 / ((d + 1.3) ** 2 + mass)
    c_many = min(1 - c_one, 2 * (mass - 2 + 1 / mass) / ((d + 2) ** 2 + mass))
    damping = 1 + c_path + 2 * max(0.0, np.sqrt((mass - 1) / (d + 1)) - 1)
    usual = np.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d))
    mean, covariance, path, long_path = start.copy(), np.eye(d), np.zeros(d), np.zeros(d)
    for g in range(generations):
        length, axes = np.linalg.eigh(covariance)
        length = np.sqrt(np.maximum(length, 1e-12))
        half = rng.standard_normal((size // 2, d))
        moves = np.concatenate([half, -half]) * length @ axes.T
        best = moves[np.argsort(costs([mean + spread * move for move in moves], g), kind="stable")[:parents]]
        move = weight @ best
        mean = mean + spread * move
        path = (1 - c_path) * path + np.sqrt(c_path * (2 - c_path) * mass) * (axes @ ((axes.T @ move) / length))
        settled = np.linalg.norm(path) / np.sqrt(1 - (1 - c_path) ** (2 * (g + 1))) < (1.4 + 2 / (d + 1)) * usual
        long_path = (1 - c_cov) * long_path + settled * np.sqrt(c_cov * (2 - c_cov) * mass) * move
        covariance = (1 - c_one - c_many) * covariance + c_one * np.outer(long_path, long_path)
        covariance += c_many * (best.T * weight) @ best
        spread *= float(np.exp(c_path / damping * (np.linalg.norm(path) / usual - 1)))
        tell(g, mean)
    return mean


def evolved(
    costs: Costs, start: Floats, steps: Floats, pairs: int, generations: int, rate: float, seed: int, tell: Tell
) -> Floats:
    """Where an evolution strategy ends.

    Args:
        costs: of candidates.
        start: (d,) numbers.
        steps: (d,) how far each is moved to see what it does.
        pairs: directions of a generation, each tried both ways.
        generations: how many.
        rate: length of a step where every direction is noise, in `steps`; it falls to a fifth, and how far numbers are
            moved to two fifths.
        seed: of the search.
        tell: see `Tell`.
    """
    rng, at, momentum = np.random.default_rng(seed), start.copy(), np.zeros(len(start))
    keep = 0.9
    for g in range(generations):
        moves, reach = rng.standard_normal((pairs, len(at))), steps * (1 - 0.6 * g / generations)
        tried = [at + sign * reach * move for sign in (1.0, -1.0) for move in moves]
        rank = np.argsort(np.argsort(costs(tried, g), kind="stable"), kind="stable") / (2 * pairs - 1) - 0.5
        worse = rank[:pairs] - rank[pairs:]
        uphill = worse @ moves / np.sqrt((worse**2).sum() + 1e-9)
        momentum = keep * momentum + (1 - keep) * uphill
        speed = rate * (1 - 0.8 * g / generations) / np.sqrt((1 - keep) / (1 + keep))
        at = at - speed * reach * momentum
        tell(g, at)
    return at

"""Locations that share stock under lost sales, solved as a continuous-time Markov chain over the stocks on hand.

Poisson demand per region, one unit reordered for each unit sold, exponential lead times. The totals lost hold for any
lead-time law; who serves whom does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import spsolve

from fillrate.errors import InputError
from fillrate.policy.textbook.checks import not_negative, positive, whole

__all__ = ["Sharing", "sharing"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
LOST = -1  # the location of a unit that nobody serves


@dataclass(frozen=True)
class Sharing:
    """Steady state of stock sharing.

    Attributes:
        served: (regions, locations) share of a region's units that a location serves.
        lost: (regions,) share lost.
        on_hand: (locations,) mean units.
    """

    served: Floats
    lost: Floats
    on_hand: Floats


def sharing(
    rates: Sequence[float],
    lead_times: Sequence[float],
    base_stocks: Sequence[int],
    *,
    preferences: Sequence[Sequence[int]] | None = None,
    reserves: Sequence[int] | None = None,
) -> Sharing:
    """Exact service of every region by every location.

    Args:
        rates: (regions,) units demanded per day.
        lead_times: (locations,) mean days, exponential.
        base_stocks: (locations,) units; the chain has the product of these (plus 1) states.
        preferences: (regions, any) locations that a region asks, in order, the first being its own; by default region
            j asks location j and then the others by number. A region asks nobody who is not named.
        reserves: (locations,) a location serves a foreign region only if on hand > its reserve; by default 0.

    Raises:
        InputError: a number out of range, or lists that do not fit together.

    >>> result = sharing([1.0, 1.0], [2.0, 2.0], [3, 3])
    >>> result.served.round(6).tolist(), result.lost.round(6).tolist()
    ([[0.722216, 0.160622], [0.160622, 0.722216]], [0.117162, 0.117162])
    """
    asked = _preferences(len(rates), len(base_stocks), preferences)
    kept = list(reserves) if reserves is not None else [0] * len(base_stocks)
    _check(rates, lead_times, base_stocks, kept)
    shape = tuple(stock + 1 for stock in base_stocks)
    on_hand = np.indices(shape).reshape(len(shape), -1)  # (locations, states)
    sources = np.array([_source(on_hand, order, kept) for order in asked])  # (regions, states)
    masses = _steady_state(_moves(on_hand, shape, sources, rates, lead_times), on_hand.shape[1])
    served = np.array([[masses[row == k].sum() for k in range(len(shape))] for row in sources])
    return Sharing(served, np.array([masses[row == LOST].sum() for row in sources]), on_hand @ masses)


def _preferences(regions: int, locations: int, preferences: Sequence[Sequence[int]] | None) -> Sequence[Sequence[int]]:
    if preferences is None:
        if regions != locations:
            raise InputError(
                "sharing preferences", f"none, {regions} regions, {locations} locations", "a list per region"
            )
        return [[j, *(k for k in range(locations) if k != j)] for j in range(regions)]
    if len(preferences) != regions or not all(0 <= k < locations for order in preferences for k in order):
        raise InputError("sharing preferences", f"{preferences}", f"{regions} lists of locations 0..{locations - 1}")
    return preferences


def _check(
    rates: Sequence[float], lead_times: Sequence[float], base_stocks: Sequence[int], reserves: Sequence[int]
) -> None:
    not_negative("sharing rates", *rates)
    positive("sharing lead_times", *lead_times)
    for stock in base_stocks:
        whole("sharing base_stocks", stock)
    for kept in reserves:
        whole("sharing reserves", kept)
    if not len(lead_times) == len(base_stocks) == len(reserves):
        found = f"{len(lead_times)} lead times, {len(base_stocks)} base stocks, {len(reserves)} reserves"
        raise InputError("sharing", found, "one each per location")


def _source(on_hand: Ints, order: Sequence[int], reserves: Sequence[int]) -> Ints:
    """(states,) the location that serves a region with this order of preference, or LOST."""
    source = np.full(on_hand.shape[1], LOST)
    for k in reversed(order):
        least = 0 if k == order[0] else reserves[k]
        source[on_hand[k] > least] = k
    return source


def _moves(
    on_hand: Ints, shape: tuple[int, ...], sources: Ints, rates: Sequence[float], lead_times: Sequence[float]
) -> tuple[Ints, Ints, Floats]:
    """Every transition of the chain: from state, to state, rate."""
    states = np.arange(on_hand.shape[1])
    strides = np.array([int(np.prod(shape[k + 1 :])) for k in range(len(shape))])
    moves = []
    for row, rate in zip(sources, rates, strict=True):
        sold = row != LOST
        moves.append((states[sold], states[sold] - strides[row[sold]], np.full(int(sold.sum()), rate)))
    for k, lead_time in enumerate(lead_times):
        due = on_hand[k] < shape[k] - 1
        moves.append((states[due], states[due] + strides[k], (shape[k] - 1 - on_hand[k][due]) / lead_time))
    start, end, speed = (np.concatenate(part) for part in zip(*moves, strict=True))
    return start, end, speed


def _steady_state(moves: tuple[Ints, Ints, Floats], states: int) -> Floats:
    """(states,) masses with balanced flows: one balance equation gives way to the sum of 1."""
    start, end, speed = moves
    flow = coo_matrix((speed, (end, start)), shape=(states, states)).tolil()
    flow.setdiag(-np.bincount(start, weights=speed, minlength=states))
    flow[states - 1, :] = 1.0
    right = np.zeros(states)
    right[-1] = 1.0
    return np.asarray(spsolve(flow.tocsc(), right), dtype=np.float64)

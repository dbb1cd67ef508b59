"""A comparison's ceiling: the hindsight bound of every trace, and how far each policy stays below it.

The gap of a policy is the mean of its runs' gaps; sentences, tables and cards quote that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from fillrate.bench.ceiling import bound_on, reassigning, usual
from fillrate.bench.comparison import Bound, Scores
from fillrate.bench.matrix import GAP
from fillrate.bench.statistics import Method, mean_interval
from fillrate.bench.tasks import Metrics
from fillrate.plan.bound import Kind
from fillrate.policy import Policy
from fillrate.trace import Trace
from fillrate.world import World

__all__ = ["with_bound"]


def with_bound(
    world: World,
    policies: Mapping[str, Policy],
    scores: Scores,
    seed: int,
    trace: Callable[[int], Trace],
    method: Method = "t",
) -> tuple[dict[str, list[Metrics]], Bound]:
    """The scorecards with `gap_to_bound` in them, and the mean bound.

    Args:
        world: with the horizon of the runs.
        policies: that were compared; the bound is of the tightest kind that covers all of them.
        scores: their scorecards, replication by replication.
        seed: trace seed of the first replication.
        trace: the trace of a seed.
        method: of the interval.
    """
    kind, levels = usual(world, seed, list(policies.values()))
    runs = max(len(cards) for cards in scores.values())
    moved = reassigning(world, policies.values())
    values = [bound_on(world, trace(n), kind, levels, moved).value for n in range(seed, seed + runs)]
    found = mean_interval(values, method=method)
    bound = Bound(kind, found.mean, found.low, found.high)
    return {name: _with_gaps(cards, values, kind) for name, cards in scores.items()}, bound


def _with_gaps(cards: Sequence[Metrics], values: Sequence[float], kind: Kind) -> list[Metrics]:
    return [{**card, GAP: _gap(card, value, kind)} for card, value in zip(cards, values, strict=False)]


def _gap(card: Metrics, bound: float, kind: Kind) -> float | None:
    """(Bound - contribution) / controllable cost; a bound that lets everything be bought is too loose for a share."""
    reached, cost = card.get("contribution"), card.get("controllable_cost")
    return None if kind == "free" or reached is None or not cost else (bound - reached) / cost

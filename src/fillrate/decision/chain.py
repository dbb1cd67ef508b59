"""Chains: an ordered list of weighted sums of columns; the first that does not tie decides, then row order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

__all__ = ["Step", "best", "choose", "order_key", "pick", "scores"]

Step = tuple[tuple[str, float], ...]  # (column, weight) terms of one weighted sum; larger is better


def scores(step: Step, column: Callable[[str], Sequence[float]], rows: int) -> list[float]:
    """(rows,) weighted sum of the step's columns, terms added in the order they are written."""
    name, weight = step[0]
    total = [weight * v for v in column(name)]
    for name, weight in step[1:]:
        values = column(name)
        total = [total[r] + weight * values[r] for r in range(rows)]
    return total


def best(score: Sequence[float], among: Sequence[int]) -> list[int]:
    """Rows of `among` that share the largest score, in order."""
    top = max([score[r] for r in among])
    return [r for r in among if score[r] == top]


def choose(
    steps: Sequence[Step],
    column: Callable[[str], Sequence[float]],
    legal: Sequence[int],
    rows: int,
    hold: float | None,
) -> int:
    """The row a chain takes.

    Args:
        steps: the chain.
        column: values of a column over all rows (hold excluded), computed when first asked for.
        legal: legal rows other than hold.
        rows: number of rows; also the number that means hold.
        hold: the policy's score for hold against the first step, or None: hold only if nothing else is legal.
    """
    if not legal:
        return rows
    for n, step in enumerate(steps):
        if n > 0 and len(legal) == 1:
            break
        if n == 0 and hold is None and len(legal) == 1:
            break
        score = scores(step, column, rows)
        legal = best(score, legal)
        if n == 0 and hold is not None and hold > score[legal[0]]:
            return rows
    return legal[0]


def pick(u: float, legal: Sequence[int], rows: int) -> int:
    """One of the legal rows or hold, each as likely as the others, by one uniform draw.

    Args:
        u: the draw, in [0, 1).
        legal: legal rows other than hold.
        rows: the number that means hold.

    >>> [pick(u, [0, 2], 3) for u in (0.1, 0.5, 0.9)]
    [0, 2, 3]
    """
    n = int(u * (len(legal) + 1))
    return legal[n] if n < len(legal) else rows


def order_key(steps: Sequence[Step], column: Callable[[str], float]) -> list[float]:
    """Sort key of an order under a rank chain, one number a step; the smaller key is offered first.

    Args:
        steps: the chain; larger sums come first.
        column: value of an order column.

    >>> order_key([(("priority", 1.0),), (("received", -1.0),)], {"priority": 2.0, "received": 0.5}.__getitem__)
    [-2.0, 0.5]
    """
    key = []
    for step in steps:
        total = 0.0
        for name, weight in step:  # a plain loop: `sum` compensates from Python 3.12 on, a compiled loop does not
            total += weight * column(name)
        key.append(-total)
    return key

"""Chains: an ordered list of weighted sums of columns; the first that does not tie decides, then row order."""

from __future__ import annotations

from collections.abc import Callable, MutableSequence, Sequence

__all__ = ["Step", "choose", "narrow", "order_key", "pick", "scores"]

Step = tuple[tuple[str, float], ...]  # (column, weight) terms of one weighted sum; larger is better


def scores(step: Step, column: Callable[[str], Sequence[float]]) -> list[float]:
    """(rows,) weighted sum of the step's columns, terms added in the order they are written."""
    name, weight = step[0]
    total = [weight * v for v in column(name)]
    for name, weight in step[1:]:
        total = [sum_ + weight * v for sum_, v in zip(total, column(name))]  # noqa: B905 - a strict one is not compiled
    return total


def narrow(score: Sequence[float], legal: MutableSequence[int], count: int) -> int:
    """Keep those of the first `count` entries of `legal` whose rows share the largest score, in order; how many.

    >>> rows = [0, 2, 3]
    >>> narrow([1.0, 9.0, 4.0, 4.0], rows, 3), rows[:2]
    (2, [2, 3])
    """
    top, kept = score[legal[0]], 0
    for n in range(count):
        row = legal[n]
        value = score[row]
        if value > top:  # those kept so far are beaten
            top, kept = value, 0
        if value == top:
            legal[kept] = row
            kept += 1
    return kept


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
    left, count = list(legal), len(legal)
    for n, step in enumerate(steps):
        if count == 1 and (n > 0 or hold is None):
            break
        score = scores(step, column)
        count = narrow(score, left, count)
        if n == 0 and hold is not None and hold > score[left[0]]:
            return rows
    return left[0]


def pick(u: float, legal: Sequence[int], count: int, rows: int) -> int:
    """One of the legal rows or hold, each as likely as the others, by one uniform draw.

    Args:
        u: the draw, in [0, 1).
        legal: legal rows other than hold, the first `count` of them.
        count: how many there are.
        rows: the number that means hold.

    >>> [pick(u, [0, 2], 2, 3) for u in (0.1, 0.5, 0.9)]
    [0, 2, 3]
    """
    n = int(u * (count + 1))
    return legal[n] if n < count else rows


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

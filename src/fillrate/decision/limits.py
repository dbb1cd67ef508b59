"""What limits say at an instant: the period it lies in, and the units that a segment may still take under a quota."""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence

from fillrate.draws import snap

__all__ = ["fair_quota", "period_of", "planned_quota", "pro_rata", "shared_quota"]


def period_of(now: float, period_days: float, periods: int) -> int:
    """Period of an instant, the last at most; period n begins at n × period_days, on the grid of instants.

    >>> [period_of(now, 2.5, 3) for now in (0.0, 2.25, 2.5, 9.0)]
    [0, 0, 1, 2]
    """
    n = int(now / period_days)
    if snap((n + 1) * period_days) <= now:
        n += 1
    return min(periods - 1, n)


def planned_quota(granted: int, used: int, bought: bool, free: int, kept: int) -> int:
    """Units that a segment may still take under planned quotas.

    What was planned up to now and not used carries over. Where nothing is bought, what is planned for higher segments
    until the end of the horizon is left for them.

    Args:
        granted: units planned for the segment up to the end of this period.
        used: units that it has taken since the start.
        bought: whether the SKU is replenished.
        free: units of the SKU that are not reserved, at all locations.
        kept: units planned and not yet taken, by all higher segments, from this period to the end.

    >>> planned_quota(10, 7, True, 100, 50), planned_quota(10, 7, False, 52, 50)
    (3, 2)
    """
    left = granted - used
    return max(0, left if bought else min(left, free - kept))


def shared_quota(
    segment: int,
    free: int,
    taken: Sequence[int],
    weights: Sequence[int],
    soon: Sequence[int],
    count: int,
    parts: MutableSequence[int],
    rests: MutableSequence[int],
) -> int:
    """Units that a segment may take when all that has come in is shared.

    Everything but what is left of the others' shares, as far as they are expected to ask for it before more comes in.

    Args:
        segment: who asks.
        free: units of the SKU that are not reserved, at all locations.
        taken: (count,) units taken so far, by segment.
        weights: (count,) shares in the supply, by segment.
        soon: (count,) units that are expected to be asked for before more comes in, by segment.
        count: number of segments.
        parts: (count,) written: the segments' shares of all that has come in.
        rests: (count,) scratch.

    >>> more = [0, 0], [1, 2]
    >>> [shared_quota(0, 9, *more, soon, 2, [0] * 2, [0] * 2) for soon in ([99, 99], [1, 2])]
    [3, 7]
    """
    total = max(0, free)
    for n in range(count):
        total += taken[n]
    pro_rata(total, weights, count, parts, rests)
    left = free
    for n in range(count):
        if n != segment:
            left -= min(max(0, parts[n] - taken[n]), soon[n])
    return max(0, left)


def pro_rata(
    total: int, weights: Sequence[int], count: int, parts: MutableSequence[int], rests: MutableSequence[int]
) -> None:
    """Whole units in proportion to weights, by largest remainder, the earlier first if they tie; all 0 without weights.

    Args:
        total: units to share out, at least 0.
        weights: (count,) none negative.
        count: number of weights.
        parts: (count,) written: units.
        rests: (count,) scratch.

    >>> parts = [0, 0]
    >>> pro_rata(7, [10, 4], 2, parts, [0, 0])
    >>> parts
    [5, 2]
    """
    whole = 0
    for n in range(count):
        whole += weights[n]
    left = total
    for n in range(count):
        parts[n], rests[n] = 0, -1
        if whole > 0:
            parts[n], rests[n] = total * weights[n] // whole, total * weights[n] % whole
            left -= parts[n]
    for _ in range(left if whole > 0 else 0):
        most = 0
        for n in range(1, count):
            if rests[n] > rests[most]:
                most = n
        parts[most] += 1
        rests[most] = -1


def fair_quota(
    segment: int,
    available: int,
    asked: Sequence[int],
    count: int,
    parts: MutableSequence[int],
    rests: MutableSequence[int],
) -> int:
    """A segment's part of what is there, shared out pro rata to what is asked, and no more than that.

    Args:
        segment: who asks.
        available: units to share out; below 0 counts as 0.
        asked: (count,) units, by segment.
        count: number of segments.
        parts: (count,) written: the parts of all.
        rests: (count,) scratch.

    >>> [fair_quota(segment, 7, [10, 4], 2, [0, 0], [0, 0]) for segment in range(2)]
    [5, 2]
    >>> [fair_quota(segment, 20, [10, 4], 2, [0, 0], [0, 0]) for segment in range(2)]
    [10, 4]
    """
    total = 0
    for n in range(count):
        total += asked[n]
    pro_rata(min(max(0, available), total), asked, count, parts, rests)
    return parts[segment]

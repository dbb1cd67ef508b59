"""Rounding: from the shares of a plan to one location a line, the lines of an order drawn together.

A plan says how often each line of such an order should be served from each location. Drawn one by one, the lines of an
order end up in more parcels than they need. Sources: S. Jasin, A. Sinha (2015), "An LP-based correlated rounding scheme
for multi-item ecommerce order fulfillment", Operations Research 63(6); W. Ma (2023), "Order-optimal correlated
rounding for fulfilling multi-item e-commerce orders", Manufacturing & Service Operations Management 25(4).

Shares stand line by line, `width` each: the locations, and last what is not served at all. Each line's sum to 1.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence

from fillrate.draws import exponential

__all__ = ["CORRELATED", "DILATED", "INDEPENDENT", "SCHEMES", "draws_needed", "round_shares"]

INDEPENDENT, CORRELATED, DILATED = range(3)
SCHEMES = {"independent": INDEPENDENT, "correlated": CORRELATED, "dilated": DILATED}
TWO = 2  # draws of the correlated scheme before those of its lines


def draws_needed(scheme: int, lines: int, width: int) -> int:
    """How many uniforms an order of some lines takes.

    >>> [draws_needed(scheme, 4, 7) for scheme in (INDEPENDENT, CORRELATED, DILATED)]
    [4, 6, 7]
    """
    if scheme == DILATED:
        return width
    return lines + TWO if scheme == CORRELATED else lines


def round_shares(
    scheme: int,
    lines: int,
    width: int,
    share: Sequence[float],
    luck: Sequence[float],
    waits: MutableSequence[float],
    drawn: MutableSequence[int],
) -> None:
    """Draw a location for every line, each as often as its shares say.

    Args:
        scheme: INDEPENDENT, CORRELATED or DILATED.
        lines: of the order.
        width: shares of a line.
        share: (lines * width,).
        luck: uniforms, as many as `draws_needed`.
        waits: (width,) scratch.
        drawn: (lines,) written: the location, or `width` - 1 for none.

    >>> drawn = [0, 0]
    >>> round_shares(DILATED, 2, 3, [0.5, 0.5, 0.0, 0.9, 0.1, 0.0], [0.1, 0.6, 0.5], [0.0] * 3, drawn); drawn
    [0, 0]
    """
    if scheme == DILATED:
        _dilated(lines, width, share, luck, waits, drawn)
    elif scheme == CORRELATED:
        _correlated(lines, width, share, luck, drawn)
    else:
        for line in range(lines):
            drawn[line] = _reached(line * width, width, share, luck[line])


def _reached(first: int, width: int, share: Sequence[float], u: float) -> int:
    """The share in which a point of (0, 1) lies when they stand side by side; the last one above 0 takes the rest."""
    total, last = 0.0, width - 1
    for n in range(width):
        if share[first + n] > 0.0:
            total += share[first + n]
            last = n
            if u < total:
                return n
    return last


def _dilated(
    lines: int,
    width: int,
    share: Sequence[float],
    luck: Sequence[float],
    waits: MutableSequence[float],
    drawn: MutableSequence[int],
) -> None:
    """Locations open at random times; a line sees each the later the smaller its share, and takes the first it sees."""
    for n in range(width):
        waits[n] = exponential(luck[n], 1.0)
    for line in range(lines):
        best, soonest = width - 1, -1.0
        for n in range(width):
            if share[line * width + n] > 0.0:
                seen = waits[n] / share[line * width + n]
                if soonest < 0.0 or seen < soonest:
                    best, soonest = n, seen
        drawn[line] = best


def _correlated(
    lines: int, width: int, share: Sequence[float], luck: Sequence[float], drawn: MutableSequence[int]
) -> None:
    """One line draws a location and a height below its share there; lines with a share above it follow.

    The others draw of what their shares are more than that rule has given them. The paper cuts the shares of a location
    into layers by how many lines reach that high, and draws a layer: the same law, said without the layers.
    """
    leader = min(int(luck[0] * lines), lines - 1)
    place, below = _reached(leader * width, width, share, luck[1]), 0.0
    for n in range(place):
        below += share[leader * width + n]
    height = luck[1] - below
    for line in range(lines):
        if line == leader or share[line * width + place] > height:
            drawn[line] = place
        else:
            drawn[line] = _of_the_rest(line, lines, width, share, luck[TWO + line])


def _of_the_rest(line: int, lines: int, width: int, share: Sequence[float], u: float) -> int:
    """A location by what is left of a line's shares."""
    total = 0.0
    for n in range(width):
        total += _rest(line, lines, width, share, n)
    point, reached, last = u * total, 0.0, width - 1
    for n in range(width):
        rest = _rest(line, lines, width, share, n)
        if rest > 0.0:
            reached += rest
            last = n
            if point < reached:
                return n
    return last


def _rest(line: int, lines: int, width: int, share: Sequence[float], n: int) -> float:
    """A line's share of a location less how often it follows a leader there."""
    mine, followed = share[line * width + n], 0.0
    for other in range(lines):
        followed += min(mine, share[other * width + n])
    return max(0.0, mine - followed / lines)

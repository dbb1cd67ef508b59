"""The best set of locations for a whole order, by branch and bound."""

from __future__ import annotations

from fillrate.model.kernel.jit import jit

__all__ = ["open_best"]

SLACK = 1e-9  # money that sums in another order may differ by


@jit
def open_best(z, order):
    """Go through sets of locations as numbers do, and leave out what cannot be worth as much as one location alone.

    To a set are added, one after the other, the locations before its first one; of sets of one worth the lowest counts.
    """
    lines = z.first[order + 1] - z.first[order]
    least = _alone(z, order, lines)
    depth, open_ones, z.added[0] = 0, 0, 0
    while depth >= 0:
        site = z.added[depth]
        z.added[depth] += 1
        if site == z.opened[depth]:
            depth -= 1
        elif _possible(z, order, lines, depth, site) >= max(least, z.worth[order]) - SLACK:
            depth += 1
            worth = _add(z, order, lines, depth, site)
            if worth > z.worth[order]:
                z.worth[order], open_ones = worth, depth
                for n in range(1, depth + 1):
                    z.chosen[n] = z.opened[n]
    _serve(z, order, lines, open_ones)


@jit
def _alone(z, order, lines):
    """Money of the order from its best location alone; on the way, a line's best gain of all before each."""
    least = 0.0
    for n in range(z.places):
        total, row = 0.0, n * z.largest
        for line in range(lines):
            gain = z.gain[(z.first[order] + line) * z.places + n]
            total += gain
            z.left[row + z.largest + line] = max(z.left[row + line], gain)
        least = max(least, total - z.box[order * z.places + n])
    return least


@jit
def _possible(z, order, lines, depth, site):
    """Money, at most, of a set with a location and any of those before it added."""
    total = 0.0
    for line in range(lines):
        total += max(z.most[depth * z.largest + line], z.left[(site + 1) * z.largest + line])
    return total - (z.paid[depth] + z.box[order * z.places + site])


@jit
def _add(z, order, lines, depth, site):
    """Open one more location; money of the set."""
    total, row = 0.0, depth * z.largest
    for line in range(lines):
        gain = z.gain[(z.first[order] + line) * z.places + site]
        z.most[row + line] = max(z.most[row - z.largest + line], gain)
        total += z.most[row + line]
    z.paid[depth] = z.paid[depth - 1] + z.box[order * z.places + site]
    z.opened[depth], z.added[depth] = site, 0
    return total - z.paid[depth]


@jit
def _serve(z, order, lines, open_ones):
    """Write where each line is served: from the open location that gains most, the first of equal ones."""
    for line in range(z.first[order], z.first[order] + lines):
        best = 0.0
        for n in range(open_ones, 0, -1):
            gain = z.gain[line * z.places + z.chosen[n]]
            if gain > best:
                best, z.place[line] = gain, z.chosen[n]

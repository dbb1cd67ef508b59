"""Whether lines can still be filled in full from at most so many locations: what ship-complete asks of the mask."""

from __future__ import annotations

from collections.abc import Sequence

from fillrate.decision.offer import OPENED, Offer

__all__ = ["coverable"]

NONE, DEAD = -1, -2  # no line is short; one is, and nothing can be done about it


def coverable(offer: Offer, first: int, last: int) -> bool:
    """Whether lines `first` to `last` - 1 can be filled from the opened locations and those that may still be opened.

    Reads what is needed from `offer.rest` and what is there from `offer.free`. Exact: a line that is short needs one
    more of the locations that have it. Each is tried; one that has failed is barred from what is tried after it, and a
    line that the locations left could not fill ends the search. `offer.trail` has, for each location opened on the
    way, the short line, the next row to try and the number of barred locations.
    """
    opened, trail, depth = offer.state[OPENED], offer.trail, 0
    trail[2] = 0
    short = _short_line(offer, first, last, 0)
    while True:
        if short == NONE:
            offer.state[OPENED] = opened
            return True
        if short != DEAD:
            trail[3 * depth], trail[3 * depth + 1] = short, 0
        at = _next_row(offer, depth) if short != DEAD else -1
        while at < 0:  # nothing is left to try here: what was opened last does not do
            if depth == 0:
                return False
            depth -= 1
            offer.state[OPENED] = opened + depth
            offer.barred[trail[3 * depth + 2]] = offer.opened[opened + depth]
            trail[3 * depth + 2] += 1
            at = _next_row(offer, depth)
        offer.opened[opened + depth] = offer.location[at]
        depth += 1
        offer.state[OPENED] = opened + depth
        trail[3 * depth + 2] = trail[3 * depth - 1]
        short = _short_line(offer, first, last, trail[3 * depth + 2])


def _short_line(offer: Offer, first: int, last: int, barred: int) -> int:
    """The first line that the opened locations do not fill; NONE, or DEAD if none that may be opened can."""
    room = offer.most - offer.state[OPENED]
    short = NONE
    for line in range(first, last):
        if not _fillable(offer, line, 0, barred):
            if room <= 0 or not _fillable(offer, line, room, barred):
                return DEAD
            if short == NONE:
                short = line
    return NONE if room >= offer.width * offer.lines else short


def _next_row(offer: Offer, depth: int) -> int:
    """The next row of the short line whose location may be opened, an entry of the flat lists; -1 if none is left."""
    line, row, barred = offer.trail[3 * depth], offer.trail[3 * depth + 1], offer.trail[3 * depth + 2]
    opened = offer.state[OPENED]
    while row < offer.width:
        at = line * offer.width + row
        row += 1
        place = offer.location[at]
        if offer.free[at] > 0 and not _among(offer.opened, opened, place) and not _among(offer.barred, barred, place):
            offer.trail[3 * depth + 1] = row
            return at
    return -1


def _among(places: Sequence[int], count: int, place: int) -> bool:
    for n in range(count):  # noqa: SIM110 - a loop that can be compiled
        if places[n] == place:
            return True
    return False


def _fillable(offer: Offer, line: int, room: int, barred: int) -> bool:
    """Whether a line fills from the opened locations and the best `room` others, alone if lines may not be split."""
    units, alone = 0, 0
    start = line * offer.width
    for r in range(offer.width):
        n = offer.free[start + r]
        if n > 0 and _among(offer.opened, offer.state[OPENED], offer.location[start + r]):
            units += n
            alone = max(alone, n)
    last, row = -1, -1  # the others, largest first, each once
    for _ in range(min(room, offer.width)):
        best, at = 0, -1
        for r in range(offer.width):
            n = offer.free[start + r]
            after = last < 0 or n < last or (n == last and r > row)
            place = offer.location[start + r]
            known = _among(offer.opened, offer.state[OPENED], place) or _among(offer.barred, barred, place)
            if n > best and after and not known:
                best, at = n, r
        if at < 0:
            break
        units += best
        alone = max(alone, best)
        last, row = best, at
    needed = offer.rest[line]
    return needed <= 0 or (alone >= needed if offer.split == 1 else units >= needed)

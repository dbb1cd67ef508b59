"""Whether lines can still be filled in full from at most so many locations: what ship-complete asks of the mask."""

from __future__ import annotations

from collections.abc import Sequence

from fillrate.decision.offer import OPENED, Offer

__all__ = ["coverable"]


def coverable(offer: Offer, first: int, last: int, barred: int) -> bool:
    """Whether lines `first` to `last` - 1 can be filled from the opened locations and those that may still be opened.

    Reads what is needed from `offer.rest` and what is there from `offer.free`. Exact: a line that is short needs one
    more of the locations that have it. Each is tried; one that has failed is barred from what is tried after it, and a
    line that the locations left could not fill ends the search.

    Args:
        offer: the offer, its scratch filled.
        first: first line.
        last: line after the last.
        barred: how many locations are barred, the first entries of `offer.barred`.
    """
    opened = offer.state[OPENED]
    room = offer.most - opened
    short = -1
    for line in range(first, last):
        if not _fillable(offer, line, 0, barred):
            if room <= 0 or not _fillable(offer, line, room, barred):
                return False
            if short < 0:
                short = line
    if short < 0 or room >= offer.width * offer.lines:
        return True
    failed = barred
    for r in range(offer.width):
        at = short * offer.width + r
        place = offer.location[at]
        if offer.free[at] > 0 and not _among(offer.opened, opened, place) and not _among(offer.barred, failed, place):
            offer.opened[opened] = place
            offer.state[OPENED] = opened + 1
            possible = coverable(offer, first, last, failed)
            offer.state[OPENED] = opened
            if possible:
                return True
            offer.barred[failed] = place
            failed += 1
    return False


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

"""The one walk through an offer that engines, environment and production share.

Lines come in trace order, one candidate table for each (line, remaining quantity). A row takes min(available,
remaining); if units remain, the line is asked again without that row. The mask forbids rows that break the split
rule, that would make ship-complete impossible, or that are not worth a parcel.

`advance` goes to the next question and `answer` takes one, so that a walk can pause between them; `walk` is the loop.
"""

from __future__ import annotations

from collections.abc import Callable

from fillrate.decision.covering import coverable
from fillrate.decision.offer import LINE, OPENED, Offer

__all__ = ["advance", "answer", "finish", "give", "has_choice", "is_open", "legal_rows", "settle", "walk"]


def walk(offer: Offer, ask: Callable[[Offer, list[int]], int]) -> None:
    """Lead a policy through an offer; its answer is `offer.take`.

    Args:
        offer: fresh.
        ask: the row that `offer.state[LINE]` takes, of its legal rows, or the width to hold. It is called without a
            legal row too, where only hold is left; what it answers then does not count.
    """
    count = advance(offer)
    while count >= 0:
        row = ask(offer, list(offer.legal[:count]))
        answer(offer, row if count else offer.width)
        count = advance(offer)
    finish(offer)


def advance(offer: Offer) -> int:
    """Go to the next question: the number of legal rows, written to `offer.legal`; -1 if there is no further one."""
    line = max(0, offer.state[LINE])
    while line < offer.lines and offer.left[line] <= 0:
        line += 1
    offer.state[LINE] = line
    return legal_rows(offer, line) if line < offer.lines else -1


def answer(offer: Offer, row: int) -> None:
    """Take min(available, remaining) from a row, or hold what is left of the line."""
    line = offer.state[LINE]
    if row < offer.width:
        give(offer, line, row, min(offer.available[line * offer.width + row], offer.left[line]))
        return
    if offer.complete == 1:
        _undo(offer, line)
    offer.state[LINE] = offer.lines if offer.complete == 2 else line + 1  # a line is held, and so is the order


def give(offer: Offer, line: int, row: int, units: int) -> None:
    """Take units of a line from a row."""
    if units > 0:
        offer.take[line * offer.width + row] = units
        offer.left[line] -= units
        _open(offer, offer.location[line * offer.width + row])


def has_choice(offer: Offer) -> bool:
    """Whether any line of a fresh offer has a legal row; if none has, it is held without asking."""
    for line in range(offer.lines):  # noqa: SIM110 - a loop that can be compiled
        if offer.left[line] > 0 and legal_rows(offer, line) > 0:
            return True
    return False


def finish(offer: Offer) -> None:
    """Undo parcels that are not worth sending, and what ship-complete then no longer allows."""
    settle(offer)
    while offer.least > 0.0 and _drop_small(offer):
        settle(offer)


def settle(offer: Offer) -> None:
    """Undo a line, or the whole order, of which some units stay held though it must be complete."""
    if offer.complete == 0:
        return
    short = False
    for line in range(offer.lines):
        short = short or offer.left[line] > 0
    for line in range(offer.lines):
        if short and (offer.complete == 2 or offer.left[line] > 0):
            _undo(offer, line)


def legal_rows(offer: Offer, line: int) -> int:
    """Write the rows that a line may take now to `offer.legal`; hold is always legal and not listed."""
    start, count, available, take = line * offer.width, 0, offer.available, offer.take
    if offer.split == 1:
        for r in range(offer.width):
            if take[start + r] > 0:
                return 0
    full, complete, worth = offer.state[OPENED] >= offer.most, offer.complete, offer.least > 0.0
    for r in range(offer.width):
        at = start + r
        if available[at] <= 0 or take[at] > 0:
            continue
        if full and not is_open(offer, offer.location[at]):
            continue
        if complete and not _still_possible(offer, line, r):
            continue
        if worth and not _worth_a_parcel(offer, line, offer.location[at]):
            continue
        offer.legal[count] = r
        count += 1
    return count


def is_open(offer: Offer, location: int) -> bool:
    """Whether the order ships from a location already."""
    for n in range(offer.state[OPENED]):  # noqa: SIM110 - a loop that can be compiled
        if offer.opened[n] == location:
            return True
    return False


def _open(offer: Offer, location: int) -> None:
    if not is_open(offer, location):
        offer.opened[offer.state[OPENED]] = location
        offer.state[OPENED] += 1


def _undo(offer: Offer, line: int) -> None:
    """Give back what a line took, and close the locations that nothing else needs."""
    changed = False
    for at in range(line * offer.width, (line + 1) * offer.width):
        changed = changed or offer.take[at] > 0
        offer.take[at] = 0
    offer.left[line] = offer.asked[line]
    if changed:
        offer.state[OPENED] = offer.before
        for at in range(offer.lines * offer.width):
            if offer.take[at] > 0:
                _open(offer, offer.location[at])


def _still_possible(offer: Offer, line: int, row: int) -> bool:
    """Whether what must be complete (this line, or every line) can still be after this row is taken."""
    at = line * offer.width + row
    if offer.split == 1 and offer.available[at] < offer.left[line]:
        return False
    for i in range(offer.lines * offer.width):
        offer.free[i] = offer.available[i]
    for l in range(offer.lines):
        offer.rest[l] = offer.left[l]
    offer.rest[line] = max(0, offer.left[line] - offer.available[at])
    for r in range(offer.width):  # rows already taken on this line, and this one, give no more
        if offer.take[line * offer.width + r] > 0 or r == row:
            offer.free[line * offer.width + r] = 0
    before = offer.state[OPENED]
    _open(offer, offer.location[at])
    first, last = (line, line + 1) if offer.complete == 1 else (0, offer.lines)
    possible = coverable(offer, first, last)
    offer.state[OPENED] = before
    return possible


def _worth_a_parcel(offer: Offer, line: int, location: int) -> bool:
    """Whether a further location could ship goods of enough value: of this line and of those after it."""
    if offer.state[OPENED] == 0 or is_open(offer, location):
        return True
    value = 0.0
    for at in range(line * offer.width, offer.lines * offer.width):
        if offer.location[at] == location:
            l = at // offer.width
            value += min(offer.available[at], offer.left[l]) * offer.price[l]
    return value >= offer.least


def _drop_small(offer: Offer) -> bool:
    """Undo what further locations would ship if it is not worth a parcel; whether anything was undone.

    Free of the threshold are the locations that the order ships from already and, if there is none, the one whose
    goods are worth most in this offer (the first met of equal ones).
    """
    spared = -1
    if offer.before == 0:
        most = -1.0
        for at in range(offer.lines * offer.width):
            worth = _worth(offer, offer.location[at]) if offer.take[at] > 0 else most
            if worth > most:
                spared, most = offer.location[at], worth
    found = False
    for n in range(offer.before, offer.state[OPENED]):
        location = offer.opened[n]
        small = location != spared and _worth(offer, location) < offer.least
        if small and _send_nothing(offer, location):
            found = True
    if found:
        offer.state[OPENED] = offer.before
        for at in range(offer.lines * offer.width):
            if offer.take[at] > 0:
                _open(offer, offer.location[at])
    return found


def _worth(offer: Offer, location: int) -> float:
    """Money that the goods taken from a location are worth."""
    value = 0.0
    for at in range(offer.lines * offer.width):
        if offer.location[at] == location:
            value += offer.take[at] * offer.price[at // offer.width]
    return value


def _send_nothing(offer: Offer, location: int) -> bool:
    """Put back what was taken from a location; whether there was anything."""
    found = False
    for at in range(offer.lines * offer.width):
        if offer.location[at] == location and offer.take[at] > 0:
            offer.left[at // offer.width] += offer.take[at]
            offer.take[at] = 0
            found = True
    return found

"""Stage 7: reviews, purchase orders and transfers."""

from __future__ import annotations

from fillrate.draws import snap as _snap
from fillrate.model import purchasing
from fillrate.model.events import RECEIPT
from fillrate.model.kernel import codes as c
from fillrate.model.kernel.agenda import book, log_units, money_of, push
from fillrate.model.kernel.ahead import fetch_pair
from fillrate.model.kernel.chance import lead_days
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.lift import lift
from fillrate.model.kernel.pools import give, take
from fillrate.model.kernel.stocks import move, position, touch
from fillrate.model.kernel.waiting import wake
from fillrate.policy.replenish import ALWAYS
from fillrate.policy.replenish import order_quantity as _order_quantity

__all__ = ["buy", "forget_touched", "is_due", "on_its_way", "refill", "review_everything", "review_touched", "stocked"]

AHEAD = 8  # blocks
snap, order_quantity = lift(_snap), lift(_order_quantity)
whole_lots, trimmed, affordable = (lift(f) for f in (purchasing.whole_lots, purchasing.trimmed, purchasing.affordable))


@jit
def is_due(z):
    """Whether a continuous review has to look at anything."""
    return z.setting.continuous != 0 and z.now < z.horizon and (z.touched > 0 or z.low > 0)


@jit
def refill(z):
    """What suppliers can deliver in this review."""
    for n in range(len(z.capacity)):
        most = z.setting.supplier[n].capacity
        z.capacity[n] = most if most > 0 else c.NO_LIMIT


@jit
def review_touched(z):
    """Continuous review, once, after a whole offer is answered: also of pairs whose last order was trimmed.

    Who receives transfers goes first, and who sends one has its turn thereafter: it orders once for all of them.
    """
    refill(z)
    count = _take_touched(z)
    first_low = count
    if z.low > 0:
        count = _add_low(z, count)
        _sort_due(z, first_low, count)
    while count > 0:
        _review_due(z, count, False)
        _review_due(z, count, True)
        count = _take_touched(z)


@jit
def _review_due(z, count, bought):
    """Of the pairs that are due those that buy, or those that receive transfers; who has fallen again is due anew."""
    for n in range(count):
        pair = z.due_list[n]
        if (z.setting.pair[pair].sender == c.PURCHASE) == bought and z.due[pair] == 0:
            _review(z, pair)


@jit
def _take_touched(z):
    """Move the touched pairs to the list of those that are due; returns how many."""
    count = z.touched
    for n in range(count):
        z.due_list[n] = z.touched_list[n]
    forget_touched(z)
    return count


@jit
def forget_touched(z):
    """No pair is to be looked at any more."""
    for n in range(z.touched):
        pair = z.touched_list[n]
        z.due[pair] = 0
        z.due_in[pair // c.BLOCK] -= 1
    z.touched = 0


@jit
def _add_low(z, count):
    """List the pairs that the last review left below their level too, and forget those that no longer are."""
    kept, first = 0, count
    for n in range(first):
        z.due[z.due_list[n]] = 1  # listed already
    for n in range(z.low_listed):
        pair = z.low_list[n]
        if z.stock[pair].low == 0:
            z.stock[pair].low_listed = 0
            continue
        z.low_list[kept] = pair
        kept += 1
        if z.due[pair] == 0 and z.setting.pair[pair].s < ALWAYS:
            z.due_list[count] = pair
            count += 1
    z.low_listed = kept
    for n in range(first):
        z.due[z.due_list[n]] = 0
    return count


@jit
def _sort_due(z, first, last):
    for n in range(first + 1, last):
        pair, at = z.due_list[n], n
        while at > first and z.due_list[at - 1] > pair:
            z.due_list[at] = z.due_list[at - 1]
            at -= 1
        z.due_list[at] = pair


@jit
def review_everything(z):
    """A review of every pair, in order; only those are looked at that may have to order.

    Who sends a transfer later in the order of pairs has its turn in this review, else in the next.
    """
    refill(z)
    z.touched = 0  # whose turn is over and who is touched again is listed anew
    for block in range(len(z.due_in)):
        _fetch_due(z, block + AHEAD)
        if z.due_in[block] > 0:
            for pair in range(block * c.BLOCK, min((block + 1) * c.BLOCK, z.setting.pairs)):
                if z.due[pair] != 0:
                    z.due[pair] = 0
                    z.due_in[block] -= 1
                    _review(z, pair)


@jit
def _fetch_due(z, block):
    """Ask for what is known of the pairs that are due in a block."""
    if block < len(z.due_in) and z.due_in[block] > 0:
        for pair in range(block * c.BLOCK, min((block + 1) * c.BLOCK, z.setting.pairs)):
            if z.due[pair] != 0:
                fetch_pair(z, pair)


@jit
def _review(z, pair):
    """Order for a pair if its position is at or below its s."""
    levels = z.setting.pair[pair]
    there = position(z, pair)
    _mark_low(z, pair, False)
    if there <= levels.s:
        units = order_quantity(there, levels.s, levels.S, levels.lot, levels.cap)
        buy(z, pair, units, there <= levels.expedite, levels.cap)
        if position(z, pair) <= levels.s:
            _mark_low(z, pair, True)


@jit
def _mark_low(z, pair, low):
    """Note whether a pair is left at or below its level, so that the next review looks at it too."""
    stock = z.stock[pair]
    if z.setting.continuous == 0:
        if low:
            touch(z, pair)
    elif low and stock.low == 0:
        z.low += 1
        stock.low = 1
        if stock.low_listed == 0:
            stock.low_listed = 1
            z.low_list[z.low_listed] = pair
            z.low_listed += 1
    elif not low and stock.low != 0:
        z.low -= 1
        stock.low = 0


@jit
def buy(z, pair, units, fast, cap):
    """Send a purchase order in the supplier's lots, trimmed to what supplier, sender, storage and cash allow."""
    s = z.setting
    supplier = s.pair[pair].supplier
    if units <= 0 or supplier < 0:
        return
    terms = s.supplier[supplier]
    fast = fast and terms.fast_law >= 0
    wanted = whole_lots(units, terms.minimum, terms.lot, cap)
    units = trimmed(wanted, _most(z, pair, fast), terms.minimum, terms.lot)
    if units == 0:
        return
    z.capacity[supplier] -= units
    due, expected = _lead(z, pair, terms, fast)
    _book_order(z, pair, units, fast)
    on_its_way(z, pair, units, due, expected)


@jit
def _most(z, pair, fast):
    """Units that supplier, sender, storage and cash allow."""
    s = z.setting
    own, place = s.pair[pair], s.place_of[pair]
    terms = s.supplier[own.supplier]
    most = z.capacity[own.supplier]
    if own.sender != c.PURCHASE:
        most = min(most, max(0, z.free[own.sender]))
    if s.caps_at_storage != 0 and s.place[place].storage > 0.0:
        there = 0
        for other in range(s.pairs):
            if s.place_of[other] == place:
                there += z.stock[other].on_hand + z.stock[other].inbound
        most = min(most, max(0, int(s.place[place].storage) - there))
    if s.has_cash != 0 and own.sender == c.PURCHASE:
        each = _price(z, own.sku, terms) + (terms.expedite if fast else 0.0)
        most = min(most, affordable(z.cash, terms.order_cost, each))
    return most


@jit
def _price(z, sku, terms):
    """Purchase price, money/unit, snapped."""
    return snap(z.setting.sku[sku].raw_cost * terms.cost_factor)


@jit
def _lead(z, pair, terms, fast):
    """Instants of receipt, drawn and expected; an outage of the supplier delays the start of the lead time."""
    s, t = z.setting, z.feed
    start = expected = z.now
    entity = s.places + s.pair[pair].supplier
    for n in range(t.first_window[entity], t.first_window[entity + 1]):
        if t.window[n].start <= z.now < t.window[n].end:
            start = t.window[n].end
            expected = _expected_end(z, terms)
    stock, day = z.stock[pair], int(z.now)
    if stock.day != day:
        stock.day = day
        stock.nth = 0
    lead = lead_days(z, pair, day, stock.nth, terms.fast_law if fast else terms.lead_law)
    stock.nth += 1
    return start + lead, expected + (terms.fast_mean if fast else terms.lead_mean)


@jit
def _expected_end(z, terms):
    """When an outage that is on is expected to end: as stated, else by the mean (the draw is not known)."""
    s = z.setting
    end, found = 0.0, False
    for n in range(terms.first_stated, terms.first_stated + terms.stated):
        window = s.stated[n]
        if window.start <= z.now < window.end:
            end = max(end, window.end) if found else window.end
            found = True
    return end if found else z.now + terms.mean_down


@jit
def _book_order(z, pair, units, fast):
    """Journal and book an order: a purchase, or a transfer that leaves its sender now."""
    s = z.setting
    own = s.pair[pair]
    terms, sku, place = s.supplier[own.supplier], own.sku, s.place_of[pair]
    bought = own.sender == c.PURCHASE
    if not bought:
        move(z, own.sender, -units)
        log_units(z, c.TRANSFERRED, -1, -1, sku, s.place_of[own.sender], units)
        touch(z, own.sender)
    kind = c.EXPEDITED if fast else c.ORDERED if bought else c.AWAITED
    log_units(z, kind, -1, -1, sku, place, units)
    cost = s.sku[sku].cost
    if bought:
        book(z, c.PURCHASE_VARIANCE, -money_of(units, _price(z, sku, terms) - cost), -1, -1, sku, place)
    else:
        book(z, c.TRANSFER_FREIGHT, -money_of(units, terms.freight), -1, -1, sku, place)
    book(z, c.ORDER_COST, -terms.order_cost, -1, -1, sku, place)
    if fast:
        book(z, c.EXPEDITE, -money_of(units, terms.expedite), -1, -1, sku, place)
    if s.has_cash != 0 and bought:
        z.cash -= money_of(units, cost)


@jit
def on_its_way(z, pair, units, due, expected):
    """Put a purchase or transfer on its way."""
    z.receipts += 1
    slot = take(z, z.coming, c.COMINGS)
    if slot < 0:
        return
    coming, stock = z.coming[slot], z.stock[pair]
    coming.order = -1
    coming.pair = pair
    coming.units = units
    coming.expected = expected
    coming.next = stock.coming
    stock.coming = slot
    stock.inbound += units
    push(z, due, RECEIPT, z.receipts, slot)


@jit
def stocked(z, slot):
    """A purchase or transfer comes in; after the close it was valued as on its way."""
    coming = z.coming[slot]
    pair, units = coming.pair, coming.units
    if z.closed == 0:
        own, stock = z.setting.pair[pair], z.stock[pair]
        _unlink(z, stock, slot)
        stock.inbound -= units
        move(z, pair, units)
        log_units(z, c.STOCKED, -1, -1, own.sku, z.setting.place_of[pair], units)
        wake(z, own.sku)
    give(z, z.coming, c.COMINGS, slot)


@jit
def _unlink(z, stock, slot):
    if stock.coming == slot:
        stock.coming = z.coming[slot].next
        return
    before = stock.coming
    while z.coming[before].next != slot:
        before = z.coming[before].next
    z.coming[before].next = z.coming[slot].next

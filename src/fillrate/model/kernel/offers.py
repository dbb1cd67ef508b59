"""Stages 1 and 2: an order comes in, and is offered with all its open lines."""

from __future__ import annotations

from fillrate.decision import walk
from fillrate.decision.offer import LINE, OPENED
from fillrate.decision.offer import allow_units as _allow_units
from fillrate.draws import snap as _snap
from fillrate.model.kernel import codes as c
from fillrate.model.kernel.agenda import log_units, money_of
from fillrate.model.kernel.chance import patience
from fillrate.model.kernel.facts import home_pair
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.lift import lift
from fillrate.model.kernel.limits import quota_left, row_available
from fillrate.model.kernel.pools import take
from fillrate.model.kernel.waiting import line_of, open_units

__all__ = ["begin_offer", "receive"]

has_choice, legal_rows, snap, allow_units = (lift(f) for f in (walk.has_choice, walk.legal_rows, _snap, _allow_units))
INFINITY = float("inf")


@jit
def receive(z, row):
    """An order comes in: its slot, or -1 if a table is full."""
    o = take(z, z.order, c.ORDERS)
    if o < 0:
        return o
    order, t, s = z.order[o], z.feed, z.setting
    order.row = row
    order.time = z.now
    order.region = t.region[row]
    order.segment = t.segment[row]
    order.pin = t.pin[row]
    _promise(order, s.segment[order.segment], t.ship_by[row], t.deliver_by[row])
    order.counted = z.now >= s.warm_up_raw
    order.last_delivery = -1.0
    order.deadline = 0.0
    order.offers = order.shipped = order.on_time = order.boxes = 0
    order.parcels = order.sent = -1
    order.patient = order.waiting = order.listed = order.again = 0
    order.units = order.lines = 0
    for at in range(t.first_line[row], t.first_line[row + 1]):
        if not _read_line(z, o, at):
            return -1
    order.pending = order.units
    z.received += order.counted
    for n in range(order.lines):
        line = z.line[line_of(z, o, n)]
        log_units(z, c.RECEIVED, row, line.row, line.sku, -1, line.quantity)
        z.margin += money_of(line.quantity, line.price - s.sku[line.sku].cost)
    return o


@jit
def _promise(order, terms, ship_by, deliver_by):
    """Promised dates: the order's own, else the segment's, else dispatch at receipt (and the lane's mean transit)."""
    if ship_by != ship_by:
        within = terms.ship_within
        ship_by = order.time + (snap(within) if within == within else 0.0)
    if deliver_by != deliver_by and terms.deliver_within == terms.deliver_within:
        deliver_by = order.time + snap(terms.deliver_within)
    order.ship_by = ship_by
    order.deliver_by = deliver_by


@jit
def _read_line(z, o, at):
    """Read one trace line; whether there was a slot for it."""
    l = take(z, z.line, c.LINES)
    if l < 0:
        return False
    order, line, t = z.order[o], z.line[l], z.feed
    line.row = at
    line.price = t.price[at]
    line.order = o
    line.nth = order.lines
    line.sku = t.sku[at]
    line.quantity = line.open = t.quantity[at]
    line.home = home_pair(z, order.region, line.sku)
    line.waiting = line.held = line.counted = line.immediate = line.first_pass = line.placed = 0
    line.cells = line.kept = line.twin = line.aim = -1
    line.head = 1
    line.waits = 0
    for n in range(order.lines):
        other = line_of(z, o, n)
        if z.line[other].sku == line.sku and z.line[other].twin < 0:
            z.line[other].twin = l
            line.head = 0
            break
    z.order_line[o * z.widest + order.lines] = l
    order.lines += 1
    order.units += line.quantity
    return True


@jit
def begin_offer(z, o, capped):
    """Make the offer of an order; whether the policy has anything to choose.

    With `capped` a line takes at most the units that its `cap` says (re-evaluation's caps); the rest stays held.
    """
    order, s = z.order[o], z.setting
    order.offers += 1
    if order.offers == 1:
        z.offered += 1
        order.deadline = INFINITY if s.segment[order.segment].forever != 0 else z.now + patience(z, order)
    z.asked_nth = 0
    lines = _open_groups(z, o, capped)
    if lines == 0:
        z.masked_offers += open_units(z, o) > 0
        return False
    _lay_out(z, o, lines)
    for line in range(lines):
        _log_check(z, o, line)
    if not has_choice(z.offer):
        z.masked_offers += 1
        return False
    return True


@jit
def _open_groups(z, o, capped):
    """Number of lines to ask about: open, merged by SKU, with the units that caps and quotas allow."""
    order, offer, s = z.order[o], z.offer, z.setting
    terms = s.segment[order.segment]
    complete = 0 if terms.commit != 0 else terms.complete
    lines = 0
    for n in range(order.lines):
        l = line_of(z, o, n)
        if z.line[l].head == 0:
            continue
        units = 0
        twin = l
        while twin >= 0:
            units += z.line[twin].open
            twin = z.line[twin].twin
        if units > 0:
            offer.group[lines] = l
            offer.rest[lines] = units
            offer.asked[lines] = units
            lines += 1
    offer.order = o
    offer.complete = complete
    if s.has_quotas == 0 and not capped:
        return lines
    for line in range(lines):
        l = z.line[offer.group[line]]
        cap = quota_left(z, order.segment, l.sku)
        if capped:
            cap = min(cap, l.cap)
        offer.asked[line] = cap
    allow_units(offer.rest, offer.asked, lines, complete)
    return _without_refused(z, o, lines)


@jit
def _without_refused(z, o, lines):
    """Keep the lines that may be asked about; the others were looked at in vain."""
    offer, kept = z.offer, 0
    for line in range(lines):
        l = offer.group[line]
        if offer.asked[line] == 0:
            z.cut_tables += _is_cut(z, o, z.line[l].sku)
            log_units(z, c.CHECKED, z.order[o].row, z.line[l].row, z.line[l].sku, -1, 0)
        else:
            offer.group[kept] = l
            offer.asked[kept] = offer.asked[line]
            kept += 1
    return kept


@jit
def _is_cut(z, o, sku):
    """Whether rows are left out at the most that a table may have: a location carries a SKU and reaches the region."""
    order, s = z.order[o], z.setting
    next_one = s.sku[sku].first + s.rows
    return order.pin < 0 and next_one < s.sku[sku].last and s.row[order.region * s.pairs + next_one] >= 0


@jit
def _rows(z, o, sku):
    """Rows of a line besides hold: locations that carry its SKU and reach the region, at most so many."""
    order, s = z.order[o], z.setting
    at = order.region * s.pairs + s.sku[sku].first
    most = s.sku[sku].last - s.sku[sku].first
    if order.pin < 0:
        count = 0
        while count < min(most, s.rows) and s.row[at + count] >= 0:
            count += 1
        return count
    for n in range(most):
        if s.row[at + n] >= 0 and s.place_of[s.row[at + n]] == order.pin:
            return 1
    return 0


@jit
def _lay_out(z, o, lines):
    """Write the offer: rows and what each may give, in blocks of equal width."""
    order, offer, s = z.order[o], z.offer, z.setting
    terms = s.segment[order.segment]
    width = 0
    for line in range(lines):
        offer.rows[line] = _rows(z, o, z.line[offer.group[line]].sku)
        width = max(width, offer.rows[line])
    offer.lines = lines
    offer.width = width
    offer.split = terms.split
    offer.most = 1 if terms.split == 0 else s.most
    offer.least = s.least
    for line in range(lines):
        _lay_line(z, o, line)
    offer.before = _opened(z, o)
    offer.state[LINE] = -1
    offer.state[OPENED] = offer.before


@jit
def _lay_line(z, o, line):
    order, offer, s = z.order[o], z.offer, z.setting
    l, width = offer.group[line], offer.width
    sku = z.line[l].sku
    at = order.region * s.pairs + s.sku[sku].first
    row = 0
    while row < offer.rows[line]:
        pair = int(s.row[at])
        at += 1
        if order.pin < 0 or s.place_of[pair] == order.pin:
            to = line * width + row
            offer.pair[to] = pair
            offer.location[to] = s.place_of[pair]
            offer.available[to] = row_available(z, o, l, pair)
            offer.take[to] = 0
            row += 1
    for to in range(line * width + row, (line + 1) * width):
        offer.pair[to] = -1
        offer.location[to] = -1
        offer.available[to] = 0
        offer.take[to] = 0
    offer.left[line] = offer.asked[line]
    offer.price[line] = z.line[l].price
    offer.cut[line] = _is_cut(z, o, sku)


@jit
def _opened(z, o):
    """List the locations that the order ships or has shipped from; returns how many."""
    offer, count = z.offer, 0
    for n in range(z.order[o].lines):
        cell = z.line[line_of(z, o, n)].cells
        while cell >= 0:
            if z.cell[cell].n > 0:
                known = False
                for at in range(count):
                    known = known or offer.opened[at] == z.cell[cell].a
                if not known:
                    offer.opened[count] = z.cell[cell].a
                    count += 1
            cell = z.cell[cell].next
    return count


@jit
def _log_check(z, o, line):
    """A candidate table was made; the journal is told what is there over its legal rows."""
    offer = z.offer
    z.cut_tables += offer.cut[line]
    if z.journal == 0:
        return
    there = 0
    for n in range(legal_rows(offer, line)):
        there += offer.available[line * offer.width + offer.legal[n]]
    l = z.line[offer.group[line]]
    log_units(z, c.CHECKED, z.order[o].row, l.row, l.sku, -1, there)

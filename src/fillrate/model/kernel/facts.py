"""What is known at a decision: the facts of a row, and the columns made from them."""

from __future__ import annotations

import math

from fillrate.decision import columns as shared
from fillrate.decision import facts as formulas
from fillrate.decision.columns import COLUMNS
from fillrate.decision.offer import OPENED
from fillrate.model.costs import unit_freight
from fillrate.model.delays import mean_service_days
from fillrate.model.delays import next_cut_off as _next_cut_off
from fillrate.model.delays import next_review as _next_review
from fillrate.model.kernel.codes import LEVY, PRICES
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.lift import lift
from fillrate.model.kernel.ranking import promised
from fillrate.model.kernel.waiting import line_of

__all__ = ["column", "joins", "next_review", "row_box", "row_unit_cost", "weighted"]

(
    QUANTITY,
    UNIT_MARGIN,
    PRIORITY,
    LOYALTY,
    CONTRACT,
    DAYS_TO_PROMISE,
    LINES_LEFT,
    DAYS_WAITED,
    DISTANCE_KM,
    UNIT_SHIPPING_COST,
    BOX_COST,
    COST_PER_UNIT,
    TRANSIT_DAYS,
    AVAILABLE,
    LINE_COVER,
    ORDER_COVER,
    DAYS_OF_SUPPLY,
    INBOUND,
    DAYS_TO_RECEIPT,
    HOME,
    ROW_POSITION,
    STATION_WORKLOAD,
    EXPECTED_LATENESS,
    OPPORTUNITY_COST,
    NET_VALUE,
    HORIZON_LEFT,
    DAYS_TO_REVIEW,
    UNITS_WAITING,
    UNITS_WAITING_HIGHER,
    SCARCITY,
    ONE,
    RATING,
    THIRD_PARTY,
    LOSS_COST,
    JOINS,
) = range(len(COLUMNS))

margin, cost_per_unit, cover, days_of_supply, lateness, scarcity, net_value = (
    lift(f)
    for f in (
        shared.margin,
        shared.cost_per_unit,
        shared.cover,
        shared.days_of_supply,
        shared.lateness,
        shared.scarcity,
        shared.net_value,
    )
)
freight_of, mean_service = lift(unit_freight), lift(mean_service_days)
rest_cover, lines_left, expected_receipt = (
    lift(f) for f in (formulas.rest_cover, formulas.lines_left, formulas.expected_receipt)
)
next_cut_off, review_after = lift(_next_cut_off), lift(_next_review)


@jit
def lane_of(z, order, place):
    """The lane of an order's service and region from a location."""
    s = z.setting
    return s.lane[(s.segment[order.segment].service * s.regions + order.region) * s.places + place]


@jit
def row_unit_cost(z, order, sku, place):
    """Freight, handling and fee of one unit, money."""
    lane, site = lane_of(z, order, place), z.setting.place[place]
    return freight_of(lane.rate, lane.per_kg, z.setting.sku[sku].weight) + site.handling_unit + site.fee_unit


@jit
def row_box(z, order, place):
    """Box, handling and fee of a parcel without units, money."""
    site = z.setting.place[place]
    return lane_of(z, order, place).box + site.handling_box + site.fee_box


@jit
def joins(z, line, place):
    """Whether units would join a parcel of the order: not picked yet, of this offer, or kept aside."""
    offer = z.offer
    order = z.order[offer.order]
    for n in range(offer.before, offer.state[OPENED]):
        if offer.opened[n] == place:
            return True
    p = order.parcels
    while p >= 0:
        if z.parcel[p].place == place and z.parcel[p].started == 0:
            return True
        p = z.parcel[p].next
    if z.setting.segment[order.segment].complete == 2:
        for n in range(order.lines):  # noqa: SIM110 - a loop that can be compiled
            if _kept_at(z, line_of(z, offer.order, n), place):
                return True
        return False
    l = offer.group[line]
    while l >= 0:
        if _kept_at(z, l, place):
            return True
        l = z.line[l].twin
    return False


@jit
def _kept_at(z, l, place):
    c = z.line[l].kept
    while c >= 0:
        if z.cell[c].a == place:
            return True
        c = z.cell[c].next
    return False


@jit
def next_review(z):
    """Instant of the next review; now if continuous."""
    s = z.setting
    if s.active == 0:
        return z.horizon
    return review_after(z.now, s.review_days)


@jit
def _receipt_days(z, pair):
    """Days until the next receipt is expected: of what is on order, else of what the next review would order."""
    c = z.stock[pair].coming
    s, soonest = z.setting, math.inf
    while c >= 0:
        soonest = min(soonest, z.coming[c].expected)
        c = z.coming[c].next
    supplier = s.pair[pair].supplier
    if soonest == math.inf and (s.active == 0 or supplier < 0):
        return z.horizon - z.now
    lead = s.supplier[supplier].lead_mean if supplier >= 0 else 0.0
    return expected_receipt(soonest, z.now, next_review(z), lead)


@jit
def _delivery_days(z, order, line, place):
    """Days until delivery, by the queue, the mean pick, the next cut-off and the mean transit."""
    terms = z.setting.place[place]
    mean = 0.0
    if terms.finite != 0:
        mean = mean_service(terms.setup, terms.line_minutes, terms.unit_minutes, 1, z.offer.left[line])
    picked = z.now + z.site[place].work / terms.servers + mean
    leaves = next_cut_off(picked, z.setting.hour, terms.first_hour, terms.hours)
    return leaves + lane_of(z, order, place).transit_mean - z.now


@jit
def _first_rest(z, line):
    """The first line that is still to be answered: a walk has answered those before."""
    return 0 if z.setting.method in (PRICES, LEVY) else line


@jit
def _waiting(z, line):
    """Units of the SKU held by other orders."""
    s, l = z.setting, z.offer.group[line]
    sku = z.line[l].sku
    units = 0
    for segment in range(s.segments):
        units += z.wanted[sku * s.segments + segment]
    while l >= 0:
        units -= z.line[l].waiting
        l = z.line[l].twin
    return float(units)


@jit
def _waiting_higher(z, order, sku):
    """The part of the waiting units that segments of higher priority hold."""
    s, units = z.setting, 0
    for segment in range(s.segments):
        if s.segment[segment].priority > s.segment[order.segment].priority:
            units += z.wanted[sku * s.segments + segment]
    return float(units)


@jit
def column(z, line, row, name):
    """Value of a column for a row of a line of the offer."""
    offer, s = z.offer, z.setting
    order = z.order[offer.order]
    segment = s.segment[order.segment]
    l = z.line[offer.group[line]]
    place = offer.location[line * offer.width + row]
    there, left = float(offer.available[line * offer.width + row]), float(offer.left[line])
    if name == QUANTITY:
        return left
    if name == UNIT_MARGIN:
        return margin(l.price, s.sku[l.sku].cost)
    if name == PRIORITY:
        return segment.priority
    if name == LOYALTY:
        return segment.loyalty
    if name == CONTRACT:
        return segment.contract
    if name == DAYS_TO_PROMISE:
        return promised(z, order, place) - z.now
    if name == LINES_LEFT:
        return float(lines_left(line, _first_rest(z, line), offer.lines, offer.left))
    if name == DAYS_WAITED:
        return z.now - order.time
    if name == DISTANCE_KM:
        return lane_of(z, order, place).distance
    if name == UNIT_SHIPPING_COST:
        return row_unit_cost(z, order, l.sku, place)
    if name in (BOX_COST, COST_PER_UNIT):
        box = 0.0 if joins(z, line, place) else row_box(z, order, place)
        return box if name == BOX_COST else cost_per_unit(box, row_unit_cost(z, order, l.sku, place), there, left)
    if name == TRANSIT_DAYS:
        return lane_of(z, order, place).transit_mean
    if name == AVAILABLE:
        return there
    if name == LINE_COVER:
        return cover(there, left)
    if name == ORDER_COVER:
        rest = (line, _first_rest(z, line), offer.lines, offer.width)
        return rest_cover(place, *rest, offer.location, offer.available, offer.left)
    return _further_column(z, line, row, name)


@jit
def _further_column(z, line, row, name):
    """Values of the columns from `days_of_supply` on."""
    offer, s = z.offer, z.setting
    order = z.order[offer.order]
    segment, l = s.segment[order.segment], z.line[offer.group[line]]
    place, pair = offer.location[line * offer.width + row], offer.pair[line * offer.width + row]
    there = float(offer.available[line * offer.width + row])
    if name == DAYS_OF_SUPPLY:
        return days_of_supply(there, s.pair[pair].home_rate)
    if name == INBOUND:
        return float(z.stock[pair].inbound)
    if name == DAYS_TO_RECEIPT:
        return _receipt_days(z, pair)
    if name == HOME:
        return 1.0 if pair == home_pair(z, order.region, l.sku) else 0.0
    if name == ROW_POSITION:
        return float(row)
    if name == STATION_WORKLOAD:
        return z.site[place].work / s.place[place].servers
    if name == EXPECTED_LATENESS:
        return lateness(_delivery_days(z, order, line, place), promised(z, order, place) - z.now)
    if name == OPPORTUNITY_COST:
        return opportunity(z, pair)
    if name == NET_VALUE:
        return net_value(l.price, s.sku[l.sku].cost, row_unit_cost(z, order, l.sku, place), opportunity(z, pair))
    if name == HORIZON_LEFT:
        return 1.0 - z.now / z.horizon
    if name == DAYS_TO_REVIEW:
        return next_review(z) - z.now
    if name == UNITS_WAITING:
        return _waiting(z, line)
    if name == UNITS_WAITING_HIGHER:
        return _waiting_higher(z, order, l.sku)
    if name == SCARCITY:
        return scarcity(s.pair[pair].home_rate * segment.higher_share, _receipt_days(z, pair), there)
    return _site_column(z, line, place, name)


@jit
def opportunity(z, pair):
    """The planner's price of a unit of stock."""
    return z.worth[pair] if z.setting.plans != 0 else 0.0


@jit
def _site_column(z, line, place, name):
    """Values of the columns from `one` on."""
    s, order = z.setting, z.order[z.offer.order]
    if name == ONE:
        return 1.0
    if name == RATING:
        return s.place[place].rating
    if name == THIRD_PARTY:
        return 1.0 if s.place[place].third_party != 0 else 0.0
    if name == LOSS_COST:
        return s.loss[order.segment * s.regions + order.region]
    return 1.0 if joins(z, line, place) else 0.0


@jit
def home_pair(z, region, sku):
    """Home pair of a region's demand for a SKU, -1 if nobody carries it."""
    s = z.setting
    if s.sku[sku].first == s.sku[sku].last:
        return -1
    return int(s.row[region * s.pairs + s.sku[sku].first])


@jit
def weighted(z, line, row, terms, first, last):
    """Weighted sum of columns for a row, terms added in the order they are written."""
    total = terms[first].weight * column(z, line, row, terms[first].column)
    for n in range(first + 1, last):
        total += terms[n].weight * column(z, line, row, terms[n].column)
    return total

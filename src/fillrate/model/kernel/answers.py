"""Answers of the source policy: chains, prices, random, hold; a custom policy pauses the run."""

from __future__ import annotations

from fillrate.decision import chain, joining, network, rounding, scaling, walk
from fillrate.decision.cover.codes import ENUMERATION_LIMIT, EXACT, NODE_LIMIT
from fillrate.decision.cover.solve import cover_order
from fillrate.draws import snap as _snap
from fillrate.model.kernel.chance import policy_uniform
from fillrate.model.kernel.codes import CHAIN, NETWORK, RANDOM, ROUNDING
from fillrate.model.kernel.facts import column, row_unit_cost, weighted
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.lift import lift

__all__ = ["answer_prices", "choose_row", "draw_rows", "take_levy"]

is_open, give, finish, snap = lift(walk.is_open), lift(walk.give), lift(walk.finish), lift(_snap)
solve, solve_joining = lift(cover_order), lift(joining.join_order)
narrow, pick = lift(chain.narrow), lift(chain.pick)
needed, round_shares = lift(rounding.draws_needed), lift(rounding.round_shares)
best_row, outputs, scaled = lift(network.best_row), lift(network.outputs), lift(scaling.scaled)


@jit
def choose_row(z, line, count):
    """The row that a policy takes of `count` legal ones; the offer's width holds."""
    offer, s = z.offer, z.setting
    if z.aiming != 0:
        return _by_aim(z, line, count)
    if s.method == CHAIN:
        return _by_chain(z, line, count)
    if s.method == RANDOM:
        return pick(policy_uniform(z, z.order[offer.order], z.asked_nth), offer.legal, count, offer.width)
    if s.method == NETWORK:
        return _by_network(z, line, count)
    if s.method == ROUNDING:
        return _by_rounding(z, line, count)
    return offer.width


@jit
def _by_aim(z, line, count):
    """The row of the location that a planner assigned; where that is empty the first, and hold where it said so."""
    offer = z.offer
    place = z.line[offer.group[line]].aim
    for n in range(count):
        if offer.location[line * offer.width + offer.legal[n]] == place:
            return int(offer.legal[n])
    return int(offer.legal[0]) if place >= 0 else int(offer.width)


@jit
def draw_rows(z):
    """Draw a location for every line of an offer from the planner's shares."""
    offer, s, w = z.offer, z.setting, z.scratch
    order, width = z.order[offer.order], s.places + 1
    first = (order.segment * s.regions + order.region) * s.items
    kinds = z.feed.basket[order.row] * s.skus
    for line in range(offer.lines):
        at = (first + s.item_of[kinds + z.line[offer.group[line]].sku]) * s.places
        left = 1.0
        for place in range(s.places):
            w.odds[line * width + place] = z.share[at + place]
            left -= z.share[at + place]
        w.odds[line * width + s.places] = left
    for n in range(needed(s.scheme, offer.lines, width)):
        w.luck[n] = policy_uniform(z, order, n)
    round_shares(s.scheme, offer.lines, width, w.odds, w.luck, w.waits, w.drawn)


@jit
def _by_rounding(z, line, count):
    """The row of the location that was drawn; where that is empty the chain's, or hold."""
    offer, s, place = z.offer, z.setting, z.scratch.drawn[line]
    for n in range(count):
        if offer.location[line * offer.width + offer.legal[n]] == place:
            return int(offer.legal[n])
    if s.fallback != 0 and place < s.places:
        return _by_chain(z, line, count)
    return int(offer.width)


@jit
def _by_network(z, line, count):
    """The row of the largest score."""
    offer, s, w = z.offer, z.setting, z.scratch
    rows = offer.rows[line]
    _see(z, line, rows)
    for n in range(s.columns):
        same = s.net_of_order[n] != 0 and rows > 0
        w.seen[rows * s.columns + n] = w.seen[n] if same else scaled(s.net_hold[n], s.net_scale[n])
    row = best_row(s.columns, s.hidden, rows, offer.legal, count, w.seen, _weights(s), _work(w))
    return row if row < rows else offer.width


@jit
def _see(z, line, rows):
    """What a network sees of the rows of a line."""
    s = z.setting
    for n in range(s.columns):
        for row in range(rows):
            z.scratch.seen[row * s.columns + n] = scaled(column(z, line, row, s.net_column[n]), s.net_scale[n])


@jit
def _weights(s):
    return (s.net_row, s.net_row_bias, s.net_mix, s.net_mix_bias, s.net_table, s.net_score, s.net_score_bias)


@jit
def _work(w):
    return (w.each, w.pool, w.common, w.units, w.out)


@jit
def _by_chain(z, line, count):
    """The first weighted sum that does not tie decides, then row order; `legal` shrinks to the rows that tie."""
    offer, s = z.offer, z.setting
    legal, score = offer.legal, z.scratch.score
    for step in range(s.source_steps):
        if count == 1 and (step > 0 or s.has_hold == 0):
            break
        for n in range(count):
            score[legal[n]] = weighted(z, line, legal[n], s.term, s.step[step], s.step[step + 1])
        count = narrow(score, legal, count)
        if step == 0 and s.has_hold != 0 and s.hold > score[legal[0]]:
            return offer.width
    return legal[0]


@jit
def answer_prices(z):
    """All lines at once: gains of units and costs of boxes go to the whole-order solver."""
    offer, w = z.offer, z.scratch
    width = _places(z)
    for i in range(offer.lines * width):
        w.available[i] = 0
        w.value[i] = 0.0
        w.true_cost[i] = 0.0
    for n in range(width):
        w.box[n] = 0.0
    for line in range(offer.lines):
        _price_line(z, line, width)
    status = _solve(z, width)
    z.stopped_searches += status != EXACT
    for line in range(offer.lines):
        for row in range(offer.rows[line]):
            at = w.at[offer.location[line * offer.width + row]]
            give(offer, line, row, w.take[line * width + at])
    finish(offer)


@jit
def take_levy(z):
    """The same, with what somebody outside charges for a unit from each location."""
    z.levied = 1
    answer_prices(z)
    z.levied = 0


@jit
def _places(z):
    """Number the locations of an offer in the region's order; returns how many there are."""
    offer, w, s = z.offer, z.scratch, z.setting
    first = z.order[offer.order].region * s.places
    count = 0
    for line in range(offer.lines):
        for row in range(offer.rows[line]):
            place = offer.location[line * offer.width + row]
            at = count
            while at > 0 and s.position[first + w.place[at - 1]] > s.position[first + place]:
                at -= 1
            if at > 0 and w.place[at - 1] == place:
                continue
            for n in range(count, at, -1):
                w.place[n] = w.place[n - 1]
            w.place[at] = place
            count += 1
    for n in range(count):
        w.at[w.place[n]] = n
    return count


@jit
def _price_line(z, line, width):
    offer, w, s = z.offer, z.scratch, z.setting
    order, sku = z.order[offer.order], z.line[offer.group[line]].sku
    rows, learned = offer.rows[line], s.hidden > 0
    if learned and rows > 0:
        _see(z, line, rows)
        outputs(s.columns, s.hidden, 2, rows, -1, w.seen, _weights(s), _work(w))
    for row in range(rows):
        gain, opening = (w.out[2 * row], w.out[2 * row + 1]) if learned else (0.0, 0.0)
        place = offer.location[line * offer.width + row]
        to = line * width + w.at[place]
        w.available[to] = offer.available[line * offer.width + row]
        charged = z.levy[place] if z.levied != 0 else 0.0
        w.value[to] = snap(weighted(z, line, row, s.value_term, 0, len(s.value_term)) + gain - charged)
        w.true_cost[to] = row_unit_cost(z, order, sku, place)
        if len(s.box_term) > 0:
            opening += weighted(z, line, row, s.box_term, 0, len(s.box_term))
        if learned or len(s.box_term) > 0:
            w.box[w.at[place]] = max(0.0, snap(opening))


@jit
def _solve(z, width):
    """Ask the solver; locations that the order ships from already count against the most that it may use."""
    offer, w = z.offer, z.scratch
    order, limits = (offer.lines, width, offer.split, offer.complete), (NODE_LIMIT, ENUMERATION_LIMIT)
    prices = (offer.left, w.available, w.value, w.true_cost, w.box)
    menu = (w.need, w.menu_width, w.order, w.most, w.size, w.worth, w.cost)
    work = (w.state, w.best, w.trail, w.mark, w.ends, w.slack, w.level, w.record)
    if offer.before == 0 or offer.most - offer.before >= width:
        status, _ = solve(*prices, *order, offer.most, *limits, w.take, menu, work)
        return status
    for n in range(width):
        w.joined[n] = is_open(offer, w.place[n])
    room, scratch = max(0, offer.most - offer.before), (w.usable, w.chosen, w.other, w.pick)
    status, _ = solve_joining(*prices, *order, room, w.joined, *limits, w.take, scratch, menu, work)
    return status

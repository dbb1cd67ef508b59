"""Keyed draws of a run, each snapped: the same keys and laws as in `fillrate.model.chance`."""

from __future__ import annotations

import numpy as np

from fillrate import draws
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.lift import lift

__all__ = [
    "comes_back",
    "lead_days",
    "line_key",
    "patience",
    "pick_days",
    "policy_uniform",
    "return_days",
    "short",
    "transit",
]

mix, uniform, snap, quantile = (lift(f) for f in (draws.mix, draws.uniform, draws.snap, draws.quantile))
CONSTANT = draws.CONSTANT


@jit
def _law(z, law, state):
    """A snapped draw of a law."""
    s = z.setting
    terms = s.law[law]
    u = 0.5 if terms.code == CONSTANT else uniform(state)
    return snap(quantile(terms.code, u, terms.mean, terms.cv, s.law_value, s.law_cumulative, terms.first, terms.count))


@jit
def line_key(z, line):
    """Key of an order line."""
    return mix(z.feed.key[z.order[line.order].row], np.uint64(line.nth))


@jit
def patience(z, order):
    """Days an order waits from its first offer."""
    return _law(z, z.setting.segment[order.segment].patience_law, mix(z.feed.patience, z.feed.key[order.row]))


@jit
def transit(z, order, place, law):
    """Days on the way."""
    state = mix(mix(z.feed.transit, z.feed.key[order.row]), z.setting.place[place].key)
    return _law(z, law, state)


@jit
def pick_days(z, order, place, nth, mean):
    """Days of one pick."""
    site, s = z.setting.place[place], z.setting
    if site.pick_law == CONSTANT:
        return snap(mean)
    state = mix(mix(mix(z.feed.pick_service, z.feed.key[order.row]), site.key), np.uint64(nth))
    return snap(quantile(site.pick_law, uniform(state), mean, site.cv, s.law_value, s.law_cumulative, 0, 0))


@jit
def short(z, line, place, nth):
    """Whether one unit of a line is not found."""
    site = z.setting.place[place]
    state = mix(mix(mix(z.feed.short_pick, line_key(z, line)), site.key), np.uint64(nth))
    return uniform(state) < site.short_pick


@jit
def comes_back(z, line, place, nth, probability):
    """Whether a delivered line is returned."""
    state = mix(mix(z.feed.return_whether, line_key(z, line)), z.setting.place[place].key)
    return uniform(mix(state, np.uint64(nth))) < probability


@jit
def return_days(z, line, place, nth):
    """Days from delivery to return."""
    state = mix(mix(z.feed.return_when, line_key(z, line)), z.setting.place[place].key)
    return _law(z, z.setting.return_law, mix(state, np.uint64(nth)))


@jit
def lead_days(z, pair, day, nth, law):
    """Days from order to receipt."""
    s = z.setting
    terms = s.pair[pair]
    supplier = s.supplier[terms.supplier]
    first = z.feed.transfer if supplier.transfer != 0 else z.feed.purchase
    state = mix(mix(mix(first, supplier.key), s.place[s.place_of[pair]].key), s.sku[terms.sku].key)
    return _law(z, law, mix(mix(state, np.uint64(day)), np.uint64(nth)))


@jit
def policy_uniform(z, order, nth):
    """A uniform of the policy's own, for the n-th question of an offer."""
    state = mix(mix(z.setting.policy_key, np.uint64(z.feed.seed)), z.feed.key[order.row])
    return uniform(mix(mix(state, np.uint64(order.offers - 1)), np.uint64(nth)))

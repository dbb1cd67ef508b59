"""Totals turned into metrics, for all replications at once and for each as if it were alone.

Whole numbers, money and days are exact in any order of summing. What is not (stock at cost, fairness) is summed from
left to right, so that the last bit neither depends on the number of replications nor on the processor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fillrate.draws import snap
from fillrate.scorecard.journal import BOOKINGS
from fillrate.scorecard.metrics import METRICS
from fillrate.scorecard.totals import HOME, TALLY, Totals

if TYPE_CHECKING:
    from fillrate.world import World

__all__ = ["metric_keys", "metric_values"]

Floats = NDArray[np.float64]
Numbers = NDArray[Any]  # whole or not
Values = dict[str, Numbers]

ACCOUNTS = tuple(BOOKINGS)
SERVING = ("freight", "handling", "fee", "lateness", "backorder", "loss", "refund", "goods_back", "return_fee")
RATES = {
    "order_fill_rate": ("full", "orders"),
    "line_fill_rate": ("lines_first_pass", "lines"),
    "unit_fill_rate": ("first_pass", "units"),
    "immediate_unit_fill_rate": ("immediate", "units"),
    "eventual_unit_fill_rate": ("shipped", "units"),
}  # fill rate -> what of `TALLY` over what
BY_HOME = {
    "unit_fill_rate": "first_pass",
    "immediate_unit_fill_rate": "immediate",
    "eventual_unit_fill_rate": "shipped",
}  # fill rate -> what of `HOME` over the units asked


def metric_keys(world: World) -> tuple[str, ...]:
    """Keys of a scorecard: those of the table first, then by segment, region and location."""
    groups: dict[str, tuple[Any, ...]] = {"segment": world.segments, "region": world.regions}
    each = (*RATES, "order_cycle_time_days")
    keys = [f"{key}[{kind}={g.name}]" for kind, entries in groups.items() for g in entries for key in each]
    keys += [f"served_home_share[region={region.name}]" for region in world.regions]
    keys += [f"{key}[location={p.name}]" for p in world.locations for key in (*BY_HOME, "on_hand_units")]
    return (*METRICS, *keys)


def metric_values(world: World, totals: Totals) -> Floats:
    """(n, keys) metrics in the order of `metric_keys`; nan where one is undefined."""
    days = world.days - snap(world.header.warm_up_days)
    values = _service(totals) | _time(totals) | _stock(world, totals, days) | _money(totals, days)
    values |= {key: totals.count(key) for key in ("cut_tables", "masked_offers")}
    found = np.concatenate([np.stack([values[key] for key in METRICS], axis=-1), *_selected(world, totals, days)], -1)
    found[~np.isfinite(found)] = np.nan
    return np.asarray(found, np.float64)


def _ratio(above: Numbers, below: Numbers | float) -> Floats:
    """One over the other, nan where there is nothing below."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(np.asarray(below) != 0, above / below, np.nan)


def _in_order(values: Floats) -> Floats:
    """(n,) sums over the last axis from left to right; `np.sum` pairs terms, differently for different shapes."""
    if not values.shape[-1]:
        return np.zeros(values.shape[:-1])
    return np.asarray(np.cumsum(values, axis=-1)[..., -1] + 0.0)  # no minus zero, as with a sum that begins at zero


def _rates(tally: Numbers) -> Floats:
    """(..., len(RATES)) every fill rate of tallies (..., len(TALLY))."""
    at: Values = dict(zip(TALLY, np.moveaxis(tally, -1, 0), strict=True))
    return np.stack([_ratio(at[above], at[below]) for above, below in RATES.values()], axis=-1)


def _service(t: Totals) -> Values:
    every, sent = t.by_segment.sum(axis=1), t.region_sent.sum(axis=-1)
    return {
        **dict(zip(RATES, _rates(every).T, strict=True)),
        "on_time_in_full": _ratio(t.count("on_time"), every[:, TALLY.index("orders")]),
        "lost_units": t.count("lost"),
        "shipments_per_order": _ratio(t.count("parcels"), t.count("sent")),
        "split_rate": _ratio(t.count("split"), t.count("sent")),
        "served_home_share": _ratio(sent[:, 1], sent[:, 0]),
        **_fairness(_rates(t.by_segment)[..., tuple(RATES).index("unit_fill_rate")]),
    }


def _fairness(fair: Floats) -> Values:
    """Fairness among the segments (n, segments) that ordered anything; Jain's index as in `METRICS`."""
    some = ~np.isnan(fair)
    rate = np.where(some, fair, 0.0)
    total, squares = _in_order(rate), _in_order(rate * rate)
    least = np.where(some, fair, np.inf).min(axis=-1)  # without any segment: undefined, as all that is not finite
    return {"fairness_min": least, "fairness_jain": _ratio(total * total, some.sum(axis=-1) * squares)}


def _time(t: Totals) -> Values:
    delivered, picked = t.by_segment[..., TALLY.index("delivered")].sum(axis=-1), t.count("parcels_picked")
    half, most = _quantiles(t.cycles, (0.5, 0.95))
    return {
        "backorder_wait_days": _ratio(t.sum("waited"), t.count("allocated")),
        "order_cycle_time_days": _ratio(_in_order(t.segment_days), delivered),
        "order_cycle_time_days_p50": half,
        "order_cycle_time_days_p95": most,
        "station_wait_days": _ratio(t.sum("station_wait"), picked),
        "station_wait_share": _ratio(t.count("parcels_waited"), picked),
    }


def _quantiles(values: Floats, shares: Sequence[float]) -> list[Floats]:
    """(n,) for each share: the quantile of what is known in each row, nan of nothing: type 7 of Hyndman and Fan (1996).

    Interpolated from the nearer side, as `np.quantile` does. Only the cells that are looked at are sorted into place.
    """
    if not values.shape[-1]:
        return [np.full(len(values), np.nan)] * len(shares)
    last = np.maximum((~np.isnan(values)).sum(axis=-1) - 1, 0)
    places = last * np.array(shares)[:, None]
    below = np.floor(places).astype(np.int64)
    cells = np.stack([below, np.minimum(below + 1, last)])
    rising = np.partition(values, np.unique(cells), axis=-1)
    a, b = rising[np.arange(len(values)), cells]
    part = places - below
    return list(np.where(part >= 0.5, b - (b - a) * (1 - part), a + (b - a) * part))


def _stock(world: World, t: Totals, days: float) -> Values:
    units = _in_order(t.on_hand)
    cost = np.array(world.tables.unit_cost, np.float64)[world.tables.pair_sku]
    value = _in_order(t.on_hand * cost) / days
    limits = [p.storage_units for p in world.locations]
    limited = [n for n, limit in enumerate(limits) if limit > 0]
    return {
        "backorder_units": t.sum("backorders") / days,
        "backorder_units_end": t.count("open_at_end"),
        "on_hand_units": units / days,
        "inventory_turnover": _ratio(t.sum("dispatched_cost") / days * 365.0, value),
        "days_of_supply": _ratio(units, t.count("dispatched")),
        "storage_utilization": _ratio(
            _in_order(_by_location(world, t)[:, limited]) / days, sum(limits[n] for n in limited)
        ),
        "capital_employed": value,
        "station_utilization": _ratio(_in_order(t.busy), sum(p.station.servers for p in world.locations) * days),
    }


def _by_location(world: World, t: Totals) -> Floats:
    """(n, locations) unit-days on hand."""
    place = world.tables.pair_location
    order = np.argsort(place, kind="stable")
    bounds = np.searchsorted(place[order], np.arange(1, len(world.locations)))
    return np.stack([_in_order(t.on_hand[:, pairs]) for pairs in np.split(order, bounds)], axis=-1)


def _money(t: Totals, days: float) -> Values:
    contribution, orders = _in_order(t.money), t.count("received")
    serving = [ACCOUNTS.index(account) for account in SERVING]
    return {
        "contribution": contribution,
        "contribution_per_day": _in_order(t.steady) / days,
        "controllable_cost": t.sum("margin") - contribution,
        "shipping_cost_per_order": _ratio(0.0 - t.served[:, ACCOUNTS.index("freight")], orders),
        "cost_to_serve_per_order": _ratio(0.0 - _in_order(t.served[:, serving]), orders),
    }


def _selected(world: World, t: Totals, days: float) -> list[Floats]:
    """Fill rates, cycle times and stock by segment, region and location, each (n, keys)."""
    home: Values = dict(zip(HOME, np.moveaxis(t.home, 1, 0), strict=True))
    stock = [_ratio(home[key], home["asked"]) for key in BY_HOME.values()]
    return [
        _by_group(t.by_segment, t.segment_days),
        _by_group(t.by_region, t.region_days),
        _ratio(t.region_sent[:, 1], t.region_sent[:, 0]),
        np.stack([*stock, _by_location(world, t) / days], axis=-1).reshape(len(t), -1),
    ]


def _by_group(tally: Numbers, days: Floats) -> Floats:
    """(n, groups * (rates and mean cycle time)), group by group."""
    cycle = _ratio(days, tally[..., TALLY.index("delivered")])
    return np.concatenate([_rates(tally), cycle[..., None]], axis=-1).reshape(len(tally), -1)

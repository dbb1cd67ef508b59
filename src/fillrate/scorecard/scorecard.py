"""The scorecard: accounts and time averages turned into metrics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from fillrate.scorecard.accounts import Accounts, Averages, Outcome
from fillrate.scorecard.metrics import METRICS

if TYPE_CHECKING:
    from fillrate.world import World

__all__ = ["Scorecard", "score"]

SERVING = ("freight", "handling", "fee", "lateness", "backorder", "loss", "refund", "goods_back", "return_fee")


class Scorecard(Mapping[str, float | None]):
    """Read-only metric key -> value, None where undefined; keys of the table first, selected ones after."""

    def __init__(self, values: Mapping[str, float | None]) -> None:
        """Keep the values; numbers that are not finite become None."""
        self._values = {k: (None if v is None or not np.isfinite(v) else float(v)) for k, v in values.items()}

    def __getitem__(self, key: str) -> float | None:
        """Return the value of one metric."""
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys."""
        return iter(self._values)

    def __len__(self) -> int:
        """Return the number of metrics."""
        return len(self._values)

    def __repr__(self) -> str:
        """Show the metrics one a line."""
        return "Scorecard(\n" + "\n".join(f"  {k} = {v}" for k, v in self._values.items()) + "\n)"


def score(world: World, accounts: Accounts, averages: Averages) -> Scorecard:
    """All metrics of one run."""
    values: dict[str, float | None] = dict.fromkeys(METRICS)
    values |= _service(accounts) | _time(accounts) | _stock(world, accounts, averages) | _money(accounts)
    values |= {"cut_tables": accounts.cut_tables, "masked_offers": accounts.masked_offers}
    values["station_utilization"] = _utilization(world, accounts, averages)
    return Scorecard(values | _selected(world, accounts, averages))


def _ratio(above: float, below: float) -> float | None:
    return above / below if below else None


def _service(a: Accounts) -> dict[str, float | None]:
    out, units = a.outcomes, sum(o.units for o in a.outcomes)
    shipped = [o for o in out if o.parcels > 0]
    by_segment = [_ratio(*_filled(o for o in out if o.segment == s)) for s in range(a.segments)]
    fair = [f for f in by_segment if f is not None]
    squares = sum(f * f for f in fair)
    return {
        "order_fill_rate": _ratio(sum(o.first_pass == o.units for o in out), len(out)),
        "line_fill_rate": _ratio(sum(o.lines_first_pass for o in out), sum(o.lines for o in out)),
        "unit_fill_rate": _ratio(sum(o.first_pass for o in out), units),
        "immediate_unit_fill_rate": _ratio(a.immediate, units),
        "eventual_unit_fill_rate": _ratio(sum(o.shipped for o in out), units),
        "on_time_in_full": _ratio(sum(o.on_time == o.units for o in out), len(out)),
        "lost_units": a.lost,
        "shipments_per_order": _ratio(sum(o.parcels for o in shipped), len(shipped)),
        "split_rate": _ratio(sum(o.parcels > 1 for o in shipped), len(shipped)),
        "served_home_share": _ratio(sum(a.region_sent_home), sum(a.region_sent)),
        "fairness_min": min(fair, default=None),
        "fairness_jain": _ratio(sum(fair) ** 2, len(fair) * squares),
    }


def _filled(outcomes: Iterable[Outcome]) -> tuple[int, int]:
    chosen = list(outcomes)
    return sum(o.first_pass for o in chosen), sum(o.units for o in chosen)


def _time(a: Accounts) -> dict[str, float | None]:
    cycles = np.array([o.cycle_days for o in a.outcomes if o.cycle_days >= 0.0])
    some = len(cycles) > 0
    return {
        "backorder_wait_days": _ratio(a.waited, a.allocated),
        "order_cycle_time_days": float(cycles.mean()) if some else None,
        "order_cycle_time_days_p50": float(np.quantile(cycles, 0.5)) if some else None,
        "order_cycle_time_days_p95": float(np.quantile(cycles, 0.95)) if some else None,
        "station_wait_days": _ratio(a.station_wait, a.parcels_picked),
        "station_wait_share": _ratio(a.parcels_waited, a.parcels_picked),
    }


def _stock(world: World, a: Accounts, averages: Averages) -> dict[str, float | None]:
    days = a.horizon - a.warm_up
    units = sum(averages.on_hand)
    cost = [world.tables.unit_cost[k] for k in world.tables.pair_sku.tolist()]
    value = sum(u * c for u, c in zip(averages.on_hand, cost, strict=True)) / days
    by_place = _by_location(world, averages)
    limited = [(u, p.storage_units) for u, p in zip(by_place, world.locations, strict=True) if p.storage_units > 0]
    return {
        "backorder_units": averages.backorders / days,
        "backorder_units_end": a.open_at_end,
        "on_hand_units": units / days,
        "inventory_turnover": _ratio(a.dispatched_cost / days * 365.0, value),
        "days_of_supply": _ratio(units, a.dispatched),
        "storage_utilization": _ratio(sum(u for u, _ in limited) / days, sum(c for _, c in limited)),
        "capital_employed": value,
    }


def _by_location(world: World, averages: Averages) -> list[float]:
    units = [0.0] * len(world.locations)
    for place, unit_days in zip(world.tables.pair_location.tolist(), averages.on_hand, strict=True):
        units[place] += unit_days
    return units


def _utilization(world: World, a: Accounts, averages: Averages) -> float | None:
    servers = sum(p.station.servers for p in world.locations)
    return _ratio(sum(averages.busy), servers * (a.horizon - a.warm_up))


def _money(a: Accounts) -> dict[str, float | None]:
    contribution = sum(a.money.values())
    orders = a.received
    return {
        "contribution": contribution,
        "contribution_per_day": sum(a.steady.values()) / (a.horizon - a.warm_up),
        "controllable_cost": a.margin - contribution,
        "shipping_cost_per_order": _ratio(-a.money["freight"], orders),
        "cost_to_serve_per_order": _ratio(-sum(a.money[k] for k in SERVING), orders),
    }


def _selected(world: World, a: Accounts, averages: Averages) -> dict[str, float | None]:
    """Fill rates, cycle times and stock by segment, region and location."""
    values: dict[str, float | None] = {}
    groups: dict[str, tuple[Any, ...]] = {"segment": world.segments, "region": world.regions}
    for kind, entries in groups.items():
        for n, entry in enumerate(entries):
            chosen = [o for o in a.outcomes if getattr(o, kind) == n]
            where = f"[{kind}={entry.name}]"
            values[f"order_fill_rate{where}"] = _ratio(sum(o.first_pass == o.units for o in chosen), len(chosen))
            values[f"line_fill_rate{where}"] = _ratio(
                sum(o.lines_first_pass for o in chosen), sum(o.lines for o in chosen)
            )
            values[f"unit_fill_rate{where}"] = _ratio(*_filled(chosen))
            cycles = [o.cycle_days for o in chosen if o.cycle_days >= 0.0]
            values[f"order_cycle_time_days{where}"] = _ratio(sum(cycles), len(cycles))
    for n, region in enumerate(world.regions):
        values[f"served_home_share[region={region.name}]"] = _ratio(a.region_sent_home[n], a.region_sent[n])
    days = a.horizon - a.warm_up
    for n, (place, units) in enumerate(zip(world.locations, _by_location(world, averages), strict=True)):
        values[f"unit_fill_rate[location={place.name}]"] = _ratio(a.home_first_pass[n], a.home_asked[n])
        values[f"on_hand_units[location={place.name}]"] = units / days
    return values

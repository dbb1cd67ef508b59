"""The scorecard: accounts and time averages turned into metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fillrate.scorecard.accounts import Accounts, Averages, Outcomes
from fillrate.scorecard.metrics import METRICS

if TYPE_CHECKING:
    from fillrate.world import World

__all__ = ["Scorecard", "score"]

SERVING = ("freight", "handling", "fee", "lateness", "backorder", "loss", "refund", "goods_back", "return_fee")
BY_HOME = {
    "first_pass": "unit_fill_rate",
    "immediate": "immediate_unit_fill_rate",
    "shipped": "eventual_unit_fill_rate",
}  # what is counted by home location -> fill rate


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
    out = a.outcomes
    sums = _sums(out, np.zeros(len(out), np.int64), 1)
    parcels, shipped = out.column("parcels"), int((out.column("parcels") > 0).sum())
    by_segment = _sums(out, out.column("segment"), a.segments)
    fair = [
        f for s in range(a.segments) if (f := _ratio(by_segment["first_pass"][s], by_segment["units"][s])) is not None
    ]
    return {
        **_rates(sums, 0, ""),
        "on_time_in_full": _ratio(int((out.column("on_time") == out.column("units")).sum()), len(out)),
        "lost_units": a.lost,
        "shipments_per_order": _ratio(int(parcels.sum()), shipped),
        "split_rate": _ratio(int((parcels > 1).sum()), shipped),
        "served_home_share": _ratio(sum(a.region_sent_home), sum(a.region_sent)),
        "fairness_min": min(fair, default=None),
        "fairness_jain": _ratio(sum(fair) ** 2, len(fair) * sum(f * f for f in fair)),
    }


Sums = dict[str, NDArray[np.float64]]


def _sums(out: Outcomes, group: NDArray[np.int64], groups: int) -> Sums:
    """Totals of the outcomes by group, each (groups,)."""
    columns = {
        key: out.column(key) for key in ("units", "lines", "shipped", "immediate", "first_pass", "lines_first_pass")
    }
    days = out.column("cycle_days")
    columns |= {
        "orders": np.ones(len(out)),
        "full": columns["first_pass"] == columns["units"],
        "delivered": days >= 0.0,
        "days": np.maximum(days, 0.0),
    }
    return {key: np.bincount(group, values, groups).astype(np.float64) for key, values in columns.items()}


def _rates(sums: Sums, n: int, where: str) -> dict[str, float | None]:
    """Every fill rate of one group."""
    at = {key: float(values[n]) for key, values in sums.items()}
    return {
        f"order_fill_rate{where}": _ratio(at["full"], at["orders"]),
        f"line_fill_rate{where}": _ratio(at["lines_first_pass"], at["lines"]),
        f"unit_fill_rate{where}": _ratio(at["first_pass"], at["units"]),
        f"immediate_unit_fill_rate{where}": _ratio(at["immediate"], at["units"]),
        f"eventual_unit_fill_rate{where}": _ratio(at["shipped"], at["units"]),
    }


def _time(a: Accounts) -> dict[str, float | None]:
    days = a.outcomes.column("cycle_days")
    cycles = days[days >= 0.0]
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
        "shipping_cost_per_order": _ratio(-a.served["freight"], orders),
        "cost_to_serve_per_order": _ratio(-sum(a.served[k] for k in SERVING), orders),
    }


def _selected(world: World, a: Accounts, averages: Averages) -> dict[str, float | None]:
    """Fill rates, cycle times and stock by segment, region and location."""
    values: dict[str, float | None] = {}
    groups: dict[str, tuple[Any, ...]] = {"segment": world.segments, "region": world.regions}
    for kind, entries in groups.items():
        sums = _sums(a.outcomes, a.outcomes.column(kind), len(entries))
        for n, entry in enumerate(entries):
            where = f"[{kind}={entry.name}]"
            values |= _rates(sums, n, where)
            values[f"order_cycle_time_days{where}"] = _ratio(float(sums["days"][n]), float(sums["delivered"][n]))
    for n, region in enumerate(world.regions):
        values[f"served_home_share[region={region.name}]"] = _ratio(a.region_sent_home[n], a.region_sent[n])
    days = a.horizon - a.warm_up
    for n, (place, units) in enumerate(zip(world.locations, _by_location(world, averages), strict=True)):
        where = f"[location={place.name}]"
        for key, name in BY_HOME.items():
            values[f"{name}{where}"] = _ratio(a.home[key][n], a.home["asked"][n])
        values[f"on_hand_units{where}"] = units / days
    return values

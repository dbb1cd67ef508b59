"""Which features of the model a run has on: so that a search can show that it meets all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from fillrate.policy.spec import Entry, LimitKind
from fillrate.world.law import CODES

if TYPE_CHECKING:
    from fillrate.testing.runs import Run

__all__ = ["FEATURES", "features"]


def features(run: Run) -> set[str]:
    """Keys of `FEATURES` that are on in a run."""
    return {name for name, on in FEATURES.items() if on(run)}


def _any(of: Callable[[Run], Any], test: Callable[[Any], Any]) -> Callable[[Run], bool]:
    return lambda run: any(test(entry) for entry in of(run))


def _is(of: Callable[[Run], Iterable[Any]], value: str) -> Callable[[Run], bool]:
    return lambda run: value in of(run)


def _each(of: Callable[[Run], Iterable[Any]], key: str) -> Callable[[Run], list[Any]]:
    return lambda run: [getattr(entry, key) for entry in of(run)]


def _places(run: Run) -> Any:
    return run.world.locations


def _segments(run: Run) -> Any:
    return run.world.segments


def _suppliers(run: Run) -> Any:
    return run.world.supply.supplier


def _process(run: Run) -> list[str]:
    return [run.world.demand.process]


def _charge(run: Run) -> list[str]:
    return [run.world.money.charge]


def _transit(run: Run) -> list[str]:
    return [run.world.shipping.transit_days.law]


def _patience(run: Run) -> list[str]:
    return [s.patience_days.law for s in run.world.segments]


def _lead_times(run: Run) -> list[str]:
    return [s.lead_time_days.law for s in run.world.supply.supplier]


def _services(run: Run) -> list[str]:
    return [p.station.law for p in run.world.locations if p.station.servers]


def _merged(run: Run) -> bool:
    o = run.trace.orders
    ends = zip(o.first_line[:-1].tolist(), o.first_line[1:].tolist(), strict=True)
    return any(len(set(o.sku[a:b].tolist())) < b - a for a, b in ends)


def _limits(run: Run) -> Iterator[str]:
    entries = (run.policy.rank, run.policy.source, run.policy.replenish, *run.policy.modifiers)
    yield from (limit.kind for e in entries if isinstance(e, Entry) for limit in e.limit)


def _method(run: Run) -> list[str]:
    source = run.policy.source
    return [source.source.method] if isinstance(source, Entry) and source.source else []


def _modified(run: Run, key: str) -> bool:
    return any(getattr(m.modifier, key) for m in run.policy.modifiers if m.modifier)


FEATURES: dict[str, Callable[[Run], bool]] = {
    "several orders at one instant": lambda r: bool((np.diff(r.trace.orders.time) == 0.0).any()),
    "one SKU on two lines": _merged,
    "promises of the orders' own": lambda r: bool(np.isfinite(r.trace.orders.ship_by).any()),
    "pinned orders": lambda r: bool((r.trace.orders.pin >= 0).any()),
    "assortment": _any(_places, lambda p: "*" not in p.carries),
    "fences": _any(_places, lambda p: "*" not in p.serves),
    "closed lanes": _any(lambda r: r.world.lanes, lambda lane: lane.closed),
    "stated lanes": _any(lambda r: r.world.lanes, lambda lane: not lane.closed),
    "reach": lambda r: r.world.shipping.reach_km < 1e9,
    "rate card": lambda r: bool(r.world.shipping.rate_card),
    "carrier services": _any(_segments, lambda s: s.service == "express"),
    "promotions": lambda r: bool(r.world.demand.promotion),
    "profiles": lambda r: bool(r.world.demand.hour_profile),
    "order types": lambda r: bool(r.world.demand.basket),
    "candidates cut": lambda r: r.world.header.max_candidates < len(r.world.locations),
    "cut-offs": _any(_places, lambda p: p.cut_off_hours),
    "short picks": _any(_places, lambda p: p.short_pick_probability),
    "outages of locations": _any(_places, lambda p: p.outage.windows or p.outage.mean_up_days),
    "outages of suppliers": _any(_suppliers, lambda s: s.outage.windows or s.outage.mean_up_days),
    "fees and handling": _any(_places, lambda p: p.fee_per_parcel and p.handling_per_unit),
    "commit": _any(_segments, lambda s: s.commit and s.ship_complete != "no"),
    "waits for ever": _any(_segments, lambda s: s.waits_forever),
    "lost at once": _any(_segments, lambda s: not s.waits_forever and s.patience_days.mean == 0.0),
    "returns": _any(_segments, lambda s: s.return_probability),
    "lateness": _any(_segments, lambda s: s.lateness_per_unit_day),
    "loss by region": _any(lambda r: r.world.regions, lambda region: region.loss_per_unit),
    "waves": lambda r: r.world.timing.mode == "wave",
    "reoffer": lambda r: r.world.timing.reoffer_hours > 0.0,
    "re-evaluation": lambda r: r.world.timing.reevaluate_hours > 0.0,
    "strategies": lambda r: (
        isinstance(r.policy.rank, Entry) and bool(r.policy.rank.rank and r.policy.rank.rank.strategies)
    ),
    "no supplier": lambda r: not r.world.supply.supplier,
    "transfers": _any(_suppliers, lambda s: s.from_location),
    "lots": _any(_suppliers, lambda s: s.lot_units > 1),
    "minimums": _any(_suppliers, lambda s: s.minimum_units),
    "capacity": _any(_suppliers, lambda s: s.capacity_units),
    "expedite": _any(_suppliers, lambda s: s.expedite_lead_time_days is not None),
    "purchase price": _any(_suppliers, lambda s: s.cost_factor != 1.0),
    "storage caps": lambda r: r.world.supply.caps_at_storage and any(p.storage_units for p in r.world.locations),
    "cash limit": lambda r: r.world.money.opening_cash is not None,
    "salvage": lambda r: r.world.money.salvage < 1.0,
    "warm-up": lambda r: r.world.header.warm_up_days > 0.0,
    "opening policy": lambda r: bool(r.world.header.opening_policy),
    "no replenishing": lambda r: r.policy.replenish is None,
    "most locations": lambda r: _modified(r, "max_locations"),
    "complete by modifier": lambda r: _modified(r, "ship_complete"),
    "shipment value": lambda r: _modified(r, "shipment_value"),
}
FEATURES |= {f"process {k}": _is(_process, k) for k in ("periodic", "bernoulli", "poisson")}
FEATURES |= {f"charge {k}": _is(_charge, k) for k in ("time_average", "period_end")}
FEATURES |= {f"kind {k}": _is(_each(_places, "kind"), k) for k in ("warehouse", "store", "third_party")}
FEATURES |= {f"split {k}": _is(_each(_segments, "split"), k) for k in ("none", "lines", "units")}
FEATURES |= {f"complete {k}": _is(_each(_segments, "ship_complete"), k) for k in ("no", "line", "order")}
FEATURES |= {f"service {k}": _is(_services, k) for k in ("deterministic", "exponential", "lognormal")}
FEATURES |= {f"patience {k}": _is(_patience, k) for k in CODES}
FEATURES |= {f"lead time {k}": _is(_lead_times, k) for k in CODES}
FEATURES |= {f"transit {k}": _is(_transit, k) for k in CODES}
FEATURES |= {f"method {k}": _is(_method, k) for k in ("chain", "prices", "random", "hold")}
FEATURES |= {f"limit {k}": _is(_limits, k) for k in get_args(LimitKind)}
"""Name of a feature -> whether a run has it."""

"""A logged day in the simulator: the same orders, from the stock of that morning, under each policy."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fillrate.draws import name_key, snap
from fillrate.errors import InputError
from fillrate.serve.ledger.chain import entries
from fillrate.serve.ledger.statements import Runner
from fillrate.serve.report import logged

if TYPE_CHECKING:
    from fillrate.trace import Trace
    from fillrate.world import World

__all__ = ["METRICS", "Logged", "logged_day", "replayed"]

METRICS = (
    "contribution",
    "unit_fill_rate",
    "immediate_unit_fill_rate",
    "shipping_cost_per_order",
    "shipments_per_order",
)
Order = Mapping[str, Any]


class Logged(NamedTuple):
    """The orders of a ledger as a trace of a world, and the stock before the first of them."""

    trace: Trace
    units: list[int]  # by pair
    left_out: int  # orders that name what the world does not have


def logged_day(run: Runner, world: World) -> Logged:
    """Read the orders of a log.

    Days begin at the whole day of the first order; promises are those of the world.

    Raises:
        InputError: no logged order can be played in the world.
    """
    ids = world.tables.ids
    told = [entry for entry in logged(run) if entry["kind"] == "allocate"]
    good = [entry for entry in told if _known(entry["request"], ids)]
    if not good:
        raise InputError(
            f"world '{world.name}'", f"none of {len(told)} logged orders fits it", "the bundle's own world"
        )
    start = math.floor(min(entry["time"] for entry in good))
    good.sort(key=lambda entry: entry["time"])
    days = float(max(1, math.ceil(good[-1]["time"] - start + 2.0**-20)))
    return Logged(_trace(world, good, start, days), _morning(run, world), len(told) - len(good))


def _known(request: Order, ids: Mapping[str, Mapping[str, int]]) -> bool:
    """Whether an order can be played: the service also logs those that its bundle cannot read."""
    named = {"region": request.get("region"), "segment": request.get("segment")}
    return all(isinstance(name, str) and name in ids[kind] for kind, name in named.items()) and all(
        line["sku"] in ids["sku"] and line["quantity"] > 0 and _is_price(line.get("price")) for line in request["lines"]
    )


def _is_price(said: object) -> bool:
    return said is None or (isinstance(said, int | float) and not isinstance(said, bool) and 0.0 <= said < math.inf)


def _trace(world: World, told: Sequence[Order], start: float, days: float) -> Trace:
    from fillrate.trace import Orders, Trace

    requests, ids, count = [entry["request"] for entry in told], world.tables.ids, len(told)
    lines = [line for request in requests for line in request["lines"]]
    listed = [world.skus[ids["sku"][line["sku"]]].price for line in lines]
    stated = [line.get("price") for line in lines]
    price = [float(own if said is None else said) for said, own in zip(stated, listed, strict=True)]
    orders = Orders(
        time=np.array([snap(entry["time"] - start) for entry in told], np.float64),
        key=np.array([name_key(str(request["id"])) for request in requests], np.uint64),
        region=np.array([ids["region"][request["region"]] for request in requests], np.int32),
        segment=np.array([ids["segment"][request["segment"]] for request in requests], np.int32),
        channel=np.array([_number(ids["channel"], request.get("channel"), 0) for request in requests], np.int32),
        pin=np.array([_number(ids["location"], request.get("pin"), -1) for request in requests], np.int32),
        ship_by=np.full(count, np.nan),
        deliver_by=np.full(count, np.nan),
        first_line=np.cumsum([0, *(len(request["lines"]) for request in requests)]).astype(np.int64),
        sku=np.array([ids["sku"][line["sku"]] for line in lines], np.int32),
        quantity=np.array([line["quantity"] for line in lines], np.int32),
        price=np.array([snap(p) for p in price], np.float64),
    )
    return Trace(orders, 0, days, _lasting(world, days).hash)


def _lasting(world: World, days: float) -> World:
    """The world over the logged days: they begin with the stock that there was, so none of them is warm-up."""
    return replace(world, header=replace(world.over(days).header, warm_up_days=0.0))


def _number(ids: Mapping[str, int], said: object, other: int) -> int:
    """Of a name; `other` where it says none that there is."""
    return ids.get(said, other) if isinstance(said, str) else other


def _morning(run: Runner, world: World) -> list[int]:
    """Units on hand by pair before the first order."""
    units: dict[tuple[str, str], int] = {}
    for entry in entries(run):
        if entry[2] == "allocate":
            break
        for sku, location, on_hand, _ in json.loads(entry[5])["moves"]:
            units[sku, location] = units.get((sku, location), 0) + on_hand
    tables = world.tables
    pairs = zip(tables.pair_sku.tolist(), tables.pair_location.tolist(), strict=True)
    return [units.get((world.skus[k].name, world.locations[l].name), 0) for k, l in pairs]


def replayed(day: Logged, world: World, policies: Sequence[str]) -> dict[str, dict[str, float | None]]:
    """Play the day under each policy; a few metrics of each."""
    from fillrate.model.opening import Opening
    from fillrate.model.simpy_model import Simulation
    from fillrate.policy import load_policy
    from fillrate.scorecard.scorecard import score
    from fillrate.simulate import able_to_look, bound_of

    place, opening, found = _lasting(world, day.trace.days), Opening(list(day.units)), {}
    for name in policies:
        bound = able_to_look(bound_of(load_policy(name), place), place, day.trace, opening)
        sim = Simulation(place, day.trace, bound, opening)
        sim.run()
        card = score(place, sim.accounts.totals())[0]
        found[name] = {metric: card[metric] for metric in METRICS}
    return found

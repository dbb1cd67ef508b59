"""Golden cases: requests of a recorded run, and made ones that a run seldom brings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fillrate.deploy.allocator import Allocator
from fillrate.deploy.golden import Case, at_leisure, case_of
from fillrate.errors import CheckFailed
from fillrate.model.opening import Opening
from fillrate.policy import Bound
from fillrate.trace import Trace
from fillrate.world import World

__all__ = ["edge_requests", "first_prices", "golden_cases", "recorded"]

Record = dict[str, Any]
RECORDED, BASES = 200, 4  # cases of the run, and how many of its requests the made ones vary


def recorded(world: World, trace: Trace, bound: Bound, opening: Opening, most: int, every: int) -> list[Any]:
    """Every so many offers of a run of the laboratory, with their answers; `Offered` of the model's recording."""
    from fillrate.model.simpy_model import Simulation
    from fillrate.model.simpy_model.recording import offered_in

    return offered_in(Simulation(world, trace, bound, opening), most, every)


def first_prices(world: World, bound: Bound, seed: int) -> list[float] | None:
    """(pairs,) what a unit of stock is worth by the planner's first plan; None if nobody plans."""
    if bound.plan is None:
        return None
    from fillrate.model.simpy_model import Simulation
    from fillrate.simulate import opening_of
    from fillrate.trace import orders_of

    sim = Simulation(world, orders_of(world, seed), bound, opening_of(world, seed))
    sim.planning.plan(wave=False)
    return sim.planning.price


def golden_cases(allocator: Allocator, offers: Sequence[Any]) -> list[Case]:
    """Cases of a bundle.

    Args:
        allocator: the bundle without its cases.
        offers: what `recorded` gave.

    Raises:
        CheckFailed: production decides otherwise than the laboratory.
    """
    cases = []
    for offered in offers:
        decision = at_leisure(allocator, offered.request)
        found = [{part["location"]: part["quantity"] for part in line["allocated"]} for line in decision["lines"]]
        if found != offered.allocated:
            said = f"{found}, the laboratory {offered.allocated}"
            raise CheckFailed(f"order {offered.request['id']}: production decides {said}")
        cases.append(case_of("laboratory", offered.request, decision))
    step = max(1, len(cases) // RECORDED)
    kept = cases[::step][:RECORDED]
    bases = [offered.request for offered in offers[:: max(1, len(offers) // BASES)][:BASES]]
    made = [(kind, request) for base in bases for kind, request in edge_requests(allocator, base)]
    kept += [case_of(kind, request, at_leisure(allocator, request)) for kind, request in made]
    again = max(0, RECORDED - len(kept))  # a short run: the same orders asking for more and more units
    for n in range(again):
        request = _asking(bases[n % len(bases)], 1 + n // len(bases))
        kept.append(case_of("more units", request, at_leisure(allocator, request)))
    return kept


def edge_requests(allocator: Allocator, base: Mapping[str, Any]) -> Iterator[tuple[str, Record]]:
    """What a host may ask and a run seldom brings: kind and request."""
    sites: list[str] = allocator.shop.location.tolist()
    lines, stock = base["lines"], base["stock"]
    yield "no stock", {**base, "stock": [{**entry, "on_hand": 0, "reserved": 0} for entry in stock]}
    yield "no entry of stock", {**base, "stock": []}
    yield "everything masked", {**base, "sites": [{"location": site, "open": False} for site in sites]}
    for entry in stock[:2]:
        yield "one location", {**base, "stock": [{**entry, "on_hand": 99, "reserved": 0}]}
    yield "one unit everywhere", {**base, "stock": [{**entry, "on_hand": 1, "reserved": 0} for entry in stock]}
    yield "plenty everywhere", {**base, "stock": [{**entry, "on_hand": 10**6, "reserved": 0} for entry in stock]}
    yield "a SKU twice", {**base, "lines": [*lines, *({**line, "line": f"{line['line']} again"} for line in lines)]}
    yield "no units", {**base, "lines": [{**line, "quantity": 0} for line in lines]}
    yield "more than there is", _asking(base, 10**6)
    yield "unknown SKU", {**base, "lines": [*lines, {"line": "new", "sku": "no such SKU", "quantity": 1, "price": 1.0}]}
    strange = {"location": "no such location", "sku": lines[0]["sku"], "on_hand": 5}
    yield "unknown location", {**base, "stock": [*stock, strange]}
    for split in ("none", "lines", "units"):
        for complete in ("no", "line", "order"):
            scarce = [{**entry, "on_hand": 1 + n % 2, "reserved": 0} for n, entry in enumerate(stock)]
            terms = {"split": split, "ship_complete": complete, "stock": scarce}
            yield f"split {split}, complete {complete}", {**_asking(base, 2), **terms}
    yield "pinned", {**base, "pin": stock[0]["location"]} if stock else dict(base)
    needed = ("id", "now", "region", "segment", "lines", "stock")
    bare = [{key: entry[key] for key in ("location", "sku", "on_hand")} for entry in stock]
    yield "nothing optional", {**{key: base[key] for key in needed}, "stock": bare}
    safe = [{**entry, "safety": 1} for entry in stock]
    yield "safety stock of the host", {**base, "stock": safe}
    queues = [{"location": site, "queue_minutes": 60.0 * n} for n, site in enumerate(sites)]
    yield "queues", {**base, "sites": queues}


def _asking(base: Mapping[str, Any], times: int) -> Record:
    """So many times the units, and no caps."""
    lines = [{k: v for k, v in line.items() if k != "at_most"} for line in base["lines"]]
    return {**base, "lines": [{**line, "quantity": max(1, line["quantity"]) * times} for line in lines]}

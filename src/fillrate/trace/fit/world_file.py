"""The world of a log, as the text of its file: every table under the comment that says where its numbers come from."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from fillrate.trace.fit.facts import Facts
from fillrate.world import World, parse_world
from fillrate.world.rhythm import rate_edges, rate_factors
from fillrate.world.toml import Block, toml_text

__all__ = ["parsed", "world_text"]


def parsed(text: str, place: str) -> World:
    """The world that a text says: what is checked and run is what is written."""
    return parse_world(tomllib.loads(text), place)


def world_text(facts: Facts, name: str, trace: str, stock: Block, said: str, baselines: Sequence[str]) -> str:
    """The world file.

    Args:
        facts: what the log says.
        name: of the world.
        trace: path from the file to the stored orders.
        stock: its `[supply]` table.
        said: one sentence on its stock.
        baselines: policies of `compare WORLD`.
    """
    log, calendar = facts.log, facts.calendar
    source = f"{log.source}, {calendar.text}"
    title = [
        f"{name}: the world of {len(log):,} orders ({source}), made by `fillrate fit`. {_sentence(said)}",
        "Where a comment names the log, the number is counted in it; all others are assumptions, to be changed here.",
        *(f"- {_sentence(note)}" for note in facts.assumptions()),
    ]
    header = {
        "name": name,
        "title": f"{len(log):,} orders of {log.source}: {said}",
        "about": "Which rule would have served these very orders best?",
        "source": source,
        "horizon_days": float(calendar.days),
        "first_weekday": calendar.first_weekday,
        "first_day_of_year": calendar.first_day_of_year,
        "trace": trace,
    }
    why = (
        "From the log: its days, and its orders in `trace`, which runs replay; --sampled draws orders from this world."
    )
    defaults = {"rank": "fcfs", "source": "cheapest", "replenish": "base_stock", "baselines": list(baselines)}
    blocks = [
        Block("world", header, why),
        *_demand(facts, header),
        *_terms(facts),
        stock,
        Block("defaults", defaults, "What a run takes for parts that its policy does not name. Assumed."),
        *_places(facts),
        *_segments(facts),
        *_skus(facts),
    ]
    return toml_text(title, blocks)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _demand(facts: Facts, header: dict[str, Any]) -> Iterator[Block]:
    """Rates and profiles; the rate is such that the profiles bring as many orders as the log has."""
    calendar, sold = facts.calendar, facts.products
    entries: dict[str, Any] = {
        "process": "poisson",
        "rate_per_day": 1.0,
        "weekday_profile": calendar.weekday_profile or None,
        "season_profile": calendar.season_profile or None,
        "hour_profile": calendar.hour_profile or None,
        "line_count": sold.line_count,
        "unit_count": sold.unit_count,
    }
    stated = {key: value for key, value in entries.items() if value is not None}
    bare = {"location": [{"name": "a"}], "region": [{"name": "a"}], "sku": [{"name": "a"}]}
    world = parse_world({"world": header, "demand": stated, **bare}, "demand")
    edges = rate_edges(world, 0.0, world.days)
    total = float((rate_factors(world, (edges[1:] + edges[:-1]) / 2) * np.diff(edges)).sum())
    entries["rate_per_day"] = round(len(facts.log) / total, 6)
    why = (
        "From the log: orders a day, factors by weekday (Monday first), twelfth of the year and hour of the day "
        "(absent: not known), how many orders have 1, 2, ... lines and how many lines have 1, 2, ... units. Only "
        "sampled orders use this. They have no trend; products, regions and units do not depend on each other."
    )
    yield Block("demand", entries, why)


def _terms(facts: Facts) -> Iterator[Block]:
    assumed = facts.assumed
    shipping = {
        "box": assumed.box,
        "box_per_km": assumed.box_per_km,
        "rate": assumed.rate,
        "rate_per_km": assumed.rate_per_km,
        "transit_days": {"law": "lognormal", "mean": assumed.transit_days, "cv": assumed.transit_cv},
        "transit_days_per_1000_km": assumed.transit_days_per_1000_km,
        "service": [{"name": name, "cost_factor": 1.0, "transit_factor": 1.0} for name in facts.groups.services],
    }
    money = {
        "currency": facts.currency,
        "holding_rate_per_year": assumed.holding_rate_per_year,
        "capital_rate_per_year": assumed.capital_rate_per_year,
        "period_days": assumed.charge_days,
    }
    yield Block("shipping", shipping, "Names of the services from the log, all else assumed: put your rates here.")
    yield Block("money", money, "Assumed.")


def _places(facts: Facts) -> Iterator[Block]:
    sites = facts.sites
    for n, name in enumerate(sites.names):
        entries: dict[str, Any] = {
            "name": name,
            "latitude": round(float(sites.latitude[n]), 4),
            "longitude": round(float(sites.longitude[n]), 4),
        }
        if facts.stock is not None and (facts.stock[n] < 0).any():
            entries["carries"] = [facts.products.names[k] for k in np.flatnonzero(facts.stock[n] >= 0)]
        yield Block("location", entries, "" if n else "As given with --sites.", repeated=True)
    where = facts.regions
    why = "From the log: where its orders go, brought together by nearness; weight is the number of orders."
    for n, name in enumerate(facts.region_names):
        entries = {
            "name": name,
            "weight": float(where.orders[n]),
            "latitude": round(float(where.latitude[n]), 4),
            "longitude": round(float(where.longitude[n]), 4),
        }
        yield Block("region", entries, "" if n else why, repeated=True)


def _segments(facts: Facts) -> Iterator[Block]:
    assumed, found = facts.assumed, facts.groups
    why = (
        "From the log: names, orders (weight), median days to dispatch (ship_within_days), prices paid over the mean "
        "ones. Assumed: delivery days, patience, and the cost of waiting and of a lost unit."
    )
    for n, group in enumerate(found.segments):
        within = group.ship_within_days
        entries = {
            "name": group.name,
            "weight": float(group.orders),
            "price_factor": group.price_factor,
            "service": group.service,
            "patience_days": {"law": "constant", "mean": assumed.patience_days},
            "loss_per_unit": facts.loss,
            "backorder_per_unit_day": facts.waiting,
            "ship_within_days": within,
            "deliver_within_days": float(facts.delivery_days) + (within or 0.0),
        }
        yield Block("segment", entries, "" if n else why, repeated=True)
    orders = np.bincount(found.channel_of_order, minlength=len(found.channels))
    for n, name in enumerate(found.channels):
        why = "From the log: orders by channel." if n == 0 else ""
        yield Block("channel", {"name": name, "weight": float(orders[n])}, why, repeated=True)


def _skus(facts: Facts) -> Iterator[Block]:
    sold = facts.products
    why = "From the log: lines (popularity), mean price and mean cost of a sold unit."
    for n, name in enumerate(sold.names):
        entries = {
            "name": name,
            "price": float(sold.price[n]),
            "cost": float(sold.cost[n]),
            "popularity": float(sold.lines[n]),
        }
        title = " ".join(sold.titles[n].split())
        comment = " ".join(filter(None, ("" if n else why, title)))
        yield Block("sku", entries, comment, repeated=True)

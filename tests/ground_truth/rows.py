"""Rows of the ground truth as data: a small world, a policy, and the values that theory or a paper gives.

`python tests/ground_truth/run.py` prints every row at full length; the tests run the same rows shorter.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fillrate.policy.read import Policy
from fillrate.policy.spec import Entry, Info, Limit, ReplenishRule, SourceRule
from fillrate.scorecard.scorecard import Scorecard
from fillrate.world import World, parse_world

Tables = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One row: what is run, what is measured, what it should be."""

    name: str
    source: str
    world: World
    policy: Policy | str
    expected: dict[str, float]  # measure -> value
    days: float  # length that gives about 300,000 orders (or periods)
    widths: dict[str, float] = field(default_factory=dict)  # measure -> wanted half-width, where not .5 % of the value
    measures: dict[str, Callable[[Scorecard], float]] = field(default_factory=dict)
    utilization: float | None = None  # known load of the stations: a control variate of the waits
    seeds: int = 8
    rounding: float = 0.0  # half a unit of the last digit that the source prints

    def wanted(self, name: str) -> float:
        """Half-width at full length and 95 %: .5 % of the value; stock on hand moves slowly and reaches 1.2 %."""
        share = 0.012 if name.startswith("on_hand_units") else 0.005
        return self.widths.get(name, share * abs(self.expected[name]))

    def measure(self, name: str, card: Scorecard) -> float:
        """Value of a measure in one run."""
        if name in self.measures:
            return self.measures[name](card)
        value = card[name]
        return math.nan if value is None else value


def _source(*limits: Limit) -> Policy:
    rule = SourceRule(steps=({"row_position": -1.0},))
    return Policy("ground_truth", source=Entry(Info("ground_truth", "source"), source=rule, limit=limits))


def _replenish(rule: Any) -> Policy:
    return Policy(rule, replenish=Entry(Info(rule, "replenish"), replenish=ReplenishRule(rule)))


# --- A: two locations that share, lost sales ---


def _two(rates: tuple[float, float], levels: tuple[int, int]) -> World:
    places = [{"name": "one", "latitude": 0.0}, {"name": "two", "latitude": 10.0}]
    items = [{"location": p["name"], "base_stock": s} for p, s in zip(places, levels, strict=True)]
    return parse_world(
        {
            "world": {"name": "A", "horizon_days": 1000.0, "warm_up_days": 50.0},
            "location": places,
            "region": [{**p, "weight": w} for p, w in zip(places, rates, strict=True)],
            "sku": [{"name": "item"}],
            "demand": {"rate_per_day": sum(rates)},
            "shipping": {"rate_per_km": 1.0},
            "supply": {
                "opening": "base_stock",
                "item": items,
                "supplier": [{"name": "factory", "lead_time_days": {"law": "exponential", "mean": 2.0}}],
            },
            "defaults": {"replenish": "base_stock"},
        },
        "A",
    )


def _shares(own1: float, other1: float, own2: float, other2: float) -> dict[str, float]:
    return {"own[one]": own1, "other[one]": other1, "own[two]": own2, "other[two]": other2}


def _own(region: str, card: Scorecard) -> float:
    fill, home = card[f"unit_fill_rate[region={region}]"], card[f"served_home_share[region={region}]"]
    return (fill or 0.0) * (home or 0.0)


def _other(region: str, card: Scorecard) -> float:
    return (card[f"unit_fill_rate[region={region}]"] or 0.0) - _own(region, card)


SHARES: dict[str, Callable[[Scorecard], float]] = {
    "own[one]": lambda c: _own("one", c),
    "own[two]": lambda c: _own("two", c),
    "other[one]": lambda c: _other("one", c),
    "other[two]": lambda c: _other("two", c),
}
POINT = dict.fromkeys(SHARES, 0.005)  # of all demand of the region


def _a(
    name: str,
    rates: tuple[float, float],
    levels: tuple[int, int],
    limits: tuple[Limit, ...],
    expected: dict[str, float],
) -> Row:
    source = "GROUND_TRUTH A: Erlang loss; continuous-time Markov chain"
    days = 450_000 / sum(rates)  # the stock on hand needs a half more for .5 %
    return Row(name, source, _two(rates, levels), _source(*limits), expected, days, POINT, SHARES)


RESERVE = (Limit("spillover_limit", units=1.0, side="foreign"),)
ON_HAND = ("on_hand_units[location=one]", "on_hand_units[location=two]")

A = (
    _a("A0", (1.0, 1.0), (3, 3), (Limit("home_only"),), _shares(0.789474, 0.0, 0.789474, 0.0)),
    _a(
        "A1",
        (1.0, 1.0),
        (3, 3),
        (),
        _shares(0.722216, 0.160622, 0.722216, 0.160622) | dict.fromkeys(ON_HAND, 1.234325),
    ),
    _a(
        "A2",
        (1.0, 1.0),
        (3, 3),
        RESERVE,
        _shares(0.767157, 0.077277, 0.767157, 0.077277) | dict.fromkeys(ON_HAND, 1.311133),
    ),
    _a(
        "B1",
        (2.0, 0.5),
        (4, 3),
        (),
        _shares(0.672315, 0.207166, 0.765769, 0.113713) | dict(zip(ON_HAND, (1.197026, 1.405567), strict=True)),
    ),
    _a("B2", (2.0, 0.5), (4, 3), RESERVE, _shares(0.685342, 0.127397, 0.882979, 0.034454)),
)

# --- B and C: one location ---


def _one(name: str, tables: Tables, supply: Tables, lead: Tables | None = None, **supplier: Any) -> World:
    """One location, one region; `tables` overrides whole tables."""
    base: Tables = {
        "world": {"name": name, "horizon_days": 1000.0, "warm_up_days": 50.0},
        "location": [{"name": "site"}],
        "region": [{"name": "market"}],
        "sku": [{"name": "item"}],
        "supply": {
            "opening": "base_stock",
            "supplier": [{"name": "factory", "lead_time_days": lead or {"mean": 0.0}, **supplier}],
            **supply,
        },
        "defaults": {"replenish": "base_stock"},
    }
    return parse_world(base | tables, name)


def _critical(level: int, first: float, second: float, on_hand: float) -> Row:
    segments = [{"name": "first", "priority": 2.0}, {"name": "second", "priority": 1.0}]
    world = _one(
        "B",
        {"segment": segments, "demand": {"rate_per_day": 2.0}},
        {"item": [{"base_stock": 4}]},
        {"law": "exponential", "mean": 2.0},
    )
    fills = {"unit_fill_rate[segment=first]": 1.0 - first, "unit_fill_rate[segment=second]": 1.0 - second}
    policy = _source(Limit("critical_level", segment="second", units=float(level)))
    source = "GROUND_TRUTH B: critical level, (S-1, S), lost sales"
    widths = dict.fromkeys(fills, 0.005)
    return Row(f"critical level {level}", source, world, policy, fills | {"on_hand_units": on_hand}, 150_000.0, widths)


B = (
    _critical(0, 0.310680, 0.310680, 1.242718),
    _critical(1, 0.183908, 0.551724, 1.471264),
    _critical(2, 0.126984, 0.761905, 1.777778),
    _critical(3, 0.102564, 0.923077, 2.051282),
)

WAITING = {"segment": [{"name": "patient", "waits_forever": True}]}


def _palm(rate: float, lead: float, level: int, fill: float, backorders: float, wait: float, on_hand: float) -> Row:
    tables = WAITING | {"demand": {"rate_per_day": rate}}
    law = {"law": "lognormal", "mean": lead, "cv": 0.7}
    world = _one("C", tables, {"item": [{"base_stock": level}]}, law)
    expected = {
        "immediate_unit_fill_rate": fill,
        "backorder_units": backorders,
        "backorder_wait_days": wait,
        "on_hand_units": on_hand,
    }
    widths = {"backorder_units": 0.03 * backorders, "backorder_wait_days": 0.03 * wait}
    source = "GROUND_TRUTH C: Palm, any lead-time law"
    return Row(f"Palm {rate:g}, {lead:g}, {level}", source, world, "cheapest", expected, 300_000 / rate, widths)


def _lot_size() -> Row:
    item = {"reorder_point": 5, "order_quantity": 4, "units": 7}
    world = _one("C", WAITING | {"demand": {"rate_per_day": 2.0}}, {"item": [item]}, {"mean": 3.0})
    expected = {"immediate_unit_fill_rate": 0.660800, "backorder_units": 0.502265, "on_hand_units": 2.002265}
    source = "GROUND_TRUTH C: (r, Q), Poisson demand, constant lead time"
    return Row(
        "(r, Q)",
        source,
        world,
        _replenish("r_Q"),
        expected,
        150_000.0,
        {"backorder_units": 0.015, "immediate_unit_fill_rate": 0.005},
    )


def _lot_size_cost() -> Row:
    item = {"reorder_point": 3, "order_quantity": 5, "units": 6}
    tables: Tables = {
        "segment": [{"name": "patient", "waits_forever": True, "backorder_per_unit_day": 150.0}],
        "demand": {"rate_per_day": 1.5},
        "money": {"holding_per_day": 20.0},
    }
    world = _one("C", tables, {"item": [item]}, {"mean": 2.0}, order_cost=100.0)
    source = "GROUND_TRUTH C: cost-optimal (r, Q)"
    return Row("(r, Q) cost", source, world, _replenish("r_Q"), {"cost": 107.923581}, 200_000.0, measures=COST)


def _song() -> Row:
    baskets = [{"probability": 1.0, "skus": skus} for skus in (["a"], ["b"], ["a", "b"])]
    tables: Tables = {
        "sku": [{"name": "a"}, {"name": "b"}],
        "demand": {"rate_per_day": 3.0, "basket": baskets},
        "segment": [{"name": "patient", "waits_forever": True, "ship_complete": "order", "commit": True}],
    }
    world = _one("C", tables, {"item": [{"base_stock": 6}]}, {"mean": 2.0})
    source = "GROUND_TRUTH C: Song's order fill; a waiting order keeps what it has reserved"
    return Row(
        "orders of several items",
        source,
        world,
        "fcfs+cheapest",
        {"order_fill_rate": 0.747026},
        100_000.0,
        {"order_fill_rate": 0.006},
    )


COST: dict[str, Callable[[Scorecard], float]] = {"cost": lambda card: -(card["contribution_per_day"] or 0.0)}
C = (
    _palm(1.0, 2.0, 3, 0.676676, 0.218018, 0.218018, 1.218018),
    _palm(2.0, 2.0, 6, 0.785130, 0.195435, 0.097717, 2.195435),
    _lot_size(),
    _lot_size_cost(),
    _song(),
)

# --- D: periodic review ---


def _poisson_baskets(mean: float) -> list[Tables]:
    """A period's Poisson demand as one order of so many units, an empty one for none."""
    masses = [math.exp(-mean)]
    while len(masses) < 8 * mean + 20:
        masses.append(masses[-1] * mean / len(masses))
    filled = [{"probability": p, "skus": ["item"], "quantities": [n]} for n, p in enumerate(masses) if n]
    return [{"probability": masses[0]}, *filled]


def _periodic(name: str, mean: float, lead: float, item: Tables, segment: Tables, order_cost: float = 0.0) -> World:
    tables: Tables = {
        "demand": {"process": "bernoulli", "period_days": 1.0, "basket": _poisson_baskets(mean)},
        "segment": [{"name": "market", **segment}],
        "money": {"charge": "period_end", "holding_per_day": 1.0},
    }
    return _one(name, tables, {"review_days": 1.0, "item": [item]}, {"mean": lead}, order_cost=order_cost)


def _printed(name: str, source: str, world: World, rule: str, cost: str) -> Row:
    """A cost with the digits that its source prints."""
    rounding = 0.5 * 10.0 ** -len(cost.partition(".")[2])
    expected, policy = {"cost": float(cost)}, _replenish(rule)
    return Row(name, source, world, policy, expected, 300_000.0, measures=COST, rounding=rounding)


def _zipkin(rule: str, shortage: float, lead: int, item: Tables, cost: str, order_cost: float = 0.0) -> Row:
    units = item.get("base_stock", item.get("reorder_point", 0) + 1)
    item = {"units": units, **item}
    world = _periodic("D", 5.0, float(lead), item, {"loss_per_unit": shortage}, order_cost)
    source = "GROUND_TRUTH D: Zipkin 2008, Table 3" if not order_cost else "GROUND_TRUTH D: Bijvank, Bhulai, Huh 2015"
    return _printed(f"{rule} p {shortage:g} L {lead}", source, world, rule, cost)


def _backlogged(mean: float, s: int, S: int, cost: str) -> Row:
    item = {"reorder_point": s, "order_up_to": S, "units": S}
    world = _periodic("D", mean, 0.0, item, {"waits_forever": True, "backorder_per_unit_day": 9.0}, 64.0)
    source = "GROUND_TRUTH D: Zheng, Federgruen 1991"
    return _printed(f"(s, S) Poisson {mean:g}", source, world, "s_S", cost)


D = (
    *(
        _zipkin("base_stock", 4.0, n, {"base_stock": s}, cost)
        for n, s, cost in ((1, 12, "4.16"), (2, 16, "4.64"), (3, 20, "4.975"), (4, 25, "5.20"))
    ),
    *(
        _zipkin("base_stock", 9.0, n, {"base_stock": s}, cost)
        for n, s, cost in ((1, 13, "5.55"), (2, 19, "6.32"), (3, 23, "6.86"), (4, 28, "7.27"))
    ),
    *(
        _zipkin("capped_base_stock", 4.0, n, {"base_stock": s, "cap": cap}, cost)
        for n, s, cap, cost in ((1, 12, 6, "4.0654"), (2, 17, 5, "4.4057"), (3, 21, 5, "4.6308"), (4, 26, 5, "4.7978"))
    ),
    _zipkin("s_S", 14.0, 2, {"reorder_point": 17, "order_up_to": 23}, "11.62", 5.0),
    _zipkin("r_Q", 14.0, 2, {"reorder_point": 17, "order_quantity": 7}, "11.56", 5.0),
    _backlogged(10.0, 6, 40, "35.022"),
    _backlogged(20.0, 14, 62, "49.173"),
    _backlogged(64.0, 55, 74, "78.402"),
)

# --- G: pick stations ---


def _queue(rate: float, servers: int, law: str, minutes: float, segments: list[Tables] | None = None) -> World:
    return parse_world(
        {
            "world": {"name": "G", "horizon_days": 1000.0, "warm_up_days": 100.0},
            "location": [{"name": "site", "station": {"servers": servers, "law": law, "setup_minutes": minutes}}],
            "region": [{"name": "market"}],
            "sku": [{"name": "item"}],
            "segment": segments or [{"name": "all"}],
            "demand": {"rate_per_day": rate},
            "supply": {"item": [{"units": 10**9}]},
        },
        "G",
    )


def _mmc(rate: float, servers: int, share: float, wait: float) -> Row:
    expected = {"station_wait_share": share, "station_wait_days": wait}
    widths = {"station_wait_share": 0.03 * share, "station_wait_days": 0.03 * wait}
    source = "GROUND_TRUTH G: Erlang C"
    return Row(
        f"M/M/{servers}",
        source,
        _queue(rate, servers, "exponential", 1440.0),
        "cheapest",
        expected,
        150_000.0 if servers == 5 else 130_000.0,
        widths,
        utilization=rate / servers,
        seeds=40,
    )


G = (
    _mmc(4.0, 5, 0.554113, 0.554113),
    _mmc(8.0, 10, 0.409180, 0.204590),
    Row(
        "M/D/1",
        "GROUND_TRUTH G: Pollaczek-Khinchine",
        _queue(0.8, 1, "deterministic", 1440.0),
        "cheapest",
        {"station_wait_days": 2.0},
        375_000.0,
        {"station_wait_days": 0.06},
        utilization=0.8,
        seeds=40,
    ),
    Row(
        "priority M/M/1",
        "GROUND_TRUTH G: Cobham 1954: waits of 1.0 and 3.333333 days, and a service of 1",
        _queue(
            0.7,
            1,
            "exponential",
            1440.0,
            [{"name": "first", "weight": 0.3, "priority": 2.0}, {"name": "second", "weight": 0.4, "priority": 1.0}],
        ),
        "priority_then_date",
        {"order_cycle_time_days[segment=first]": 2.0, "order_cycle_time_days[segment=second]": 4.333333},
        428_000.0,
        {"order_cycle_time_days[segment=first]": 0.03, "order_cycle_time_days[segment=second]": 0.1},
        utilization=0.7,
        seeds=40,
    ),
)

ROWS: tuple[Row, ...] = (*A, *B, *C, *D, *G)

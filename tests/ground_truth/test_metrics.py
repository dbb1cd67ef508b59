"""GROUND_TRUTH H from the model: fill rates by unit, line and order; Magento's source selection example."""

from __future__ import annotations

import numpy as np
import pytest

from fillrate.simulate import simulate
from fillrate.trace import Orders, Trace
from fillrate.world import World, parse_world


def _trace(world: World, orders: list[list[tuple[int, int]]]) -> Trace:
    """Orders at time 1, each a list of (SKU, units)."""
    n, lines = len(orders), [line for order in orders for line in order]
    zeros, none = np.zeros(n, np.int32), np.full(n, np.nan)
    columns = (zeros, zeros.copy(), zeros.copy(), np.full(n, -1, np.int32), none, none.copy())
    first = np.cumsum([0, *(len(order) for order in orders)])
    sku = np.array([line[0] for line in lines], np.int32)
    units = np.array([line[1] for line in lines], np.int32)
    made = Orders(np.ones(n), np.arange(n, dtype=np.uint64), *columns, first, sku, units, np.ones(len(lines)))
    return Trace(made, 0, world.days, world.hash)


def _world(stock: dict[str, dict[str, int]]) -> World:
    """Sites with their stock by SKU, the first site rated highest."""
    skus = sorted({sku for held in stock.values() for sku in held})
    items = [{"location": site, "sku": sku, "units": n} for site, held in stock.items() for sku, n in held.items()]
    sites = [{"name": site, "rating": -float(n), "carries": list(held)} for n, (site, held) in enumerate(stock.items())]
    return parse_world(
        {
            "world": {"name": "H", "horizon_days": 2.0},
            "location": sites,
            "region": [{"name": "market"}],
            "sku": [{"name": sku} for sku in skus],
            "supply": {"item": items},
        },
        "H",
    )


def test_fill_rates_of_the_textbook_example() -> None:
    """Two orders, six lines, 200 units; 170 units, 4 lines and no order complete: 85 %, 67 %, 0 %."""
    world = _world({"site": {"a": 40, "b": 30, "c": 20, "d": 35, "e": 30, "f": 15}})
    trace = _trace(world, [[(0, 40), (1, 30), (2, 35)], [(3, 35), (4, 30), (5, 30)]])
    card = simulate(world, trace, "cheapest").scorecard
    assert card["unit_fill_rate"] == pytest.approx(0.85)
    assert card["line_fill_rate"] == pytest.approx(4 / 6)
    assert card["order_fill_rate"] == 0.0


def test_source_selection_of_magento() -> None:
    """Its own API test, in tenths: SKU-1 takes 5.5 of 5.5 at eu-1 and 2.5 of 3 at eu-2; SKU-4 takes 4 of 6 at eu-2."""
    world = _world({"eu-1": {"SKU-1": 55}, "eu-2": {"SKU-1": 30, "SKU-4": 60}})
    result = simulate(world, _trace(world, [[(0, 80), (1, 40)]]), "priority_list", journal=True)
    assert result.journal is not None
    rows = [row for row in result.journal.to_pylist() if row["kind"] == "reserved"]
    taken = {(row["sku"], row["location"]): row["quantity"] for row in rows}
    assert taken == {("SKU-1", "eu-1"): 55, ("SKU-1", "eu-2"): 25, ("SKU-4", "eu-2"): 40}

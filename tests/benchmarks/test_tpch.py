"""The tables of TPC-H as a world and a trace: every order and every line is played, at a hundredth of its scale."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "tpch.py"
GENERATOR = Path(sys.executable).with_name("tpchgen-cli").is_file() or shutil.which("tpchgen-cli")
pytestmark = pytest.mark.skipif(
    not (GENERATOR and SCRIPT.is_file()), reason="needs tpchgen-cli, and a checkout with benchmarks/"
)


@pytest.fixture(scope="module")
def tpch() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(SCRIPT.parent)  # as when the script is run
        yield import_module("tpch")


def test_the_tables_become_a_world_and_a_trace_without_losing_anything(tpch: ModuleType, tmp_path: Path) -> None:
    """TPC-H 3.0.1, 4.2.5: per unit of scale 10,000 suppliers, 200,000 parts, four suppliers each, 1,500,000 orders."""
    tpch.generate(tmp_path, 0.01)
    data = tpch.read(tmp_path)
    world = tpch.world_of(data)
    trace = tpch.trace_of(data, world)
    orders = trace.orders
    assert (len(world.locations), len(world.skus), len(world.tables.pair_sku)) == (100, 2_000, 8_000)
    assert len(orders) == 15_000
    assert orders.quantity.sum() == data["l_quantity"].sum()
    paid = (data["l_extendedprice"] * (1.0 - data["l_discount"])).sum()
    assert (orders.quantity * orders.price).sum() == pytest.approx(paid, rel=1e-6)
    some = int(np.flatnonzero(data["o_orderkey"] == orders.key[700])[0])
    assert orders.time[700] == data["o_orderdate"][some] - data["o_orderdate"].min()
    own = data["l_orderkey"] == orders.key[700]
    lines = slice(orders.first_line[700], orders.first_line[701])
    assert [world.skus[n].name for n in orders.sku[lines]] == [f"P{key}" for key in data["l_partkey"][own]]
    stated = {(item.location, item.sku): item.units for item in world.supply.item}
    for pair in (0, 1_234, 7_999):
        place, sku = world.tables.pair_location[pair], world.tables.pair_sku[pair]
        assert world.tables.item[pair].units == stated[world.locations[place].name, world.skus[sku].name]


@pytest.mark.slow
def test_every_order_is_replayed(tpch: ModuleType, tmp_path: Path) -> None:
    found = tpch.measure(tmp_path, 0.01, ["cheapest", "distance"])
    assert (found["orders"], found["lines"]) == (15_000, 60_175)
    cheap, near = (found["scorecard"][name] for name in ("cheapest", "distance"))
    assert cheap["unit_fill_rate"] > 0.99
    assert cheap["shipping_cost_per_order"] < near["shipping_cost_per_order"]

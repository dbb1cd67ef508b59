"""The orders of TPC-H, replayed whole: seconds and peak memory of reading, building and playing.

Usage: python benchmarks/tpch.py [--scale 1] [--folder FOLDER] [--policies cheapest,distance] [--json]

`tpchgen-cli` (Apache-2.0; `pip install 'fillrate[bench]'`) writes the tables as Parquet into the stated folder, or into
a temporary one; a folder that holds them already is read as it stands. At scale 1: 1.5 million orders of 6 million
lines over 2,406 days, 10,000 suppliers, 200,000 parts, 800,000 carried pairs.

What is taken from the tables: suppliers are locations, parts are SKUs, `partsupp` says who carries what and opens with
`ps_availqty` units, nations are regions, market segments are segments, `o_orderdate` is the day of receipt, and the
price of a line is its extended price less discount, a unit. What is assumed, for TPC-H has none of it: a nation lies at
its capital, and so do its customers and suppliers; a parcel costs 4 + 0.002 a km, a unit 0.5, and takes 1 day + 1 a
2,000 km; a part costs the mean of its suppliers' prices; nothing is replenished, and what cannot be had at once is
lost. `cpu` are the process's own seconds, where others use the machine too.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from _command import run

from fillrate.draws import TICKS
from fillrate.errors import InputError
from fillrate.simulate import simulate
from fillrate.trace import Orders, Trace, sample
from fillrate.world import World
from fillrate.world.demand import Demand, Segment, Sku
from fillrate.world.law import Law
from fillrate.world.network import Location, Region, Shipping
from fillrate.world.supply import Item, Supply
from fillrate.world.terms import Header

COLUMNS = {
    "nation": ("n_nationkey", "n_name"),
    "supplier": ("s_suppkey", "s_nationkey"),
    "customer": ("c_custkey", "c_nationkey", "c_mktsegment"),
    "part": ("p_partkey", "p_retailprice"),
    "partsupp": ("ps_partkey", "ps_suppkey", "ps_availqty", "ps_supplycost"),
    "orders": ("o_orderkey", "o_custkey", "o_orderdate"),
    "lineitem": ("l_orderkey", "l_partkey", "l_quantity", "l_extendedprice", "l_discount"),
}
CAPITALS = {  # latitude and longitude in degrees, to the tenth
    "ALGERIA": (36.8, 3.1),
    "ARGENTINA": (-34.6, -58.4),
    "BRAZIL": (-15.8, -47.9),
    "CANADA": (45.4, -75.7),
    "CHINA": (39.9, 116.4),
    "EGYPT": (30.0, 31.2),
    "ETHIOPIA": (9.0, 38.7),
    "FRANCE": (48.9, 2.4),
    "GERMANY": (52.5, 13.4),
    "INDIA": (28.6, 77.2),
    "INDONESIA": (-6.2, 106.8),
    "IRAN": (35.7, 51.4),
    "IRAQ": (33.3, 44.4),
    "JAPAN": (35.7, 139.7),
    "JORDAN": (31.9, 35.9),
    "KENYA": (-1.3, 36.8),
    "MOROCCO": (34.0, -6.8),
    "MOZAMBIQUE": (-26.0, 32.6),
    "PERU": (-12.0, -77.0),
    "ROMANIA": (44.4, 26.1),
    "RUSSIA": (55.8, 37.6),
    "SAUDI ARABIA": (24.7, 46.7),
    "UNITED KINGDOM": (51.5, -0.1),
    "UNITED STATES": (38.9, -77.0),
    "VIETNAM": (21.0, 105.8),
}
SEGMENTS = ("AUTOMOBILE", "BUILDING", "FURNITURE", "HOUSEHOLD", "MACHINERY")
Columns = dict[str, Any]  # arrays by column


def generate(folder: Path, scale: float) -> None:
    """Write the tables, unless they are there.

    Raises:
        InputError: the generator is not installed.
    """
    if all((folder / f"{table}.parquet").is_file() for table in COLUMNS):
        return
    beside = Path(sys.executable).with_name("tpchgen-cli")
    tool = str(beside) if beside.is_file() else shutil.which("tpchgen-cli")
    if tool is None:
        raise InputError("tpchgen-cli", "not installed", "pip install 'fillrate[bench]'")
    tables = ",".join(COLUMNS)
    asked = [tool, "parquet", f"--scale-factor={scale:g}", f"--tables={tables}", f"--output-dir={folder}"]
    subprocess.run(asked, check=True, stdout=subprocess.DEVNULL)


def read(folder: Path) -> Columns:
    """Every column that is used, as numbers; texts as lists."""
    found: Columns = {}
    for table, names in COLUMNS.items():
        for name in names:
            found[name] = _numbers(pq.read_table(folder / f"{table}.parquet", columns=[name])[name])
    return found


def _numbers(column: Any) -> Any:
    if pa.types.is_decimal(column.type):
        return column.cast(pa.float64()).to_numpy()
    if pa.types.is_date(column.type):
        return column.cast(pa.int32()).to_numpy()
    return column.to_numpy() if pa.types.is_integer(column.type) else column.to_pylist()


def world_of(data: Columns) -> World:
    """Suppliers, parts, nations and market segments as a world."""
    days = float(data["o_orderdate"].max() - data["o_orderdate"].min() + 1)
    own = np.argsort(data["ps_suppkey"], kind="stable")
    carried = np.split(data["ps_partkey"][own], np.cumsum(np.bincount(data["ps_suppkey"])[1:])[:-1])
    at = [CAPITALS[name] for name in data["n_name"]]
    units = data["ps_availqty"].tolist()
    part, supplier = data["ps_partkey"].tolist(), data["ps_suppkey"].tolist()
    return World(
        header=Header("tpch", days),
        locations=tuple(
            Location(f"S{key}", "warehouse", *at[nation], carries=tuple([f"P{p}" for p in parts.tolist()]))
            for key, nation, parts in zip(
                data["s_suppkey"].tolist(), data["s_nationkey"].tolist(), carried, strict=True
            )
        ),
        regions=tuple(Region(name, 1.0, *place) for name, place in zip(data["n_name"], at, strict=True)),
        skus=_skus(data),
        segments=tuple(Segment(name) for name in SEGMENTS),
        demand=Demand(rate_per_day=len(data["o_orderkey"]) / days),
        shipping=Shipping(
            box=4.0, box_per_km=0.002, rate=0.5, transit_days=Law(mean=1.0), transit_days_per_1000_km=0.5
        ),
        supply=Supply(item=tuple(Item(f"S{s}", f"P{p}", u) for s, p, u in zip(supplier, part, units, strict=True))),
    )


def _skus(data: Columns) -> tuple[Sku, ...]:
    """Parts at their retail price and the mean price of their suppliers, as popular as they are in the order lines."""
    offers, lines = (
        np.bincount(data["ps_partkey"]),
        np.bincount(data["l_partkey"], minlength=len(data["p_partkey"]) + 1),
    )
    cost = np.bincount(data["ps_partkey"], data["ps_supplycost"]) / np.maximum(offers, 1)
    columns = data["p_partkey"], data["p_retailprice"], cost[1:], lines[1:].astype(np.float64)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return tuple(Sku(f"P{key}", price, cost, popularity=n) for key, price, cost, n in rows)


def trace_of(data: Columns, world: World, seed: int = 1) -> Trace:
    """The orders by date, then by key, with their lines as they stand; ids are positions of the keys."""
    by_date = np.argsort(data["o_orderdate"], kind="stable")
    count = np.bincount(np.searchsorted(data["o_orderkey"], data["l_orderkey"]), minlength=len(by_date))
    before = np.cumsum(count) - count
    first = np.concatenate([[0], np.cumsum(count[by_date])])
    line = np.arange(first[-1]) + np.repeat(before[by_date] - first[:-1], count[by_date])
    customer = data["o_custkey"][by_date] - 1
    known = {name: n for n, name in enumerate(SEGMENTS)}
    segment = np.array([known[name] for name in data["c_mktsegment"]], np.int32)
    units, none = data["l_quantity"][line], np.full(len(by_date), np.nan)
    paid = data["l_extendedprice"][line] * (1.0 - data["l_discount"][line]) / units
    orders = Orders(
        time=(data["o_orderdate"][by_date] - data["o_orderdate"].min()).astype(np.float64),
        key=data["o_orderkey"][by_date].astype(np.uint64),
        region=data["c_nationkey"][customer].astype(np.int32),
        segment=segment[customer],
        channel=np.zeros(len(by_date), np.int32),
        pin=np.full(len(by_date), -1, np.int32),
        ship_by=none,
        deliver_by=none,
        first_line=first,
        sku=(data["l_partkey"][line] - 1).astype(np.int32),
        quantity=units.astype(np.int32),
        price=np.rint(paid * TICKS) / TICKS,
    )
    return Trace(orders, seed, world.days, world.hash)


class Watch:
    """Seconds of each step, and the most memory that the process had by its end."""

    def __init__(self) -> None:
        """Nothing was timed yet."""
        self.seconds: dict[str, float] = {}
        self.cpu: dict[str, float] = {}
        self.peak_mb: dict[str, float] = {}

    def __call__(self, name: str, step: Callable[[], Any]) -> Any:
        """Take a step."""
        start, own = time.perf_counter(), time.process_time()
        found = step()
        self.seconds[name], self.cpu[name] = time.perf_counter() - start, time.process_time() - own
        self.peak_mb[name] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
        return found


def measure(folder: Path, scale: float, policies: list[str]) -> dict[str, Any]:
    """Time every step, and describe the machine."""
    watch, cards = Watch(), {}
    watch("generate", lambda: generate(folder, scale))
    watch("compile", lambda: simulate("two_warehouses", sample("two_warehouses", 1, 1.0), "cheapest"))
    data = watch("read", lambda: read(folder))
    world = watch("world", lambda: world_of(data))
    watch("tables", lambda: world.tables)
    trace = watch("trace", lambda: trace_of(data, world))
    data.clear()
    for name in policies:
        card = watch(name, lambda name=name: simulate(world, trace, name)).scorecard
        cards[name] = {key: card[key] for key in ("unit_fill_rate", "shipping_cost_per_order", "shipments_per_order")}
    own = {name: each for name, each in watch.seconds.items() if name not in {"generate", "compile"}}
    return {
        "scale": scale,
        "orders": len(trace.orders),
        "lines": trace.orders.lines,
        "locations": len(world.locations),
        "skus": len(world.skus),
        "pairs": len(world.tables.pair_sku),
        "seconds": watch.seconds,
        "cpu": watch.cpu,
        "seconds_with_one_policy": sum(each for name, each in own.items() if name not in policies[1:]),
        "peak_mb": watch.peak_mb,
        "scorecard": cards,
    }


def measure_in(folder: str, scale: float, policies: list[str]) -> dict[str, Any]:
    """The same in a stated folder, or in a temporary one."""
    with tempfile.TemporaryDirectory() as temporary:
        return measure(Path(folder or temporary), scale, policies)


if __name__ == "__main__":
    run(__doc__, measure_in, scale=1.0, folder="", policies=["cheapest", "distance"])

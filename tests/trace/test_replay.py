"""Runs of a world that names a stored trace replay it: by name, cut to the horizon, under other draws."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fillrate.errors import TraceError
from fillrate.simulate import simulate
from fillrate.trace import Trace, load_trace, orders_of, sample, save_trace
from fillrate.trace.replay import names_of
from fillrate.world import World, load_world, parse_world

WORLD = """
[world]
name = "small"
horizon_days = 20.0
trace = "../traces/small.parquet"

[[location]]
name = "here"

[[region]]
name = "near"
weight = 2.0

[[region]]
name = "far"
latitude = 10.0

[[sku]]
name = "lamp"
price = 10.0

[[sku]]
name = "chair"
price = 20.0

[[segment]]
name = "all"

[demand]
rate_per_day = 5.0
line_count = [0.6, 0.4]

[supply]
item = [{ units = 50 }]
"""


@pytest.fixture
def stored(tmp_path: Path) -> tuple[World, Trace]:
    """The world's file with a trace beside it, and that trace."""
    (tmp_path / "envs").mkdir()
    (tmp_path / "traces").mkdir()
    path = tmp_path / "envs" / "small.toml"
    path.write_text(WORLD, encoding="utf-8")
    world = load_world(path)
    trace = sample(world, 77)
    save_trace(trace, tmp_path / "traces" / "small.parquet", names_of(world))
    return world, trace


def changed(world: World, **fields: Any) -> World:
    return replace(world, **fields)


def test_the_orders_are_the_stored_ones_and_the_seed_is_the_runs(stored: tuple[World, Trace]) -> None:
    world, trace = stored
    for seed in (0, 5):
        found = orders_of(world, seed)
        assert found.seed == seed
        assert found.hash == trace.reseeded(seed).hash
        simulate(world, found, "distance")


def test_sampled_orders_are_those_of_sample(stored: tuple[World, Trace]) -> None:
    world, _ = stored
    assert orders_of(world, 3, sampled=True).hash == sample(world, 3).hash
    assert orders_of(replace(world, header=replace(world.header, trace="")), 3).hash == sample(world, 3).hash


def test_a_shorter_horizon_has_the_first_days(stored: tuple[World, Trace]) -> None:
    world, trace = stored
    found = orders_of(world.over(6.5), 0)
    kept = trace.orders.time < 6.5
    assert found.days == 6.5
    assert found.orders.time.tolist() == trace.orders.time[kept].tolist()
    assert found.orders.lines == np.diff(trace.orders.first_line)[kept].sum()
    assert found.orders.sku.tolist() == trace.orders.sku[: found.orders.lines].tolist()
    simulate(world.over(6.5), found, "distance")


def test_a_longer_horizon_is_refused(stored: tuple[World, Trace]) -> None:
    world, _ = stored
    with pytest.raises(TraceError, match=r"days: found 30; allowed: at most 20, the days of small.parquet"):
        orders_of(world.over(30.0), 0)


def test_a_world_with_other_terms_replays_the_same_orders(stored: tuple[World, Trace]) -> None:
    world, trace = stored
    dearer = changed(world, shipping=replace(world.shipping, box=9.0))
    assert dearer.hash != world.hash
    found = orders_of(dearer, 0)
    assert (found.orders.key == trace.orders.key).all()
    assert found.world == dearer.hash


def test_ids_are_told_by_name(stored: tuple[World, Trace]) -> None:
    world, trace = stored
    extra = replace(world.skus[0], name="shelf")
    turned = changed(world, skus=(extra, *world.skus[::-1]), regions=world.regions[::-1])
    found = orders_of(turned, 0).orders
    assert [turned.skus[k].name for k in found.sku] == [world.skus[k].name for k in trace.orders.sku]
    assert [turned.regions[r].name for r in found.region] == [world.regions[r].name for r in trace.orders.region]
    assert (found.pin == -1).all()
    simulate(turned, orders_of(turned, 0), "distance")


def test_an_order_without_a_pin_has_none_among_other_locations_either(stored: tuple[World, Trace]) -> None:
    world, _ = stored
    there = replace(world.locations[0], name="there")
    found = orders_of(changed(world, locations=(there, *world.locations)), 0).orders
    assert (found.pin == -1).all()


def test_a_name_that_the_world_lost_is_named(stored: tuple[World, Trace]) -> None:
    world, _ = stored
    renamed = changed(world, skus=(world.skus[0], replace(world.skus[1], name="chairs")))
    with pytest.raises(TraceError, match=r"small.parquet sku: 'chair' is not in the world \(did you mean 'chairs'\?\)"):
        orders_of(renamed, 0)


def test_a_name_that_no_order_uses_may_go(stored: tuple[World, Trace], tmp_path: Path) -> None:
    world, trace = stored
    lamps = replace(trace, orders=replace(trace.orders, sku=np.zeros_like(trace.orders.sku)))
    save_trace(lamps, tmp_path / "traces" / "lamps.parquet", names_of(world))
    header = replace(world.header, trace=str(tmp_path / "traces" / "lamps.parquet"))
    assert orders_of(changed(world, header=header, skus=world.skus[:1]), 0).orders.sku.max() == 0


def test_a_file_that_changed_is_read_again(stored: tuple[World, Trace], tmp_path: Path) -> None:
    world, trace = stored
    assert orders_of(world, 0).hash == trace.reseeded(0).hash
    other = sample(world, 78)
    save_trace(other, tmp_path / "traces" / "small.parquet", names_of(world))
    assert orders_of(world, 0).hash == other.reseeded(0).hash


def test_missing_and_broken_files(stored: tuple[World, Trace], tmp_path: Path) -> None:
    world, _ = stored
    path = tmp_path / "traces" / "small.parquet"
    path.write_bytes(b"no parquet")
    with pytest.raises(TraceError, match="not a stored trace"):
        orders_of(world, 0)
    path.unlink()
    with pytest.raises(TraceError, match=r"world 'small': \[world\] trace: no such file"):
        orders_of(world, 0)


def test_without_names_the_worlds_hash_decides(stored: tuple[World, Trace], tmp_path: Path) -> None:
    world, trace = stored
    save_trace(trace, tmp_path / "traces" / "small.parquet")
    assert load_trace(tmp_path / "traces" / "small.parquet").hash == trace.hash
    simulate(world, orders_of(world, 0), "distance")
    dearer = changed(world, shipping=replace(world.shipping, box=9.0))
    with pytest.raises(TraceError, match="was made for world"):
        simulate(dearer, orders_of(dearer, 0), "distance")


def test_the_path_counts_from_the_worlds_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "small.toml").write_text(WORLD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert load_world("small.toml").header.trace == str(tmp_path.resolve().parent / "traces" / "small.parquet")
    assert (
        parse_world(
            {
                "world": {"name": "w", "horizon_days": 1.0},
                "location": [{"name": "a"}],
                "region": [{"name": "a"}],
                "sku": [{"name": "a"}],
            },
            "w",
        ).header.trace
        == ""
    )


@pytest.mark.parametrize("orders", ["", 'process = "periodic"\ncount.mean = 0.0'])
def test_a_world_in_which_no_orders_come_in_is_an_error(orders: str, tmp_path: Path) -> None:
    said = WORLD.replace("trace =", "# trace =").replace("rate_per_day = 5.0", orders)
    (tmp_path / "small.toml").write_text(said, encoding="utf-8")
    with pytest.raises(TraceError, match=r"world 'small': no orders come in; allowed: orders in \[demand\]"):
        orders_of(load_world(tmp_path / "small.toml"), 0)

"""Rows and limits in production: the numbers of the laboratory, from the bundle's tables."""

from __future__ import annotations

from typing import Any

import pytest

from fillrate.deploy.allocator import Allocator
from fillrate.deploy.blocks import Blocks
from fillrate.deploy.export.tables import shop_of
from fillrate.deploy.shop import load_shop, save_shop
from fillrate.errors import BundleError, RequestError
from fillrate.model.simpy_model.rows import rows_of
from fillrate.policy import bind, load_policy
from fillrate.world import load_world
from fillrate.world.read import parse_world

SAME = ("location", "pair", "unit_cost", "box", "distance_km", "transit_days")


@pytest.mark.parametrize("name", ["peak_season", "omnichannel", "baskets"])
def test_rows_are_those_of_the_laboratory(name: str, tmp_path: Any) -> None:
    """Third parties with fees, carrier services, pins; by way of the file."""
    world = load_world(name)
    save_shop(tmp_path / "tables.npz", shop_of(world, bind(load_policy("cheapest"), world)))
    blocks, tables, seen = Blocks(load_shop(tmp_path / "tables.npz")), world.tables, 0
    for service in range(len(world.shipping.service)):
        for region in range(len(world.regions)):
            for sku in range(0, len(world.skus), 7):
                for pin in (-1, 0, len(world.locations) - 1):
                    mine, theirs = blocks(service, region, sku, pin), rows_of(tables, service, region, sku, pin)
                    assert {n: getattr(mine, n) for n in SAME} == {n: getattr(theirs, n) for n in SAME}
                    assert mine.is_home == [float(pair == theirs.home) for pair in theirs.pair]
                    seen += len(mine.pair)
    assert seen > 50


def test_a_file_that_holds_other_arrays_is_refused(tmp_path: Any) -> None:
    (tmp_path / "tables.npz").write_bytes(b"PK")
    with pytest.raises(BundleError, match=r"tables.npz: cannot be read"):
        load_shop(tmp_path / "tables.npz")


def small(closed: bool = True) -> Any:
    """Two sites that carry the item; the lane from `far` is closed."""
    return parse_world(
        {
            "world": {"name": "small", "horizon_days": 10.0},
            "location": [{"name": "near"}, {"name": "far"}],
            "region": [{"name": "west"}],
            "sku": [{"name": "item", "price": 10.0}],
            "segment": [{"name": "first", "priority": 2.0}, {"name": "second"}],
            "lane": [
                {"location": "near", "region": "west", "rate": 1.0, "distance_km": 1.0},
                {
                    "location": "far",
                    "region": "west",
                    "rate": 2.0,
                    "distance_km": 9.0,
                    "closed": closed,
                },
            ],
            "demand": {"rate_per_day": 1.0},
            "defaults": {"source": "cheapest"},
        },
        "small",
    )


def bundled(world: Any, policy: str, folder: Any) -> Allocator:
    from fillrate.deploy.export.bundling import core_files

    core_files(folder, "small", world, bind(load_policy(policy), world))
    return Allocator.unchecked(folder)


def asks(**changes: Any) -> dict[str, Any]:
    stock = [{"location": place, "sku": "item", "on_hand": 6} for place in ("near", "far")]
    said = {"id": "1", "now": 0.0, "region": "west", "segment": "second", "stock": stock}
    return {**said, "lines": [{"line": 1, "sku": "item", "quantity": 12, "price": 10.0}], **changes}


def test_quotas_count_stock_that_is_no_row_of_the_order(tmp_path: Any) -> None:
    """Without it, fair shares would be of half of what there is."""
    allocator = bundled(small(), "fair_share", tmp_path)
    line = allocator.allocate(asks())["lines"][0]
    alone = [entry for entry in asks()["stock"] if entry["location"] == "near"]
    fewer = allocator.allocate(asks(stock=alone))["lines"][0]
    assert line["allocated"][0]["quantity"] > fewer["allocated"][0]["quantity"]


def test_what_a_segment_has_taken_counts_against_its_quota(tmp_path: Any) -> None:
    allocator = bundled(small(), "product_allocation", tmp_path)
    taken = [{"sku": "item", "segment": "second", "units": 10**6}]
    decision = allocator.allocate(asks(taken=taken))
    assert decision["lines"][0]["allocated"] == []
    assert "taken" not in decision["defaults"]
    assert "taken" in allocator.allocate(asks())["defaults"]


@pytest.mark.parametrize("table", ["waiting", "taken"])
def test_a_product_that_is_no_text_is_refused_where_quotas_and_backlogs_look(tmp_path: Any, table: str) -> None:
    allocator = bundled(small(), "product_allocation", tmp_path)
    allocator.read.wants_waiting = True
    entry = {"sku": ["item"], "segment": "second", "units": 1}
    with pytest.raises(RequestError, match=rf"{table}\[0\]: sku: found \['item'\]; allowed: a text"):
        allocator.allocate(asks(**{table: [entry]}))


def test_to_a_pinned_order_its_location_is_at_home(tmp_path: Any) -> None:
    """A limit of foreign demand does not bind it there."""
    allocator = bundled(small(closed=False), "spillover_limit", tmp_path)
    shop = allocator.shop
    assert shop.reserves is not None
    shop.reserves[:, :, 1, :] = 5.0  # for foreign demand
    free = [{**entry, "on_hand": 6} for entry in asks()["stock"]]
    foreign = allocator.allocate(asks(stock=free[1:]))["lines"][0]["held"]
    at_home = allocator.allocate(asks(stock=free[1:], pin="far"))["lines"][0]["held"]
    assert (foreign, at_home) == (11, 6)

"""What a decision costs, counted by hand from the tables of its bundle."""

from __future__ import annotations

from typing import Any

import pytest

from fillrate.deploy import Allocator
from fillrate.deploy.export import Terms, export_bundle
from fillrate.serve.costs import cost_of
from fillrate.world import load_world

Record = dict[str, Any]


@pytest.fixture(scope="module")
def allocator(tmp_path_factory: pytest.TempPathFactory) -> Allocator:
    made = tmp_path_factory.mktemp("costs") / "bundle"
    world = load_world("two_warehouses").over(5.0)
    return Allocator.load(export_bundle("cheapest", world, made, Terms(replications=0)))


def costs(allocator: Allocator, line: Record, **more: Any) -> dict[str, float]:
    """Three units from the north and two held."""
    asked = {"line": 1, "sku": "item", "quantity": 5, **line}
    request = {"id": 1, "now": 0.0, "region": "munich", "segment": "standard", "lines": [asked], **more}
    given = {"line": 1, "sku": "item", "quantity": 5, "allocated": [{"location": "north", "quantity": 3}], "held": 2}
    return dict(cost_of(allocator)(request, {"lines": [given]}))


def test_a_parcel_costs_its_box_unless_units_join_one(allocator: Allocator) -> None:
    shop = allocator.shop
    block = allocator.read.blocks(0, shop.ids["region"]["munich"], 0, -1)
    row = block.row_of["north"]
    box, units, held = block.box[row], 3 * block.unit_cost[row], 2 * float(shop.loss[0, shop.ids["region"]["munich"]])
    assert box > 0.0
    assert costs(allocator, {}) == {"shipping": box + units, "held": held, "total": box + units + held}
    assert costs(allocator, {}, joins=["north"])["shipping"] == units
    assert costs(allocator, {"joins": ["north"]})["shipping"] == units
    assert costs(allocator, {"joins": ["south"]})["shipping"] == box + units

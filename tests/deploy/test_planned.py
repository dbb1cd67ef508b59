"""A planner's prices in production: those of its first plan, unless the host states newer ones."""

from __future__ import annotations

from typing import Any

from fillrate.deploy.allocator import Allocator
from fillrate.deploy.export.cases import first_prices
from fillrate.deploy.golden import read_cases
from fillrate.policy import load_policy
from fillrate.simulate import bound_of
from fillrate.world import load_world


def held(decision: dict[str, Any]) -> int:
    return sum(line["held"] for line in decision["lines"])


def test_a_bundle_has_the_prices_of_the_first_plan_and_a_host_may_state_others(made: Any) -> None:
    folder, world = made("bid_price_static", "regional", 2.0), load_world("regional").over(2.0)
    allocator = Allocator.load(folder)
    assert allocator.shop.opportunity is not None
    assert allocator.shop.opportunity.tolist() == first_prices(
        world, bound_of(load_policy("bid_price_static"), world), 1
    )
    case = next(c for c in read_cases(folder) if c["kind"] == "plenty everywhere")["request"]
    bare = [{key: value for key, value in entry.items() if key != "opportunity"} for entry in case["stock"]]
    assert held(allocator.allocate({**case, "stock": bare})) == 0
    dear = [{**entry, "opportunity": 1e6} for entry in bare]
    assert held(allocator.allocate({**case, "stock": dear})) == sum(line["quantity"] for line in case["lines"])

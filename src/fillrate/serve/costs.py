"""What a decision costs, by one cost model for champion and challenger: parcels, units sent, and units held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fillrate.errors import FillrateError
from fillrate.serve.deciding import Record
from fillrate.serve.shadow import Cost

if TYPE_CHECKING:
    from fillrate.deploy import Allocator

__all__ = ["cost_of"]


def cost_of(allocator: Allocator) -> Cost:
    """Costs by the tables of a bundle.

    A parcel costs its box (handling and fee of the site included), a unit its freight, handling and fee; a held unit
    costs what losing it would. `shipping` and `held` are told apart, `total` is their sum.
    """

    def cost(request: Record, decision: Record) -> dict[str, float]:
        try:
            asked = allocator.read({**request, "stock": request.get("stock", [])})
        except FillrateError:
            return {}
        shipping, opened = 0.0, {*asked.joins}
        groups = {group.sku: group for group in asked.groups}
        ids = allocator.shop.ids
        for line in decision["lines"]:
            group = groups[ids["sku"].get(line["sku"], -1)]
            for part in line["allocated"]:
                if (block := group.block) is None or part["location"] not in block.row_of:
                    continue
                row, place = block.row_of[part["location"]], ids["location"][part["location"]]
                box = 0.0 if place in opened or place in group.joins else block.box[row]
                shipping += part["quantity"] * block.unit_cost[row] + box
                opened.add(place)
        units = sum(line["held"] for line in decision["lines"])
        held = units * float(allocator.shop.loss[asked.segment, asked.region])
        return {"shipping": shipping, "held": held, "total": shipping + held}

    return cost

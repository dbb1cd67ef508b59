"""What a bundle says about columns, mask and ties, for people and for other runtimes."""

from __future__ import annotations

from typing import Any

from fillrate.decision.columns import BY_NAME, FACTS
from fillrate.decision.scaling import GRID

__all__ = ["MASK", "SCALING", "TIES", "columns_said"]

SCALING = f"networks see value / (|value| + scale), rounded half to even to a multiple of 1/{GRID:.0f}"

MASK = (
    "a row is a location that carries the SKU and has a lane to the region, in the region's order, cheapest lane first",
    "illegal: every location but the one that the order is pinned to",
    "illegal: a location that is not open",
    "illegal: no unit left after reservations, the host's safety stock and the policy's limits",
    "illegal: another location than the first, if an order (split = none) or a line (split = lines) may not be divided",
    "illegal: a further location, if the order ships from as many as it may",
    "illegal: a further location whose goods would be worth less than shipment_value",
    "illegal: a row that would keep a line, or the order, from shipping complete where ship_complete asks for that",
    "hold is always legal, and no row beside the locations",
)
TIES = (
    "chain: the first step in which one row's sum is largest decides; if all steps tie, the first row",
    "network: of equal scores the first row, hold last",
    "prices: of equal gains more units, then lower true cost with boxes, fewer locations, the smallest list of rows",
    "rank: orders of equal keys keep the order in which they are given",
)


def columns_said(names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Definition of each column by name: unit, default, usual size, meaning, and the facts that it is made of."""
    found = []
    for column in (BY_NAME[name] for name in names):
        facts = {
            need: {"scope": FACTS[need][0], "unit": FACTS[need][1], "definition": FACTS[need][2]}
            for need in column.needs
        }
        said = {"name": column.name, "unit": column.unit, "default": column.default, "scale": column.scale}
        found.append({**said, "definition": column.definition, "facts": facts})
    return found

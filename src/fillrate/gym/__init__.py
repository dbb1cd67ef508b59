"""Gymnasium environments: importing this registers those of every world of the catalogue.

`peak_season` becomes `fillrate/PeakSeason-v0`, which allocates, and since it has suppliers
`fillrate/PeakSeason-Replenish-v0`, which buys. A world of a workspace is registered too, if the import happens there.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import gymnasium

from fillrate.catalogue import entries, find
from fillrate.gym.allocation import AllocationEnv
from fillrate.gym.replenish import ReplenishEnv, ReplenishVectorEnv
from fillrate.gym.trained import policy_of
from fillrate.gym.vector import AllocationVectorEnv

__all__ = [
    "AllocationEnv",
    "AllocationVectorEnv",
    "ReplenishEnv",
    "ReplenishVectorEnv",
    "id_of",
    "policy_of",
    "register",
]


def id_of(world: str, decides: str = "") -> str:
    """The id of a world's environment, its name's words: of the one that allocates, or as `decides` says.

    >>> id_of("limited_edition"), id_of("lost_sales", "Replenish")
    ('fillrate/LimitedEdition-v0', 'fillrate/LostSales-Replenish-v0')
    """
    name = "".join(word.capitalize() for word in re.split(r"[\W_]+", world))
    return f"fillrate/{name}{'-' if decides else ''}{decides}-v0"


def register(world: str) -> None:
    """Register the environments of a world, by name."""
    _register(id_of(world), "allocation:AllocationEnv", "vector:AllocationVectorEnv", world)
    if _has_suppliers(find("envs", world)):
        single, vector = "replenish.env:ReplenishEnv", "replenish.vector:ReplenishVectorEnv"
        _register(id_of(world, "Replenish"), single, vector, world)


def _register(name: str, single: str, vector: str, world: str) -> None:
    if name not in gymnasium.registry:
        points: dict[str, Any] = {
            "entry_point": f"fillrate.gym.{single}",
            "vector_entry_point": f"fillrate.gym.{vector}",
        }
        gymnasium.register(id=name, kwargs={"world": world}, order_enforce=True, **points)


def _has_suppliers(file: Path) -> bool:
    """Whether a world's file names suppliers; what is wrong with it is said when the world is loaded."""
    try:
        supply = tomllib.loads(file.read_text("utf-8")).get("supply", {})
    except (OSError, ValueError):
        return False
    return isinstance(supply, dict) and bool(supply.get("supplier"))


for _world in entries("envs"):
    register(_world)

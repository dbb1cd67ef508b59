"""Gymnasium environments: importing this registers `fillrate/<World>-v0` for every world of the catalogue.

A world of a workspace is registered too, if the import happens there. `peak_season` becomes `fillrate/PeakSeason-v0`.
"""

from __future__ import annotations

import re

import gymnasium

from fillrate.catalogue import entries
from fillrate.gym.allocation import AllocationEnv
from fillrate.gym.vector import AllocationVectorEnv

__all__ = ["AllocationEnv", "AllocationVectorEnv", "id_of", "register"]


def id_of(world: str) -> str:
    """The id of a world's environment: its name's words, whatever stands between them.

    >>> id_of("limited_edition")
    'fillrate/LimitedEdition-v0'
    """
    words = re.split(r"[\W_]+", world)
    return f"fillrate/{''.join(word.capitalize() for word in words)}-v0"


def register(world: str) -> None:
    """Register the environment of a world, by name."""
    if id_of(world) in gymnasium.registry:
        return
    gymnasium.register(
        id=id_of(world),
        entry_point="fillrate.gym.allocation:AllocationEnv",
        vector_entry_point="fillrate.gym.vector:AllocationVectorEnv",
        kwargs={"world": world},
        order_enforce=True,
    )


for _world in entries("envs"):
    register(_world)

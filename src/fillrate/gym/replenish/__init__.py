"""Environments that decide what to buy at each review, for every location and SKU; who gets what follows a rule."""

from __future__ import annotations

from fillrate.gym.replenish.env import ReplenishEnv
from fillrate.gym.replenish.vector import ReplenishVectorEnv

__all__ = ["ReplenishEnv", "ReplenishVectorEnv"]

"""Worlds: locations, lanes, SKUs, segments, demand, supply and money terms; frozen and validated."""

from fillrate.world.read import load_world, parse_world
from fillrate.world.tables import Tables
from fillrate.world.world import World

__all__ = ["Tables", "World", "load_world", "parse_world"]

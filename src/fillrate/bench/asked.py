"""Checks of what a comparison or a search is asked for, before anything is run."""

from __future__ import annotations

from typing import Any

from fillrate.bench.verdicts import better
from fillrate.errors import InputError, nearest
from fillrate.scorecard.metrics import METRICS, base_key
from fillrate.world import World

__all__ = ["check_metric", "check_whole"]


def check_whole(place: str, value: Any, least: int) -> None:
    """Raise InputError unless a value is a whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise InputError(place, f"found {value!r}", f"a whole number from {least} on")


def check_metric(world: World, metric: str) -> None:
    """Raise InputError unless a metric, or a breakdown of one, is there in this world and has a good direction."""
    base = base_key(metric)
    judged = [key for key in METRICS if better(key) != "neither"]
    if base not in judged:
        found = f"found '{metric}'" + ("" if base in METRICS else nearest(base, judged))
        raise InputError("metric", found, ", ".join(judged))
    if metric != base and metric not in (known := _selected(world, base)):
        allowed = ", ".join([base, *known][:12])
        raise InputError("metric", f"found '{metric}'" + nearest(metric, known), allowed)


def _selected(world: World, base: str) -> list[str]:
    """The keys that the scorecard breaks a metric down into."""
    parts = {
        "segment": ("order_fill_rate", "line_fill_rate", "unit_fill_rate"),
        "region": ("order_fill_rate", "line_fill_rate", "unit_fill_rate", "served_home_share"),
        "location": ("unit_fill_rate",),
    }
    return [f"{base}[{kind}={name}]" for kind, keys in parts.items() if base in keys for name in world.tables.ids[kind]]

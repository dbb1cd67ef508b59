"""Checks of what a comparison or a search is asked for, before anything is run."""

from __future__ import annotations

from typing import Any

from fillrate.bench.verdicts import better
from fillrate.errors import InputError, nearest
from fillrate.scorecard.measures import metric_keys
from fillrate.scorecard.metrics import METRICS, base_key
from fillrate.world import World

__all__ = ["check_metric", "check_whole"]


def check_whole(place: str, value: Any, least: int) -> None:
    """Raise InputError unless a value is a whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise InputError(place, f"found {value!r}", f"a whole number from {least} on")


def check_metric(world: World, metric: str) -> None:
    """Raise InputError unless a metric, or a breakdown of one, is there in this world and has a good direction."""
    judged = [key for key in metric_keys(world) if better(key) != "neither"]
    if metric not in judged:
        parts = [key for key in judged if base_key(key) == base_key(metric)]
        whole = [key for key in judged if key in METRICS]
        found = f"found '{metric}'" + ("" if metric in METRICS else nearest(metric, parts or whole))
        raise InputError("metric", found, ", ".join(parts[:12] or whole))

"""A draw belongs to a name: a run is the same, event by event, when bystanders are put first in the file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fillrate.simulate import simulate
from fillrate.trace import sample
from fillrate.world import World, load_world
from fillrate.world.demand import Channel, Segment, Sku
from fillrate.world.network import Location, Region


def with_bystanders(world: World) -> World:
    """A site that carries nothing, and a region, SKU, segment and channel that nobody asks for, each first."""
    carried = tuple(sku.name for sku in world.skus)
    own = tuple(
        site if "*" not in site.carries else replace(site, carries=carried) for site in world.locations
    )  # nobody carries the new SKU
    return replace(
        world,
        locations=(Location("new_site", carries=()), *own),
        regions=(Region("new_region", weight=0.0), *world.regions),
        skus=(Sku("new_sku", popularity=0.0), *world.skus),
        segments=(Segment("new_segment", weight=0.0), *world.segments),
        channels=(Channel("new_channel", weight=0.0), *world.channels),
    )


def story(world: World, days: float) -> list[dict[str, Any]]:
    """All events of a run by name."""
    journal = simulate(world, sample(world, 5, days), world.defaults.source, journal=True).journal
    assert journal is not None
    rows: list[dict[str, Any]] = journal.to_pylist()
    return rows


@pytest.mark.parametrize(
    ("name", "days"),
    [("two_warehouses", 60.0), ("regional", 4.0), ("peak_season", 2.0), ("disruption", 9.0), ("omnichannel", 5.0)],
)
def test_bystanders_change_no_event(name: str, days: float) -> None:
    world = load_world(name)
    assert len(story(world, days)) > 200
    assert story(with_bystanders(world), days) == story(world, days)

"""Strict reading: a key that is left out, a table that is empty and a default that is written out mean the same."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fillrate.world import World, parse_world
from fillrate.world.demand import Channel, Segment
from fillrate.world.fields import Strict
from fillrate.world.network import Shipping
from fillrate.world.read import KEYS

TOP = {field: key for key, field in KEYS.items()}

LEAST: dict[str, Any] = {
    "world": {"name": "w", "horizon_days": 10.0},
    "location": [{"name": "a"}, {"name": "b"}],
    "region": [{"name": "r"}],
    "sku": [{"name": "x"}],
    "segment": [{"name": "one"}],
    "channel": [{"name": "web"}],
    "lane": [{"location": "a", "region": "r"}],
    "shipping": {"service": [{"name": "standard"}]},
    "demand": {"promotion": [{"from_day": 1.0, "to_day": 2.0}]},
    "supply": {"item": [{}], "supplier": [{"name": "s"}]},
}
"""One entry of every kind (but order types), with its required keys only."""

Pick = Callable[[str], bool]


def keys(part: Any, at: str = "") -> list[str]:
    """Paths of every key with a default that TOML can write."""
    found = []
    for f in fields(part):
        value, path = getattr(part, f.name), f"{at} {f.name}".strip()
        if is_dataclass(value):
            found += [path, *keys(value, path)]
        elif isinstance(value, tuple) and value and is_dataclass(value[0]):
            found += [key for n, entry in enumerate(value) for key in keys(entry, f"{path} {n}")]
        elif f.default is not MISSING and writable(value):
            found.append(path)
    return found


def writable(value: Any) -> bool:
    """None and nan stand for an absent key and have no other way to be written."""
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def spelled(part: Any, pick: Pick, at: str = "") -> dict[str, Any]:
    """The part as TOML tables: what is required, what differs from its default, and the defaults that are picked."""
    tables: dict[str, Any] = {}
    for f in fields(part):
        value, path = getattr(part, f.name), f"{at} {f.name}".strip()
        if is_dataclass(value):
            inner = spelled(value, pick, path)
            if inner or pick(path):
                tables[f.name] = inner
        elif isinstance(value, tuple) and value and is_dataclass(value[0]):
            tables[f.name] = [spelled(entry, pick, f"{path} {n}") for n, entry in enumerate(value)]
        elif f.default is MISSING or (writable(value) and (value != f.default or pick(path))):
            tables[f.name] = list(value) if isinstance(value, tuple) else value
    return tables


def read(tables: dict[str, Any]) -> World:
    return parse_world({TOP.get(field, field): value for field, value in tables.items()}, "w.toml")


LEAST_WORLD = parse_world(LEAST, "w.toml")
EVERY = keys(LEAST_WORLD)


def test_the_list_of_keys_reaches_everywhere() -> None:
    assert {"shipping transit_days law", "locations 1 station servers", "supply supplier 0 outage mean_up_days"} <= {
        *EVERY
    }
    assert len(EVERY) > 150


@given(st.sets(st.sampled_from(EVERY)))
def test_defaults_that_are_written_out_change_nothing(chosen: set[str]) -> None:
    assert read(spelled(LEAST_WORLD, lambda path: path in chosen)) == LEAST_WORLD


def test_all_defaults_written_out_are_the_world_without_them() -> None:
    world = read(spelled(LEAST_WORLD, bool))
    assert world == LEAST_WORLD
    assert world.hash == LEAST_WORLD.hash


@pytest.mark.parametrize("key", EVERY)
def test_every_key_is_read_alone(key: str) -> None:
    assert read(spelled(LEAST_WORLD, lambda path: path == key)) == LEAST_WORLD


@pytest.mark.parametrize("table", ["demand", "shipping", "supply", "money", "timing", "defaults"])
def test_an_empty_optional_table_equals_the_defaults(table: str) -> None:
    least = {key: LEAST[key] for key in ("world", "location", "region", "sku")}
    assert parse_world({**least, table: {}}, "w.toml") == parse_world(least, "w.toml")


def test_lists_that_are_left_out_have_their_standard_entry() -> None:
    world = parse_world({key: LEAST[key] for key in ("world", "location", "region", "sku")}, "w.toml")
    assert world.segments == (Segment("standard"),)
    assert world.channels == (Channel("web"),)
    assert world.shipping == Shipping()
    assert [s.name for s in world.shipping.service] == ["standard"]
    assert [*world.lanes, *world.supply.supplier, *world.demand.promotion] == []


def test_every_part_of_a_world_is_strict() -> None:
    def walk(part: Any) -> None:
        assert issubclass(type(part), Strict)
        for f in fields(part):
            value = getattr(part, f.name)
            for entry in value if isinstance(value, tuple) else (value,):
                if is_dataclass(entry):
                    walk(entry)

    walk(LEAST_WORLD)


@pytest.mark.parametrize("text", ["title", "about", "source", "optimum"])
def test_texts_do_not_change_the_hash(text: str) -> None:
    header = LEAST_WORLD.header
    changed: dict[str, Any] = {text: "other"}
    other = replace(LEAST_WORLD, header=replace(header, **changed))
    assert other != LEAST_WORLD
    assert other.hash == LEAST_WORLD.hash
    assert replace(LEAST_WORLD, header=replace(header, horizon_days=11.0)).hash != LEAST_WORLD.hash

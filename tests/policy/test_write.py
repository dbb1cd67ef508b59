"""Policies as files: every entry of the catalogue reads back as it was, and parts joined by + become one file."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest

from fillrate.catalogue import built_in
from fillrate.errors import PolicyError
from fillrate.policy import load_policy
from fillrate.policy.checks import check_entry
from fillrate.policy.read import read_entry
from fillrate.policy.spec import Entry
from fillrate.policy.write import entry_text, parts_of, single_entry
from fillrate.simulate import simulate
from fillrate.trace import sample
from fillrate.world import World, load_world
from fillrate.world.strict import validate

POLICIES = sorted(path.stem for path in built_in("policies").glob("*.toml"))
JOINED = [
    "weighted_score+spillover_limit+base_stock+safety_stock",
    "critical_level+safety_stock",
    "max_splits+shipment_value_threshold",
    "ship_complete+safety_stock",
]


def read_back(entry: Entry) -> Entry:
    return validate(Entry, tomllib.loads(entry_text(entry, ["Written anew."])), "it", PolicyError)


@pytest.mark.parametrize("name", POLICIES)
def test_an_entry_reads_back_as_it_was(name: str) -> None:
    entry = read_entry(name)
    about = " ".join(entry.policy.about.split())
    wanted = replace(entry, example={}, policy=replace(entry.policy, about=about))
    found = read_back(entry)
    check_entry(found, name)
    assert found == wanted


@pytest.fixture(scope="module")
def omnichannel() -> World:
    world = load_world("omnichannel").over(2.0)
    return replace(world, defaults=replace(world.defaults, modifiers=("max_splits",)))


@pytest.mark.parametrize("name", JOINED)
def test_parts_in_one_entry_play_the_same_to_the_bit(name: str, omnichannel: World) -> None:
    entry = single_entry(load_policy(name))
    check_entry(entry, name)
    trace = sample(omnichannel, 4)
    runs = [simulate(omnichannel, trace, p, journal=True) for p in (name, entry, read_back(entry))]
    tables = [run.journal for run in runs]
    assert tables[0] is not None
    assert tables[0].equals(tables[1])
    assert tables[0].equals(tables[2])


def test_a_limit_of_a_modifier_alone_still_keeps_the_default_modifiers_away(omnichannel: World) -> None:
    entry = single_entry(load_policy("cheapest+safety_stock"))
    assert load_policy(entry, omnichannel).parts()["modifiers"] == ["cheapest+safety_stock"]
    assert load_policy(single_entry(load_policy("cheapest")), omnichannel).parts()["modifiers"] == ["max_splits"]


def test_a_policy_of_one_file_is_its_entry() -> None:
    policy = load_policy("critical_level")
    assert single_entry(policy) is policy.source
    found = [entry.policy.name for entry in parts_of(load_policy("cheapest+fcfs+max_splits"))]
    assert found == ["fcfs", "cheapest", "max_splits"]


def test_an_object_cannot_be_written() -> None:
    class Mine:
        def source(self, _: object) -> int:
            return 0

    with pytest.raises(PolicyError, match="it is an object, not a file"):
        single_entry(load_policy(Mine()))

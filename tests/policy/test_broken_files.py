"""Broken policy files: one line that names the place, what was found and what is allowed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fillrate.errors import NotFound, PolicyError
from fillrate.policy import bind, load_policy
from fillrate.policy.read import read_entry
from fillrate.world import load_world

HEAD = '[policy]\nname = "mine"\npart = "{part}"\n'
CHAIN = "[source]\nsteps = [{ distance_km = -1.0 }]\n"


def entry(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("part", "body", "words"),
    [
        ("source", "[source]\nsteps = [{ distance_kn = -1.0 }]", ["[source] steps", "'distance_kn'", "'distance_km'?"]),
        ("source", "[source]\nstep = [{ distance_km = -1.0 }]", ["[source] step", "unknown key", "'steps'?"]),
        ("source", "[source]\nmethod = 'chain'", ["[source] steps: missing", "method = 'chain'"]),
        ("source", "[source]\nmethod = 'prices'", ["[source] value: missing", "method = 'prices'"]),
        ("source", "[source]\nmethod = 'hold'\nsteps = [{ one = 1.0 }]", ["[source] steps: not used", "no other key"]),
        ("source", CHAIN + "seed = 3", ["[source] seed: not used by method = 'chain'", "hold, steps"]),
        ("source", "[source]\nsteps = [{}]", ["[source] steps: found an empty step"]),
        ("source", "[source]\nsteps = [{ one = nan }]", ["[source] steps", "nan"]),
        ("source", CHAIN + "[rank]\nsteps = [{ received = -1.0 }]", ["found 'source' with", "[rank], [source]"]),
        ("source", "[source]\nmethod = 'best'", ["[source] method", '"best"', "'chain'"]),
        ("source", "[source]\nsteps = [{ one = '1' }]", ["[source] steps", '"1"', "number"]),
        ("rank", "[rank]", ["[rank] steps: missing", "at least one step"]),
        ("rank", "[rank]\nsteps = [{ distance_km = 1.0 }]", ["[rank] steps", "'distance_km'", "received, priority"]),
        ("replenish", "[replenish]\nrule = 's_s'", ["[replenish] rule", '"s_s"', "'s_S'"]),
        ("replenish", "[replenish]", ["[replenish] rule: missing"]),
        ("replenish", "[replenish]\nrule = 's_S'\nservice_level = 1.5", ["service_level", "1.5", "0 to 1"]),
        ("rank", CHAIN, ["[policy] part: found 'rank' with the tables [source]", "the table [rank]"]),
        ("source", "", ["[policy] part: found 'source' with no table", "[source]"]),
        ("whole", "", ["'whole' without a part"]),
        ("modifier", "", ["'modifier' that changes nothing"]),
        ("modifier", CHAIN + "[modifier]\nmax_locations = 1", ["'modifier' with the tables [source]"]),
        ("source", CHAIN + "[modifier]\nmax_locations = 1", ["[modifier]: found in a source policy"]),
        ("rank", "[rank]\nsteps = [{ received = -1.0 }]\n[[limit]]\nkind = 'fences'", ["[[limit]]: found in a rank"]),
        ("modifier", "[modifier]\nmax_locations = -1", ["max_locations", "-1", "0 to 1e+06"]),
        ("modifier", "[modifier]\nmax_locations = 2147483648", ["max_locations", "2.14748e+09", "0 to 1e+06"]),
        (
            "modifier",
            "[planner]\nkind = 'dlp'\nevery_hours = 1e-6",
            ["[planner] every_hours", "0, or at least 0.001 h"],
        ),
        ("source", CHAIN + "[[limit]]\nkind = 'fair_share'\ndays = 1e-5", ["days: found 1e-05", "at least 0.001 days"]),
        ("source", CHAIN + "[[limit]]\nkind = 'fence'", ["kind", '"fence"', "'fences'"]),
        ("source", CHAIN + "[[limit]]\nkind = 'critical_level'", ["keeps nothing back", "units, days or remaining"]),
        ("source", CHAIN + "[[limit]]\nkind = 'fair_share'\nlocation = 'x'", ["at all locations"]),
        ("source", CHAIN + "[[limit]]\nkind = 'fair_share'\nperiods = 3", ["days: the length of its period"]),
        ("source", CHAIN + "[[limit]]\nkind = 'fences'\nshare = 0.5", ["share of product_allocation"]),
        ("source", CHAIN + "[limit]\nkind = 'fences'", ["[limit]", "single table", "[[...]]"]),
        ("rule", CHAIN, ["[policy] part", '"rule"', "'modifier'"]),
    ],
)
def test_a_fault_is_named(part: str, body: str, words: list[str], tmp_path: Path) -> None:
    path = entry(tmp_path, HEAD.format(part=part) + body)
    with pytest.raises(PolicyError) as fault:
        read_entry(path)
    said = str(fault.value)
    assert said.startswith("mine.toml")
    assert "\n" not in said
    assert not [word for word in words if word not in said], said


def test_what_is_not_toml_or_not_there(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"mine.toml: not TOML: .*line 1"):
        read_entry(entry(tmp_path, "policy = = 1"))
    with pytest.raises(PolicyError, match=r"\[policy\]: missing"):
        read_entry(entry(tmp_path, CHAIN))
    with pytest.raises(NotFound, match=r"policy 'cheapst': no such name .did you mean 'cheapest'"):
        load_policy("cheapst")
    with pytest.raises(NotFound, match=r"no such policy file"):
        load_policy(tmp_path / "nothing.toml")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cheapest+distance", "'cheapest' and 'distance' are both source policies"),
        ("fcfs+priority_then_date", "are both rank policies"),
        ("fcfs++cheapest", "an empty name"),
        ("max_splits+max_splits", "'max_splits' twice"),
    ],
)
def test_names_that_do_not_go_together(name: str, words: str) -> None:
    with pytest.raises(PolicyError, match=words):
        load_policy(name)


def test_a_name_in_a_workspace_must_be_that_of_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "other.toml").write_text(HEAD.format(part="source") + CHAIN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PolicyError, match=r"other.toml: \[policy\] name: found 'mine'; allowed: 'other'"):
        read_entry("other")


def test_limits_must_fit_the_world(tmp_path: Path) -> None:
    world = load_world("two_warehouses")
    limits = {
        "kind = 'critical_level'\nunits = 1.0\nsegment = 'standart'": "'standart' .did you mean 'standard'",
        "kind = 'spillover_limit'\nunits = 1.0\nlocation = 'west'": "location: found 'west'; allowed: north, south or",
        "kind = 'fair_share'\nsku = 'itme'": "sku: found 'itme'",
        "kind = 'fair_share'\n[[limit]]\nkind = 'product_allocation'": "together",
    }
    for body, words in limits.items():
        path = entry(tmp_path, f"{HEAD.format(part='source')}{CHAIN}[[limit]]\n{body}")
        with pytest.raises(PolicyError, match=words):
            bind(load_policy(path), world)


def test_nothing_can_be_bought_where_there_is_no_supplier() -> None:
    with pytest.raises(PolicyError, match="a replenish policy in 'limited_edition'; allowed: a world with suppliers"):
        bind(load_policy("base_stock"), load_world("limited_edition"))


def test_a_default_of_the_world_is_not_blamed_on_the_policy() -> None:
    world = load_world("limited_edition")
    buying = replace(world, defaults=replace(world.defaults, replenish="base_stock"))
    with pytest.raises(PolicyError, match=r"^world 'limited_edition': \[defaults\] replenish: a replenish policy"):
        bind(load_policy("cheapest"), buying)

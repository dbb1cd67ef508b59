"""Axes: variants of worlds by name or by value, merged into cases, each a comparison of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fillrate.bench.axes import Axis, Variant, cases_of
from fillrate.bench.experiments import load_experiment, run_experiment
from fillrate.errors import InputError
from fillrate.world import load_world
from fillrate.world.literature import instance

HEAD = """
[experiment]
name = "grid"
worlds = ["baskets"]
policies = ["cheapest", "distance"]
replications = 2
report = false
"""
NUMBER = """
[[experiment.axis]]
name = "number"
vary = "instance.number"
values = [0, 7]
"""
HORIZON = """
[[experiment.axis]]
name = "horizon"
variant = [
  { name = "short", instance = { horizon = 100.0 } },
  { name = "more orders", demand = 2.0, instance = { horizon = 100.0 } },
]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "grid.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_combination_is_a_case(tmp_path: Path) -> None:
    asked = load_experiment(written(tmp_path, HEAD + NUMBER + HORIZON))
    assert [case.name for case in asked.cases] == [
        "baskets-number_0-short",
        "baskets-number_0-more_orders",
        "baskets-number_7-short",
        "baskets-number_7-more_orders",
    ]
    assert asked.cases[3].variants == {"number": "number_7", "horizon": "more orders"}


def test_variants_of_several_axes_are_merged_into_one_world(tmp_path: Path) -> None:
    cases = load_experiment(written(tmp_path, HEAD + NUMBER + HORIZON)).cases
    world, made = cases[2].world(), instance(7, horizon=100.0)
    assert (world.locations, world.demand, world.days) == (made.locations, made.demand, 100.0)
    assert world.name == "baskets-number_7-short"
    assert world.defaults == load_world("baskets").defaults
    assert cases[3].world().demand.period_days == made.demand.period_days / 2


def test_factors_multiply() -> None:
    axes = [Axis("a", vary="demand", values=(2.0,)), Axis("b", vary="demand", values=(3.0,))]
    (case,) = cases_of(["two_warehouses"], axes)
    assert case.world().demand.rate_per_day == 6.0 * load_world("two_warehouses").demand.rate_per_day


def test_a_world_without_axes_is_the_world() -> None:
    (case,) = cases_of(["two_warehouses"], [])
    assert (case.name, case.world()) == ("two_warehouses", load_world("two_warehouses"))


def test_a_variant_that_changes_nothing_is_the_world_by_another_name() -> None:
    (case,) = cases_of(["regional"], [Axis("shift", variant=(Variant(name="as stated"),))])
    world, base = case.world(), load_world("regional")
    assert world.name == "regional-as_stated"
    assert (world.demand, world.supply, world.lanes) == (base.demand, base.supply, base.lanes)


def test_an_outage_takes_its_share_of_the_horizon_that_is_played(tmp_path: Path) -> None:
    outage = '[[experiment.axis]]\nname = "down"\nvary = "outage.end"\nvalues = [0.5, 0.9]\n'
    text = f"{HEAD}days = 20\n{outage}".replace("baskets", "two_warehouses")
    asked = load_experiment(written(tmp_path, text))
    assert [case.world(asked.days).locations[0].outage.windows for case in asked.cases] == [((8, 10),), ((8, 18),)]
    found = run_experiment(asked, tmp_path / "out", n_jobs=1, quiet=True)
    short, long = (c.policies["cheapest"]["contribution"].mean or 0.0 for c in found.values())
    assert short > long
    assert {comparison.days for comparison in found.values()} == {20.0}


def test_the_horizon_of_an_experiment_holds_for_instances_too() -> None:
    (case,) = cases_of(["baskets"], [Axis("number", vary="instance.number", values=(7,))])
    assert case.world(50.0) == case.world().over(50.0)


def test_a_horizon_that_a_variant_states_is_played(tmp_path: Path) -> None:
    axis = '[[experiment.axis]]\nname = "long"\nvary = "VARY"\nvalues = [10, 40]\n'
    for world, vary in (("two_warehouses", "set.world.horizon_days"), ("baskets", "instance.horizon")):
        text = f"{HEAD}days = 20\n{axis}".replace("baskets", world).replace("VARY", vary)
        found = run_experiment(load_experiment(written(tmp_path, text)), tmp_path / world, n_jobs=1, quiet=True)
        assert [comparison.days for comparison in found.values()] == [10.0, 40.0]


def test_results_lie_by_case(tmp_path: Path) -> None:
    asked = load_experiment(written(tmp_path, HEAD + NUMBER + HORIZON))
    found = run_experiment(asked, tmp_path / "out", n_jobs=1, quiet=True)
    assert list(found) == [case.name for case in asked.cases]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted([*found, "matrix.json"])
    kept = json.loads((tmp_path / "out" / "baskets-number_7-short" / "comparison.json").read_text())
    assert (kept["world"], kept["days"]) == ("baskets-number_7-short", 100.0)
    means = {name: c.policies["cheapest"]["contribution"].mean for name, c in found.items()}
    assert len(set(means.values())) == 4


@pytest.mark.parametrize(
    ("axis", "said"),
    [
        ('name = "x"\n', "axis 'x': found no variants, or both kinds"),
        ('name = "x"\nvary = "demand"\n', "axis 'x': found no variants, or both kinds"),
        ('name = "x"\nvary = "demend"\nvalues = [1]\n', r"axis 'x' vary: found 'demend' \(did you mean 'demand'\?\)"),
        ('name = "x"\nvary = "instance"\nvalues = [1]\n', "axis 'x' vary: found 'instance'"),
        ('name = "x"\nvary = "instance.nomber"\nvalues = [1]\n', "nomber: unknown key"),
        ('name = "x"\nvary = "nearest"\nvalues = [0]\n', "variant 'x_0' nearest: found 0"),
        (
            'name = "x"\nvary = "demand"\nvalues = [1, 1.0]\n',
            "axis 'x' variants: found x_1, x_1; allowed: each its own",
        ),
        ('name = "x"\nvariant = [{ demand = 2.0 }]\n', "name: missing"),
    ],
)
def test_a_wrong_axis_is_told_where(tmp_path: Path, axis: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        load_experiment(written(tmp_path, f"{HEAD}[[experiment.axis]]\n{axis}"))


def test_two_cases_of_one_name_are_refused(tmp_path: Path) -> None:
    first = '[[experiment.axis]]\nname = "a"\nvariant = [{ name = "x" }, { name = "x-y", demand = 2.0 }]\n'
    second = '[[experiment.axis]]\nname = "b"\nvariant = [{ name = "y-z", demand = 3.0 }, { name = "z" }]\n'
    with pytest.raises(InputError, match="worlds and variants joined: found baskets-x-y-z, baskets-x-y-z; allowed: ea"):
        load_experiment(written(tmp_path, HEAD + first + second))


def test_an_instance_needs_a_world_of_the_family() -> None:
    (case,) = cases_of(["regional"], [Axis("n", vary="instance.number", values=(1,))])
    with pytest.raises(InputError, match="instance: world 'regional' is none of a family; allowed: baskets, baskets_l"):
        case.world()

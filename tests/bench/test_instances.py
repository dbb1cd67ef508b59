"""Experiments over instances of the literature: each row a cost over the program, kept, and run once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fillrate.bench.experiments import load_experiment, run_experiment
from fillrate.bench.instances import HINDSIGHT, Instances, run_instances
from fillrate.bench.records import read_records
from fillrate.errors import InputError
from fillrate.plan.bound import hindsight
from fillrate.plan.dlp import deterministic_lp
from fillrate.policy import load_policy
from fillrate.simulate import simulate
from fillrate.trace import sample
from fillrate.world.literature import instance

SAID = Instances(counts=(2,), horizons=(60.0,), replications=(2,), once=("whole_order",))


def rows(folder: Path) -> list[dict[str, Any]]:
    return list(read_records(folder / "instances.jsonl").values())


def test_a_ratio_is_the_mean_cost_over_the_program(tmp_path: Path) -> None:
    table = run_instances(["distance", "whole_order"], SAID, tmp_path, quiet=True)
    ratios = []
    for number in range(2):
        world = instance(number, horizon=60.0)
        traces = [sample(world, 2 * number + n) for n in range(2)]
        least = deterministic_lp(world).value
        cards = [simulate(world, trace, load_policy("distance")).scorecard for trace in traces]
        cost = -sum(card["contribution"] or 0.0 for card in cards) / 2
        ratios.append(cost / least)
        clairvoyant = sum(hindsight(world, trace, cut_up=True).cost for trace in traces) / 2
        found = {row["policy"]: row["ratio"] for row in rows(tmp_path) if row["instance"] == number}
        assert found["distance"] == pytest.approx(cost / least, rel=1e-12)
        assert found[HINDSIGHT] == pytest.approx(clairvoyant / least, rel=1e-9)
    assert table.cells["distance"][60.0].mean == pytest.approx(sum(ratios) / 2)


def test_what_takes_long_runs_on_the_first_instance_and_a_clairvoyant_only_where_asked(tmp_path: Path) -> None:
    table = run_instances(["distance", "whole_order"], replace(SAID, hindsight=False), tmp_path, quiet=True)
    ran = [(row["policy"], row["instance"]) for row in rows(tmp_path)]
    assert sorted(ran) == [("distance", 0), ("distance", 1), ("whole_order", 0)]
    assert set(table.cells) == {"distance", "whole_order"}


def test_a_part_that_a_policy_leaves_out_counts_for_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`fcfs` only ranks: another source as the world's default is another policy."""
    monkeypatch.chdir(tmp_path)
    first = run_instances(["fcfs"], SAID, tmp_path / "a", quiet=True).to_json()
    (tmp_path / "policies").mkdir()
    default = instance(0, "small", 60.0).defaults.source
    held = f'[policy]\nname = "{default}"\npart = "source"\n[source]\nmethod = "hold"\n'
    (tmp_path / "policies" / f"{default}.toml").write_text(held, encoding="utf-8")
    again = run_instances(["fcfs"], SAID, tmp_path / "a", quiet=True).to_json()
    assert again != first
    assert again == run_instances(["fcfs"], SAID, tmp_path / "b", quiet=True).to_json()


def test_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    first = run_instances(["distance"], SAID, tmp_path, quiet=True)
    file = tmp_path / "instances.jsonl"
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole[: -len(whole.splitlines()[-1]) // 2], encoding="utf-8")
    assert run_instances(["distance"], SAID, tmp_path, quiet=True).to_json() == first.to_json()
    assert len(rows(tmp_path)) == len(whole.splitlines())
    again = file.read_text(encoding="utf-8")
    run_instances(["distance"], SAID, tmp_path, quiet=True)
    assert file.read_text(encoding="utf-8") == again, "nothing is run twice"


def test_horizons_stand_in_rising_order_in_whatever_order_they_are_run(tmp_path: Path) -> None:
    falling = Instances(counts=(2, 1), horizons=(60.0, 30.0), replications=(1, 1), hindsight=False)
    table = run_instances(["fixed_primary", "distance"], falling, tmp_path, quiet=True)
    head, first, second = table.lines()
    assert head.split() == ["T", "30", "T", "60"]
    assert [list(by) for by in table.cells.values()] == [[30.0, 60.0]] * 2
    short, long = (table.cells["distance"][horizon] for horizon in (30.0, 60.0))
    assert second.split()[:2] == ["distance", f"{short.mean:.4f}"]
    assert second.split()[2:4] == [f"{long.mean:.4f}", "±"]
    assert len(head) == len(first) == len(second)


def test_a_table_has_no_row_of_other_settings(tmp_path: Path) -> None:
    first = run_instances(["distance"], SAID, tmp_path, quiet=True)
    run_instances(["distance"], replace(SAID, carry=0.5), tmp_path, quiet=True)
    assert run_instances(["distance"], SAID, tmp_path, quiet=True).to_json() == first.to_json()


@pytest.mark.parametrize(
    ("key", "once", "says"),
    [
        ("", 'once = ["cheapest"]', r"instances once: 'cheapest' is no policy of it"),
        ('metric = "lost_units"', "", r"\[experiment\] metric: found beside instances"),
        ("", "counts = [2, 3]", "horizons without counts and replications each"),
        ("", "counts = [0]", "found a count or replications below 1"),
        (
            "",
            "horizons = [9.0, 9.0]\ncounts = [1, 2]\nreplications = [1, 1]",
            "horizons: found 9, 9; allowed: each its",
        ),
    ],
)
def test_a_file_that_says_too_much_or_too_little_is_refused(key: str, once: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    lines = ["[experiment]", 'name = "x"', 'policies = ["distance"]', key, "[experiment.instances]", once]
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError, match=f"x.toml: .*{says}"):
        load_experiment(file)


def test_comparing_worlds_refuses_them(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"experiment 'resolving': instances of the literature; allowed: `fillrate run"
    ):
        run_experiment(load_experiment("resolving"), tmp_path)


@pytest.mark.parametrize("policies", ['["distance", "distance"]', '["distance", "../alt/distance.toml"]'])
def test_two_policies_of_one_name_are_refused(policies: str, tmp_path: Path) -> None:
    lines = ["[experiment]", 'name = "x"', f"policies = {policies}", "[experiment.instances]"]
    (tmp_path / "x.toml").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError, match=r"x.toml: \[experiment\] policies: found distance, distance; allowed: each"):
        load_experiment(tmp_path / "x.toml")

"""`fillrate adapt`: what a connector would send and get."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from fillrate.adapters import HOSTS
from fillrate.adapters.hosts import example
from fillrate.deploy.export import Terms, export_bundle
from fillrate.world import load_world


@pytest.mark.parametrize("name", list(HOSTS))
def test_the_example_of_each_host_can_be_asked_at_once(name: str, tmp_path: Path, run: Run) -> None:
    told = run("adapt", name, "--example")
    assert (told.code, json.loads(told.out)) == (0, example(name))
    (tmp_path / "record.json").write_text(told.out, encoding="utf-8")
    done = run("adapt", name, "--request", str(tmp_path / "record.json"), "--json")
    assert (done.code, done.err) == (0, "")
    said = json.loads(done.out)
    assert set(said) == {"host", "mode", "requests", "found", "answer"}
    assert len(said["requests"]) == len(said["found"])
    shown = run("adapt", name, "--request", str(tmp_path / "record.json"))
    assert (shown.code, shown.err) == (0, "")
    assert HOSTS[name].title in shown.out
    assert f"Answer ({HOSTS[name].gives}):" in " ".join(shown.out.split())


def test_csv_files_are_taken_as_they_are(tmp_path: Path, run: Run) -> None:
    for key, text in example("csv").items():
        (tmp_path / f"{key}.csv").write_text(text, encoding="utf-8")
    done = run("adapt", "csv", "--request", str(tmp_path / "orders.csv"), "--stock", str(tmp_path / "stock.csv"))
    assert (done.code, done.err) == (0, "")
    assert "1002,a,p01,lyon,2,0\n" in done.out


def test_a_ranking_that_a_greedy_shop_would_not_follow_says_so(tmp_path: Path, run: Run) -> None:
    record = example("spree")
    (tmp_path / "record.json").write_text(json.dumps(record), encoding="utf-8")
    done = run("adapt", "spree", "--request", str(tmp_path / "record.json"))
    assert "Order of locations: 7, 9\n" in done.out


@pytest.mark.parametrize("t0", ["2024-01-31", "2024-01-31T00:00:00+02:00"])
def test_a_record_without_an_instant_is_decided_now_by_the_bundles_clock(t0: str, tmp_path: Path, run: Run) -> None:
    world = load_world("two_warehouses").over(5.0)
    bundle = export_bundle("cheapest", world, tmp_path / "bundle", Terms(replications=0, t0=t0))
    (tmp_path / "o.csv").write_text("order,line,sku,quantity,region,segment\n1,a,item,2,munich,standard\n", "utf-8")
    (tmp_path / "s.csv").write_text("location,sku,on_hand\nsouth,item,5\n", "utf-8")
    files = "--request", str(tmp_path / "o.csv"), "--stock", str(tmp_path / "s.csv")
    done = run("adapt", "csv", *files, "--bundle", str(bundle), "--json")
    assert (done.code, done.err) == (0, "")
    (found,) = json.loads(done.out)["found"]
    assert (found["decided_by"], found["lines"][0]["held"]) == ("policy", 0)

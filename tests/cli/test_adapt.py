"""`fillrate adapt`: what a connector would send and get."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from fillrate.adapters import HOSTS
from fillrate.adapters.hosts import example


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

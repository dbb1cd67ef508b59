"""Through a real bundle: what a connector gets when fillrate decides, and the verb that shows it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fillrate.adapters import host, translate
from fillrate.adapters.hosts import example
from fillrate.cli import main
from fillrate.deploy import Allocator
from fillrate.deploy.export import Terms, export_bundle
from fillrate.world import load_world

KNOWN = {"request": {"region": "europe", "segment": "all", "now": 0.0}}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = load_world(str(Path(__file__).with_name("sources.toml")))
    return Path(export_bundle("priority_list", world, tmp_path_factory.mktemp("adapters") / "b", Terms(replications=0)))


def record(name: str, **known: Any) -> dict[str, Any]:
    return {**example(name), "fillrate": {**KNOWN, **known}}


def decided_by_the_policy(found: Mapping[str, Any]) -> bool:
    return (found["decided_by"], found["reason"]) == ("policy", None)


def test_magentos_own_case_comes_out_of_a_bundle_that_goes_by_priority(bundle: Path) -> None:
    asked = record("magento")
    asked["sources"] = [s for s in asked["sources"]["items"] if s["source_code"] != "eu-3"]  # unknown to the bundle
    done = translate(host("magento"), asked, Allocator.load(bundle).allocate)
    assert decided_by_the_policy(done.found[0])
    assert [tuple(item.values()) for item in done.answer["source_selection_items"]] == [
        ("eu-1", "SKU-1", 5.5, 5.5),
        ("eu-2", "SKU-1", 2.5, 3),
        ("eu-2", "SKU-4", 4, 6),
    ]
    assert done.answer["shippable"] is True


def test_a_ranking_is_the_bundles_not_the_shops(bundle: Path) -> None:
    names = {"locations": {"7": "eu-2", "9": "eu-1"}, "skus": {"tent": "SKU-1", "rope": "SKU-4"}}
    asked = record("spree", **names)
    asked["stock_locations"] = [at for at in asked["stock_locations"] if at["active"]]
    done = translate(host("spree"), asked, Allocator.load(bundle).allocate)
    assert decided_by_the_policy(done.found[0].decision)
    assert done.answer == [{"location": 9, "rank": 0}, {"location": 7, "rank": 1}]  # eu-1 has the higher rating
    assert done.found[0].exact


def test_the_verb_decides_with_a_bundle(bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "record.json").write_text(json.dumps(record("magento")), encoding="utf-8")
    words = ["adapt", "magento", "--request", str(tmp_path / "record.json"), "--bundle", str(bundle), "--json"]
    assert main(words) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["found"][0]["policy"] != "in_order"
    assert said["answer"]["source_selection_items"][0]["qty_to_deduct"] == 5.5

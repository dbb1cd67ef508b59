"""A real bundle behind the service: what keeps its policy from deciding is told, and checkouts are answered anyway."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.needs import COMPILED
from tests.serve.web import Web

from fillrate.cli import main
from fillrate.deploy import Allocator
from fillrate.deploy.desk import Desk
from fillrate.deploy.export import Terms, export_bundle
from fillrate.deploy.guards import Guards
from fillrate.deploy.scores import NumpyScorer
from fillrate.serve.access import Access
from fillrate.serve.app import make_app
from fillrate.serve.bundled import Bundled, load_bundle
from fillrate.serve.deciding import Decider
from fillrate.serve.gate import Gate
from fillrate.serve.service import Service
from fillrate.serve.settings import Settings
from fillrate.testing.networks import random_policy, random_prices
from fillrate.world import load_world

Record = dict[str, Any]
REQUIRED = "next_review_days"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that asks for a column of its own; its fallback is the cheapest row."""
    terms = Terms(replications=0, guards=Guards(max_age_minutes=60.0, require=(REQUIRED,)))
    made = tmp_path_factory.mktemp("network") / "bundle"
    return export_bundle(random_policy(4), load_world("two_warehouses").over(20.0), made, terms)


@pytest.fixture(scope="module")
def bundle(folder: Path) -> Bundled:
    return load_bundle(folder)


@pytest.fixture
def web(bundle: Bundled, tmp_path: Path) -> Iterator[Web]:
    """Five units at either site, counted at day 0; requests say what time it is."""
    settings = Settings(stock_max_age_days=2.0)
    service = Service(str(tmp_path / "ledger.db"), lambda: bundle, settings, replays=True)
    made = Web(make_app(service, lambda app: Gate(app, Access(()), service.metrics)))
    entries = [{"sku": "item", "location": at, "on_hand": 5} for at in ("north", "south")]
    assert made.post("/v1/stock/set", json={"entries": entries, "now": 0.0}).status_code == 200
    yield made
    service.close()


def answer(web: Web, **changes: Any) -> Record:
    """Two items for Hamburg, an hour after the count."""
    line = {"line": 1, "sku": "item", "quantity": 2, "price": 30.0}
    asked = {"id": "a", "now": 1.0 / 24.0, "region": "hamburg", "segment": "standard", "lines": [line], REQUIRED: 0.5}
    said = web.post("/v1/allocate", json={k: v for k, v in {**asked, **changes}.items() if v is not None})
    assert said.status_code == 200, said.text
    found: Record = said.json()
    return found


def units(said: Record) -> int:
    return sum(part["quantity"] for line in said["lines"] for part in line["allocated"])


def test_the_policy_decides_where_nothing_is_wrong(web: Web) -> None:
    said = answer(web)
    assert (said["decided_by"], said["reason"]) == ("policy", None)


def test_an_instant_that_is_null_is_now(web: Web) -> None:
    line = {"line": 1, "sku": "item", "quantity": 2, "price": 30.0}
    asked = {"id": "a", "now": None, "region": "hamburg", "segment": "standard", "lines": [line], REQUIRED: 0.5}
    stock = [{"sku": "item", "location": "north", "on_hand": 5}]
    assert web.post("/v1/simulate", json={**asked, "stock": stock}).json()["decided_by"] == "policy"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({REQUIRED: None}, f"missing fact: {REQUIRED}"),
        ({"as_of": -1.0}, "stock was counted 1500 minutes ago, at most 60 are allowed"),
        ({"now": 0.125}, "stock was counted 180 minutes ago, at most 60 are allowed"),
        ({"now": 2.5}, "stock: as of 60.00 h ago; allowed: 48 h"),
        ({"sites": [{"location": "moon"}]}, "unknown location 'moon'"),
        ({"ships_from": ["moon"]}, "unknown location 'moon'"),
    ],
    ids=[
        "missing column",
        "snapshot that expired",
        "count that the bundle finds too old",
        "ledger that expired",
        "unknown site",
        "unknown location",
    ],
)
def test_else_the_fallback_reserves_and_says_why(web: Web, changed: Record, reason: str) -> None:
    said = answer(web, **changed)
    assert (said["decided_by"], said["reason"]) == ("fallback", reason)
    assert (units(said), said["lines"][0]["held"]) == (2, 0)
    assert said["recorded"]


def test_a_product_that_the_bundle_does_not_know_is_held_and_the_rest_is_placed(web: Web) -> None:
    more = [{"line": n, "sku": sku, "quantity": 2, "price": 30.0} for n, sku in ((1, "item"), (2, "novelty"))]
    said = answer(web, lines=more)
    assert (said["decided_by"], said["reason"]) == ("fallback", "unknown SKU 'novelty'")
    assert [line["held"] for line in said["lines"]] == [0, 2]


@pytest.mark.parametrize("changed", [{"region": "moon"}, {"segment": "moon"}, {"lines": None}])
def test_an_order_about_which_nothing_can_be_decided_is_held_or_refused(web: Web, changed: Record) -> None:
    """What the bundle cannot read is held with the reason; what is no order at all never reaches the ledger."""
    if "lines" in changed:
        assert web.post("/v1/allocate", json={"id": "a", "region": "hamburg", "segment": "standard"}).status_code == 422
        return
    said = answer(web, **changed)
    assert (said["decided_by"], units(said)) == ("fallback", 0)
    assert "found 'moon'" in said["reason"]


@pytest.mark.parametrize("sites", ["north", [{"open": False}], [{"location": ["north"], "open": False}]])
def test_an_order_whose_sites_cannot_be_read_is_recorded_and_held(web: Web, sites: Any) -> None:
    said = answer(web, sites=sites)
    assert (said["decided_by"], units(said), said["recorded"]) == ("fallback", 0, True)


def test_who_waits_is_held_and_stock_comes_in_though_the_sites_cannot_be_read(web: Web) -> None:
    answer(web, lines=[{"line": 1, "sku": "item", "quantity": 11, "price": 30.0}])
    entries = [{"sku": "item", "location": "north", "quantity": 5}]
    said = web.post("/v1/stock/receive", json={"entries": entries, "sites": [{"open": False}]})
    assert said.status_code == 200, said.text
    assert "sites[0]: location: missing" in said.json()["offered"][0]["reason"]


def test_a_slow_model_is_not_waited_for(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadline is 50 ms; the network takes a second. The answer is the fallback's, long before."""
    score = NumpyScorer.__call__

    def slow(self: NumpyScorer, table: Any) -> Any:
        time.sleep(1.0)
        return score(self, table)

    monkeypatch.setattr(NumpyScorer, "__call__", slow)
    start = time.perf_counter()
    said = answer(web)
    assert time.perf_counter() - start < 0.9
    assert (said["decided_by"], said["reason"]) == ("fallback", "deadline: no decision after 50 ms")
    assert units(said) == 2


@pytest.mark.skipif(COMPILED, reason="compiled code calls what was compiled with it, not what is put in its place")
@pytest.mark.parametrize(
    "policy", ["whole_order", random_prices(3), random_policy(4)], ids=["prices", "priced_network", "network"]
)
def test_a_decision_that_is_one_long_computation_is_not_waited_for(
    policy: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is it begun again by the fallback, while it is still at work."""
    world = load_world("two_warehouses").over(20.0)
    folder = export_bundle(policy, world, tmp_path / "bundle", Terms(replications=0))
    chooser, spare = load_bundle(folder), load_bundle(folder)
    work, begun = "_by_network" if chooser.allocator.bundle.rule.method == "network" else "_prices", threading.Event()
    done, over = getattr(Desk, work), threading.Event()

    def slow(self: Desk, *rest: Any) -> Any:
        assert not begun.is_set()
        begun.set()
        over.wait(5.0)
        return done(self, *rest)

    monkeypatch.setattr(Desk, work, slow)
    decider = Decider(chooser, spare, 50.0)
    asked = json.loads((folder / "example.json").read_text())
    asked["lines"] = [{**asked["lines"][0], "line": n} for n in range(5)]
    asked["stock"] = [{**entry, "on_hand": 9, "reserved": 0} for entry in asked["stock"]]
    start = time.perf_counter()
    first, second = decider.decide(asked), decider.decide(asked)
    assert time.perf_counter() - start < 2.0
    over.set()
    decider.close()
    assert begun.is_set()
    assert first["reason"] == "deadline: no decision after 50 ms"
    assert second["reason"] == "deadline: the policy is still busy with another decision after 50 ms"
    assert min(units(first), units(second)) > 0


def test_rules_of_short_steps_pay_for_no_thread(tmp_path: Path) -> None:
    world = load_world("two_warehouses").over(20.0)
    found = {}
    for policy in ("cheapest", "hold_all", "whole_order"):
        folder = export_bundle(policy, world, tmp_path / policy, Terms(replications=0))
        prompt = Bundled(Allocator.unchecked(folder)).prompt
        found[policy] = [prompt({"lines": [{}] * lines}) for lines in (1, 4, 5)]
    assert found == {"cheapest": [True] * 3, "hold_all": [True] * 3, "whole_order": [True, True, False]}


def test_a_rank_reads_each_order_once_and_puts_last_what_it_cannot_read(
    bundle: Bundled, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = {"line": 1, "sku": "item", "quantity": 2, "price": 30.0}
    plain = {"now": 9.0, "region": "hamburg", "segment": "standard", "lines": [line], "stock": []}
    times, read, count = [3.0, 1.0, None, 2.0, 1.0, None], bundle.allocator.read, []

    def counted(request: Record) -> Any:
        count.append(request["id"])
        return read(request)

    monkeypatch.setattr(bundle.allocator, "read", counted)
    asked = [
        {**plain, "id": f"o{n}", **({"region": "moon"} if t is None else {"received": t})} for n, t in enumerate(times)
    ]
    assert bundle.rank(asked) == [1, 4, 3, 0, 2, 5]
    assert count == [f"o{n}" for n in range(6)]


def test_a_bundle_that_was_tampered_with_is_not_served(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoilt = Path(shutil.copytree(folder, tmp_path / "bundle"))
    weights = bytearray((spoilt / "policy.npz").read_bytes())
    weights[len(weights) // 2] ^= 1
    (spoilt / "policy.npz").write_bytes(weights)
    assert main(["serve", str(spoilt), "--ledger", str(tmp_path / "ledger.db")]) == 2
    assert "does not verify: policy.npz differs from its hash" in capsys.readouterr().err
    assert not (tmp_path / "ledger.db").exists()

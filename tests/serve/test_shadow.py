"""A challenger beside the champion: it holds nobody up, both are logged, and the report says how they differ."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.serve.conftest import shop_at
from tests.serve.stub import Greedy, Record

from fillrate.cli import main
from fillrate.cli.shadow import _show_replay
from fillrate.errors import InputError
from fillrate.serve.ledger.ledger import Ledger
from fillrate.serve.ledger.stock import all_levels
from fillrate.serve.replay import logged_day, replayed
from fillrate.serve.report import agreement
from fillrate.serve.service import Service
from fillrate.serve.settings import Settings
from fillrate.world import load_world

WORLD = "two_warehouses"


class Backwards(Greedy):
    """Takes the sites in the other order."""

    policy = "backwards"

    def _line(self, line: Record, free: dict[tuple[str, str], int]) -> dict[str, Any]:
        left, allocated = line["quantity"], []
        for sku, location in sorted(free, reverse=True):
            if sku == line["sku"] and (units := min(left, free[sku, location])) > 0:
                free[sku, location] -= units
                left -= units
                allocated.append({"location": location, "quantity": units})
        return {**{k: line[k] for k in ("line", "sku", "quantity")}, "allocated": allocated, "held": left}


def cost(_: Record, decision: Record) -> dict[str, float]:
    """A unit from the south costs 1."""
    parts = [part for line in decision["lines"] for part in line["allocated"]]
    return {"total": float(sum(p["quantity"] for p in parts if p["location"] == "south"))}


def play(place: Path, challenger: Callable[[], Greedy], orders: int = 40, **settings: Any) -> Service:
    """Orders of one and two units, from a ledger with one unit a site at a time."""
    world = load_world(WORLD)
    terms = Settings(deadline_ms=5_000.0, **settings)
    service = Service(str(place), Greedy, terms, challenger, cost, replays=True)
    sku, region, segment = world.skus[0].name, world.regions[0].name, world.segments[0].name
    entries = [{"sku": sku, "location": location.name, "on_hand": 1_000} for location in world.locations]
    service.submit("stock/set", {"entries": entries, "now": 0.25}, "").result(10.0)
    for n in range(orders):
        lines = [{"line": 1, "sku": sku, "quantity": 1 + n % 2}]
        body = {"id": n, "region": region, "segment": segment, "lines": lines, "now": 0.5 + n / orders}
        service.submit("allocate", body, "").result(10.0)
    return service


def outcomes(service: Service) -> dict[str, float]:
    """What a monitor reads of the challenger's decisions."""
    found = re.findall(r'fillrate_shadows_total{outcome="(\w+)"} (\S+)', service.metrics.text().decode())
    return {outcome: float(count) for outcome, count in found}


def test_both_are_logged_and_compared_by_one_cost(tmp_path: Path) -> None:
    play(tmp_path / "ledger.db", Backwards).close()
    ledger = Ledger(str(tmp_path / "ledger.db"))
    with ledger.reading() as run:
        rows = agreement(run)
        sites = {level.location: level.reserved for _, level in all_levels(run)}
    ledger.close()
    assert sites == {"north": 60, "south": 0}  # the challenger reserves nothing
    everything, one_segment = rows
    assert (everything["segment"], everything["decisions"], everything["agreement"]) == (None, 40, 0.0)
    assert one_segment["segment"] == load_world(WORLD).segments[0].name
    costs = everything["champion_cost"], everything["challenger_cost"], everything["difference"]
    assert costs == (0.0, 1.5, 1.5)
    assert everything["low"] == pytest.approx(1.5 - 1.959964 * 0.50637 / 40**0.5, abs=1e-4)


def test_a_stuck_challenger_holds_nobody_up(tmp_path: Path) -> None:
    gate = threading.Event()
    start = time.perf_counter()
    service = play(tmp_path / "ledger.db", lambda: Greedy(lambda _: gate.wait(30.0)))
    assert time.perf_counter() - start < 20.0
    gate.set()
    service.close()
    assert outcomes(service) == {"agreed": 40}


def test_a_wrong_challenger_harms_nobody(tmp_path: Path) -> None:
    service = play(tmp_path / "ledger.db", lambda: Greedy(lambda _: 1 / 0))
    service.close()
    assert outcomes(service) == {"failed": 40}


def test_a_canary_reserves_for_its_orders(tmp_path: Path) -> None:
    play(tmp_path / "ledger.db", Backwards, canary_percent=30.0).close()
    ledger = Ledger(str(tmp_path / "ledger.db"))
    with ledger.reading() as run:
        sites = {level.location: level.reserved for _, level in all_levels(run)}
        everything = agreement(run)[0]
    ledger.close()
    assert sites["north"] + sites["south"] == 60
    assert 0 < sites["south"] < 40
    assert 0 < everything["decisions"] < 40  # its own orders are not compared with itself
    assert everything["agreement"] == 0.0


def test_a_logged_day_is_played_in_the_simulator(tmp_path: Path) -> None:
    play(tmp_path / "ledger.db", Backwards).close()
    world, ledger = load_world(WORLD), Ledger(str(tmp_path / "ledger.db"))
    with ledger.reading() as run:
        day = logged_day(run, world)
        with pytest.raises(InputError, match="none of 40 logged orders fits"):
            logged_day(run, load_world("omnichannel"))
    ledger.close()
    assert (len(day.trace.orders), day.left_out, day.trace.days) == (40, 0, 2.0)
    assert day.trace.orders.quantity.sum() == 60
    assert day.units == [1_000, 1_000]
    found = replayed(day, world, ["cheapest", "hold_all", "bid_price"])
    assert found["cheapest"]["unit_fill_rate"] == found["bid_price"]["unit_fill_rate"] == 1.0
    assert found["hold_all"]["unit_fill_rate"] == 0.0


def test_no_logged_order_is_warm_up(tmp_path: Path) -> None:
    """A world cuts off its first days, for it begins from a made-up stock; the log begins from what was there."""
    play(tmp_path / "ledger.db", Backwards, orders=3).close()
    plain, ledger = load_world(WORLD), Ledger(str(tmp_path / "ledger.db"))
    world = replace(plain, header=replace(plain.header, warm_up_days=21.0))
    assert plain.header.warm_up_days == 0.0
    with ledger.reading() as run:
        found = [replayed(logged_day(run, place), place, ["cheapest"]) for place in (plain, world)]
    ledger.close()
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("changed", "count", "price"),
    [
        ({"region": ["moon"]}, 0, 0.0),
        ({"pin": ["moon"]}, 1, 9.0),
        ({"price": "dear"}, 0, 0.0),
        ({"price": 0.0}, 1, 0.0),
    ],
)
def test_what_the_bundle_could_not_read_is_left_out(
    changed: dict[str, Any], count: int, price: float, tmp_path: Path
) -> None:
    """The log keeps such orders for good."""
    world, shop = load_world(WORLD), shop_at(str(tmp_path / "ledger.db"))
    terms = {"region": world.regions[0].name, "segment": world.segments[0].name}
    for n, more in enumerate([{}, changed]):
        line = {"line": 1, "sku": world.skus[0].name, "quantity": 1, "price": more.get("price", 9.0)}
        head = {key: value for key, value in more.items() if key != "price"}
        shop.do("allocate", id=str(n), now=1.0, lines=[line], **{**terms, **head})
    with shop.ledger.reading() as run:
        day = logged_day(run, world)
    shop.ledger.close()
    assert (len(day.trace.orders) - 1, day.left_out) == (count, 1 - count)
    assert not count or day.trace.orders.price[1] == price


def test_the_verb_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play(tmp_path / "ledger.db", Backwards).close()
    place = str(tmp_path / "ledger.db")
    assert main(["shadow", place, "--replay", WORLD, "--policies", "cheapest", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["shadow"][0]["challenger"] == "backwards stub"
    assert said["replay"]["policies"]["cheapest"]["unit_fill_rate"] == 1.0
    assert main(["shadow", place]) == 0
    assert "Challenger backwards stub" in capsys.readouterr().out
    assert main(["shadow", str(tmp_path / "none.db")]) == 2
    assert main(["shadow", place, "--replay", WORLD]) == 2
    assert "no file" in capsys.readouterr().err


@pytest.mark.parametrize(("days", "told"), [(1.0, "1 day from"), (2.0, "2 days from")])
def test_a_replay_is_told_in_words(days: float, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    _show_replay({"world": WORLD, "orders": 3, "days": days, "left_out": 0, "policies": {"cheapest": {}}})
    assert told in capsys.readouterr().out


@pytest.mark.parametrize("statement", ["create table customers (id integer)", "select 1"], ids=["other", "empty"])
def test_a_database_that_is_no_ledger_is_left_as_it_is(
    statement: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()
    path.touch()
    before = path.read_bytes()
    assert main(["shadow", str(path)]) == 2
    assert "other.db: has no log of decisions; allowed: the ledger of `fillrate serve`" in capsys.readouterr().err
    assert ([*tmp_path.iterdir()], path.read_bytes()) == ([path], before)

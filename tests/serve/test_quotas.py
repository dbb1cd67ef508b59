"""Quotas behind the service: what a segment may take follows from what the ledger says it took and waits for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.serve.conftest import Shop

from fillrate.deploy import Allocator
from fillrate.deploy.export.bundling import core_files
from fillrate.policy import bind, load_policy
from fillrate.serve.bundled import Bundled
from fillrate.serve.deciding import Decider
from fillrate.serve.desk import Desk
from fillrate.serve.ledger.ledger import Ledger
from fillrate.serve.settings import Clock, Settings
from fillrate.world.read import parse_world

WORLD: dict[str, Any] = {
    "world": {"name": "waves", "horizon_days": 10.0},
    "location": [{"name": "north"}],
    "region": [{"name": "west"}],
    "sku": [{"name": "lamp", "price": 10.0}],
    "segment": [{"name": "first", "priority": 2.0}, {"name": "second"}],
    "lane": [{"location": "north", "region": "west", "rate": 1.0, "distance_km": 1.0}],
    "demand": {"rate_per_day": 1.0},
    "timing": {"mode": "wave", "wave_hours": 24.0},
    "defaults": {"source": "fair_share"},
}


def test_what_is_shared_out_pro_rata_is_what_segments_took_and_wait_for(tmp_path: Path) -> None:
    """Of 4 + 8 units 10 are asked by either segment: 6 for each, and the second has 4 already."""
    world = parse_world(WORLD, "waves")
    core_files(tmp_path, "waves", world, bind(load_policy("fair_share"), world))
    chooser = Bundled(Allocator.unchecked(tmp_path), 60_000.0)
    decider = Decider(chooser, chooser, 60_000.0)
    ledger = Ledger(str(tmp_path / "ledger.db"), quota_days=chooser.quota_days)
    shop = Shop(ledger, Desk(decider, Settings(), Clock()))
    shop.stock(0.25, north=4)
    assert shop.order("a", 10, 0.5, segment="second", region="west")["lines"][0]["held"] == 6
    assert shop.order("b", 10, 0.5, segment="first", region="west")["lines"][0]["held"] == 10
    done = shop.do("stock/receive", entries=[{"sku": "lamp", "location": "north", "quantity": 8}], now=0.75)
    given = {d["decision"]: d["lines"][0]["quantity"] - d["lines"][0]["held"] for d in done["offered"]}
    assert given == {"a/2": 2, "b/2": 6}
    decider.close()
    ledger.close()

"""A simulated run played again through the desk: the same decisions, for who comes and for who waits.

`benchmarks/replay_day.py` plays longer ones, over HTTP too.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.serve.day import replay

from fillrate.deploy import Allocator
from fillrate.deploy.export import Terms, export_bundle
from fillrate.serve.bundled import Bundled
from fillrate.serve.deciding import Decider
from fillrate.serve.desk import Desk, Task
from fillrate.serve.ledger.ledger import Ledger, audit
from fillrate.serve.settings import Clock, Settings
from fillrate.trace.sample import sample
from fillrate.world import load_world


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "policy", "days", "later"),
    [
        ("regional", "priority_then_date+cheapest", 14.0, 10),  # a backlog in rank order, patience of every kind
        ("omnichannel", "fcfs+minimize_splits", 8.0, 50),  # pins, complete orders, stations, short picks
    ],
)
def test_a_run_is_decided_alike(name: str, policy: str, days: float, later: int, tmp_path: Path) -> None:
    world = load_world(name).over(days)
    bundle = export_bundle(policy, world, tmp_path / "bundle", Terms(replications=0))
    chooser = Bundled(Allocator.unchecked(bundle), 60_000.0)
    ledger = Ledger(str(tmp_path / "ledger.db"), quota_days=chooser.quota_days, durability="normal")
    desk = Desk(Decider(chooser, chooser, 60_000.0), Settings(), Clock())
    with ledger.writing() as book:
        found = replay(world, sample(world, 3), policy, lambda verb, body: desk.do(book, Task(verb, body)))
    with ledger.reading() as run:
        audit(run)
    ledger.close()
    assert found.differences == []
    assert found.later_offers >= later
    assert min(found.reserved, found.held, found.lost) > 0

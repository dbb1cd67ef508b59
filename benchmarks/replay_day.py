"""A simulated run played again through the service's desk and ledger: how many decisions are the same?

Orders, receipts, dispatches and short picks come from the simulator's journal; what the desk reserves, at first offers
and at later ones to who waits, is compared with what the simulator reserved. `--http 1` sends every call over HTTP to a
service in a process of its own.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import _root  # noqa: F401 - the tests, whose builders this shares, are on the path then
from _command import run
from service import bundle_of
from tests.serve.calling import Running
from tests.serve.day import replay
from tests.serve.postgres import free_port

from fillrate.serve.bundled import Bundled
from fillrate.serve.deciding import Decider
from fillrate.serve.desk import Desk, Task
from fillrate.serve.ledger.ledger import Ledger, audit
from fillrate.serve.settings import Clock, Settings
from fillrate.trace.sample import sample
from fillrate.world import load_world

LATE_MS = 60_000.0  # a slow machine changes nothing


def measure(world: str, policy: str, seed: int, days: float, http: int) -> dict[str, Any]:
    """Compare every offer of a run."""
    place = load_world(world).over(days or None)
    trace = sample(place, seed)
    with tempfile.TemporaryDirectory() as where:
        folder, start = Path(where), time.perf_counter()
        bundle = bundle_of(world, policy, folder)
        play = _over_http if http else _in_process
        found, audited = play(bundle, folder, lambda do: replay(place, trace, policy, do))
        return {
            "world": world,
            "policy": policy,
            "days": trace.days,
            "orders": len(trace.orders),
            "decisions": found.offers,
            "later_offers": found.later_offers,
            "units_reserved": found.reserved,
            "decisions_that_hold": found.held,
            "differences": len(found.differences),
            "first_differences": found.differences[:3],
            "log_entries": audited["entries"],
            "seconds": round(time.perf_counter() - start, 1),
        }


def _in_process(bundle: Path, folder: Path, play: Any) -> Any:
    from fillrate.deploy import Allocator

    chooser = Bundled(Allocator.load(bundle), LATE_MS)
    ledger = Ledger(str(folder / "ledger.db"), quota_days=chooser.quota_days, durability="normal")
    desk = Desk(Decider(chooser, chooser, LATE_MS), Settings(), Clock())
    with ledger.writing() as book:
        found = play(lambda verb, body: desk.do(book, Task(verb, body)))
    with ledger.reading() as run_:
        return found, audit(run_)


def _over_http(bundle: Path, folder: Path, play: Any) -> Any:
    place = str(folder / "ledger.db")
    command = [sys.executable, "-m", "fillrate", "serve", str(bundle), "--ledger", place, "--replay"]
    command += ["--deadline", str(LATE_MS), "--durability", "normal", "--port"]
    with Running(command, free_port()) as service:
        found = play(lambda verb, body: service.post(f"/v1/{verb}", body))
    with Ledger(place).reading() as run_:
        return found, audit(run_)


if __name__ == "__main__":
    run(__doc__, measure, world="regional", policy="cheapest", seed=1, days=0.0, http=0)

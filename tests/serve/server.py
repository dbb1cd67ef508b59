"""A server that decides by the stub, for tests that kill it: `python server.py LEDGER PORT [EVENTS]`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.serve.stub import Greedy

from fillrate.serve.outbox import sink_of
from fillrate.serve.server import listening, run
from fillrate.serve.service import Service
from fillrate.serve.settings import Settings

if __name__ == "__main__":
    sink = sink_of(sys.argv[3]) if len(sys.argv) > 3 else None
    place = listening("127.0.0.1", int(sys.argv[2]))
    run(Service(sys.argv[1], Greedy, Settings(deadline_ms=1e4), sink=sink), (), place, print)

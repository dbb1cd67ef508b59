"""Requests made from the service's OpenAPI document, right and wrong, sent to it: does any break it?

Counts answers by status, and lists every 5xx, every traceback, and every refused call that wrote something.
`--bundle DIR` lets a bundle decide.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import _root  # noqa: F401 - the tests, whose builders this shares, are on the path then
from _command import run
from tests.serve.fuzzing import fuzz
from tests.serve.stub import Greedy
from tests.serve.web import Web

from fillrate.serve.access import Access
from fillrate.serve.app import make_app
from fillrate.serve.bundled import load_bundle
from fillrate.serve.gate import Gate
from fillrate.serve.service import Service
from fillrate.serve.settings import Settings


def measure(cases: int, bundle: str) -> dict[str, Any]:
    """Fuzz a service on a fresh ledger."""
    with tempfile.TemporaryDirectory() as folder:
        made = load_bundle(Path(bundle)) if bundle else None
        service = Service(f"{folder}/ledger.db", Greedy if made is None else lambda: made, Settings())
        web = Web(make_app(service, partial(Gate, access=Access(()), metrics=service.metrics)))
        found = fuzz(service, web, cases)
        service.close()
        return found


if __name__ == "__main__":
    run(__doc__, measure, cases=5_000, bundle="")

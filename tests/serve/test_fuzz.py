"""Requests from the OpenAPI document, right and wrong: no 500, no traceback, nothing written by what is refused.

`benchmarks/fuzz.py` sends more.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("schemathesis")

from tests.serve.fuzzing import fuzz
from tests.serve.stub import Greedy
from tests.serve.web import Web

from fillrate.serve.access import Access
from fillrate.serve.app import make_app
from fillrate.serve.gate import Gate
from fillrate.serve.service import Service
from fillrate.serve.settings import Settings

CASES = 90


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of schemathesis' own dependencies
def test_no_request_breaks_the_service(tmp_path: Path) -> None:
    service = Service(str(tmp_path / "ledger.db"), Greedy, Settings(deadline_ms=5_000.0))
    web = Web(make_app(service, partial(Gate, access=Access(()), metrics=service.metrics)))
    found = fuzz(service, web, CASES, repeatable=True)
    service.close()
    assert found["wrong"] == []
    assert found["cases"] >= CASES
    assert {"200", "422"} <= set(found["statuses"])

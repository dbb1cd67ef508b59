"""Clients ask for scarce stock while the service is killed: no unit is sold twice, no order is lost.

`benchmarks/oversold.py` plays 50,000 orders and 20 kills.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"
SERVER = Path(__file__).with_name("server.py")
pytestmark = pytest.mark.skipif(not (FOLDER / "oversold.py").is_file(), reason="needs a checkout with benchmarks/")


@pytest.fixture(scope="module")
def oversold() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(FOLDER)  # as when the script is run
        yield import_module("oversold")


@pytest.mark.slow
def test_no_unit_is_sold_twice_and_no_order_lost(place: str, oversold: ModuleType) -> None:
    found = oversold.play([sys.executable, str(SERVER), "LEDGER", "PORT"], place, 400, 8, 2)
    assert (found["kills"], found["requests"]) == (2, 400)
    assert found["sold"] == found["sold_by_ledger"] == found["units"]
    assert (found["oversold"], found["lost"], found["other_than_answered"]) == (0, 0, 0)
    assert (found["repeated_with_another_answer"], found["ledger_and_log"]) == (0, "agree")

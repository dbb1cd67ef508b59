"""What time it is: instants that requests say in words, and the thread that ends what is over."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlalchemy")

from tests.serve.stub import Greedy

from fillrate.serve.refusals import Refused
from fillrate.serve.service import Service
from fillrate.serve.settings import Clock, Settings

DAY_ZERO = 1_767_225_600.0  # 2026-01-01 in UTC


@pytest.mark.parametrize(
    ("said", "days"), [("2026-01-03T12:00:00+00:00", 2.5), ("2026-01-03T14:00:00+02:00", 2.5), (7.0, 7.0), (None, None)]
)
def test_words_are_days_of_the_ledger(said: object, days: object) -> None:
    body = {"received": said, "promised": {"delivery": said}, "sites": [{"location": "north", "cut_off": said}]}
    found = Clock(DAY_ZERO).dated(body | {"entries": [{"as_of": said}]})
    assert (found["received"], found["promised"]["delivery"], found["sites"][0]["cut_off"]) == (days, days, days)
    assert found["entries"] == [{"as_of": days}]


@pytest.mark.parametrize(("t0", "said"), [(DAY_ZERO, "2026-01-03T12:00:00"), (DAY_ZERO, "soon"), (None, "2026-01-03")])
def test_words_without_a_place_in_time_are_refused(t0: float | None, said: str) -> None:
    with pytest.raises(Refused, match=f"promised.ship: found '{said}'; allowed: .*days after the ledger's day 0"):
        Clock(t0).dated({"promised": {"ship": said}})


def test_patience_ends_though_the_disk_had_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service, faults = Service(str(tmp_path / "ledger.db"), Greedy, Settings(patience_days=0.5 / 86_400.0)), []

    def tidy() -> None:
        faults.append(1)
        raise sqlite3.OperationalError

    monkeypatch.setattr(service.ledger.database, "tidy", tidy)
    order: dict[str, Any] = {"id": "a", "lines": [{"line": 1, "sku": "lamp", "quantity": 1}]}
    service.submit("allocate", order, "").result(5.0)
    until = time.monotonic() + 20.0
    while len(faults) < 3 and time.monotonic() < until:
        time.sleep(0.1)
    assert service.ready() == ""
    service.submit("reoffer", {}, "").result(5.0)
    with service.ledger.reading() as run:
        from fillrate.serve.views import overview

        assert overview(run)["waiting"] == []
    service.close()
    assert service.ready() == "the ledger's thread has ended"

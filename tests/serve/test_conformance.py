"""The service keeps what the conformance kit asks of a connector: with a real bundle, on the desk and over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("fastapi")

from fillrate.deploy.export import Terms, export_bundle
from fillrate.serve.access import Access
from fillrate.serve.app import make_app
from fillrate.serve.bundled import load_bundle
from fillrate.serve.gate import Gate
from fillrate.serve.ledger.ledger import Ledger, audit
from fillrate.serve.ledger.orders import lines_of, reservations_of
from fillrate.serve.ledger.stock import all_levels
from fillrate.serve.service import Service
from fillrate.serve.settings import Settings
from fillrate.testing import Part, Refused, TestShop, check_connector
from fillrate.testing.by_hand import world_of

WORLD = """
[world]
name = "two"
horizon_days = 20.0
[[location]]
name = "north"
latitude = 53.0
longitude = 10.0
[[location]]
name = "south"
latitude = 48.0
longitude = 11.0
carries = ["p1"]
[[region]]
name = "west"
latitude = 51.0
longitude = 7.0
[[region]]
name = "east"
latitude = 49.0
longitude = 13.0
[[sku]]
name = "p1"
price = 10.0
cost = 4.0
[[sku]]
name = "p2"
price = 10.0
cost = 4.0
[[segment]]
name = "contract"
priority = 2.0
[[segment]]
name = "standard"
priority = 1.0
[demand]
process = "poisson"
rate_per_day = 2.0
[shipping]
box = 4.0
rate = 1.0
[defaults]
rank = "priority_then_date"
source = "cheapest"
"""
SHOP = TestShop(eligible=lambda _, location, sku: (location, sku) != ("south", "p2"))


class Connected:
    """The service behind the eight verbs; `post` carries a verb out and tells its status and answer."""

    def __init__(self, ledger: Ledger, post: Callable[[str, dict[str, Any], str], tuple[int, dict[str, Any]]]) -> None:
        self.ledger, self.post = ledger, post

    def do(self, verb: str, body: dict[str, Any], key: str = "") -> dict[str, Any]:
        status, answer = self.post(verb, body, key)
        assert status < 500, answer
        if status != 200:
            raise Refused(answer["error"])
        return answer

    def stock(self, entries: Sequence[Any]) -> None:
        self.do("stock/set", {"entries": [dict(entry) for entry in entries]})

    def receive(self, entries: Sequence[Any]) -> None:
        self.do("stock/receive", {"entries": [dict(entry) for entry in entries]})

    def allocate(self, request: Any, key: str) -> dict[str, Any]:
        answer = self.do("allocate", dict(request), key)
        assert answer["decided_by"] == "policy", answer["reason"]
        return answer

    def confirm(self, order: str, parts: Sequence[Part]) -> None:
        self.do("confirm_shipment", {"order": order, "lines": told(parts)})

    def release(self, order: str, parts: Sequence[Part]) -> None:
        self.do("release", {"order": order, "lines": told(parts)})

    def cancel(self, order: str) -> None:
        self.do("cancel", {"order": order})

    def levels(self) -> list[dict[str, Any]]:
        with self.ledger.reading() as run:
            found = all_levels(run)
            names = ("location", "on_hand", "reserved")
            return [{"sku": sku, **{name: getattr(level, name) for name in names}} for sku, level in found]

    def order(self, order: str) -> list[dict[str, Any]]:
        with self.ledger.writing() as book:
            parts = reservations_of(book, order)
            return [
                {
                    "line": line.line,
                    "sku": line.sku,
                    "quantity": line.ordered,
                    "held": line.held,
                    "rejected": line.dropped,
                    "allocated": [{"location": p.location, "quantity": p.open} for p in parts if p.line == line.line],
                    "shipped": [{"location": p.location, "quantity": p.shipped} for p in parts if p.line == line.line],
                }
                for line in lines_of(book, order)
            ]


def told(parts: Sequence[Part]) -> list[dict[str, Any]]:
    return [{"line": part.line, "location": part.location, "quantity": part.quantity} for part in parts]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("conformance") / "bundle"
    return Path(export_bundle("priority_then_date+cheapest", world_of(WORLD), folder, Terms(replications=0)))


@pytest.fixture
def services(bundle: Path, tmp_path: Path) -> Iterator[Callable[[], Service]]:
    """A fresh service each time; the one before it is audited and closed."""
    made: list[Service] = []
    chooser, numbers = load_bundle(bundle), count()

    def end() -> None:
        for service in made:
            with service.ledger.reading() as run:
                audit(run)
            service.close()
        made.clear()

    def fresh() -> Service:
        end()
        place = str(tmp_path / f"{next(numbers)}.db")
        made.append(Service(place, lambda: chooser, Settings(deadline_ms=60_000.0), replays=True))
        return made[-1]

    yield fresh
    end()


def test_the_desk_keeps_every_invariant(services: Callable[[], Service]) -> None:
    def connect() -> Connected:
        service = services()

        def post(verb: str, body: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
            try:
                return 200, service.submit(verb, body, key).result(timeout=60.0)
            except Exception as no:
                status = getattr(no, "status", None)
                if status is None:
                    raise
                return status, {"error": str(no)}

        return Connected(service.ledger, post)

    check_connector(connect, SHOP, examples=30, steps=25, shrink=False)


def test_the_service_over_http_keeps_every_invariant(services: Callable[[], Service]) -> None:
    testclient = pytest.importorskip("fastapi.testclient")

    def connect() -> Connected:
        service = services()
        client = testclient.TestClient(make_app(service, partial(Gate, access=Access(()), metrics=service.metrics)))

        def post(verb: str, body: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
            answer = client.post(f"/v1/{verb}", json=body, headers={"Idempotency-Key": key} if key else {})
            return answer.status_code, answer.json()

        return Connected(service.ledger, post)

    check_connector(connect, SHOP, examples=10, steps=15, shrink=False)

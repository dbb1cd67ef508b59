"""A desk on a fresh ledger, without threads but the policy's: calls come one after the other, at stated times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlalchemy")

from tests.serve.postgres import create, needs_postgres, postgres
from tests.serve.stub import Greedy

from fillrate.serve.deciding import Decider
from fillrate.serve.desk import Desk, Task
from fillrate.serve.ledger.ledger import Ledger, audit
from fillrate.serve.ledger.stock import all_levels
from fillrate.serve.settings import Clock, Settings


@dataclass
class Shop:
    """A ledger and a desk."""

    ledger: Ledger
    desk: Desk

    def do(self, verb: str, key: str = "", **body: Any) -> dict[str, Any]:
        with self.ledger.writing() as book:
            return self.desk.do(book, Task(verb, body, key))

    def order(self, name: str, units: int, now: float, **more: Any) -> dict[str, Any]:
        """An order of one line of lamps; how it was answered."""
        line = {"line": 1, "sku": "lamp", "quantity": units}
        return self.do("allocate", id=name, lines=[line], now=now, **more)

    def stock(self, now: float = 0.0, **units: int) -> None:
        """Lamps by location."""
        entries = [{"sku": "lamp", "location": at, "on_hand": n} for at, n in units.items()]
        self.do("stock/set", entries=entries, now=now)

    def free(self) -> dict[str, int]:
        with self.ledger.reading() as run:
            return {level.location: level.free for sku, level in all_levels(run) if sku == "lamp"}

    def audit(self) -> dict[str, Any]:
        with self.ledger.reading() as run:
            return audit(run)


def shop_at(place: str, chooser: Greedy | None = None, **settings: Any) -> Shop:
    made = chooser or Greedy()
    terms = Settings(**{"deadline_ms": 5_000.0, **settings})
    return Shop(Ledger(place, tells=True), Desk(Decider(made, made, terms.deadline_ms), terms, Clock()))


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_postgres())])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a ledger may lie: in a file, and in PostgreSQL."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.db")
    made = request.getfixturevalue("server")
    name = "".join(sign for sign in request.node.name.lower() if sign.isalnum())[:50]
    return create(str(made), f"{name}_{abs(hash(request.node.nodeid)) % 10**6}")


@pytest.fixture
def shop(place: str) -> Iterator[Shop]:
    made = shop_at(place)
    yield made
    made.ledger.close()


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Shop]:
    made = shop_at(str(tmp_path / "ledger.db"))
    yield made
    made.ledger.close()

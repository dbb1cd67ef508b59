"""Does the service ever sell a unit twice, or lose an order? Clients ask for scarce stock while it is killed.

Clients in threads of this process send orders for more than there is, ship some of what they get, and repeat a call,
with the same key, until it is answered; some answered calls are repeated too. The service is killed (SIGKILL) at
random moments and started again. In the end units sold are units there, every order is in the ledger as it was
answered, and the ledger agrees with its own log.

`--postgres 1` runs it on a PostgreSQL of its own instead of SQLite; `--bundle DIR` decides by a bundle instead of by
the first site that has stock.
"""

from __future__ import annotations

import http.client
import json
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from _command import run
from _root import ROOT
from tests.serve.postgres import create, free_port
from tests.serve.postgres import postgres as postgres_server

from fillrate.serve.ledger.ledger import Ledger, audit
from fillrate.serve.ledger.tables import LINES

STARTS_SECONDS = 60.0


@dataclass
class Server:
    """The service in a process of its own, which can be killed and started again."""

    command: list[str]
    port: int
    process: Any = None
    kills: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        until = time.monotonic() + STARTS_SECONDS
        while time.monotonic() < until:
            try:
                with closing(Client(self.port).connection) as connection:
                    connection.request("GET", "/readyz")
                    if connection.getresponse().status == 200:
                        return
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
        raise TimeoutError("the service did not start")

    def kill(self) -> None:
        """As a power cut for the process: nothing is finished, nothing is said."""
        with self._lock:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.kills += 1
            self.start()

    def stop(self) -> None:
        """End it properly."""
        self.process.terminate()
        self.process.wait(30)


class Client:
    """One connection; a call is repeated until it is answered."""

    def __init__(self, port: int) -> None:
        """Not connected yet."""
        self.port, self.repeats = port, 0
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def call(self, method: str, path: str, body: Any, key: str) -> tuple[int, Any]:
        """One try."""
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        try:
            self.connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = self.connection.getresponse()
            return response.status, json.loads(response.read() or b"null")
        except (OSError, http.client.HTTPException, ValueError):
            self.connection.close()
            raise

    def insist(self, path: str, body: Any, key: str) -> Any:
        """Repeat until there is an answer that counts."""
        while True:
            try:
                status, answer = self.call("POST", path, body, key)
                if status == 200 and answer.get("recorded") is not False:
                    return answer
                if status not in {200, 503}:
                    raise SystemExit(f"{path}: {status} {answer}")
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(0.02)
            self.repeats += 1


@dataclass
class Load:
    """What the clients do together, and what they were told."""

    port: int
    requests: int
    skus: list[str]
    lock: threading.Lock = field(default_factory=threading.Lock)
    done: int = 0
    repeats: int = 0
    differed: int = 0  # answers to a repeated call that were not the first one
    told: dict[str, Any] = field(default_factory=dict)

    def client(self, number: int, clients: int, extra: dict[str, Any]) -> None:
        """One client's share of the orders."""
        chance, client = random.Random(number), Client(self.port)
        for n in range(number, self.requests, clients):
            name = f"order-{n}"
            line = {"line": 1, "sku": chance.choice(self.skus), "quantity": chance.choice((1, 1, 1, 2, 3))}
            body = {"id": name, "lines": [line], "patience_days": 0, **extra}
            answer = client.insist("/v1/allocate", body, "")
            if chance.random() < 0.1:
                self.differed += client.insist("/v1/allocate", body, "") != answer
            if answer["lines"][0]["allocated"] and chance.random() < 0.1:
                client.insist("/v1/confirm_shipment", {"order": name}, f"ship {name}")
            with self.lock:
                self.told[name] = answer["lines"][0]
                self.done += 1
        client.connection.close()
        with self.lock:
            self.repeats += client.repeats


def play(command: list[str], place: str, requests: int, clients: int, kills: int, **extra: Any) -> dict[str, Any]:
    """Run it, and count.

    Args:
        command: starts the service; LEDGER and PORT stand for what it is told.
        place: the ledger.
        requests: orders.
        clients: threads that send them.
        kills: how often the service is killed meanwhile.
        extra: fields of every order.
    """
    port = free_port()
    server = Server([{"LEDGER": place, "PORT": str(port)}.get(word, word) for word in command], port)
    skus, places = extra.pop("skus", [f"sku-{k}" for k in range(20)]), extra.pop("places", ["east", "north", "west"])
    each = max(1, requests // (2 * len(skus) * len(places)))
    server.start()
    levels = [{"sku": sku, "location": at, "on_hand": each} for sku in skus for at in places]
    opening = Client(port)
    opening.insist("/v1/stock/set", {"entries": levels}, "opening")
    opening.connection.close()
    load, start = Load(port, requests, skus), time.perf_counter()
    threads = [threading.Thread(target=load.client, args=(n, clients, extra)) for n in range(clients)]
    for thread in threads:
        thread.start()
    chance = random.Random(requests)
    for moment in sorted(chance.uniform(0.02, 0.98) * requests for _ in range(kills)):
        while load.done < moment and any(thread.is_alive() for thread in threads):
            time.sleep(0.001)
        time.sleep(chance.uniform(0.0, 0.01))
        server.kill()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    server.stop()
    return counted(load, place, each * len(skus) * len(places)) | {
        "requests": requests,
        "clients": clients,
        "kills": server.kills,
        "repeats": load.repeats,
        "seconds": round(seconds, 1),
    }


def counted(load: Load, place: str, there: int) -> dict[str, Any]:
    """Sold, oversold and lost, by the answers and by the ledger."""
    from sqlalchemy import select

    ledger, units = Ledger(place), select(LINES.c.order_id, LINES.c.reserved, LINES.c.shipped)
    with ledger.reading() as run_:
        found = audit(run_)
        lines = {order: int(reserved) + int(shipped) for order, reserved, shipped in run_.rows(units)}
    ledger.close()
    sold = {name: sum(part["quantity"] for part in line["allocated"]) for name, line in load.told.items()}
    return {
        "units": there,
        "sold": sum(sold.values()),
        "sold_by_ledger": sum(lines.values()),
        "oversold": max(0, sum(lines.values()) - there),
        "lost": len(sold.keys() - lines.keys()) + len(lines.keys() - sold.keys()),
        "other_than_answered": sum(lines.get(name) != units for name, units in sold.items()),
        "repeated_with_another_answer": load.differed,
        "log_entries": found["entries"],
        "ledger_and_log": "agree",
    }


def measure(requests: int, clients: int, kills: int, postgres: int, bundle: str) -> dict[str, Any]:
    """Play it with the stub or a bundle."""
    stub = [sys.executable, str(ROOT / "tests" / "serve" / "server.py"), "LEDGER", "PORT"]
    real = [sys.executable, "-m", "fillrate", "serve", bundle, "--ledger", "LEDGER", "--port", "PORT"]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        place = create(stack.enter_context(postgres_server()), "oversold") if postgres else str(folder / "ledger.db")
        extra = names_of(Path(bundle)) if bundle else {}
        return {"ledger": "PostgreSQL" if postgres else "SQLite"} | play(
            real if bundle else stub, place, requests, clients, kills, **extra
        )


def names_of(bundle: Path) -> dict[str, Any]:
    """SKUs and sites of a bundle, and where its orders come from."""
    from fillrate.deploy import Allocator

    shop = Allocator.load(bundle).shop
    carried = {
        shop.sku[k]: shop.pair_location[shop.pair_start[k] : shop.pair_start[k + 1]] for k in range(len(shop.sku))
    }
    places = [name for n, name in enumerate(shop.location.tolist()) if all(n in at for at in carried.values())]
    skus = shop.sku.tolist()[:20]
    return {"skus": skus, "places": places, "region": str(shop.region[0]), "segment": str(shop.segment[0])}


if __name__ == "__main__":
    run(__doc__, measure, requests=50_000, clients=8, kills=0, postgres=0, bundle="")

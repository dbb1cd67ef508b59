"""Running the service: the web server, its address, and a clean end."""

from __future__ import annotations

import gc
import ipaddress
import logging
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from fillrate.errors import InputError
from fillrate.serve.access import Access, Client, read_clients
from fillrate.serve.app import make_app
from fillrate.serve.desk import Task
from fillrate.serve.gate import Gate
from fillrate.serve.packets import one_packet
from fillrate.serve.service import Service
from fillrate.serve.stockfile import read_stock

__all__ = ["clients_of", "open_stock", "run"]

SWITCH_SECONDS = 0.0005  # threads hand over quickly: a call waits for the ledger's thread and for the web server's
KEEP_ALIVE_SECONDS = 75


def clients_of(keys: Path | None, host: str) -> tuple[Client, ...]:
    """The clients that may call; without a key file everybody on this machine may, and nobody else can.

    Raises:
        InputError: there is no key file, and the address is not a loopback one; or the file is wrong.
    """
    if keys is not None:
        return read_clients(keys)
    if not _loopback(host):
        raise InputError("--host", f"found '{host}' without --keys", "127.0.0.1, or a key file")
    return ()


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def open_stock(service: Service, path: Path) -> int:
    """Fill a ledger that has no stock yet from a file; how many entries were taken."""
    with service.ledger.reading() as run:
        if run.rows(_any_stock()):
            return 0
    entries = read_stock(path)
    if entries:
        work = partial(_set, service, Task("stock/set", {"entries": entries}))
        service.writer.submit(work).result()
    return len(entries)


def _set(service: Service, task: Task, book: Any) -> Any:
    return service.desk.do(book, task)


def _any_stock() -> Any:
    from sqlalchemy import select

    from fillrate.serve.ledger.tables import STOCK

    return select(STOCK.c.sku).limit(1)


def run(service: Service, clients: tuple[Client, ...], host: str, port: int, ready: Callable[[str], object]) -> None:
    """Serve until interrupted.

    Args:
        service: what answers.
        clients: who may call.
        host: address to listen at.
        port: its port.
        ready: called with the address once it listens.
    """
    import uvicorn

    app = make_app(service, partial(Gate, access=Access(clients), metrics=service.metrics))
    terms: dict[str, Any] = {"http": one_packet(), "log_level": "warning", "access_log": False}
    terms |= {"server_header": False, "date_header": False}
    config = uvicorn.Config(app, host, port, timeout_keep_alive=KEEP_ALIVE_SECONDS, lifespan="off", **terms)
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()  # what is loaded stays: the search for cycles need not look at it again
    server = uvicorn.Server(config)
    ready(f"http://{host}:{port}")
    try:
        server.run()
    finally:
        service.close()

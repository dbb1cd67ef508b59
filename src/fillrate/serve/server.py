"""Running the service: the web server, its address, and a clean end."""

from __future__ import annotations

import errno
import gc
import ipaddress
import logging
import os
import socket
import sys
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from fillrate.errors import InputError
from fillrate.serve.access import Access, Client, read_clients
from fillrate.serve.app import make_app
from fillrate.serve.desk import Task
from fillrate.serve.gate import Gate
from fillrate.serve.ledger.tables import STOCK
from fillrate.serve.packets import one_packet
from fillrate.serve.service import Service
from fillrate.serve.stockfile import read_stock

__all__ = ["check_stock", "clients_of", "listening", "open_stock", "run"]

SWITCH_SECONDS = 0.0005  # threads hand over quickly: a call waits for the ledger's thread and for the web server's
KEEP_ALIVE_SECONDS = 75
END_SECONDS = 12  # that calls under way have at the end; the slowest answer takes less


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


def listening(host: str, port: int) -> socket.socket:
    """The address, taken: before anything is made or said that another service at this port would belie.

    Raises:
        InputError: the port is in use, or the address is none of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        taken = socket.socket(family, kind, protocol)  # with its protocol: else nobody turns Nagle's delay off
        try:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(os.name == "posix"))
            taken.bind(address)
            taken.listen()
        except BaseException:
            taken.close()
            raise
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            raise InputError(f"port {port}", "in use", "another --port") from None
        raise InputError(
            f"{host}:{port}", f"cannot be listened at ({fault.strerror})", "another --host, --port"
        ) from None
    return taken


def open_stock(service: Service, path: Path, known: Mapping[str, Collection[str]]) -> int:
    """Fill a ledger that has no stock yet from a file; how many entries were taken.

    Args:
        service: whose ledger it is.
        path: of the file.
        known: names that its columns may have, `sku` and `location`: those of the bundle.

    Raises:
        InputError: the file is wrong.
    """
    with service.ledger.reading() as run:
        if run.rows(select(STOCK.c.sku).limit(1)):
            return 0
    entries = read_stock(path, known)
    if entries:
        task = Task("stock/set", {"entries": entries})
        service.writer.submit(lambda book: service.desk.do(book, task)).result()
    return len(entries)


def check_stock(service: Service, known: Mapping[str, Collection[str]]) -> int:
    """How many pairs of SKU and location of the ledger the bundle does not know.

    Raises:
        InputError: it knows none of the SKUs: the ledger is another shop's.
    """
    with service.ledger.reading() as run:
        pairs = run.rows(select(STOCK.c.sku, STOCK.c.location))
    if pairs and not any(sku in known["sku"] for sku, _ in pairs):
        found = f"its SKUs ('{pairs[0][0]}') are unknown to the bundle"
        raise InputError(f"ledger {service.ledger.database.where}", found, "the bundle's own ledger")
    return sum(sku not in known["sku"] or location not in known["location"] for sku, location in pairs)


def run(service: Service, clients: tuple[Client, ...], place: socket.socket, ready: Callable[[], object]) -> None:
    """Serve until interrupted.

    Args:
        service: what answers.
        clients: who may call.
        place: where it listens, see `listening`.
        ready: called before it answers.
    """
    import uvicorn

    app = make_app(service, partial(Gate, access=Access(clients), metrics=service.metrics))
    terms: dict[str, Any] = {"http": one_packet(), "log_level": "warning", "access_log": False}
    terms |= {"server_header": False, "date_header": False, "proxy_headers": False}
    terms |= {"timeout_keep_alive": KEEP_ALIVE_SECONDS, "timeout_graceful_shutdown": END_SECONDS}
    config = uvicorn.Config(app, lifespan="off", **terms)
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)  # who uses a dead connection says so
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()  # what is loaded stays: the search for cycles need not look at it again
    server = uvicorn.Server(config)
    ready()
    try:
        server.run(sockets=[place])
    finally:
        service.close()

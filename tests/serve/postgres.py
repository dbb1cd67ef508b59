"""A PostgreSQL of its own for a test: Debian's, in a temporary folder, run as the user `postgres` if we are root."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.needs import NEEDS


def programs() -> Path | None:
    """The newest installed server."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    return found[-1].parent if found else None


def needs_postgres() -> pytest.MarkDecorator:
    """Skips a test where there is no server, unless FILLRATE_NEEDS says that there must be."""
    return pytest.mark.skipif(programs() is None and "postgres" not in NEEDS, reason="no PostgreSQL server here")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextmanager
def postgres() -> Iterator[str]:
    """Start a server; its URL without the name of a database ends in a slash."""
    folder, port, bin_ = Path(tempfile.mkdtemp(prefix="fillrate-pg-")), free_port(), programs()
    assert bin_ is not None, "no PostgreSQL server here"
    data = folder / "data"
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")

    def pg(*words: str) -> None:
        done = subprocess.run([*as_user, *words], capture_output=True, text=True, cwd="/")
        assert done.returncode == 0, done.stderr + done.stdout

    pg(str(bin_ / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "--no-sync")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
    log = str(folder / "log.txt")
    pg(str(bin_ / "pg_ctl"), "-D", str(data), "-o", options, "-l", log, "-w", "start")
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}/"
    finally:
        pg(str(bin_ / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def create(url: str, name: str) -> str:
    """A new database on a server; its URL."""
    from sqlalchemy import create_engine, make_url, text

    engine = create_engine(make_url(url + "postgres").set(drivername="postgresql+pg8000"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create database {name}"))
    engine.dispose()
    return url + name

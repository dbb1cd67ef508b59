"""The log's hash chain: each entry's hash covers the one before, so nothing can be changed or left out unnoticed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlalchemy import bindparam, select

from fillrate.errors import CheckFailed
from fillrate.serve.ledger.statements import Row, Runner
from fillrate.serve.ledger.tables import LOG

__all__ = ["GENESIS", "entries", "head_of", "link", "verify_chain"]

GENESIS = "0" * 64
PAGE = 5_000  # rows read at a time

_HEAD = select(LOG.c.seq, LOG.c.hash).order_by(LOG.c.seq.desc()).limit(1)
_FROM = select(LOG).where(LOG.c.seq > bindparam("after")).order_by(LOG.c.seq).limit(PAGE)


def link(before: str, seq: int, id: str, kind: str, time: float, order: str, payload: str) -> str:  # noqa: A002
    """Hash of an entry.

    >>> link(GENESIS, 1, "d1", "allocate", 0.5, "o1", "{}")[:8]
    'f3b8d2f4'
    """
    said = "\n".join((before, str(seq), id, kind, repr(float(time)), order, payload))
    return hashlib.sha256(said.encode()).hexdigest()


def head_of(run: Runner) -> tuple[int, str]:
    """Number and hash of the last entry."""
    found = run.rows(_HEAD)
    return (int(found[0][0]), str(found[0][1])) if found else (0, GENESIS)


def entries(run: Runner) -> Iterator[Row]:
    """All entries in order: seq, id, kind, time, order_id, payload, hash."""
    after = 0
    while page := run.rows(_FROM, after=after):
        yield from page
        after = int(page[-1][0])


def verify_chain(run: Runner) -> int:
    """Compute every hash again; the number of entries.

    Raises:
        CheckFailed: an entry was changed, or one is missing.
    """
    before, count = GENESIS, 0
    for seq, name, kind, time, order, payload, found in entries(run):
        count += 1
        if int(seq) != count:
            raise CheckFailed(f"log entry {count}: missing, the next is {seq}")
        before = link(before, int(seq), name, kind, time, order, payload)
        if before != found:
            raise CheckFailed(f"log entry {seq}: its hash is {found}, not {before}: it or one before was changed")
    return count

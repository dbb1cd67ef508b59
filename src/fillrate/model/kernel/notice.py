"""A line on the terminal while something is compiled for the first time."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

__all__ = ["compiling"]

logger = logging.getLogger(__name__)


@contextmanager
def compiling(name: str) -> Iterator[None]:
    """Say that a function is compiled, once and for all runs to come; on a terminal with a moving mark."""
    start = time.perf_counter()
    with _spinner():
        yield
    logger.info("compiled %s in %.1f s", name, time.perf_counter() - start)


def _spinner() -> AbstractContextManager[object]:
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console

    return Console(stderr=True).status("compiling the engine, once for this version (about half a minute)")

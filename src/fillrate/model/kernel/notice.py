"""A line on the terminal while something is compiled for the first time."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["compiling"]

logger = logging.getLogger(__name__)


@contextmanager
def compiling(name: str) -> Iterator[None]:
    """Say that a function is compiled, once and for all runs to come; on a terminal with a moving mark."""
    start = time.perf_counter()
    with _spinner("compiling the engine, once for this version (about half a minute)"):
        yield
    logger.info("compiled %s in %.1f s", name, time.perf_counter() - start)


@contextmanager
def _spinner(text: str) -> Iterator[None]:
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(text):
        yield

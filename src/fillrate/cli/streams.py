"""The standard streams: all three are there, and say what they can."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

__all__ = ["ready_streams"]


def ready_streams() -> None:
    """Open those that are closed (`2>&-`, some schedulers), and let a terminal that lacks a sign still show the rest.

    A closed one would have its place taken by the next file that is opened, a result say, and errors meant for stderr
    would go to stdout. Each that is opened here takes the lowest free place, so that the order counts.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "w", encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")

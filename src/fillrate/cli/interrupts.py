"""One Ctrl-C is enough: while the process ends, more of them (an impatient hand, `timeout`) change nothing."""

from __future__ import annotations

import signal
from collections.abc import Sequence

__all__ = ["no_further_interrupts"]


def no_further_interrupts(argv: Sequence[str] | None) -> None:
    """Ignore SIGINT from now on, if the process is there for its own command line alone; SIGTERM still ends it.

    Args:
        argv: what `main` was called with; with a command line handed in, the caller goes on and wants its Ctrl-C.
    """
    if argv is None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)

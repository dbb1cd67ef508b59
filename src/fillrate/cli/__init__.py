"""The command line: one module a verb, all of them in the table `fillrate.cli.verbs.VERBS`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from fillrate.cli.interrupts import no_further_interrupts
from fillrate.cli.streams import ready_streams

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line (without the program's name) and return its exit code."""
    ready_streams()
    try:
        from fillrate.cli.entry import run

        return run(argv)
    except KeyboardInterrupt:  # while modules were being loaded, or a second time
        no_further_interrupts(argv)
        print("fillrate: interrupted", file=sys.stderr)
        return 130

"""The command line: one module a verb, all of them in the table `fillrate.cli.verbs.VERBS`."""

from fillrate.cli.entry import main

__all__ = ["main"]

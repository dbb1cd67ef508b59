#!/usr/bin/env python3
"""Import every module of the installed fillrate where only its own requirements are installed.

A module that lacks a distribution of one of the extras is named and passes; one that lacks anything else fails: the
wheel then forgets a requirement. Exit code: 0 all is there, 1 something is missing.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from importlib.metadata import requires


def optional_names() -> set[str]:
    """Import names of what the extras bring; they differ from the distributions' names by the dash at most."""
    texts = [text for text in requires("fillrate") or () if "extra ==" in text]
    heads = ["".join(c if c.isalnum() or c in "-_." else " " for c in text).split()[0] for text in texts]
    return {head.replace("-", "_").lower() for head in heads}


def lacking() -> dict[str, str]:
    """Module -> the module that it lacks, for every module that cannot be imported."""
    package, found = importlib.import_module("fillrate"), {}
    for module in pkgutil.walk_packages(package.__path__, "fillrate."):
        try:
            if not module.name.endswith("__main__"):  # importing that would run it
                importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            found[module.name] = error.name or str(error)
    return found


def main() -> int:
    """Print what is lacking and return the exit code."""
    found, optional = lacking(), optional_names()
    wrong = {module: name for module, name in found.items() if name.split(".")[0] not in optional}
    for module, name in found.items():
        print(f"{module} lacks {name}" + (", which the wheel does not require" if module in wrong else " (an extra)"))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

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
    """Module -> the top-level name that it lacks, for every module that cannot be imported."""
    package, found = importlib.import_module("fillrate"), {}
    failed: list[str] = []
    for module in pkgutil.walk_packages(package.__path__, "fillrate.", onerror=failed.append):
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            found[module.name] = (error.name or "").split(".")[0]
    return found


def main() -> int:
    """Print what is lacking and return the exit code."""
    found, optional = lacking(), optional_names()
    for module, name in found.items():
        print(f"{module} lacks {name}" + (" (an extra)" if name in optional else ": no requirement of the wheel"))
    return 1 if set(found.values()) - optional else 0


if __name__ == "__main__":
    sys.exit(main())

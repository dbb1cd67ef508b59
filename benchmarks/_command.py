"""What every benchmark's command line does: options, `--json`, the machine, one figure a line."""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Callable
from importlib.metadata import version
from typing import Any


def run(doc: str | None, measure: Callable[..., dict[str, Any]], **options: Any) -> None:
    """Read the command line, measure, and print the figures and the machine.

    Args:
        doc: the script's docstring, shown by `--help`.
        measure: takes the options by name.
        options: name -> default; a list is stated with commas, an empty text is a folder that need not be given.
    """
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in options.items():
        parser.add_argument(f"--{name}", type=_kind(default), default=default)
    parser.add_argument("--json", action="store_true", help="the same as one object")
    given = vars(parser.parse_args())
    as_json = given.pop("json")
    found = measure(**given) | {"machine": machine()}
    if as_json:
        print(json.dumps(found))
        return
    width = max(map(len, found)) + 1
    for key, value in found.items():
        print(f"{key:{width}s} {value}")


def _kind(default: Any) -> Callable[[str], Any]:
    if not isinstance(default, list):
        return type(default)
    entry = type(default[0])
    return lambda text: [entry(part) for part in text.split(",")]


def machine() -> str:
    """Processor and what the engines are run by."""
    parts = ", ".join(f"{name} {version(name)}" for name in ("numba", "simpy"))
    return f"{platform.machine()}, Python {platform.python_version()}, {parts}"

#!/usr/bin/env python3
"""Load a bundle and decide with it, where NumPy and `pip install --no-deps fillrate` are all that is installed.

Usage: python bare_host.py BUNDLE

Exit code: 0 it decides as its example says it can, 1 something else than NumPy came in, or was missing.
"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import distributions
from pathlib import Path


def main(folder: Path) -> int:
    """Print what was there and what was decided; return the exit code."""
    installed = sorted({d.metadata["Name"].lower() for d in distributions()} - {"pip", "setuptools"})
    start = time.perf_counter()
    import fillrate

    allocator = fillrate.Allocator.load(folder)
    seconds = time.perf_counter() - start
    request = json.loads((folder / "example.json").read_text(encoding="utf-8"))
    decision = allocator.allocate(request)
    told = allocator.explain(request)["text"]
    loaded = {name.split(".")[0] for name in sys.modules}
    print(f"installed: {', '.join(installed)}; started and verified in {seconds:.2f} s")
    print(json.dumps(decision), told, sep="\n")
    right = installed == ["fillrate", "numpy"] and decision["decided_by"] == "policy"
    return 0 if right and not loaded & {"numba", "scipy", "simpy", "pydantic", "pyarrow"} else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

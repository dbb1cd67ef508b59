"""What `fillrate doctor` looks at: versions, the machine, and a run with a known answer."""

from __future__ import annotations

import os
import platform
import re
import sys
import time
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Any

from fillrate.bench.version import installed

__all__ = ["LOST", "machine", "optional_parts", "required_parts", "self_test"]

LOST = 0.117162  # share of demand lost in two_warehouses under sharing: Erlang's loss formula B(6, 4)
TOLERANCE = 0.02  # about four standard errors of one run of 2,500 days
WITHOUT_METADATA = ("joblib", "matplotlib", "numba", "numpy", "pyarrow", "pydantic", "rich", "scipy", "simpy", "typer")
NAME = re.compile(r"[A-Za-z0-9._-]+")


def machine() -> dict[str, Any]:
    """Where this runs."""
    from fillrate import __file__ as place
    from fillrate import __version__
    from fillrate.catalogue import built_in

    return {
        "fillrate": f"{__version__} in {Path(place).parent}",
        "catalogue": str(built_in("envs").parent),
        "python": f"{platform.python_version()} ({sys.executable})",
        "system": f"{platform.system()} {platform.machine()}",
        "cores": _cores(),
    }


def _cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def required_parts() -> dict[str, str | None]:
    """Version by distribution that fillrate cannot do without; None where it is missing."""
    names = [name for name, extra in _requirements() if not extra] or WITHOUT_METADATA
    return {name: installed(name) for name in sorted(names)}


def optional_parts() -> dict[str, dict[str, str | None]]:
    """Version by distribution, by the extra that brings it."""
    found: dict[str, dict[str, str | None]] = {}
    for name, extra in _requirements():
        if extra and extra != "dev" and name != "fillrate":
            found.setdefault(extra, {})[name] = installed(name)
    return found


def _requirements() -> list[tuple[str, str]]:
    """(distribution, extra) of each requirement; none if fillrate is run from its sources without being installed."""
    try:
        texts = requires("fillrate") or []
    except PackageNotFoundError:
        return []
    pairs = []
    for text in texts:
        name, extra = NAME.match(text), re.search(r"extra\s*==\s*['\"]([^'\"]+)", text)
        pairs.append((name.group() if name else text, extra.group(1) if extra else ""))
    return pairs


def self_test() -> dict[str, Any]:
    """One run of two_warehouses against theory; an error of the run is reported, not raised."""
    start = time.perf_counter()
    try:
        lost, orders = _lost_share()
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is what the doctor is there to find
        return {"ok": False, "said": f"two_warehouses did not run: {type(fault).__name__}: {fault}", "seconds": None}
    seconds, ok = time.perf_counter() - start, abs(lost - LOST) < TOLERANCE
    said = (
        f"two_warehouses lost {lost:.2%} of {orders:,} orders, theory says {LOST:.2%}: {'passed' if ok else 'FAILED'}"
    )
    return {"ok": ok, "said": said, "lost": lost, "theory": LOST, "seconds": seconds}


def _lost_share() -> tuple[float, int]:
    from fillrate.catalogue import built_in
    from fillrate.simulate import simulate
    from fillrate.trace import sample
    from fillrate.world import load_world

    world = load_world(built_in("envs") / "two_warehouses.toml")
    result = simulate(world, sample(world, 0), "cheapest")
    return 1.0 - (result.scorecard["unit_fill_rate"] or 0.0), result.orders

"""What a report shows besides the numbers: stock over time, units shipped by lane, and how it was made."""

from __future__ import annotations

import math
import platform
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fillrate.bench.comparison import Comparison
from fillrate.bench.days import money_by_day, stock_at
from fillrate.bench.progress import progress_bar
from fillrate.bench.report.content import Flows, Provenance, Report, Series
from fillrate.bench.tails import cvar
from fillrate.bench.verdicts import in_currency
from fillrate.bench.version import code_version, installed
from fillrate.policy import Policy
from fillrate.policy.spec import Entry
from fillrate.simulate import simulate
from fillrate.trace import Trace
from fillrate.world import World
from fillrate.world.fields import as_stated
from fillrate.world.read import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["build_report", "shipped_units", "stock_series"]

MOST_POINTS = 400  # of a line over time
SHOWN_VERSIONS = ("numpy", "scipy", "simpy", "pyarrow")


def build_report(
    comparison: Comparison,
    world: World,
    policies: Mapping[str, Policy],
    trace: Trace,
    hashes: Mapping[int, str],
    command: str = "",
    quiet: bool = False,
) -> Report:
    """The report of a comparison; one journaled run of each policy, on the first trace, gives stock and flows.

    Args:
        comparison: the numbers.
        world: the world over the horizon that was run.
        policies: by the names that the comparison uses.
        trace: of the first replication.
        hashes: trace hash by seed of each replication.
        command: the command line that makes the report again.
        quiet: no progress bar.
    """
    stock: dict[str, Series] = {}
    units: dict[str, dict[tuple[str, str], float]] = {}
    bad_days: dict[str, tuple[float, float]] = {}
    with progress_bar(len(policies), what="runs for the report", quiet=quiet) as advance:
        for name, policy in policies.items():
            journal = simulate(world, trace, policy.fresh(), journal=True).journal
            stock[name], units[name] = stock_series(journal, world.days), shipped_units(journal, trace, world)
            if (worst := cvar(money := money_by_day(journal, world.days))) is not None:
                bad_days[name] = float(money.mean()), worst
            advance(1)
    made = Provenance(
        command,
        _versions(),
        hashes,
        _settings(world),
        {name: _parameters(policy) for name, policy in policies.items()},
    )
    table = in_currency(world.money.currency)
    return Report(comparison, table, made, stock, _flows(world, units), bad_days)


def stock_series(journal: pa.Table, days: float) -> Series:
    """Days, evenly spaced, and the total units on hand at each, reserved ones included."""
    step = math.ceil(days / MOST_POINTS) if days * 4 >= MOST_POINTS else 4.0 * days / MOST_POINTS
    grid = np.arange(0.0, days + step / 2, step)
    return grid.tolist(), stock_at(journal, grid).tolist()


def shipped_units(journal: pa.Table, trace: Trace, world: World) -> dict[tuple[str, str], float]:
    """Units dispatched by (location, region), run-out after the horizon included."""
    import pyarrow.compute as pc

    rows = journal.filter(pc.equal(journal["kind"].cast("string"), "dispatched"))
    region = trace.orders.region[rows["order"].to_numpy()]
    ids = world.tables.ids["location"]
    place = np.array([ids[name] for name in rows["location"].to_pylist()], np.int64)
    total = np.zeros((len(world.locations), len(world.regions)))
    np.add.at(total, (place, region), rows["quantity"].to_numpy())
    return {
        (location.name, to.name): float(total[l, r])
        for l, location in enumerate(world.locations)
        for r, to in enumerate(world.regions)
        if total[l, r] > 0
    }


def _flows(world: World, units: Mapping[str, Mapping[tuple[str, str], float]]) -> Flows | None:
    """The map's content; None where the world gives no places."""
    locations = {e.name: (e.longitude, e.latitude) for e in world.locations}
    regions = {e.name: (e.longitude, e.latitude) for e in world.regions}
    if len({*locations.values(), *regions.values()}) < 2:
        return None
    return Flows(locations, regions, units)


def _versions() -> dict[str, str]:
    packages = {name: installed(name) or "not installed" for name in ("fillrate", *SHOWN_VERSIONS)}
    return {"code": code_version(), "python": platform.python_version()} | packages


def _settings(world: World) -> dict[str, Any]:
    """What the world states, by the names of its file, and its hash."""
    said: dict[str, Any] = as_stated(world)
    return {"hash": world.hash} | {TABLES.get(key, key): value for key, value in said.items()}


def _parameters(policy: Policy) -> dict[str, Any]:
    """What each part says, without its texts; a custom object is shown as it represents itself."""
    said: dict[str, Any] = {}
    parts = {part: getattr(policy, part) for part in ("rank", "source", "replenish")}
    for part, thing in [*parts.items(), *((f"modifier {m.policy.name}", m) for m in policy.modifiers)]:
        if thing is not None:
            said[part] = as_stated(_bare(thing)) if isinstance(thing, Entry) else repr(thing)
    return said


def _bare(entry: Entry) -> Entry:
    """A policy file without what does not decide."""
    return replace(entry, policy=replace(entry.policy, title="", about="", reference="", worlds=()), example={})

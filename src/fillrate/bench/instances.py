"""Experiments over random instances of the literature: what policies cost over the deterministic program."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fillrate.bench.progress import progress_bar
from fillrate.bench.records import append_record, read_records
from fillrate.bench.statistics import Estimate, mean_interval
from fillrate.bench.tasks import task_key
from fillrate.bench.version import code_version
from fillrate.files import write_text
from fillrate.plan.bound import hindsight
from fillrate.plan.dlp import deterministic_lp
from fillrate.policy import Policy, load_policy
from fillrate.simulate import Replications
from fillrate.trace import sample
from fillrate.world.fields import Strict, described
from fillrate.world.literature import instance

__all__ = ["Instances", "RatioTable", "run_instances"]

ROWS_FILE, TABLE_FILE, PLOT_FILE = "instances.jsonl", "table.json", "ratios.png"
HINDSIGHT = "hindsight LP"
MARKERS, COLOURS = "osD^vX", (*(f"C{n}" for n in range(10)), "black")


@dataclass(frozen=True)
class Instances(Strict):
    """The `[experiment.instances]` table."""

    size: str = described("small or large", "small")
    first: int = described("number of the first instance", 0, low=0)
    carry: float | None = described("chance that a centre carries an item; absent: as in the literature", None)
    horizons: tuple[float, ...] = described("periods of a run, at most one order each", (10_000.0,))
    counts: tuple[int, ...] = described("how many instances, by horizon", (30,))
    replications: tuple[int, ...] = described("runs of each policy on an instance, by horizon", (3,))
    once: tuple[str, ...] = described("policies that take so long that they run on the first instance only", ())
    hindsight: bool = described("whether to say what a clairvoyant would pay, too", True)


@dataclass(frozen=True)
class RatioTable:
    """Cost over the deterministic program: means over instances, with their 95 % intervals."""

    horizons: tuple[float, ...]
    cells: dict[str, dict[float, Estimate]]  # policy -> horizon

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; the number of instances stands beside each mean."""
        return {
            "table": {
                policy: {
                    f"{horizon:g}": {"mean": e.mean, "low": e.low, "high": e.high, "instances": e.n}
                    for horizon, e in by.items()
                }
                for policy, by in self.cells.items()
            }
        }

    def lines(self) -> Iterator[str]:
        """The table as text."""
        wide = max(map(len, self.cells))
        yield " " * wide + "".join(f"{f'T {h:,.0f}':>14}" for h in self.horizons)
        for policy, by in self.cells.items():
            yield f"{policy:<{wide}}" + "".join(f"{_text(by.get(h)):>14}" for h in self.horizons)


def _text(found: Estimate | None) -> str:
    if found is None or found.mean is None:
        return ""
    half = "" if found.high is None else " ± " + f"{found.high - found.mean:.3f}".removeprefix("0")
    return f"{found.mean:.4f}{half}"


def run_instances(
    policies: Sequence[str], said: Instances, folder: Path, n_jobs: int | None = None, quiet: bool = False
) -> RatioTable:
    """Run what has not been run yet, and write the rows, the table of means and its plot.

    Args:
        policies: names or paths.
        said: which instances.
        folder: of the results; finished rows there are kept as long as neither policies nor code change.
        n_jobs: threads; None = 1.
        quiet: no progress bar.
    """
    kept, rows = read_records(folder / ROWS_FILE), list[dict[str, Any]]()
    tasks = [
        (horizon, number, runs)
        for horizon, count, runs in zip(said.horizons, said.counts, said.replications, strict=True)
        for number in range(said.first, said.first + count)
    ]
    loaded = {policy.name: policy for policy in map(load_policy, policies)}
    named = [*loaded, HINDSIGHT] if said.hindsight else list(loaded)
    with (
        progress_bar(len(tasks), quiet=quiet) as advance,
        ThreadPoolExecutor(max(1, n_jobs or 1)) as pool,
    ):
        for found in pool.map(lambda task: _one(loaded, said, task, kept), tasks):
            for row in found:
                if row["key"] not in kept:
                    append_record(folder / ROWS_FILE, row)
            rows += found
            advance(1)
    table = _table(named, said.horizons, rows)
    write_text(folder / TABLE_FILE, json.dumps(table.to_json(), indent=1) + "\n")
    _plot(table, folder / PLOT_FILE)
    return table


def _one(
    policies: dict[str, Policy], said: Instances, task: tuple[float, int, int], kept: dict[str, Any]
) -> list[dict[str, Any]]:
    """The rows of an instance at a horizon, a policy each; those that are kept are not made again."""
    horizon, number, runs = task
    world = instance(number, said.size, horizon, said.carry)
    mine = {name: p for name, p in policies.items() if number == said.first or name not in said.once}
    here = {name: load_policy(policy, world).hash for name, policy in mine.items()}  # with the parts that it leaves out
    here |= {HINDSIGHT: HINDSIGHT} if said.hindsight else {}
    keys = {name: task_key(world.hash, what, runs, horizon, code_version()) for name, what in here.items()}
    wanted = {name: key for name, key in keys.items() if key not in kept}
    found = [kept[key] for key in keys.values() if key in kept]
    if not wanted:
        return found
    first = runs * number  # other seeds on every instance: the same would bring the same luck to all
    least, traces = deterministic_lp(world).value, [sample(world, first + n) for n in range(runs)]
    played = Replications(world, {name: policies[name] for name in wanted if name != HINDSIGHT})
    feeds = [played.feed(trace) for trace in traces]
    for name, key in wanted.items():
        if name == HINDSIGHT:
            costs = [hindsight(world, trace, cut_up=True).cost for trace in traces]
        else:
            costs = [-float(card["contribution"] or 0.0) for card in played.scorecards(name, feeds)]
        row = {"key": key, "policy": name, "horizon": horizon, "instance": number, "replications": runs}
        found.append({**row, "program": least, "ratio": float(np.mean(costs)) / least})
    return found


def _table(names: Sequence[str], horizons: tuple[float, ...], rows: Sequence[dict[str, Any]]) -> RatioTable:
    """Means over instances."""
    ratios: dict[str, dict[float, list[float]]] = {name: {} for name in names}
    for row in rows:
        ratios[row["policy"]].setdefault(row["horizon"], []).append(row["ratio"])
    rising = tuple(sorted(horizons))
    cells = {name: {h: mean_interval(by[h]) for h in rising if h in by} for name, by in ratios.items()}
    return RatioTable(rising, cells)


def _plot(table: RatioTable, path: Path) -> None:
    """Ratios against the horizon, a line for each policy."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.0, 5.0), layout="constrained")
    axes = figure.add_subplot()
    for n, (policy, by) in enumerate(sorted(table.cells.items(), key=_at_last, reverse=True)):
        means = [(h, e.mean, (e.high or e.mean) - e.mean) for h, e in by.items() if e.mean is not None]
        at, mean, half = (np.array(each, np.float64) for each in zip(*means, strict=True))
        spread = 1.0 + 0.012 * (n - len(table.cells) / 2)  # side by side, so that every interval can be seen
        style: dict[str, Any] = {
            "marker": MARKERS[n % len(MARKERS)],
            "markersize": 4.5,
            "linewidth": 1.2,
            "capsize": 2.5,
        }
        axes.errorbar(at * spread, mean, yerr=half, color=COLOURS[n % len(COLOURS)], label=policy, **style)
    axes.set(xscale="log", xlabel="periods", ylabel="cost over the deterministic program")
    axes.set_xticks(table.horizons, [f"{h:,.0f}" for h in table.horizons])
    axes.minorticks_off()
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    axes.grid(alpha=0.3)
    figure.savefig(path, dpi=110, metadata={"Software": None})


def _at_last(entry: tuple[str, dict[float, Estimate]]) -> float:
    """What a policy comes to at the longest horizon: the legend has the order of the lines' ends."""
    return entry[1][max(entry[1])].mean or 0.0

"""Comparing policies on a world: every policy meets the same traces, in parallel, resumable, with a report."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from fillrate.bench.asked import check_metric, check_whole
from fillrate.bench.batches import fits, play_tasks
from fillrate.bench.cluster import check_cluster
from fillrate.bench.comparison import Comparison, compare_scores
from fillrate.bench.identity import policy_hash
from fillrate.bench.robustness import with_shifts
from fillrate.bench.selection import Rule, check_rule
from fillrate.bench.statistics import Method, check_method
from fillrate.bench.stopping import Played, Stopping, check_stopping, played
from fillrate.bench.tasks import Metrics, Task, by_policy, run_tasks, task_key
from fillrate.bench.version import code_version
from fillrate.errors import InputError
from fillrate.files import check_folder, check_output
from fillrate.policy import Policy, load_policy
from fillrate.simulate import bound_of, simulate
from fillrate.trace import Trace, orders_of
from fillrate.world import World, load_world

__all__ = ["compare"]

MOST_SHIFTED = 30  # runs of each policy in a shifted world


def compare(
    world: World | str | Path,
    policies: str | Iterable[str | Path | Policy | Any] | None = None,
    replications: int | None = None,
    seed: int = 0,
    days: float | None = None,
    n_jobs: int | None = None,
    folder: str | Path | None = None,
    report: str | Path | None = None,
    metric: str = "contribution",
    quiet: bool = False,
    command: str = "",
    sampled: bool = False,
    cluster: str | None = None,
    select: float | None = None,
    indifference: float | None = None,
    half_width: float | None = None,
    interval: Method = "t",
    robust: bool = False,
    bound: bool = False,
) -> Comparison:
    """Run policies over the same traces and say which is better, and how sure that is.

    Replication i of every policy plays the trace with seed S + i, so differences are paired by common random numbers.
    In a world that names a stored trace, the orders are the same in every replication, and the seed draws the rest.

    Args:
        world: a world, its name or its path.
        policies: names or paths, Policy objects or custom objects; names also as one text, joined by commas; None is
            the world's baselines.
        replications: runs of each policy, 30 if not stated; with `select` or `half_width` the most of them, or 1,000.
        seed: trace seed S of the first replication.
        days: another horizon than the world's.
        n_jobs: how many runs at a time, 1 or more; −1 or None is one a core. They are threads of this process, or
            worker processes where a policy is asked in Python; None starts those only if the work is worth it.
        folder: where finished runs are kept; a second call with the same folder goes on where the first one stopped.
        report: HTML file to write; one more run of each policy, with its journal, gives it stock and flows.
        metric: the metric that decides who is best.
        quiet: no progress bar, even on a terminal.
        command: the command line that does this, for the report; made from the arguments if empty.
        sampled: draw the orders too where the world names a stored trace.
        cluster: "ray" runs on a Ray cluster: the one that RAY_ADDRESS names, else one on this machine.
        select: probability with which the best is to be selected; policies leave as soon as they are beaten.
        indifference: smallest difference that the selection has to find; not stated, 1 % of the controllable cost (of
            the mean, for another metric than contribution).
        half_width: play as many runs as make the intervals of the differences to the best so narrow.
        interval: kind of the intervals, `t` or `bca`.
        robust: play the policies in shifted worlds too (demand, lead times, an outage), up to 30 runs of each.
        bound: compute the hindsight bound of every trace too, and each policy's gap to it.

    Raises:
        InputError: an argument is wrong; found before anything is run.
    """
    base = world if isinstance(world, World) else load_world(world)
    base = base.over(days)
    if sampled:
        base = replace(base, header=replace(base.header, trace=""))
    chosen = _policies(base.defaults.baselines if policies is None else policies, base)
    wanted = Stopping(replications, select, indifference, half_width)
    _check(base, tuple(chosen), wanted, seed, metric, interval)
    _check_places(cluster, folder, report)
    runs = Runs(base, chosen)
    kept = Kept(None if folder is None else Path(folder), n_jobs, quiet, cluster)
    scores, selection, precision = played(
        Played(tuple(chosen), seed, metric, partial(_play, runs, kept), quiet), wanted, interval
    )
    ceiling = None
    if bound:
        from fillrate.bench.gaps import with_bound  # HiGHS takes its time

        scores, ceiling = with_bound(base, chosen, scores, seed, runs.trace, interval)
    found = compare_scores(base.name, seed, base.days, scores, metric=metric, method=interval, selection=selection)
    found = replace(
        found, precision=precision, bound=ceiling, replayed=bool(base.header.trace), currency=base.money.currency
    )
    if robust:

        def again(shifted: World) -> Comparison:
            few = min(found.replications, MOST_SHIFTED)
            terms: Any = {"metric": metric, "quiet": quiet, "cluster": cluster}
            return compare(shifted, [*chosen.values()], few, seed, None, n_jobs, folder, **terms, interval=interval)

        found = with_shifts(found, base, again)
    if report is not None:
        from fillrate.bench.report import write_report  # matplotlib takes its time
        from fillrate.bench.showing import build_report

        said = policies if isinstance(policies, str) else ",".join(chosen)
        line = command or _command(world, said, wanted, seed, days, metric, report, sampled, interval, robust, bound)
        hashes = {n: runs.trace(n).hash for n in range(seed, seed + found.replications)}
        write_report(build_report(found, base, chosen, runs.trace(seed), hashes, line, quiet), Path(report))
    return found


@dataclass(frozen=True)
class Kept:
    """Where runs are made and kept."""

    folder: Path | None
    n_jobs: int | None
    quiet: bool
    cluster: str | None


def _play(runs: Runs, kept: Kept, names: Sequence[str], seeds: range, silent: bool) -> dict[str, list[Metrics]]:
    """Some policies on some seeds; finished runs are not made again."""
    few = Runs(runs.world, {name: runs.policies[name] for name in names})
    many = partial(play_tasks, few) if fits(few.policies) else None
    options: Any = {"folder": kept.folder, "n_jobs": kept.n_jobs, "cluster": kept.cluster}
    return by_policy(run_tasks(few, _tasks(few, seeds), quiet=kept.quiet or silent, many=many, **options))


@dataclass(frozen=True)
class Runs:
    """One run by policy name and trace seed, as a value that a worker process can be sent."""

    world: World
    policies: dict[str, Policy]

    def __call__(self, policy: str, seed: int) -> Metrics:
        """The scorecard of one run."""
        return simulate(self.world, self.trace(seed), self.policies[policy].fresh()).scorecard

    def trace(self, seed: int) -> Trace:
        """The orders and draws of one replication."""
        return orders_of(self.world, seed)


def _policies(wanted: str | Iterable[Any], world: World) -> dict[str, Policy]:
    """Every policy with all its parts, by name, known to fit the world."""
    entries = [name.strip() for name in wanted.split(",")] if isinstance(wanted, str) else list(wanted)
    entries = [entry for entry in entries if entry != ""]
    if not entries:
        raise InputError("policies", "found none", "one policy or more")
    chosen: dict[str, Policy] = {}
    for entry in entries:
        policy = load_policy(entry, world)
        if policy.name in chosen:
            raise InputError(
                "policies", f"found '{policy.name}' twice", "each once; objects of a class need a `name` each"
            )
        bound_of(policy, world)
        chosen[policy.name] = policy
    return chosen


def _check(world: World, names: Sequence[str], wanted: Stopping, seed: Any, metric: str, interval: str) -> None:
    check_stopping(wanted)
    if wanted.select is not None:
        check_rule(names, Rule(wanted.select, wanted.indifference or 1.0, wanted.most))
    check_method(interval)
    check_whole("seed", seed, 0)
    check_metric(world, metric)


def _check_places(cluster: str | None, folder: str | Path | None, report: str | Path | None) -> None:
    check_cluster(cluster)
    if folder is not None:
        check_folder(Path(folder), "folder")
    if report is not None:
        check_output(Path(report), "report", (".html", ".htm"))


def _tasks(runs: Runs, seeds: Sequence[int]) -> list[Task]:
    world, code = runs.world, code_version()
    hashes = {name: policy_hash(policy) for name, policy in runs.policies.items()}
    stored = "" if not world.header.trace else runs.trace(seeds[0]).reseeded(0).hash
    opening = world.header.opening_policy and load_policy(world.header.opening_policy, world).hash
    return [
        Task(name, seed, task_key(world.hash + stored + opening, hashes[name], seed, world.days, code))
        for seed in seeds
        for name in runs.policies
    ]


def _command(
    world: Any,
    policies: str,
    wanted: Stopping,
    seed: int,
    days: float | None,
    metric: str,
    report: Any,
    sampled: bool,
    interval: str,
    robust: bool,
    bound: bool,
) -> str:
    """The command line that does the same; empty if the world was not read by name."""
    if isinstance(world, World):
        return ""
    words = ["fillrate", "compare", str(world), "--policies", policies, *wanted.words()]
    words += ([] if interval == "t" else ["--interval", interval]) + ["--robust"] * robust + ["--bound"] * bound
    words += ["--seed", str(seed)] + ([] if days is None else ["--days", f"{days:g}"]) + ["--sampled"] * sampled
    words += ([] if metric == "contribution" else ["--metric", metric]) + ["--report", str(report)]
    return shlex.join(words)

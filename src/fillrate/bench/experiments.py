"""Experiments: comparisons written down in a file, with a folder for the results that they produced.

An experiment is a comparison of the same policies in every case: a world, with one variant of each of its axes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from fillrate.bench.along import Along, along
from fillrate.bench.axes import Axis, Case, cases_of, check_axes, once
from fillrate.bench.compare import compare
from fillrate.bench.comparison import Comparison
from fillrate.bench.fitting import ALL, fitting
from fillrate.bench.instances import Instances
from fillrate.bench.matrix import Matrix, matrix_of
from fillrate.catalogue import built_in, find
from fillrate.errors import InputError
from fillrate.files import check_folder, write_text
from fillrate.policy.read import called, parts_of
from fillrate.world import World
from fillrate.world.checks import range_faults
from fillrate.world.fields import Strict, described
from fillrate.world.literature import SIZES
from fillrate.world.strict import read_toml, validate

__all__ = [
    "MATRIX_FILE",
    "Experiment",
    "ExperimentFile",
    "Results",
    "load_experiment",
    "play_experiment",
    "results_folder",
    "run_experiment",
]

COMPARISON_FILE, REPORT_FILE = "comparison.json", "report.html"
BESIDE_INSTANCES = ("name", "title", "about", "policies", "instances")
MATRIX_FILE, OVERVIEW_FILE = "matrix.json", "overview.html"  # of all cases together


@dataclass(frozen=True)
class Experiment(Strict):
    """The `[experiment]` table."""

    name: str = described("unique name")
    worlds: tuple[str, ...] = described(
        "worlds, by name or by a path from this file (or, if none is there, from the current folder); each is a "
        "comparison of its own",
        (),
    )
    title: str = described("one line for lists", "")
    about: str = described("the question it answers", "")
    policies: tuple[str, ...] = described(
        "policies to compare, by name or by a path from this file; none = each world's baselines; "
        "* = all of the catalogue that fit",
        (),
    )
    skip_unfit: bool = described("true: a policy that does not fit a case is left out there, with the reason", False)
    most_seconds: float | None = described(
        "planned policies whose run would take longer are left out", None, "s", low=0.0
    )
    replications: int = described("runs of each policy", 30, low=1, high=1_000_000)
    seed: int = described("trace seed of the first replication", 0, low=0)
    days: float | None = described(
        "another horizon than the worlds'; a variant that says its own keeps it", None, "days", low=1e-5
    )
    metric: str = described("metric that decides who is best", "contribution")
    report: bool = described("whether an HTML report is written", True)
    bound: bool = described("true: the hindsight bound of every run, and each policy's gap to it", False)
    sampled: bool = described("true: orders are drawn even where a world names stored ones", False)
    instances: Instances | None = described("random instances of the literature in place of worlds", None)
    axis: tuple[Axis, ...] = described("what varies besides the world; each combination is a case", ())

    @property
    def cases(self) -> list[Case]:
        """Every world with every combination of variants."""
        return list(cases_of(self.worlds, self.axis))

    @property
    def labels(self) -> dict[str, str]:
        """What tables and plots call each case, by its name: without the world where there is but one."""
        alone = len(self.worlds) == 1 and bool(self.axis)
        return {case.name: ", ".join(case.variants.values()) if alone else case.name for case in self.cases}


@dataclass(frozen=True)
class ExperimentFile(Strict):
    """An experiment file."""

    experiment: Experiment
    learning: dict[str, Any] = field(
        default_factory=dict,
        metadata={"doc": "tuned rules against networks trained in the run: `fillrate.learn.against`"},
    )


def load_experiment(name_or_path: str | Path) -> Experiment:
    """Read an experiment by name (workspace first, then the catalogue) or by path.

    Raises:
        NotFound: no such experiment.
        InputError: the file is wrong; the message names file, key, what was found and what is allowed.
    """
    path = find("experiments", name_or_path)
    experiment = validate(ExperimentFile, read_toml(path, InputError), path.name, InputError).experiment
    worlds = tuple(str(p) if (p := path.parent / world).is_file() else world for world in experiment.worlds)
    policies = tuple(_from(path.parent, policy) for policy in experiment.policies)
    experiment = replace(experiment, worlds=worlds, policies=policies)
    for where, problem, allowed in range_faults(experiment):
        raise InputError(f"{path.name}: [experiment] {where}", problem, allowed)
    if experiment.instances is not None:
        _check_instances(path.name, experiment)
        return experiment
    check_axes(experiment.axis, path.name)
    if experiment.most_seconds is not None and not (experiment.skip_unfit or ALL in experiment.policies):
        raise InputError(f"{path.name}: [experiment] most_seconds", "found without skip_unfit", "skip_unfit = true")
    names = [called(world) for world in experiment.worlds]
    if not names or len(set(names)) < len(names):
        found = "a name twice" if names else "none"
        raise InputError(f"{path.name}: [experiment] worlds", f"found {found}", "one world or more, each once")
    for joined in ([case.name for case in experiment.cases], list(experiment.labels.values())):
        once(joined, f"{path.name}: worlds and variants joined")
    return experiment


def _from(folder: Path, policy: str) -> str:
    """A policy whose paths begin in a folder, also where it is joined by +."""
    return "+".join(str(folder / part) if part.endswith(".toml") else part for part in parts_of(policy))


def _check_instances(name: str, experiment: Experiment) -> None:
    said = experiment.instances
    others = [f for f in fields(Experiment) if f.name not in BESIDE_INSTANCES]
    unused = [f.name for f in others if getattr(experiment, f.name) != f.default]
    if unused or not experiment.policies:
        found = "found beside instances, which know nothing of it" if unused else "no policies beside instances"
        place = unused[0] if unused else "policies"
        raise InputError(f"{name}: [experiment] {place}", found, ", ".join(BESIDE_INSTANCES))
    if said is None or not said.horizons or not len(said.horizons) == len(said.counts) == len(said.replications):
        problem = "horizons without counts and replications each"
        raise InputError(f"{name}: instances", problem, "as many of all three, one or more")
    if min(*said.counts, *said.replications) < 1:
        raise InputError(f"{name}: instances", "found a count or replications below 1", "1 or more")
    if said.size not in SIZES:
        raise InputError(f"{name}: instances size", f"found '{said.size}'", ", ".join(SIZES))
    once([called(policy) for policy in experiment.policies], f"{name}: [experiment] policies")
    once([f"{days:g}" for days in said.horizons], f"{name}: instances horizons")
    missing = sorted(set(said.once) - set(map(called, experiment.policies)))
    if missing:
        raise InputError(f"{name}: instances once", f"'{missing[0]}' is no policy of it", "names among the policies")


def results_folder(name_or_path: str | Path) -> Path:
    """Where an experiment's results go: beside its file, or into this workspace if it came with fillrate."""
    path = find("experiments", name_or_path)
    built_in_one = path.resolve().parent == built_in("experiments").resolve()
    beside = Path.cwd() / "experiments" if built_in_one else path.parent
    return beside / path.stem / "results"


@dataclass(frozen=True)
class Results:
    """What an experiment found.

    Attributes:
        comparisons: by name of the case.
        matrix: all of them together; None where there is one case only.
        curves: what the axis is worth, by world, where there is one axis.
        skipped: reason by policy and case where a policy was left out.
    """

    comparisons: dict[str, Comparison]
    matrix: Matrix | None
    curves: list[Along]
    skipped: dict[tuple[str, str], str]


def run_experiment(
    experiment: Experiment,
    results: str | Path,
    n_jobs: int | None = None,
    quiet: bool = False,
    command: str = "",
    cluster: str | None = None,
) -> dict[str, Comparison]:
    """Compare the policies in every case of an experiment; what is already in the results folder is not run again.

    Args:
        experiment: what to run.
        results: folder of the results, made if absent.
        n_jobs: how many runs at a time, as in `compare`.
        quiet: no progress bar.
        command: the command line that does this, for the reports.
        cluster: where to run it, as in `compare`.

    Returns:
        The comparison by name of the case.

    Raises:
        InputError: a world, policy or number of the experiment is wrong.
    """
    return play_experiment(experiment, results, n_jobs, quiet, command, cluster).comparisons


def play_experiment(
    experiment: Experiment,
    results: str | Path,
    n_jobs: int | None = None,
    quiet: bool = False,
    command: str = "",
    cluster: str | None = None,
) -> Results:
    """As `run_experiment`, with what the cases say together and what was left out.

    Each case has a folder in `results` with every run (`results.jsonl`), the comparison (`comparison.json`) and the
    report (`report.html`); its name is the world's, with those of the variants. Several cases are brought together in
    `matrix.json` and `overview.html`.

    Raises:
        InputError: a world, policy or number of the experiment is wrong.
    """
    if experiment.instances is not None:
        raise InputError(f"experiment '{experiment.name}'", "instances of the literature", "`fillrate run` for those")
    found: dict[str, Comparison] = {}
    skipped: dict[tuple[str, str], str] = {}
    worlds = {case.name: _world(experiment, case) for case in experiment.cases}  # all, before the first is played
    for case in experiment.cases:
        policies, left = _policies(experiment, worlds[case.name])
        skipped |= {(name, case.name): reason for name, reason in left.items()}
        folder = Path(results) / case.name
        check_folder(folder, "results")
        found[case.name] = compare(
            worlds[case.name] if case.variants else case.base,
            policies,
            experiment.replications,
            experiment.seed,
            None if case.variants else experiment.days,
            n_jobs=n_jobs,
            folder=folder,
            report=folder / REPORT_FILE if experiment.report else None,
            metric=experiment.metric,
            quiet=quiet,
            command=command,
            sampled=experiment.sampled,
            cluster=cluster,
            bound=experiment.bound,
        )
        _write_json(folder / COMPARISON_FILE, found[case.name].to_json())
    if len(found) < 2:
        return Results(found, None, [], skipped)
    label = experiment.labels
    labelled = {label[name]: comparison for name, comparison in found.items()}
    skipped = {(policy, label[name]): reason for (policy, name), reason in skipped.items()}
    title = experiment.axis[0].title if experiment.axis else ""
    matrix, curves = matrix_of(labelled, skipped), along(experiment.cases, found, title)
    _write_together(experiment, Path(results), matrix, curves, command)
    return Results(found, matrix, curves, skipped)


def _world(experiment: Experiment, case: Case) -> World:
    """The world of a case; a fault in what varies says in which case."""
    try:
        return case.world(experiment.days, experiment.sampled)
    except InputError as fault:
        if not case.variants:
            raise
        where = f"experiment '{experiment.name}', case '{case.name}': {fault.place}"
        raise type(fault)(where, fault.problem, fault.allowed) from None


def _policies(experiment: Experiment, world: World) -> tuple[tuple[str, ...] | list[str] | None, dict[str, str]]:
    """The policies of a case, None for its world's baselines, and the reason by policy for those left out."""
    if not (experiment.skip_unfit or ALL in experiment.policies):
        return experiment.policies or None, {}
    return fitting(experiment.policies, world, experiment.most_seconds)


def _write_together(experiment: Experiment, folder: Path, matrix: Matrix, found: list[Along], command: str) -> None:
    said = {"experiment": experiment.name, "replications": experiment.replications, "seed": experiment.seed}
    curves = [curve.to_json() for curve in found]
    _write_json(folder / MATRIX_FILE, {**said, **matrix.to_json(), "curves": curves})
    if experiment.report:
        from fillrate.bench.report.overview import write_overview  # matplotlib takes its time

        write_overview(folder / OVERVIEW_FILE, experiment.name, experiment.title, matrix, found, command)


def _write_json(path: Path, said: Any) -> None:
    write_text(path, json.dumps(said, indent=1, ensure_ascii=False, allow_nan=False) + "\n")

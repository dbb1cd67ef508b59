"""Experiments: comparisons written down in a file, with a folder for the results that they produced.

An experiment is a comparison of the same policies in every case: a world, with one variant of each of its axes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fillrate.bench.axes import Axis, Case, cases_of, check_axes
from fillrate.bench.compare import compare
from fillrate.bench.comparison import Comparison
from fillrate.bench.outputs import check_folder, written_aside
from fillrate.catalogue import built_in, find
from fillrate.errors import InputError
from fillrate.world.checks import range_faults
from fillrate.world.fields import Strict, described
from fillrate.world.strict import read_toml, validate

__all__ = ["Experiment", "ExperimentFile", "load_experiment", "results_folder", "run_experiment"]

COMPARISON_FILE, REPORT_FILE = "comparison.json", "report.html"


@dataclass(frozen=True)
class Experiment(Strict):
    """The `[experiment]` table."""

    name: str = described("unique name")
    worlds: tuple[str, ...] = described("worlds, by name or path; each is a comparison of its own")
    title: str = described("one line for lists", "")
    about: str = described("the question it answers", "")
    policies: tuple[str, ...] = described("policies to compare; none = each world's baselines", ())
    replications: int = described("runs of each policy", 30, low=1, high=1_000_000)
    seed: int = described("trace seed of the first replication", 0, low=0)
    days: float | None = described("another horizon than the worlds'", None, "days", low=1e-5)
    metric: str = described("metric that decides who is best", "contribution")
    report: bool = described("whether an HTML report is written", True)
    sampled: bool = described("true: orders are drawn even where a world names stored ones", False)
    axis: tuple[Axis, ...] = described("what varies besides the world; each combination is a case", ())

    @property
    def cases(self) -> list[Case]:
        """Every world with every combination of variants."""
        return list(cases_of(self.worlds, self.axis))


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
    for where, problem, allowed in range_faults(experiment):
        raise InputError(f"{path.name}: [experiment] {where}", problem, allowed)
    check_axes(experiment.axis, path.name)
    names = [Path(world).stem for world in experiment.worlds]
    if not names or len(set(names)) < len(names):
        found = "a name twice" if names else "none"
        raise InputError(f"{path.name}: [experiment] worlds", f"found {found}", "one world or more, each once")
    return experiment


def results_folder(name_or_path: str | Path) -> Path:
    """Where an experiment's results go: beside its file, or into this workspace if it came with fillrate."""
    path = find("experiments", name_or_path)
    built_in_one = path.resolve().parent == built_in("experiments").resolve()
    beside = Path.cwd() / "experiments" if built_in_one else path.parent
    return beside / path.stem / "results"


def run_experiment(
    experiment: Experiment,
    results: str | Path,
    n_jobs: int | None = None,
    quiet: bool = False,
    command: str = "",
    cluster: str | None = None,
) -> dict[str, Comparison]:
    """Compare the policies in every case of an experiment; what is already in the results folder is not run again.

    Each case has a folder in `results` with every run (`results.jsonl`), the comparison (`comparison.json`) and the
    report (`report.html`); its name is the world's, with those of the variants.

    Args:
        experiment: what to run.
        results: folder of the results, made if absent.
        n_jobs: worker processes, as in `compare`.
        quiet: no progress bar.
        command: the command line that does this, for the reports.
        cluster: where to run it, as in `compare`.

    Returns:
        The comparison by name of the case.

    Raises:
        InputError: a world, policy or number of the experiment is wrong.
    """
    found: dict[str, Comparison] = {}
    for case in experiment.cases:
        folder = Path(results) / case.name
        check_folder(folder, "results")
        found[case.name] = compare(
            case.world() if case.variants else case.base,
            experiment.policies or None,
            experiment.replications,
            experiment.seed,
            experiment.days,
            n_jobs=n_jobs,
            folder=folder,
            report=folder / REPORT_FILE if experiment.report else None,
            metric=experiment.metric,
            quiet=quiet,
            command=command,
            sampled=experiment.sampled,
            cluster=cluster,
        )
        with written_aside(folder / COMPARISON_FILE) as aside:
            text = json.dumps(found[case.name].to_json(), indent=1, allow_nan=False)
            aside.write_text(text + "\n", encoding="utf-8")
    return found

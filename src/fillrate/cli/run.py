"""`fillrate run`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fillrate.cli.console import heading, paragraph, say, say_json
from fillrate.cli.options import Cluster, Jobs, Json
from fillrate.errors import InputError

if TYPE_CHECKING:
    from fillrate.bench.across import Across
    from fillrate.bench.experiments import Experiment
    from fillrate.bench.experiments import Results as Outcome
    from fillrate.bench.instances import Instances
    from fillrate.bench.matrix import Matrix

__all__ = ["run"]

MOST_COLUMNS = 6

Name = Annotated[
    str,
    typer.Argument(metavar="EXPERIMENT", help="An experiment: a name (in ./experiments or built in) or a .toml file."),
]
Results = Annotated[
    Path | None,
    typer.Option("--results", metavar="DIR", help="Folder of the results, instead of experiments/NAME/results."),
]

Train = Annotated[
    bool, typer.Option("--train", help="Where rules are tuned and networks trained: do that first, for hours maybe.")
]


def _run_instances(asked: Experiment, said: Instances, folder: Path, jobs: int | None, as_json: bool) -> None:
    """Random instances in place of worlds: one table of cost over the deterministic program."""
    from fillrate.bench.instances import run_instances

    found = run_instances(asked.policies, said, folder, jobs)
    if as_json:
        say_json({"experiment": asked.name, "results": str(folder), **found.to_json()})
        return
    say(paragraph(f"{asked.name}: {asked.title}" if asked.title else asked.name), "", *found.lines(), "")
    say(paragraph(f"Written to {folder}: instances.jsonl, table.json, ratios.png"))


def run(
    experiment: Name,
    results: Results = None,
    train: Train = False,
    jobs: Jobs = None,
    cluster: Cluster = None,
    as_json: Json = False,
) -> None:
    """Run an experiment, or go on with it.

    Finished runs are kept with its results, and not run again as long as neither the files nor the code change.
    """
    from fillrate.bench.experiments import load_experiment, play_experiment, results_folder
    from fillrate.files import check_folder

    asked = load_experiment(experiment)
    folder = results_folder(experiment) if results is None else results
    check_folder(folder, "--results")
    words = ["fillrate", "run", experiment, *([] if results is None else ["--results", str(results)])]
    if _is_contest(experiment, train):
        _refuse(f"'{experiment}' tunes, trains and plays on every core here", **{"--jobs": jobs, "--cluster": cluster})
        from fillrate.cli.contest import show_contest

        show_contest(experiment, folder, train, shlex.join([*words, *["--train"] * train]), as_json)
        return
    if asked.instances is not None:
        _refuse(f"'{experiment}' plays random instances, on this machine", **{"--cluster": cluster})
        _run_instances(asked, asked.instances, folder, jobs, as_json)
        return
    outcome = play_experiment(asked, folder, jobs, command=shlex.join(words), cluster=cluster)
    if as_json:
        say_json(_record(asked, folder, outcome))
    else:
        _show(asked, folder, outcome)


def _record(asked: Experiment, folder: Path, outcome: Outcome) -> dict[str, Any]:
    """What was found, as plain types."""
    from fillrate.bench.across import across

    found = outcome.comparisons
    return {
        "experiment": asked.name,
        "results": str(folder),
        "cases": {case.name: {"world": case.base, **case.variants} for case in asked.cases},
        "comparisons": {case: comparison.to_json() for case, comparison in found.items()},
        "across": across(found).to_json(),
        "matrix": None if outcome.matrix is None else outcome.matrix.to_json(),
        "curves": [curve.to_json() for curve in outcome.curves],
        "skipped": [{"policy": name, "case": case, "reason": why} for (name, case), why in outcome.skipped.items()],
    }


def _show(asked: Experiment, folder: Path, outcome: Outcome) -> None:
    """Case by case, then all together, then which policies were left out where."""
    from fillrate.bench.across import across
    from fillrate.cli.compare import show_comparison

    say(paragraph(f"{asked.name}: {asked.title}" if asked.title else asked.name), "")
    for case, comparison in outcome.comparisons.items():
        show_comparison(comparison)
        kept = ["report.html"] * asked.report + ["comparison.json", "results.jsonl"]
        say("", paragraph(f"Written to {folder / case}: {', '.join(kept)}"), "")
    label = asked.labels
    if outcome.matrix is not None:
        found = {label[case]: comparison for case, comparison in outcome.comparisons.items()}
        _show_together(outcome.matrix, across(found))
        say("", paragraph(f"Written to {folder}: matrix.json" + ", overview.html" * asked.report))
    for (name, case), reason in outcome.skipped.items():
        say(paragraph(f"{name} is left out in {label[case]}: {reason}"))


def _show_together(matrix: Matrix, together: Across) -> None:
    """Who is best in which case, and how far the others are behind."""
    from fillrate.bench.verdicts import title
    from fillrate.cli.scores import across_table, matrix_tables

    say(heading(f"All cases together: {title(together.metric).lower()}"), across_table(together))
    say("", paragraph(together.sentence), "", heading(f"Behind the best of the case, in % of its {matrix.measure}"))
    for table in matrix_tables(matrix) if len(matrix.cases) <= MOST_COLUMNS else ():
        say(table)
    if len(matrix.cases) > MOST_COLUMNS:
        say(paragraph("(many cases: see matrix.json)"))


def _refuse(why: str, **given: object) -> None:
    """Options that an experiment of this kind has no use for."""
    for option, value in given.items():
        if value is not None:
            raise InputError(option, why, f"no {option}")


def _is_contest(experiment: str, train: bool) -> bool:
    """Whether it tunes and trains; `--train` is for such experiments alone."""
    from fillrate.learn.against.plan import is_contest

    found = is_contest(experiment)
    if train and not found:
        raise InputError("--train", f"'{experiment}' has nothing to train", "an experiment with a table [learning]")
    return found

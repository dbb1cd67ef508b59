"""`fillrate compare`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fillrate.cli.console import heading, paragraph, say, say_json
from fillrate.cli.options import Cluster, Days, Jobs, Json, ReportFile, Sampled, Seed, WorldName

if TYPE_CHECKING:
    from fillrate.bench.comparison import Comparison

__all__ = ["compare", "show_comparison"]

Policies = Annotated[
    str | None,
    typer.Option("--policies", metavar="A,B,...", help="Policies, joined by commas, instead of the world's baselines."),
]
Replications = Annotated[
    int | None,
    typer.Option(
        "--replications",
        "-n",
        metavar="N",
        min=1,
        max=1_000_000,
        help="Runs of each policy, a whole number from 1 to 1,000,000; 30 without it. With --select or --half-width "
        "the most of them; 1,000 without it.",
    ),
]
Select = Annotated[
    float | None,
    typer.Option(
        "--select",
        metavar="P",
        help="Select the best policy with this probability, 0.95 say: policies leave as soon as they are beaten.",
    ),
]
Indifference = Annotated[
    float | None,
    typer.Option(
        "--indifference",
        metavar="MONEY",
        help="Smallest difference that --select has to find, in the metric's unit; 1 % of the controllable cost "
        "without it.",
    ),
]
HalfWidth = Annotated[
    float | None,
    typer.Option(
        "--half-width",
        metavar="MONEY",
        help="As many runs as make the intervals of the differences to the best this narrow, in the metric's unit.",
    ),
]
Interval = Annotated[
    str,
    typer.Option("--interval", metavar="t|bca", help="Kind of the intervals: Student's t or the BCa bootstrap."),
]
Metric = Annotated[str, typer.Option("--metric", metavar="KEY", help="The metric that decides who is best.")]
Resume = Annotated[
    Path | None,
    typer.Option(
        "--resume", metavar="DIR", help="Keep finished runs in a folder; the same command goes on from there."
    ),
]
Robust = Annotated[
    bool,
    typer.Option(
        "--robust", help="Play the policies in shifted worlds too: demand ±20 %, lead times ±50 %, an outage."
    ),
]

HindsightBound = Annotated[
    bool, typer.Option("--bound", help="The hindsight bound of every run, and each policy's gap to it.")
]


def compare(
    world: WorldName,
    policies: Policies = None,
    replications: Replications = None,
    select: Select = None,
    indifference: Indifference = None,
    half_width: HalfWidth = None,
    interval: Interval = "t",
    robust: Robust = False,
    bound: HindsightBound = False,
    seed: Seed = 0,
    days: Days = None,
    metric: Metric = "contribution",
    sampled: Sampled = False,
    report: ReportFile = None,
    resume: Resume = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    as_json: Json = False,
) -> None:
    """Run policies over the same orders; say which is best.

    Run i of every policy plays the orders of trace seed S + i, so that differences are not the luck of the orders.
    """
    from fillrate.files import check_folder, check_output

    if report is not None:
        check_output(report, "--report", (".html", ".htm"))
    if resume is not None:
        check_folder(resume, "--resume")
    from fillrate.bench.compare import compare as run_all
    from fillrate.bench.statistics import check_method

    found = run_all(
        world,
        policies,
        replications,
        seed,
        days,
        jobs,
        resume,
        report,
        metric,
        sampled=sampled,
        cluster=cluster,
        select=select,
        indifference=indifference,
        half_width=half_width,
        interval=check_method(interval),
        robust=robust,
        bound=bound,
    )
    if as_json:
        say_json(found.to_json())
        return
    show_comparison(found)
    if report is not None:
        say("", paragraph(f"Report: {report}"))


def show_comparison(found: Comparison) -> None:
    """The verdict, the main table, and what it rests on."""
    from fillrate.bench.figures import counted
    from fillrate.bench.sentences import headline
    from fillrate.cli.scores import comparison_tables, matrix_tables, selection_table

    runs, last = found.replications, found.seed + found.replications - 1
    days = counted(found.days, "day")
    at_most = "up to " if found.selection else ""
    many = f"{at_most}{runs:,} runs of {days} each, on the same orders (trace seeds {found.seed} to {last})"
    one = f"one run of {days} (trace seed {found.seed})"
    money = f" Money is in {found.currency}." if found.currency else ""
    said = headline(found)
    say(heading(paragraph(f"{said.line}.")), paragraph(f"World {found.world}, {many if runs > 1 else one}.{money}"), "")
    if found.selection is not None:
        say(selection_table(found), "")
    for table in comparison_tables(found):
        say(table, "")
    if len(found.policies) > 1:
        interval = "± half of the 95 % interval" if runs > 1 else "one run has no intervals"
        say(paragraph(f"* best mean, ≈ not shown to differ from it, {interval}"), "")
    for sentence in said.sentences:
        say(paragraph(sentence))
    if found.robustness is not None:
        say("", heading(f"In shifted worlds: behind the best, in % of its {found.robustness.measure}"))
        for table in matrix_tables(found.robustness):
            say(table, "")
        say(paragraph(found.robustness.sentence))

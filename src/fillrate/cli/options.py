"""Arguments and options that several verbs share; their help also says what is allowed, in error messages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["Cluster", "Days", "Jobs", "Json", "ReportFile", "Sampled", "Seed", "WorldName"]

WorldName = Annotated[
    str, typer.Argument(metavar="WORLD", help="A world: a name (see `fillrate worlds`) or a .toml file.")
]
Seed = Annotated[
    int, typer.Option("--seed", metavar="N", min=0, help="Trace seed of the (first) run, a whole number from 0 on.")
]
Days = Annotated[
    float | None, typer.Option("--days", metavar="DAYS", help="Horizon in days, instead of the world's own.")
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        metavar="N",
        min=1,
        help="Runs at a time, from 1 on: threads, or worker processes where a policy is asked in Python; without it "
        "one a core (of processes only where the work is worth it).",
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster", metavar="ray", help="Run on a Ray cluster: the one RAY_ADDRESS names, else one on this machine."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, on stdout.")]
Sampled = Annotated[
    bool, typer.Option("--sampled", help="Draw the orders too, in a world that replays those of a log.")
]
ReportFile = Annotated[
    Path | None, typer.Option("--report", metavar="FILE", help="Write a report, one self-contained .html file.")
]

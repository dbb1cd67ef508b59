"""`fillrate run` of an experiment in which learned policies meet tuned rules."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from fillrate.cli.console import heading, paragraph, plain_table, say, say_json

__all__ = ["show_contest"]


def show_contest(experiment: str, folder: Path, train: bool, command: str, as_json: bool) -> None:
    """Do what is missing, and show the last word on each world.

    Args:
        experiment: name or path.
        folder: of the results.
        train: tune and train what has no result yet, and write policies to ./policies.
        command: that does this.
        as_json: print JSON alone.
    """
    from fillrate.learn.against.contest import run_contest
    from fillrate.learn.against.plan import load_contest

    plan = load_contest(experiment)
    found = run_contest(plan, folder, train, Path("policies") if train else None, command, _tell)
    if as_json:
        say_json({**found, "results": str(folder)})
        return
    say(heading(paragraph(plan.said.title)), _table(found), "")
    say(paragraph(f"Written to {folder}: README.md, summary.json."))


def _tell(step: str) -> None:
    sys.stderr.write(f"{step}\n")
    sys.stderr.flush()


def _table(found: dict[str, Any]) -> Any:
    from fillrate.learn.against.summary import verdict_of

    right = ("Its cost", "Network - rule", "Per cent")
    table = plain_table("World", "Best tuned rule", *right, "Verdict", right=right)
    for row in found["worlds"]:
        gap, rule = row["seeds"][row["shipped"]], row["best_rule"]
        cost = f"{row['cost']:,.0f}"
        table.add_row(row["world"], rule, cost, f"{gap['money']:+,.0f}", f"{gap['per_cent']:+.2f}", verdict_of(row))
    return table

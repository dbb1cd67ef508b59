"""What a workspace says of itself: its README and its experiment."""

from __future__ import annotations

from fillrate.trace.fit.fitting import Fit, joined, said
from fillrate.trace.fit.rules import rules
from fillrate.world.toml import Block, toml_text

__all__ = ["REPLICATIONS", "experiment_text", "readme_text"]

REPLICATIONS = 5  # the orders are the same in all of them: only lead times and transit are drawn anew


def experiment_text(found: Fit, name: str) -> str:
    """The experiment file: all rules at the three stock levels."""
    entries = {
        "name": name,
        "worlds": list(found.texts),
        "title": f"Which rule serves the orders of {found.facts.log.source} best, and does that change with stock?",
        "about": "The same orders at three stock levels; a replication draws lead times and transit anew.",
        "policies": list(rules()),
        "replications": REPLICATIONS,
        "report": False,
    }
    title = (
        f"`fillrate run {name}` plays {len(rules())} rules on the orders of the log at three stock levels. Finished "
        "runs are kept; more replications, other rules or report = true (an HTML page a level) are changed here."
    )
    return toml_text([title], [Block("experiment", entries)])


README = """\
# {name}

A workspace made by `fillrate fit` from {source}: {orders:,} orders with {lines:,} lines, {days}.

Commands find its names when they are started in this folder:

    fillrate show {name}
    fillrate simulate {name} distance
    fillrate compare {name} --replications {replications}
    fillrate run {experiment}

## What is here

{worlds}
- `traces/{name}.parquet`: the orders of the log. Runs of these worlds replay them; the seed draws the rest (lead times,
  transit). `--sampled` draws the orders too, by the rates, profiles and shares in the world file. `--days N` plays the
  first N days.
- `experiments/{experiment}.toml`: {rules} rules at the three stock levels
- `policies/`: a place for rules of your own; all built-in ones are found too
- `columns.toml`: which column of the log plays which role. Correct it and fit again with `--columns`
- `rejects.csv`: rows of the log that could not be used, with the reason: {rejects:,} of {rows:,}
- `fit.json`: all that was found, for machines; it also marks this folder as one that `fillrate fit` may write anew

World files are meant to be changed: put in your carrier's rates, lead times, promises and costs. The trace goes with
them as long as the names of regions, segments and products stay.

## What was assumed

{assumptions}
"""


def readme_text(found: Fit, experiment: str) -> str:
    """The README: what lies where, how to go on, what was assumed."""
    log = found.facts.log
    worlds = [f"- `envs/{joined(found.name, level.name)}.toml`: {said(found.facts, level)}" for level in found.levels]
    return README.format(
        name=found.name,
        source=log.source,
        orders=len(log),
        lines=log.lines,
        days=found.facts.calendar.text,
        replications=REPLICATIONS,
        experiment=experiment,
        worlds="\n".join(worlds),
        rules=len(rules()),
        rejects=len(log.rejects),
        rows=log.rows_read,
        assumptions="\n".join(f"- {note}" for note in found.assumptions),
    )

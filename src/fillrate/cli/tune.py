"""`fillrate tune`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fillrate.cli.console import heading, paragraph, plain_table, say, say_json
from fillrate.cli.options import Cluster, Days, Json, Sampled, WorldName

if TYPE_CHECKING:
    from fillrate.learn.tune import Tuned

__all__ = ["tune"]

INTERRUPTED = 130
PolicyName = Annotated[
    str,
    typer.Argument(
        metavar="POLICY",
        help="A policy: a name, a .toml file, or several joined by +; `linear` weighs columns against each other.",
    ),
]
Metric = Annotated[str, typer.Option("--metric", metavar="KEY", help="The metric to search for.")]
Trials = Annotated[
    int, typer.Option("--trials", metavar="N", min=2, help="Proposals to try, a whole number from 2 on.")
]
Replications = Annotated[
    int, typer.Option("--replications", "-n", metavar="N", min=1, help="Training runs, a whole number from 1 on.")
]
HeldOut = Annotated[
    int, typer.Option("--held-out", metavar="N", min=2, help="Runs of the check, a whole number from 2 on.")
]
Seed = Annotated[
    int,
    typer.Option(
        "--seed", metavar="N", min=0, help="Seed of the proposals, and first trace seed of the check, from 0 on."
    ),
]
Budget = Annotated[
    int | None,
    typer.Option("--budget-orders", metavar="N", min=1, help="Orders that the search may simulate, from 1 on."),
]
Save = Annotated[bool, typer.Option("--save", help="Write policies/RULE__WORLD.toml, if it is not worse.")]
Threads = Annotated[
    int | None, typer.Option("--jobs", metavar="N", min=1, help="Threads, from 1 on; without it one a core.")
]


def tune(
    world: WorldName,
    policy: PolicyName,
    metric: Metric = "contribution",
    trials: Trials = 300,
    replications: Replications = 20,
    held_out: HeldOut = 50,
    seed: Seed = 0,
    days: Days = None,
    budget_orders: Budget = None,
    sampled: Sampled = False,
    save: Save = False,
    jobs: Threads = None,
    cluster: Cluster = None,
    as_json: Json = False,
) -> int:
    """Search for better numbers of a rule; check them on other orders.

    Weights, limits, levels: all numbers of the policy's file. Every proposal meets the same training orders (trace
    seeds 2**32 + S, ...); the best is then compared with the untouched rule on orders that the search never saw (drawn
    ones of trace seeds S, S + 1, ..., also where training replays a log).
    """
    from fillrate.learn.tune import save as write
    from fillrate.learn.tune import tune as run

    if save:
        _check_place()
    found = run(
        world,
        policy,
        metric=metric,
        trials=trials,
        replications=replications,
        held_out=held_out,
        seed=seed,
        days=days,
        budget_orders=budget_orders,
        threads=jobs,
        sampled=sampled,
        cluster=cluster,
    )
    file = write(found) if save and not found.why_not_kept else None
    if as_json:
        say_json(found.to_json(file))
    else:
        _show(found, file, save)
    return INTERRUPTED if found.found.interrupted else 0


def _check_place() -> None:
    """Find out before the search whether a policy can be written here."""
    from fillrate.files import check_folder

    folder = Path("policies")
    check_folder(folder if folder.exists() else Path(), "--save")


def _show(found: Tuned, file: Path | None, wanted: bool) -> None:
    from fillrate.bench.figures import counted

    search, held = found.found, found.held_out_ground.seeds
    first, last = search.ground.seeds[0], search.ground.seeds[-1]
    ended = "interrupted after" if search.interrupted else "after"
    say(
        heading(paragraph(f"{_headline(found)}.")),
        paragraph(
            f"World {found.world.name}, {ended} {counted(search.trials, 'trial')} and {counted(search.orders, 'order')}"
            f"; runs of {counted(found.world.days, 'day')}, trace seeds {first} to {last} for training, {held[0]} to "
            f"{held[-1]} held out."
        ),
        "",
        _numbers(found),
        "",
        _gains(found),
        "",
        paragraph(_judged(found)),
    )
    if wanted:
        say(paragraph(f"Saved: {file}" if file else f"Not saved: {found.why_not_kept}."))


def _headline(found: Tuned) -> str:
    name = found.policy.name
    if not found.changes:
        return f"Nothing better than {name} as it is was found"
    words = {
        "better": f"Tuned, {name} is better than it was",
        "not shown": f"Tuned, {name} is not shown to be better than it was",
        "worse": f"Tuned, {name} is worse than it was: the search has fitted the luck of its training runs",
    }
    return words[found.held_out.verdict]


def _numbers(found: Tuned) -> Any:
    table = plain_table("Number", "From", "To", right=("From", "To"))
    best = found.found.best.values
    for p in found.found.space:
        after = "=" if best[p.name] == p.value else _number(best[p.name])
        table.add_row(p.name, _number(p.value), after)
    return table


def _number(value: float | None) -> str:
    return "absent" if value is None else f"{value:g}"


def _gains(found: Tuned) -> Any:
    """Means before and after, in training and held out."""
    from fillrate.bench.figures import interval_text, places, scale_of, text
    from fillrate.bench.verdicts import title, unit

    d, scale = found.held_out.difference, scale_of(unit(found.metric))
    f = scale.factor
    decimals = places(None if d.mean is None else d.mean * f, None if d.half_width is None else d.half_width * f)
    right = ("Runs", "Untouched", "Tuned", "Difference")
    table = plain_table(f"{title(found.metric)}{scale.suffix}", *right, "95 % interval", right=right)
    rows = {
        "training": (found.found.ground, found.training, ""),
        "held out": (
            found.held_out_ground,
            found.held_out.to_json(),
            interval_text(_times(d.low, f), _times(d.high, f), decimals, sign=True),
        ),
    }
    for name, (ground, said, interval) in rows.items():
        cells = [text(_times(said[key], f), decimals) for key in ("from", "to")]
        difference = text(_times(said["difference"], f), decimals, sign=True)
        table.add_row(name, f"{len(ground.seeds)}", *cells, difference, interval)
    return table


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _judged(found: Tuned) -> str:
    """What was gained in training, and what of it is left on other orders."""
    gain, left = found.found.best.mean, found.held_out.gain
    if not found.changes:
        return "The numbers stay as they are."
    if found.held_out.verdict == "worse":
        return "What was gained in training is lost on other orders: more --replications, or fewer numbers to tune."
    share = f"{max(0.0, 100.0 * left / gain):.0f} %"
    return f"On orders that the search never saw the gain is {share} of that in training: {found.held_out.verdict}."

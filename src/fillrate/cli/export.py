"""`fillrate export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fillrate.cli.console import heading, paragraph, say, working
from fillrate.cli.options import Days

__all__ = ["export"]

PolicyName = Annotated[
    str, typer.Argument(metavar="POLICY", help="A policy: a name, a .toml file, or names joined by +.")
]
World = Annotated[
    str, typer.Option("--world", metavar="WORLD", help="The world whose locations, lanes and products it gets.")
]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder of the bundle; one that is there is replaced.")]
Fallback = Annotated[
    str, typer.Option("--fallback", metavar="NAME", help="The rule that decides where the policy cannot, a chain.")
]
Replications = Annotated[
    int, typer.Option("--replications", metavar="N", min=0, help="Runs of the benchmark; 0 leaves it out.")
]
Bounded = Annotated[bool, typer.Option("--bound", help="Bound the contribution of each run too, for the gap to it.")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Trace seed of the recorded run.")]
MaxAge = Annotated[
    float | None,
    typer.Option("--max-age", metavar="MINUTES", min=0.0, help="Stock counted longer ago goes to the fallback."),
]
Deadline = Annotated[
    float | None, typer.Option("--deadline", metavar="MS", min=0.0, help="Later answers go to the fallback.")
]
Require = Annotated[
    str | None,
    typer.Option("--require", metavar="A,B,...", help="Optional fields without which the fallback decides."),
]
DayZero = Annotated[
    str, typer.Option("--t0", metavar="INSTANT", help="ISO 8601 instant of day 0, for requests with dates.")
]


def export(
    policy: PolicyName,
    world: World,
    out: Out,
    days: Days = None,
    fallback: Fallback = "cheapest",
    replications: Replications = 10,
    bound: Bounded = False,
    seed: Seed = 1,
    max_age: MaxAge = None,
    deadline: Deadline = None,
    require: Require = None,
    t0: DayZero = "1970-01-01T00:00:00+00:00",
) -> None:
    """Write a policy as a bundle, to decide in production.

    The bundle is made beside its folder, checked against the laboratory's own decisions, and renamed.
    """
    from fillrate.deploy.bundle import read_json
    from fillrate.deploy.export import Terms, export_bundle
    from fillrate.deploy.guards import Guards
    from fillrate.policy import load_policy
    from fillrate.world import load_world

    place = load_world(world).over(days)
    guards = Guards(max_age, deadline, tuple(name.strip() for name in require.split(",")) if require else ())
    with working(f"{policy} for {place.name}"):
        export_bundle(policy, place, out, Terms(fallback, guards, replications, bound, seed, t0))
    from fillrate.deploy.verify import verify

    checks = {check.check: check.detail for check in verify(out)}
    say(
        heading(f"{out}: {policy} for {place.name}"), paragraph(f"{checks.pop('golden cases')}, all of which come out.")
    )
    if load_policy(policy).source is None:
        say(paragraph(f"{policy} names no source rule: {place.defaults.source}, the default of {place.name}, decides."))
    for sentence in read_json(out / "bundle.json")["apart"]:
        say(paragraph(sentence))
    say(paragraph(f"Check it anywhere with `fillrate verify {out}`; its card is {out / 'card.md'}."))

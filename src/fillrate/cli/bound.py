"""`fillrate bound`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from fillrate.cli.console import heading, paragraph, say, say_json, working
from fillrate.cli.options import Days, Json, Sampled, Seed, WorldName

if TYPE_CHECKING:
    from fillrate.bench.ceiling import Ceiling

__all__ = ["bound"]

KindName = Annotated[
    str | None,
    typer.Option(
        "--kind", metavar="KIND", help="static, exogenous, rule or free; without it the one that covers every policy."
    ),
]
Policies = Annotated[
    str | None,
    typer.Option("--policies", metavar="A,B,...", help="Policies to be covered; the tightest kind for them is taken."),
]
Exact = Annotated[bool, typer.Option("--exact", help="Whole units and boxes, for up to 2,000 orders.")]
Seconds = Annotated[
    float,
    typer.Option(
        "--seconds",
        metavar="S",
        min=0.0,
        help="When the search for whole units stops, once its step is done; 0 = never.",
    ),
]


def bound(
    world: WorldName,
    seed: Seed = 0,
    days: Days = None,
    kind: KindName = None,
    policies: Policies = None,
    exact: Exact = False,
    seconds: Seconds = 60.0,
    sampled: Sampled = False,
    as_json: Json = False,
) -> None:
    """Say what no policy can exceed on one trace."""
    from fillrate.bench.ceiling import ceiling

    with working(f"{world}: bound"):
        found = ceiling(world, seed, days, kind, policies, exact, seconds, sampled)
    if as_json:
        say_json(_record(found))
        return
    _show(found)


def _record(found: Ceiling) -> dict[str, Any]:
    """What --json prints."""
    from fillrate.plan.bound import COVERS

    it, point = found.bound, found.bound.reached > float("-inf")
    return {
        "world": found.world,
        "seed": found.seed,
        "days": found.days,
        "orders": found.orders,
        "trace_hash": found.trace_hash,
        "bound": it.value,
        "kind": it.kind,
        "covers": COVERS[it.kind],
        "method": "milp" if found.exact else "lp",
        "reached": it.reached if point else None,
        "gap": it.gap if point else None,
        "controllable_cost": it.cost,
        "rows": it.rows,
        "columns": it.columns,
        "seconds": it.seconds,
    }


def _show(found: Ceiling) -> None:
    from fillrate.bench import figures
    from fillrate.plan.bound import COVERS

    it = found.bound
    size = f"{figures.counted(found.orders, 'order')} in {figures.counted(found.days, 'day')}, trace seed {found.seed}"
    way = "whole units" if found.exact else "divisible units"
    least = figures.text(it.cost, 2)
    say(
        heading(f"{found.world}: at most {figures.text(it.value, 2)} {found.currency}"),
        paragraph(f"{size}. Kind {it.kind}: it covers {COVERS[it.kind]}."),
        paragraph(f"No such policy has a larger contribution, or a controllable cost below {least}."),
        paragraph(f"{way.capitalize()}, {it.rows:,} rows, {it.columns:,} columns, {it.seconds:.1f} s."),
    )

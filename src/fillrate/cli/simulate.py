"""`fillrate simulate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fillrate.cli.console import heading, paragraph, say, say_json, working
from fillrate.cli.options import Days, Json, Sampled, Seed, WorldName

if TYPE_CHECKING:
    from fillrate.model.simpy_model.explaining import Recorder
    from fillrate.policy import Policy
    from fillrate.simulate import Result
    from fillrate.trace import Trace
    from fillrate.world import World

__all__ = ["simulate"]

JOURNAL_SUFFIXES = (".parquet", ".csv")

PolicyName = Annotated[
    str,
    typer.Argument(
        metavar="POLICY",
        show_default=False,
        help="A policy: a name (see `fillrate policies`), a .toml file, or several joined by +. Parts that are not "
        "named come from the world's defaults; without POLICY all of them do.",
    ),
]
Engine = Annotated[
    str, typer.Option("--engine", metavar="NAME", help="Which engine plays the model: compiled, or simpy (of record).")
]
JournalFile = Annotated[
    Path | None,
    typer.Option("--journal", metavar="FILE", help="Write every event of the run to a .parquet or .csv file."),
]
ExplainOrder = Annotated[
    str | None,
    typer.Option(
        "--explain",
        metavar="ORDER",
        help="Order whose decisions are explained: in a replay its number in the order log, else a whole number from 0 "
        "on, by time.",
    ),
]


def simulate(
    world: WorldName,
    policy: PolicyName = "",
    seed: Seed = 0,
    days: Days = None,
    sampled: Sampled = False,
    engine: Engine = "compiled",
    journal: JournalFile = None,
    explain: ExplainOrder = None,
    as_json: Json = False,
) -> None:
    """Play one run and show its scorecard."""
    from fillrate.cli.story import story
    from fillrate.files import check_output
    from fillrate.simulate import simulate as play
    from fillrate.trace import orders_of
    from fillrate.world import load_world

    if journal is not None:
        check_output(journal, "--journal", JOURNAL_SUFFIXES)
    place = load_world(world).over(days)
    trace = orders_of(place, seed, sampled)
    watch = _watch(explain, place, trace)
    engine = engine if watch is None else "simpy"  # which alone can tell why
    with working(f"{place.name}: {len(trace.orders):,} orders"):
        result = play(
            place,
            trace,
            policy or _default(place),
            engine,  # type: ignore[arg-type]  # checked there
            journal=journal is not None or watch is not None,
            explain=watch,
        )
    if journal is not None:
        _write(result.journal, journal)
    if as_json:
        say_json(_record(place, result, seed, engine, watch))
        return
    if watch is not None:
        print(story(watch, explain or "", place, trace, result.journal))
        return
    _show(place, result, seed, engine)
    if journal is not None:
        say(paragraph(f"Journal: {journal} ({len(result.journal or ()):,} events)"))


def _watch(order: str | None, place: World, trace: Trace) -> Recorder | None:
    """What listens in on an order."""
    if order is None:
        return None
    from fillrate.model.simpy_model.explaining import Recorder

    return Recorder(_numbered(order, place, trace) if trace.orders.of_log else _counted(order, len(trace.orders)))


def _numbered(order: str, place: World, trace: Trace) -> int:
    """Row of the order that the log calls so: a number never stands for a place in time where it may be a name."""
    from fillrate.errors import UsageError
    from fillrate.trace.fit import whereabouts

    row = trace.orders.named(order)
    if row < 0:
        gone = whereabouts(Path(place.header.trace), order, place.days)
        allowed = "the number in the order log of an order that this run plays"
        raise UsageError("--explain", f"found {order}: {gone}", allowed)
    return row


def _counted(order: str, count: int) -> int:
    """Row of an order by its place in time."""
    from fillrate.errors import UsageError

    if not (order.isdecimal() and int(order) < count):
        allowed = f"0 to {count - 1}" if count else "none: this run has no orders"
        raise UsageError("--explain", f"found {order}", allowed)
    return int(order)


def _default(world: World) -> Policy:
    """The world's own policy: no part is given, so that each comes from its defaults."""
    from fillrate.policy import Policy

    d = world.defaults
    return Policy("+".join(name for name in (d.rank, d.source, d.replenish, *d.modifiers) if name))


def _write(journal: Any, path: Path) -> None:
    from pyarrow import csv, parquet

    from fillrate.files import written_aside

    with written_aside(path) as aside:
        if path.suffix.lower() == ".csv":
            csv.write_csv(journal, aside)
        else:
            parquet.write_table(journal, aside, compression="zstd")


def _record(world: World, result: Result, seed: int, engine: str, watch: Recorder | None) -> dict[str, Any]:
    """What --json prints."""
    record: dict[str, Any] = {
        "world": world.name,
        "policy": result.policy.parts(),
        "seed": seed,
        "engine": engine,
        "days": result.days,
        "orders": result.orders,
        "scorecard": dict(result.scorecard),
        "trace_hash": result.trace_hash,
        "seconds": result.seconds,
    }
    if watch is not None:
        record["explanation"] = [found.record() for found in watch.found]
    return record


def _show(world: World, result: Result, seed: int, engine: str) -> None:
    from fillrate.bench.figures import counted
    from fillrate.cli.scores import breakdown_tables, scorecard_table

    parts = result.policy.parts()
    named = [f"{part} {parts[part] or 'none'}" for part in ("rank", "source", "replenish")]
    named += [f"modifiers {', '.join(parts['modifiers'])}"] if parts["modifiers"] else []
    size = f"{counted(result.orders, 'order')} in {counted(result.days, 'day')}"
    run = f"{size}, trace seed {seed}, {result.seconds:.1f} s ({engine})"
    say(heading(f"{world.name}: {parts['name']}"), paragraph(", ".join(named)), run, "")
    say(scorecard_table(result.scorecard, world.money.currency), "")
    for table in breakdown_tables(result.scorecard):
        say(table, "")

"""`fillrate shadow`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from fillrate.cli.console import heading, paragraph, plain_table, say, say_json
from fillrate.cli.options import Json

__all__ = ["shadow"]

LedgerPlace = Annotated[str, typer.Argument(metavar="LEDGER", help="A ledger: a file, or postgresql://USER@HOST/NAME.")]
Bundle = Annotated[
    Path | None, typer.Option("--bundle", metavar="DIR", help="Bundle whose reference drift is measured against.")
]
Replay = Annotated[str | None, typer.Option("--replay", metavar="WORLD", help="World to play the logged orders in.")]
Policies = Annotated[
    str, typer.Option("--policies", metavar="A,B,...", help="Policies to play them under, with --replay.")
]


def shadow(
    ledger: LedgerPlace, bundle: Bundle = None, replay: Replay = None, policies: Policies = "", as_json: Json = False
) -> None:
    """Report from a log what a challenger would have done.

    Agreement and costs by segment, both by the champion's cost model; with --bundle the drift of inputs and decisions;
    with --replay the logged orders in the simulator, under each policy.
    """
    from fillrate.cli.serve import need_serve
    from fillrate.errors import UsageError

    need_serve()
    if bool(replay) != bool(policies):
        raise UsageError("--replay", "needs --policies, and --policies needs it", "both, or neither")
    from fillrate.serve.ledger.ledger import Ledger
    from fillrate.serve.report import agreement, drift

    if "://" not in ledger and not Path(ledger).is_file():
        raise UsageError("LEDGER", f"no file '{ledger}'", "the ledger of `fillrate serve`")
    found: dict[str, Any] = {}
    book = Ledger(ledger, there=True)
    try:
        with book.reading() as run:
            found |= {"ledger": ledger, "shadow": agreement(run)}
            if bundle is not None:
                from fillrate.serve.bundled import load_bundle

                found["drift"] = drift(run, load_bundle(bundle))
            if replay:
                found["replay"] = _replayed(run, replay, policies)
    finally:
        book.close()
    if as_json:
        say_json(found)
    else:
        _show(found)


def _replayed(run: Any, world: str, policies: str) -> dict[str, Any]:
    from fillrate.serve.replay import logged_day, replayed
    from fillrate.world import load_world

    place = load_world(world)
    day = logged_day(run, place)
    names = [name.strip() for name in policies.split(",") if name.strip()]
    head = {"world": place.name, "orders": len(day.trace.orders), "left_out": day.left_out, "days": day.trace.days}
    return head | {"policies": replayed(day, place, names)}


def _show(found: dict[str, Any]) -> None:
    rows = found["shadow"]
    if not rows:
        say("No challenger has decided anything (`fillrate serve --challenger DIR`).")
    for challenger in dict.fromkeys(row["challenger"] for row in rows):
        columns = ("segment", "decisions", "agreement", "cost", "challenger's", "difference", "± (95 %)")
        table = plain_table(*columns, right=columns[1:])
        for row in rows:
            if row["challenger"] == challenger:
                table.add_row(*_cells(row))
        say(heading(f"Challenger {challenger}"), table, "")
    if "drift" in found:
        _show_drift(found["drift"])
    if "replay" in found:
        _show_replay(found["replay"])


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    half = None if row["low"] is None else (row["high"] - row["low"]) / 2.0
    money = (_money(row[key]) for key in ("champion_cost", "challenger_cost", "difference"))
    return (row["segment"] or "all", f"{row['decisions']:,}", f"{row['agreement']:.1%}", *money, _money(half))


def _money(value: float | None) -> str:
    return "–" if value is None else f"{value:,.3f}"


def _show_drift(drift: dict[str, Any]) -> None:
    table = plain_table("seen or decided", "PSI", "", right=("PSI",))
    for name, value in drift["psi"].items():
        word = "" if value is None or value < 0.1 else "shifted" if value > 0.25 else "moved"
        table.add_row(name, "–" if value is None else f"{value:.3f}", word)
    say(heading(f"Drift over {drift['requests']:,} decisions"), table, "")


def _show_replay(replay: dict[str, Any]) -> None:
    from fillrate.bench.figures import counted

    played = replay["policies"]
    table = plain_table("metric", *played, right=tuple(played))
    for name in next(iter(played.values()), {}):
        table.add_row(name, *(_money(metrics[name]) for metrics in played.values()))
    left = f", {replay['left_out']} left out" if replay["left_out"] else ""
    say(heading(f"{replay['orders']:,} logged orders in {replay['world']}"), table)
    say(paragraph(f"{counted(replay['days'], 'day')} from the stock of the first morning{left}."))

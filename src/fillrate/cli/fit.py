"""`fillrate fit`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fillrate.cli.console import heading, paragraph, plain_table, say, say_json, working
from fillrate.cli.options import Json

if TYPE_CHECKING:
    from fillrate.trace import Trace
    from fillrate.trace.fit import Fit
    from fillrate.world import World

__all__ = ["fit"]

Orders = Annotated[
    str, typer.Argument(metavar="ORDERS", help="The order log: a CSV or Parquet file with one row an order line.")
]
SitesText = Annotated[
    str,
    typer.Option(
        "--sites", metavar="SITES", help="Your locations: 'name,lat,lon;name,lat,lon' or a CSV file with these columns."
    ),
]
Out = Annotated[
    Path,
    typer.Option("--out", metavar="DIR", help="The workspace to write: a folder, new, empty, or of an earlier fit."),
]
StockFile = Annotated[
    Path | None,
    typer.Option("--stock", metavar="FILE", help="Stock instead of a made-up one: columns location, sku and units."),
]
ColumnsFile = Annotated[
    Path | None,
    typer.Option("--columns", metavar="FILE", help="Which column plays which role: the corrected DIR/columns.toml."),
]
Regions = Annotated[
    int, typer.Option("--regions", metavar="N", min=2, help="Most regions to form, a whole number from 2 on.")
]
Force = Annotated[bool, typer.Option("--force", help="Write into a folder with other content, beside it.")]


def fit(
    orders: Orders,
    sites: SitesText,
    out: Out,
    stock: StockFile = None,
    columns: ColumnsFile = None,
    regions: Regions = 40,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Turn an order log into a workspace.

    It gets a world fitted to the log at three stock levels, a replay of those very orders, and an experiment that says
    which rule would have served them best. What is assumed is stated; rows that cannot be used are set aside with the
    reason.
    """
    from fillrate.trace.fit import check_target, next_commands, write_workspace

    check_target(out, force)
    begun, played = time.perf_counter(), _Played()
    with working("starting") as told:
        found = _fitted(orders, sites, out, stock, columns, regions, played, told)
        told("writing the workspace")
        files, kept = write_workspace(found, out)
    seconds = time.perf_counter() - begun
    commands = next_commands(found, out)
    if as_json:
        facts = {
            "workspace": str(out),
            "files": [str(path) for path in files],
            "kept": [str(path) for path in kept],
            **found.summary(),
        }
        say_json({**facts, "next": commands, "seconds": round(seconds, 1)})
        return
    _show(found, out, seconds)
    if kept:
        names = ", ".join(map(str, kept))
        say(paragraph(f"Changed by hand, kept beside the new files: {names}. Copy your changes over."))
    run = played.seconds_per_order * len(found.trace.orders)
    say("", heading(f"Next (about {max(run, 0.1):,.1f} s a run and core)"))
    print("\n".join(f"  {line}" for line in commands))  # not wrapped: to be copied


def _fitted(
    orders: str,
    sites: str,
    out: Path,
    stock: Path | None,
    columns: Path | None,
    regions: int,
    played: _Played,
    told: Callable[[str], None],
) -> Fit:
    from fillrate.trace.fit import facts, world_name, write_draft
    from fillrate.trace.fit import fit as fit_log
    from fillrate.trace.logs import read_order_log, read_sites, read_stock

    places = read_sites(sites)
    units = None if stock is None else read_stock(stock, places.names)
    told(f"reading {orders}")
    log = read_order_log(orders, columns, partial(write_draft, out))
    told("looking for regions, products and segments")
    return fit_log(facts(log, places, units, regions), world_name(orders), played, told)


@dataclass
class _Played:
    """The scorecard of a run under `distance`; remembers how long an order took."""

    seconds_per_order: float = 0.0

    def __call__(self, world: World, trace: Trace) -> Mapping[str, float | None]:
        from fillrate.simulate import simulate

        begun = time.perf_counter()
        card = simulate(world, trace, "distance").scorecard
        self.seconds_per_order = (time.perf_counter() - begun) / max(1, len(trace.orders))
        return card


def _show(found: Fit, out: Path, seconds: float) -> None:
    """What was read, what was assumed, and how well it fits."""
    from fillrate.bench.figures import counted

    facts = found.summary()
    nouns = {"sites": "site", "regions": "region", "segments": "segment", "skus": "product"}
    sizes = ", ".join(counted(facts[key], noun) for key, noun in nouns.items())
    orders, lines, units = (counted(facts[f"{noun}s"], noun) for noun in ("order", "line", "unit"))
    aside = f"{facts['rejects']:,} of {facts['rows_read']:,} rows were set aside"
    say(
        heading(f"{found.name}: {orders} with {lines}, {facts['from_to']}"),
        paragraph(
            f"{facts['source']}: {units}{_for(found, facts['revenue'])}; "
            f"{aside}{', see' if facts['rejects'] else ':'} {out / 'rejects.csv'}."
        ),
        paragraph(f"World: {sizes}. Columns as in {out / 'columns.toml'}: {_columns(found)}."),
        *(paragraph(f"Note: {warning}") for warning in facts["warnings"]),
        "",
        heading("Assumed"),
        *(_bullet(note) for note in facts["assumptions"]),
        "",
        _stock_table(facts["stock"], found.world.money.currency),
        "",
        *_match_table(facts["match"]),
        "",
        paragraph(f"Written to {out} in {seconds:.0f} s; {out / 'README.md'} says what is there."),
    )


def _for(found: Fit, revenue: float) -> str:
    """What was paid; a log without prices says so where one would look for it."""
    facts, currency = found.facts, found.world.money.currency
    if facts.log.priced:
        return f" for {revenue:,.2f} {currency}"
    return f", taken at {facts.assumed.price:g} {currency} each, as the log has no prices"


def _columns(found: Fit) -> str:
    return ", ".join(f"{role} = {column}" for role, column in found.facts.log.columns.columns.items())


def _bullet(text: str) -> str:
    return paragraph(text, "  ").replace("  ", "- ", 1)


def _stock_table(levels: list[dict[str, Any]], currency: str) -> Any:
    heads = {
        "number": ("Factor", "{:g}"),
        "fill": ("Shipped\nin time %", "{:.1f}"),
        "on_hand": ("Units\non hand", "{:,.0f}"),
        "contribution_per_day": (f"Contribution\n{currency} a day", "{:,.0f}"),
        "days": ("Days\nplayed", "{:g}"),
    }
    table = plain_table("World", *(head for head, _ in heads.values()), right=tuple(head for head, _ in heads.values()))
    table.title = "Stock levels under the policy `distance`"
    for level in levels:
        values = {**level, "fill": level["fill"] and 100 * level["fill"]}
        shown = ("–" if values[key] is None else form.format(values[key]) for key, (_, form) in heads.items())
        table.add_row(level["name"], *shown)
    return table


def _match_table(rows: list[dict[str, Any]]) -> list[Any]:
    from fillrate.trace.fit.match import LIMITS

    right = ("Log", "Sampled", "Distance", "By chance", "Test")
    table = plain_table("Figure", "Log", "Sampled", "Distance", "By chance", "Test", "Match", right=right)
    table.title = "Orders sampled from the fitted world against those of the log"
    for row in rows:
        name = f"{row['figure']}: {row['kind']}" if row["kind"] else row["figure"]
        cells = (f"{100 * row[key]:.1f} %" if row["kind"] else f"{row[key]:,.2f}" for key in ("log", "sampled"))
        test = f"{row['test']} {row['value']:.2f}"
        table.add_row(name, *cells, f"{row['distance']:.3f}", f"{row['chance']:.3f}", test, row["word"])
    limits = "; ".join(f"{word}: up to {most:g}, or {times:g} times chance" for word, (most, times) in LIMITS.items())
    said = f"Distance: share of the log that would have to be of another kind. {limits}; else poor."
    return [table, "", paragraph(said)]

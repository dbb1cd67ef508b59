"""`fillrate adapt`."""

from __future__ import annotations

import json
from dataclasses import asdict, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fillrate.cli.console import heading, paragraph, plain_table, say, say_json
from fillrate.cli.options import Json
from fillrate.errors import UsageError

if TYPE_CHECKING:
    from fillrate.adapters import Host
    from fillrate.adapters.host import Translation
    from fillrate.adapters.ranking import Decide

__all__ = ["adapt"]

HostName = Annotated[
    str,
    typer.Argument(
        metavar="HOST",
        help="The shop system: magento, shopify, spree, vendure, saleor, medusa or csv.",
        show_default=False,
    ),
]
RequestFile = Annotated[
    Path | None,
    typer.Option(
        "--request", metavar="FILE", help="A record of the shop as JSON; for csv also the order lines as .csv."
    ),
]
StockFile = Annotated[
    Path | None, typer.Option("--stock", metavar="FILE", help="The stock as .csv, beside order lines as .csv.")
]
BundleFolder = Annotated[
    Path | None,
    typer.Option(
        "--bundle", metavar="DIR", help="Who decides: a bundle. Without it the shop's own order of locations does."
    ),
]
Example = Annotated[bool, typer.Option("--example", help="Print a record to try, and nothing else.")]


def adapt(
    host: HostName,
    request: RequestFile = None,
    stock: StockFile = None,
    bundle: BundleFolder = None,
    example: Example = False,
    as_json: Json = False,
) -> None:
    """Translate a shop's record, decide it, translate back.

    Nothing is reserved and no shop is called: this shows what a connector would send and get.
    """
    from fillrate.adapters import host as host_of
    from fillrate.adapters import translate
    from fillrate.adapters.hosts import example as example_of

    one = host_of(host)
    if example:
        say_json(example_of(host))
        return
    if request is None:
        raise UsageError("--request", "missing", f"a file; `fillrate adapt {host} --example` prints one")
    done = translate(one, _record(one, request, stock), _decider(bundle))
    if as_json:
        say_json(_told(one, done))
        return
    _show(one, done)


def _record(host: Host, path: Path, stock: Path | None) -> dict[str, Any]:
    if host.name == "csv" and path.suffix.lower() == ".csv":
        if stock is None:
            raise UsageError("--stock", "missing", "a .csv file with the stock, beside order lines as .csv")
        return {"orders": _text(path), "stock": _text(stock)}
    if stock is not None:
        raise UsageError("--stock", f"found {stock}", "only with the host csv and order lines as .csv")
    try:
        record = json.loads(_text(path))
    except json.JSONDecodeError as fault:
        raise UsageError(f"{path} line {fault.lineno}", f"no JSON ({fault.msg})", "a record as JSON") from None
    if not isinstance(record, dict):
        raise UsageError(str(path), f"found a {type(record).__name__}", "a JSON object")
    return record


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise UsageError(str(path), f"cannot be read ({fault})", "a text file in UTF-8") from None


def _decider(bundle: Path | None) -> Decide:
    """The bundle's rule; a record that states no instant is decided now, by the clock of the bundle's day 0."""
    from fillrate.adapters import in_order

    if bundle is None:
        return in_order
    from fillrate.deploy import Allocator

    allocator = Allocator.load(bundle)
    return lambda asked: allocator.allocate({"now": datetime.now(allocator.read.t0.tzinfo).isoformat(), **asked})


def _told(host: Host, done: Translation) -> dict[str, Any]:
    found = [asdict(one) if is_dataclass(one) and not isinstance(one, type) else one for one in done.found]
    return {"host": host.name, "mode": host.mode, "requests": done.requests, "found": found, "answer": done.answer}


def _show(host: Host, done: Translation) -> None:
    from fillrate.adapters import Ranking

    say(heading(f"{host.name}: {host.title}"), "")
    for request, one in zip(done.requests, done.found, strict=True):
        decision = one.decision if isinstance(one, Ranking) else one
        table = plain_table("Line", "SKU", "Asked", "Allocated", "Held", right=("Asked", "Held"))
        for line in decision["lines"]:
            given = ", ".join(f"{entry['quantity']} from {entry['location']}" for entry in line["allocated"])
            table.add_row(str(line["line"]), line["sku"], str(line["quantity"]), given or "-", str(line["held"]))
        say(paragraph(f"Request {request['id']}, decided by {decision['policy']}:"), table, "")
        if isinstance(one, Ranking):
            short = "" if one.exact else " (a shop that fills greedily will not allocate quite the same)"
            say(paragraph(f"Order of locations: {', '.join(one.locations)}{short}"), "")
    say(paragraph(f"Answer ({host.gives}):"))
    print(done.answer if isinstance(done.answer, str) else json.dumps(done.answer, indent=2, ensure_ascii=False))

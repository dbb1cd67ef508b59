"""`fillrate serve`."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from fillrate.serve.bundled import Bundled
    from fillrate.serve.service import Service
    from fillrate.serve.settings import Settings

__all__ = ["need_serve", "serve"]

NEEDED = ("fastapi", "uvicorn", "sqlalchemy", "prometheus_client", "pydantic")

Bundle = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a bundle (see `fillrate export`).")]
Stock = Annotated[
    Path | None, typer.Option("--stock", metavar="FILE", help="CSV of sku, location, on_hand: fills an empty ledger.")
]
LedgerPlace = Annotated[
    str,
    typer.Option("--ledger", metavar="PLACE", help="A file (SQLite), or postgresql://USER@HOST/NAME."),
]
Host = Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Loopback only, unless there is a key file.")]
Port = Annotated[int, typer.Option("--port", metavar="N", min=1, max=65535, help="Port to listen at, 1 to 65535.")]
Keys = Annotated[
    Path | None, typer.Option("--keys", metavar="FILE", help="TOML of [[client]]: name, key_sha256, roles.")
]
Challenger = Annotated[
    Path | None,
    typer.Option("--challenger", metavar="DIR", help="A bundle that decides beside it, for `fillrate shadow`."),
]
ShadowShare = Annotated[float, typer.Option("--shadow", metavar="PERCENT", help="Decisions it looks at, 0 to 100.")]
CanaryShare = Annotated[
    float, typer.Option("--canary", metavar="PERCENT", help="Orders it decides for good, 0 to 100.")
]
Deadline = Annotated[
    float | None,
    typer.Option("--deadline", metavar="MS", help="Milliseconds the policy may take: the bundle's own, or else 50."),
]
MaxAge = Annotated[
    float | None, typer.Option("--stock-max-age", metavar="HOURS", help="Older stock: the fallback rule decides.")
]
Reserve = Annotated[
    float | None, typer.Option("--reserve", metavar="HOURS", help="An unconfirmed reservation lapses after so long.")
]
Patience = Annotated[
    float | None, typer.Option("--patience", metavar="DAYS", help="How long held units wait, where an order is silent.")
]
Events = Annotated[
    str | None, typer.Option("--events", metavar="PLACE", help="A file or webhook (http...) that gets every event.")
]
Durability = Annotated[
    str, typer.Option("--durability", metavar="NAME", help="SQLite: full survives a power cut, normal a crash alone.")
]
Replays = Annotated[bool, typer.Option("--replay", help="Requests say what time it is (`now`, days after t0).")]
HOURS = 24.0  # in a day
DECIDED_ON = ("sku", "location", "region", "segment")  # kinds of names that orders and stock say


def serve(
    bundle: Bundle,
    stock: Stock = None,
    ledger: LedgerPlace = "ledger.db",
    host: Host = "127.0.0.1",
    port: Port = 8080,
    keys: Keys = None,
    challenger: Challenger = None,
    shadow: ShadowShare = 100.0,
    canary: CanaryShare = 0.0,
    deadline: Deadline = None,
    stock_max_age: MaxAge = None,
    reserve: Reserve = None,
    patience: Patience = None,
    events: Events = None,
    durability: Durability = "full",
    replay: Replays = False,
) -> None:
    """Serve a bundle: decide orders, reserve stock, keep the log.

    What it answers is described at /openapi.json; a page at / shows stock, decisions, fallbacks and shadow agreement.
    """
    need_serve()
    from fillrate.errors import InputError
    from fillrate.serve.bundled import check_names, load_bundle
    from fillrate.serve.server import check_stock, clients_of, listening, open_stock, run
    from fillrate.serve.settings import Settings

    clients = clients_of(keys, host)
    if canary > 0.0 and challenger is None:
        raise InputError("--canary", "there is no challenger", "--challenger DIR")
    champion = load_bundle(bundle, deadline)
    terms = _days(stock_max_age), _days(reserve), patience, shadow, canary, durability
    settings, known = Settings(champion.deadline_ms, *terms), champion.allocator.shop.ids
    other = None if challenger is None else load_bundle(challenger, champion.deadline_ms)
    if other is not None:
        check_names(other, {kind: known[kind] for kind in DECIDED_ON}, f"challenger {challenger}")
    with listening(host, port) as place:
        service = _opened(champion, other, ledger, settings, events, replay)
        try:
            if stock is not None and not open_stock(service, stock, {k: known[k] for k in ("sku", "location")}):
                print(f"fillrate serve: {ledger} has stock already, {stock} is not read", file=sys.stderr)
            if unknown := check_stock(service, known):
                found = f"{ledger} has {unknown} entries of a SKU or location that {bundle} does not know"
                print(f"fillrate serve: {found}", file=sys.stderr)
        except BaseException:
            service.close()
            raise
        address = f"fillrate serve: http://{host}:{port}"
        run(service, clients, place, lambda: print(address, file=sys.stderr, flush=True))


def need_serve() -> None:
    """Say in one line what is missing.

    Raises:
        InputError: a package of the extra `serve` is not installed.
    """
    from fillrate.errors import InputError

    if missing := [name for name in NEEDED if find_spec(name) is None]:
        raise InputError("serve", f"{', '.join(missing)} not installed", "pip install 'fillrate[serve]'")


def _days(hours: float | None) -> float | None:
    return None if hours is None else hours / HOURS


def _opened(
    champion: Bundled, other: Bundled | None, ledger: str, settings: Settings, events: str | None, replay: bool
) -> Service:
    """The service of a champion and a challenger."""
    from fillrate.serve.costs import cost_of
    from fillrate.serve.outbox import sink_of
    from fillrate.serve.service import Service

    return Service(
        ledger,
        lambda: champion,
        settings,
        None if other is None else lambda: other,
        cost_of(champion.allocator),
        None if events is None else sink_of(events),
        replay,
    )

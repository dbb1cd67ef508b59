"""What a host is, and the way from its records to its answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from fillrate.adapters.ranking import Decide, Ranking, ranked
from fillrate.adapters.records import Record, also
from fillrate.errors import InputError

__all__ = ["Host", "Names", "Record", "Translation", "translate"]

LOCATION = ("location", "pin", "ships_from", "joins")  # fields that name locations


@dataclass(frozen=True)
class Host:
    """A shop system: how its records become requests, and decisions its answer."""

    name: str
    title: str
    mode: Literal["assign", "rank"]  # takes quantities, or fills greedily from an order of locations
    takes: str  # what a record holds, in the host's words
    gives: str  # what the answer is to the host
    reference: tuple[str, ...]  # where the host documents these records
    requests: Callable[[Record], list[dict[str, Any]]]  # one request for each offer that the record holds
    answer: Callable[[Record, Sequence[Any]], Any]  # of a decision (assign) or a Ranking (rank) for each request


@dataclass(frozen=True)
class Names:
    """What the bundle calls a host's locations and SKUs; what is not listed keeps its name."""

    locations: Mapping[str, str] = field(default_factory=dict)  # host -> bundle
    skus: Mapping[str, str] = field(default_factory=dict)  # host -> bundle

    def __post_init__(self) -> None:
        """Refuse tables that could not be read backwards."""
        for kind, table in (("locations", self.locations), ("skus", self.skus)):
            called: list[Any] = [*table.values()]
            if wrong := [name for name in called if not isinstance(name, str)]:
                raise InputError(f"fillrate.{kind}", f"found {wrong[0]!r}", "a text for each name")
            if len(set(called)) < len(table):
                raise InputError(f"fillrate.{kind}", "two names stand for the same one", "a name of its own for each")

    def to_bundle(self, request: Record) -> dict[str, Any]:
        """A request in the bundle's words."""
        renamed: dict[str, Any] = _renamed(request, self.locations, self.skus)
        return renamed

    def to_host(self, decision: Record) -> dict[str, Any]:
        """A decision, or a request, in the host's words."""
        back = [{new: old for old, new in table.items()} for table in (self.locations, self.skus)]
        renamed: dict[str, Any] = _renamed(decision, back[0], back[1])
        return renamed


@dataclass(frozen=True)
class Translation:
    """All that happened on the way, in the bundle's words but for the answer."""

    requests: list[dict[str, Any]]
    found: list[Any]  # a decision or a Ranking for each request
    answer: Any


def translate(host: Host, record: Record, decide: Decide) -> Translation:
    """From a host's record to its answer.

    Requests of one record share the stock that it states: what an earlier one takes is reserved for the later ones.
    Under `fillrate` a record may hold what the host does not know: `request`, fields that every request gets (region,
    segment, now, ...), and `locations` and `skus`, the bundle's names for the host's.

    Args:
        host: one of `HOSTS`.
        record: the host's, as `host.takes` says.
        decide: answers a request.

    Raises:
        InputError: a record that lacks something, or says it in another form.
    """
    extra = also(record, "fillrate", host.name)
    names = Names(*(also(extra, key, f"{host.name}.fillrate") for key in ("locations", "skus")))
    asked: list[dict[str, Any]] = []
    found: list[Any] = []
    gone: Counter[tuple[str, str]] = Counter()  # units by (SKU, location) that the requests so far took
    more = also(extra, "request", f"{host.name}.fillrate")
    if fixed := [key for key in ("lines", "stock") if key in more]:
        raise InputError(
            f"{host.name}.fillrate.request.{fixed[0]}", "stands in the record", "other fields of a request"
        )
    made_of = host.requests(record)
    _check_names(host, made_of, names)
    for made in made_of:
        told = names.to_bundle({"id": host.name, **made, **more})
        request = _left(_checked(host, told), gone)
        asked.append(request)
        found.append(ranked(request, decide) if host.mode == "rank" else decide(request))
        _take(gone, request, found[-1])
    return Translation(asked, found, host.answer(record, [_in_host_words(one, names) for one in found]))


def _check_names(host: Host, made: Sequence[Record], names: Names) -> None:
    """Refuse a name of the record that another one stands for: the answer could not be read backwards."""
    for kind, table in (("location", names.locations), ("sku", names.skus)):
        rows = [row for one in made for key in ("lines", "stock", "sites") for row in one.get(key, ())]
        said = {row[kind] for row in rows if kind in row}
        if again := sorted((said - table.keys()).intersection(table.values())):
            found = f"another name stands for '{again[0]}', which the record has too"
            raise InputError(f"{host.name}.fillrate.{kind}s", found, "a name of its own for each")


def _checked(host: Host, request: dict[str, Any]) -> dict[str, Any]:
    """A request whose answer can be read line by line."""
    places = Counter((row["location"], row["sku"]) for row in request["stock"])
    if again := [place for place, n in places.items() if n > 1]:
        said = f"a second entry of '{again[0][1]}' at '{again[0][0]}'"
        raise InputError(f"{host.name}: stock", said, "one of each location and SKU, under the bundle's names too")
    names = [line["line"] for line in request["lines"]]
    if twice := [name for name in names if names.count(name) > 1]:
        raise InputError(f"{host.name}: line '{twice[0]}'", "there twice", "a name of its own for each line")
    for line in request["lines"]:
        if line["quantity"] < 0:
            raise InputError(f"{host.name}: line '{line['line']}'", f"found {line['quantity']} units", "0 or more")
    return request


def _take(gone: Counter[tuple[str, str]], asked: Record, found: Any) -> None:
    """Count what a request was given."""
    sku_of = {line["line"]: line["sku"] for line in asked["lines"]}
    for line in (found.decision if isinstance(found, Ranking) else found)["lines"]:
        for given in line["allocated"]:
            gone[sku_of[line["line"]], given["location"]] += given["quantity"]


def _left(request: dict[str, Any], gone: Counter[tuple[str, str]]) -> dict[str, Any]:
    """A request whose stock is what the ones before it left."""
    if not gone:
        return request
    stock = [
        {**row, "reserved": min(row["on_hand"], row.get("reserved", 0) + gone[row["sku"], row["location"]])}
        for row in request["stock"]
    ]
    return {**request, "stock": stock}


def _in_host_words(found: Any, names: Names) -> Any:
    if not isinstance(found, Ranking):
        return names.to_host(found)
    back = {new: old for old, new in names.locations.items()}
    order = tuple(back.get(location, location) for location in found.locations)
    return Ranking(order, found.exact, names.to_host(found.decision))


def _renamed(value: Any, locations: Mapping[str, str], skus: Mapping[str, str]) -> Any:
    """Every name of a location or a SKU in a record, however deep, under its other name."""
    if isinstance(value, Mapping):
        tables = {**dict.fromkeys(LOCATION, locations), "sku": skus}
        return {
            key: _called(one, tables[key]) if key in tables else _renamed(one, locations, skus)
            for key, one in value.items()
        }
    return [_renamed(one, locations, skus) for one in value] if isinstance(value, list | tuple) else value


def _called(said: Any, names: Mapping[str, str]) -> Any:
    """A name, or a list of names, under the other name."""
    if isinstance(said, list | tuple):
        return [_called(one, names) for one in said]
    return names.get(said, said) if isinstance(said, str) else said

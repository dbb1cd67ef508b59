"""Values of a request, one by one: what is wrong is refused in one line that says where, what and what is allowed."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from fillrate.deploy.fields import EAST, NORTH, REQUEST, names_of
from fillrate.deploy.shop import Shop
from fillrate.errors import RequestError, nearest

__all__ = [
    "KNOWN",
    "Record",
    "check_keys",
    "check_table",
    "count",
    "finite",
    "id_of",
    "in_degrees",
    "in_range",
    "name_of",
    "nearest_region",
    "need",
    "shown",
    "table_of",
    "text",
    "twice",
    "whole",
]


Record = Mapping[str, Any]
KNOWN = {table: names_of(fields) for table, fields in REQUEST.items()}
LARGEST = sys.float_info.max  # whole numbers beyond it are no floats
MANY = int(LARGEST)  # the same, for what is compiled to compare whole numbers alone
MOST = 2**53  # units: as many as are told apart as floats


def check_keys(record: Any, table: str, place: str = "") -> None:
    """Refuse what is no object, and fields that there are not."""
    if type(record) is not dict and not isinstance(record, Mapping):
        raise RequestError(f"{place}: {table}" if place else table, f"found {record!r}", "an object")
    if not record.keys() <= KNOWN[table]:
        wrong = next(str(key) for key in record if key not in KNOWN[table])
        head = f"{place}: {table}" if place else f"request {record.get('id', '')}".rstrip()
        raise RequestError(
            f"{head}: {wrong}", "unknown field" + nearest(wrong, KNOWN[table]), ", ".join(sorted(KNOWN[table]))
        )


def check_table(entries: Sequence[Any], table: str, place: str) -> None:
    """The same of every entry: where all are as they should be, the union of their fields says so at once."""
    try:
        if set().union(*entries) <= KNOWN[table]:
            return
    except TypeError:
        pass  # an entry is no object
    for entry in entries:
        check_keys(entry, table, place)


def need(record: Record, key: str, place: str) -> Any:
    """A value that must be there."""
    value = record.get(key)
    if value is None:
        raise RequestError(f"{place}: {key}", "missing", "a value")
    return value


def name_of(record: Record, key: str, place: str) -> str | int:
    """The name of an order or a line."""
    value = need(record, key, place)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise RequestError(f"{place}: {key}", f"found {value!r}", "a text or a whole number")
    return value


def id_of(ids: Mapping[str, int], name: Any, place: str, key: str) -> int:
    """The id of a name."""
    found = ids.get(name) if isinstance(name, str) else None
    if found is None:
        near = nearest(name, ids) if isinstance(name, str) else ""
        listed = ", ".join(ids) if len(ids) <= 12 else f"one of {len(ids)} names of the bundle"
        raise RequestError(f"{place}: {key}", f"found {name!r}{near}", listed)
    return found


def table_of(request: Record, key: str, place: str, needed: bool = True) -> Sequence[Any]:
    """A list of objects."""
    found = request.get(key)
    if found is None and not needed:
        return ()
    if not isinstance(found, list | tuple):
        raise RequestError(f"{place}: {key}", "missing" if found is None else f"found {found!r}", "a list of objects")
    return found


def whole(value: Any, place: str) -> int:
    """Whole units, negative ones too."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -MOST <= value <= MOST or value % 1:
        raise RequestError(place, f"found {shown(value)}", f"whole units, at most {MOST}")
    return int(value)


def count(value: Any, place: str, key: str) -> int:
    """Whole units, 0 or more."""
    if type(value) is int and 0 <= value <= MOST:
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST or value % 1:
        raise RequestError(f"{place}: {key}", f"found {shown(value)}", f"whole units, 0 or more, at most {MOST}")
    return int(value)


def finite(value: Any, place: str, key: str) -> float:
    """A number."""
    kind = type(value)
    if (kind is float or kind is int) and -LARGEST <= value <= LARGEST:
        return value  # type: ignore[no-any-return]
    raise RequestError(f"{place}: {key}", f"found {shown(value)}", "a finite number")


def in_range(value: Any) -> bool:
    """Whether it is a finite number that a float can be.

    >>> in_range(2), in_range(10**400), in_range(float("nan")), in_range(True), in_range("2")
    (True, False, False, False, False)
    """
    return isinstance(value, int | float) and not isinstance(value, bool) and -LARGEST <= value <= LARGEST


def shown(value: Any) -> str:
    """A value as a refusal tells it; a number of hundreds of digits is not written out.

    >>> shown("x"), shown(10**400)
    ("'x'", 'a number of more than 308 digits')
    """
    long = isinstance(value, int) and not -MANY <= value <= MANY
    return "a number of more than 308 digits" if long else repr(value)


def text(value: Any, place: str, key: str) -> str:
    """A text."""
    if not isinstance(value, str):
        raise RequestError(f"{place}: {key}", f"found {shown(value)}", "a text")
    return value


def twice(place: str, location: Any, sku: Any) -> RequestError:
    """Two entries of one location and SKU."""
    return RequestError(place, f"a second entry of {location!r} and {sku!r}", "one of each location and SKU")


def flag(value: Any, at: int, place: str) -> int:
    """The location that is shut, if the flag says so in the one way there is."""
    if value is not False:
        raise RequestError(f"{place}: open", f"found {value!r}", "true or false")
    return at


def entry_fault(place: str, entry: Any, fault: Exception, needed: str) -> RequestError:
    """What is wrong with an entry that could not be read."""
    if isinstance(fault, KeyError):
        return RequestError(f"{place}: {fault.args[0]}", "missing", needed)
    return RequestError(place, f"found {entry!r}", f"an object with {needed}, names as texts")


def in_degrees(here: Any, place: str) -> tuple[float, float]:
    """Latitude and longitude."""
    if not isinstance(here, list | tuple) or len(here) != 2:
        raise RequestError(f"{place}: coordinates", f"found {here!r}", "[latitude, longitude] in degrees")
    latitude, longitude = finite(here[0], place, "coordinates"), finite(here[1], place, "coordinates")
    if not (-NORTH <= latitude <= NORTH and -EAST <= longitude <= EAST):
        allowed = "latitude from -90 to 90, longitude from -180 to 180"
        raise RequestError(f"{place}: coordinates", f"found [{latitude:g}, {longitude:g}]", allowed)
    return latitude, longitude


def nearest_region(shop: Shop, latitude: float, longitude: float) -> int:
    """The region nearest to a point, as the crow flies; the first of equal ones."""
    y, x = math.radians(latitude), math.radians(longitude)
    there = [(math.radians(north), math.radians(east)) for north, east in shop.coordinates.tolist()]
    chord = [
        math.sin((north - y) / 2.0) ** 2 + math.cos(y) * math.cos(north) * math.sin((east - x) / 2.0) ** 2
        for north, east in there
    ]
    return min(range(len(chord)), key=chord.__getitem__)

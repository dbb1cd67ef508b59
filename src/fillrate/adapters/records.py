"""Reading a host's record: what must be there, what may be, and one line where something else was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from fillrate.errors import InputError, nearest

__all__ = ["Record", "also", "flag", "items", "number", "part", "quantity", "site", "stock_row", "text", "units_by_sku"]

Record: TypeAlias = Mapping[str, Any]  # plain JSON
MOST = 2**53  # as many units as a request may name, and more money than anything costs
FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def part(record: Any, key: str, place: str) -> Any:
    """A value that must be there.

    >>> part({"a": 1}, "b", "order")
    Traceback (most recent call last):
    fillrate.errors.InputError: order.b: missing; allowed: a value
    """
    if not isinstance(record, Mapping):
        raise InputError(place, f"found {type(record).__name__}", "an object")
    if record.get(key) is None:
        near = nearest(key, record) if key not in record else ""
        raise InputError(f"{place}.{key}", f"missing{near}", "a value")
    return record[key]


def also(record: Any, key: str, place: str) -> Record:
    """An object that may be there."""
    found = record.get(key)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise InputError(f"{place}.{key}", f"found {type(found).__name__}", "an object")
    return found


def items(record: Any, key: str, place: str) -> list[Any]:
    """A list that must be there; also as {"items": [...]}, the way many REST interfaces wrap one."""
    found = part(record, key, place)
    if isinstance(found, Mapping) and "items" in found:
        found, key = found["items"], f"{key}.items"
    if isinstance(found, str) or not isinstance(found, Sequence):
        raise InputError(f"{place}.{key}", f"found {type(found).__name__}", "a list")
    return list(found)


def text(record: Any, key: str, place: str) -> str:
    """An identifier: a text or a whole number, as text."""
    found = part(record, key, place)
    if isinstance(found, bool) or not isinstance(found, str | int):
        raise InputError(f"{place}.{key}", f"found {found!r}", "a text or a whole number")
    return str(found)


def number(value: Any, place: str) -> Decimal:
    """A decimal of at most 2⁵³, from a JSON number or a text; no float error comes in."""
    try:
        found = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or not -MOST <= found <= MOST:
        raise InputError(place, f"found {value!r}", f"a number, at most {MOST}")
    return found


def quantity(value: Any, place: str) -> int:
    """A whole number of units, as hosts have it that know no fractions."""
    found = number(value, place)
    if found != found.to_integral_value():
        raise InputError(place, f"found {value}", "a whole number")
    return int(found)


def flag(value: Any, place: str) -> bool:
    """Yes or no, in one of the ways in which databases and interfaces write it.

    >>> flag(True, "site"), flag("0", "site"), flag(1, "site"), flag("No ", "site")
    (True, False, True, False)
    """
    found = FLAGS.get(str(value).strip().lower())
    if found is None:
        raise InputError(place, f"found {value!r}", ", ".join(FLAGS))
    return found


def site(location: str, is_open: bool = True) -> dict[str, Any]:
    """An entry of the request's `sites`."""
    return {"location": location, "open": is_open}


def stock_row(
    location: str, sku: str, on_hand: int, reserved: int = 0, safety: int = 0, inbound: int = 0
) -> dict[str, Any]:
    """An entry of the request's `stock`; a negative balance counts as none, and no more is reserved than is there.

    Raises:
        InputError: less than no units are kept back, which would add to what is there.
    """
    if safety < 0:
        raise InputError(f"safety stock of '{sku}' at '{location}'", f"found {safety}", "0 or more units")
    there = max(0, on_hand)
    row: dict[str, Any] = {"location": location, "sku": sku, "on_hand": there, "reserved": min(there, max(0, reserved))}
    row |= {"safety": safety} if safety else {}
    return row | ({"inbound": inbound} if inbound else {})


def units_by_sku(lines: Iterable[Record]) -> Counter[str]:
    """Units that lines of a request ask for, of each SKU.

    >>> dict(units_by_sku([{"sku": "a", "quantity": 2}, {"sku": "b", "quantity": 1}, {"sku": "a", "quantity": 1}]))
    {'a': 3, 'b': 1}
    """
    found: Counter[str] = Counter()
    for line in lines:
        found[line["sku"]] += line["quantity"]
    return found

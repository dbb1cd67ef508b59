"""The shop's locations: a short text or a CSV file with name, latitude and longitude."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import OrderLogError, nearest
from fillrate.trace.logs.amounts import Mark, parse_amount, parse_count
from fillrate.trace.logs.formats import decide_decimals
from fillrate.trace.logs.headers import squeeze
from fillrate.trace.logs.table import Table, read_table

__all__ = ["Sites", "Stock", "read_sites", "read_stock"]

_INLINE = "'name,lat,lon;name,lat,lon' or a CSV file with columns name, lat, lon"
_SITE_COLUMNS = {
    "name": "name site location facility warehouse store id sitename locationname code lager lagerort standort",
    "lat": "lat latitude y breite breitengrad",
    "lon": "lon lng long longitude x lange laenge langengrad laengengrad",
}
_STOCK_COLUMNS = {
    "location": "location site warehouse store facility name locationname plant werk werks lager lagerort standort",
    "sku": (
        "sku productid product item itemid itemcode article articlenumber material matnr variantsku "
        "artikel artikelnr artikelnummer"
    ),
    "units": "units quantity qty stock onhand available inventory labst bestand menge",
}


@dataclass(frozen=True, eq=False)
class Sites:
    """Locations as (sites,) names and degrees, in the order given."""

    names: tuple[str, ...]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Stock:
    """Units on hand: (rows,) indices into the names of locations and SKUs, and whole units of 0 or more; and notes."""

    locations: tuple[str, ...]
    skus: tuple[str, ...]
    location: NDArray[np.int64]
    sku: NDArray[np.int64]
    units: NDArray[np.int64]
    notes: tuple[str, ...] = ()


def read_sites(spec: str | Path) -> Sites:
    """Read sites from 'name,lat,lon;name,lat,lon' or from a CSV or Parquet file with these columns.

    Raises:
        OrderLogError: no such file, a missing column or value, a coordinate that is none, or a name given twice.
    """
    text = str(spec)
    if Path(text).is_file():
        table = read_table(text)
        rows = [(f"{text} line {line}", row) for line, row in _rows(table, _SITE_COLUMNS, text)]
    elif "," not in text or text.lower().endswith((".csv", ".tsv", ".txt", ".parquet")):
        raise OrderLogError(f"sites {text!r}", "no such file", _INLINE)
    else:
        rows = _inline(text)
    if not rows:
        raise OrderLogError(f"sites {text!r}", "names no site", _INLINE)
    names: list[str] = []
    points = []
    for place, (name, latitude, longitude) in rows:
        if not name or name in names:
            problem = f"name {name!r} stands twice" if name else "has no name"
            raise OrderLogError(place, problem, "one name for each site")
        names.append(name)
        points.append(_point(place, latitude, longitude))
    both = np.array(points, dtype=np.float64)
    return Sites(tuple(names), both[:, 0], both[:, 1])


def _inline(text: str) -> list[tuple[str, tuple[str, ...]]]:
    rows: list[tuple[str, tuple[str, ...]]] = []
    for number, entry in enumerate(filter(None, (part.strip() for part in text.split(";"))), 1):
        fields = tuple(field.strip() for field in entry.split(","))
        if len(fields) != 3:
            raise OrderLogError(f"site {number} {entry!r}", f"has {len(fields)} fields", "name,lat,lon")
        rows.append((f"site {number} {fields[0]!r}", fields))
    return rows


def _point(place: str, latitude: str, longitude: str) -> tuple[float, float]:
    point = []
    for what, cell, limit in (("latitude", latitude, 90), ("longitude", longitude, 180)):
        value = _degrees(cell)
        if value is None or abs(value) > limit:
            swapped = value is not None and what == "latitude" and abs(value) <= 180 and _within(longitude, 90)
            hint = " (are latitude and longitude swapped?)" if swapped else ""
            raise OrderLogError(place, f"{what} is {cell!r}{hint}", f"degrees from {-limit} to {limit}")
        point.append(value)
    return point[0], point[1]


def _within(cell: str, limit: float) -> bool:
    value = _degrees(cell)
    return value is not None and abs(value) <= limit


def _degrees(cell: str) -> float | None:
    """Degrees have no thousands, so that a comma is a decimal one."""
    return parse_amount(cell, "," if "," in cell else ".")


def _rows(table: Table, columns: Mapping[str, str], place: str) -> list[tuple[int, tuple[str, ...]]]:
    """Line and cells of each row, in the order of the wanted columns."""
    wanted = [_column(table, name, set(also.split()), place) for name, also in columns.items()]
    if table.rejects:
        reject = table.rejects[0]
        raise OrderLogError(f"{place} line {reject.line}", reject.reason, ", ".join(table.header))
    return [(line, tuple(row[i] for i in wanted)) for line, row in zip(table.lines, table.rows, strict=True)]


def _column(table: Table, name: str, also: set[str], place: str) -> int:
    found = [i for i, column in enumerate(table.header) if squeeze(column) in also]
    exact = [i for i in found if squeeze(table.header[i]) == name]
    if not found:
        near = next((column for column in table.header if nearest(squeeze(column), also)), "")
        hint = f" (is it {near!r}?)" if near else ""
        raise OrderLogError(place, f"no column {name} among {', '.join(table.header)}{hint}", ", ".join(sorted(also)))
    return (exact or found)[0]


def read_stock(path: str | Path, sites: Sequence[str] = ()) -> Stock:
    """Read units on hand from a CSV or Parquet file with columns location, sku and units.

    Args:
        path: the file.
        sites: names that a location may have; empty to allow any.

    Raises:
        OrderLogError: no such file, a missing column or value, units that are not whole or below 0, a location that is
            no site, or a location and SKU given twice.
    """
    table = read_table(path)
    rows = _rows(table, _STOCK_COLUMNS, str(path))
    if not rows:
        raise OrderLogError(str(path), "has no row", "location, sku, units")
    mark, notes = _decimal_mark(table, str(path))
    locations: dict[str, int] = {}
    skus: dict[str, int] = {}
    first: dict[tuple[str, str], int] = {}
    found = []
    for line, (location, sku, cell) in rows:
        place = f"{path} line {line}"
        if not location or not sku:
            raise OrderLogError(place, f"has no {'sku' if location else 'location'}")
        if sites and location not in sites:
            raise OrderLogError(place, f"location {location!r} is no site{nearest(location, sites)}", ", ".join(sites))
        if first.setdefault((location, sku), line) != line:
            raise OrderLogError(place, f"{location} has {sku} a second time; first on line {first[location, sku]}")
        key = (locations.setdefault(location, len(locations)), skus.setdefault(sku, len(skus)))
        found.append((*key, _units(place, cell, mark)))
    array = np.array(found, dtype=np.int64)
    return Stock(tuple(locations), tuple(skus), array[:, 0], array[:, 1], array[:, 2], notes)


def _decimal_mark(table: Table, place: str) -> tuple[Mark, tuple[str, ...]]:
    """The decimal mark of the units, decided as in an order log: 12,000 is twelve where all have three such zeros."""
    name = table.header[_column(table, "units", set(_STOCK_COLUMNS["units"].split()), place)]
    marks, notes = decide_decimals({name: table.column(name)}, delimiter=table.delimiter, typed=table.typed)
    said = (note.partition(";")[0] for note in notes)
    return marks[name], tuple(f"stock file, {note}; if that is wrong write its units without a mark" for note in said)


def _units(place: str, cell: str, mark: Mark) -> int:
    units = 0 if parse_amount(cell, mark) == 0 else parse_count(cell, mark)
    if units is None:
        raise OrderLogError(place, f"units is {cell!r}", "a whole number of 0 or more")
    return units

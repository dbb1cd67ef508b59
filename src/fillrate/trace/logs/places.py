"""Where orders go: coordinates from the log, from ZIP prefixes, or from other orders to the same city or state."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.trace.logs.addresses import Addresses, home, is_us
from fillrate.trace.logs.labels import Labels, labels
from fillrate.trace.logs.orderlog import PLACE_SOURCES, Places
from fillrate.trace.logs.sphere import mean_point
from fillrate.trace.logs.towns import Towns, folded, towns
from fillrate.trace.logs.zips import ATTRIBUTION, pad_zip, prefixes, state_code, state_points

__all__ = ["Located", "locate"]

_UNKNOWN, _COORDINATES, _ZIP, _CITY, _STATE = range(len(PLACE_SOURCES))


@dataclass(frozen=True, eq=False)
class Located:
    """The places of orders, and how they were found.

    Attributes:
        places: of each order.
        country: assumed where none is named.
        notes: what was assumed.
        doubts: what may be wrong with the coordinates.
    """

    places: Places
    country: str
    notes: tuple[str, ...]
    doubts: tuple[str, ...]


def locate(addresses: Addresses) -> Located:
    """Find the point of each order.

    In this order: coordinates in the log, the centroid of the ZIP prefix, the mean of the log's located orders to the
    same city, the same for the state, the centroid of the state. What is left is unknown. Coordinates far from most
    others to their town count as none, and a city without them is the busiest of its name.
    """
    country, notes = home(addresses)
    known = prefixes()
    countries = [each or country for each in addresses.country]
    us = [is_us(country) for country in countries]
    zips = [pad_zip(code) if there else "" for code, there in zip(addresses.postal_code, us, strict=True)]
    states = [
        (state_code(state) if there else "") or state or (known[code[:3]].state if code[:3] in known else "")
        for state, there, code in zip(addresses.state, us, zips, strict=True)
    ]
    city, state, land = labels(addresses.city), labels(states), labels(countries)
    point, source = _points(addresses, zips)
    found = towns(city, state, land, point, source == _COORDINATES)
    point, place = found.point, found.place.copy()
    source[found.stray] = _CITY
    _fill_from_others(point, source, place, countries, states, addresses.city)
    for order in np.flatnonzero(source == _UNKNOWN).tolist():
        if us[order] and (middle := state_points().get(states[order])):
            point[order], source[order] = middle, _STATE
    other = (" ".join(code.strip("'").upper().split()) for code in addresses.postal_code)
    places = Places(
        point[:, 0],
        point[:, 1],
        source,
        zip3=labels(code[:3] for code in zips),
        postal_code=labels(code or written for code, written in zip(zips, other, strict=True)),
        city=city,
        town=_towns(found, place, states),
        state=state,
        country=land,
    )
    return Located(places, country, notes + _notes(addresses, zips, source, int(found.stray.sum())), found.doubts)


def _towns(found: Towns, place: NDArray[np.int64], states: Sequence[str]) -> Labels:
    """Name of each order's place, else of its town, else of its state."""
    names = (*found.names, "")
    return labels(names[p] or town or state for p, town, state in zip(place, found.town.texts(), states, strict=True))


def _points(addresses: Addresses, zips: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """(orders, 2) coordinates of the log (0, 0 counts as none), else of the ZIP prefix; and (orders,) their source."""
    point = np.column_stack((addresses.latitude, addresses.longitude)).astype(np.float64)
    given = ~np.isnan(point).any(axis=1) & point.any(axis=1)
    point[~given] = np.nan
    source = np.where(given, _COORDINATES, _UNKNOWN).astype(np.int8)
    known = prefixes()
    for order in np.flatnonzero(~given).tolist():
        if prefix := known.get(zips[order][:3]):
            point[order], source[order] = (prefix.latitude, prefix.longitude), _ZIP
    return point, source


def _fill_from_others(
    point: NDArray[np.float64],
    source: NDArray[np.int8],
    place: NDArray[np.int64],
    countries: Sequence[str],
    states: Sequence[str],
    cities: Sequence[str],
) -> None:
    """Give unknown orders place and mean point of located orders to the same city, else the mean of the same state."""
    located = source != _UNKNOWN
    by_city = [_key(*key) if key[2] else None for key in zip(countries, states, cities, strict=True)]
    by_state = [_key(*key) if key[1] else None for key in zip(countries, states, strict=True)]
    for keys, how in ((by_city, _CITY), (by_state, _STATE)):
        wanted = {keys[order] for order in np.flatnonzero(source == _UNKNOWN)} - {None}
        members: dict[Hashable, list[int]] = {}
        for order in np.flatnonzero(located) if wanted else ():
            if keys[order] in wanted:
                members.setdefault(keys[order], []).append(int(order))
        busiest = {key: _busiest(place[m]) if how == _CITY else -1 for key, m in members.items()}
        means = {key: _mean(point[m], place[m], busiest[key]) for key, m in members.items()}
        for order in np.flatnonzero(source == _UNKNOWN):
            if mean := means.get(keys[order]):
                point[order], source[order], place[order] = mean, how, busiest[keys[order]]


def _busiest(place: NDArray[np.int64]) -> int:
    """The place of most orders, -1 if none has one."""
    return int(np.bincount(place + 1)[1:].argmax()) if place.max() >= 0 else -1


def _mean(point: NDArray[np.float64], place: NDArray[np.int64], only: int) -> tuple[float, float]:
    """Mean point of orders, without those of other places than one if there is one."""
    inside = point[(place < 0) | (place == only) | (only < 0)]
    return mean_point(inside[:, 0], inside[:, 1], np.ones(len(inside)))


def _key(*texts: str) -> tuple[str, ...]:
    return tuple(map(folded, texts))


def _notes(addresses: Addresses, zips: Sequence[str], source: NDArray[np.int8], strayed: int) -> tuple[str, ...]:
    counts = np.bincount(source, minlength=len(PLACE_SOURCES))
    filled = counts[_CITY] - strayed
    padded = sum(
        bool(code) and len("".join(filter(str.isdigit, written.split(".")[0].split("-")[0]))) < 5
        for code, written in zip(zips, addresses.postal_code, strict=True)
    )
    sentences = (
        (padded, "orders with a ZIP code of fewer than five digits, filled up with leading zeros"),
        (counts[_ZIP], f"orders placed at the centroid of their three-digit ZIP prefix ({ATTRIBUTION})"),
        (filled, "orders without a known ZIP code, placed at the mean of the log's orders to the same city"),
        (counts[_STATE], "orders without a known ZIP code or city, placed at the mean of their state"),
        (counts[_UNKNOWN], "orders without a usable place (a US ZIP code or state, or latitude and longitude)"),
    )
    return tuple(f"{what}: {count}" for count, what in sentences if count)

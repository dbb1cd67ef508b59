"""Where orders go: coordinates from the log, from ZIP prefixes, or from other orders to the same city or state."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from fillrate.trace.logs.labels import labels
from fillrate.trace.logs.orderlog import PLACE_SOURCES, Places
from fillrate.trace.logs.sphere import mean_point
from fillrate.trace.logs.zips import ATTRIBUTION, pad_zip, prefixes, state_code, state_points

__all__ = ["Addresses", "is_us", "locate"]

_US = {"us", "usa", "unitedstates", "unitedstatesofamerica", "america", "puertorico", "pr"}
_UNKNOWN, _COORDINATES, _ZIP, _CITY, _STATE = range(len(PLACE_SOURCES))


@dataclass(frozen=True, eq=False)
class Addresses:
    """What a log says about the places of n orders; texts are empty and coordinates NaN where it says nothing.

    Attributes:
        postal_code, city, state, country: (n,) texts as written.
        latitude, longitude: (n,) degrees.
        country_default: country of orders that name none; empty if nobody said.
        european: the log has signs of Europe (decimal commas, day-first dates).
    """

    postal_code: Sequence[str]
    city: Sequence[str]
    state: Sequence[str]
    country: Sequence[str]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    country_default: str = ""
    european: bool = False


@cache
def is_us(country: str) -> bool:
    """Whether a country's name or code means the United States.

    >>> is_us("U.S.A."), is_us("Canada")
    (True, False)
    """
    return "".join(sign for sign in country.lower() if sign.isalpha()) in _US


def locate(addresses: Addresses) -> tuple[Places, str, tuple[str, ...]]:
    """Find the point of each order; returns the places, the country assumed where none is named, and the assumptions.

    In this order: coordinates in the log, the centroid of the ZIP prefix, the mean of the log's located orders to the
    same city, the same for the state, the centroid of the state. What is left is unknown.
    """
    home, notes = _home(addresses)
    known = prefixes()
    countries = [country or home for country in addresses.country]
    us = [is_us(country) for country in countries]
    zips = [pad_zip(code) if there else "" for code, there in zip(addresses.postal_code, us, strict=True)]
    states = [
        (state_code(state) if there else "") or state or (known[code[:3]].state if code[:3] in known else "")
        for state, there, code in zip(addresses.state, us, zips, strict=True)
    ]
    point, source = _points(addresses, zips)
    _fill_from_others(point, source, countries, states, addresses.city)
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
        city=labels(addresses.city),
        state=labels(states),
        country=labels(countries),
    )
    return places, home, notes + _notes(addresses, zips, source)


def _home(addresses: Addresses) -> tuple[str, tuple[str, ...]]:
    """The country of orders that name none, and the note that says why."""
    if addresses.country_default:
        return addresses.country_default, ()
    stated = [country for country in addresses.country if country]
    if len(stated) == len(addresses.country) or not (any(addresses.postal_code) or any(addresses.state)):
        return "", ()
    if stated:
        usual = max(sorted(set(stated)), key=stated.count)
        return usual, (f"orders without a country, taken as {usual}: {len(addresses.country) - len(stated)}",)
    yes, why = _looks_american(addresses)
    if yes:
        return "US", (f"the log names no country: taken as the United States ({why})",)
    how = 'country = "US" under [format] in the columns file'
    return "", (f"the log names no country and does not look like the United States ({why}); if it is one, set {how}",)


def _looks_american(addresses: Addresses) -> tuple[bool, str]:
    """Whether states and ZIP codes agree with the United States, else whether other signs speak against it."""
    known = prefixes()
    pairs = zip(addresses.postal_code, addresses.state, strict=True)
    both = {(pad_zip(code)[:3], state_code(state) or state) for code, state in pairs if code and state}
    if both:
        agree = sum(code in known and known[code].state == state for code, state in both)
        return agree > len(both) / 2, f"{agree} of {len(both)} pairs of ZIP prefix and state agree"
    states = {state for state in addresses.state if state}
    if states:
        named = sum(bool(state_code(state)) for state in states)
        return named > len(states) / 2, f"{named} of {len(states)} states are known there"
    codes = {code for code in addresses.postal_code if code}
    fitting = sum(pad_zip(code)[:3] in known for code in codes)
    if addresses.european:
        return False, "decimal commas or day-first dates"
    return fitting > 0.8 * len(codes), f"{fitting} of {len(codes)} postal codes have a ZIP prefix in use"


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
    countries: Sequence[str],
    states: Sequence[str],
    cities: Sequence[str],
) -> None:
    """Give unknown orders the mean point of located orders to the same city, else to the same state."""
    located = source != _UNKNOWN
    by_city = [_key(*key) if key[2] else None for key in zip(countries, states, cities, strict=True)]
    by_state = [_key(*key) if key[1] else None for key in zip(countries, states, strict=True)]
    for keys, how in ((by_city, _CITY), (by_state, _STATE)):
        wanted = {keys[order] for order in np.flatnonzero(source == _UNKNOWN)} - {None}
        members: dict[Hashable, list[int]] = {}
        for order in np.flatnonzero(located) if wanted else ():
            if keys[order] in wanted:
                members.setdefault(keys[order], []).append(int(order))
        means = {key: mean_point(point[m, 0], point[m, 1], np.ones(len(m))) for key, m in members.items()}
        for order in np.flatnonzero(source == _UNKNOWN):
            if mean := means.get(keys[order]):
                point[order], source[order] = mean, how


def _key(*texts: str) -> tuple[str, ...]:
    return tuple(text.casefold() for text in texts)


def _notes(addresses: Addresses, zips: Sequence[str], source: NDArray[np.int8]) -> tuple[str, ...]:
    counts = np.bincount(source, minlength=len(PLACE_SOURCES))
    padded = sum(
        bool(code) and len("".join(filter(str.isdigit, written.split(".")[0].split("-")[0]))) < 5
        for code, written in zip(zips, addresses.postal_code, strict=True)
    )
    sentences = (
        (padded, "orders with a ZIP code of fewer than five digits, filled up with leading zeros"),
        (counts[_ZIP], f"orders placed at the centroid of their three-digit ZIP prefix ({ATTRIBUTION})"),
        (counts[_CITY], "orders without a known ZIP code, placed at the mean of the log's orders to the same city"),
        (counts[_STATE], "orders without a known ZIP code or city, placed at the mean of their state"),
        (counts[_UNKNOWN], "orders without a usable place (a US ZIP code or state, or latitude and longitude)"),
    )
    return tuple(f"{what}: {count}" for count, what in sentences if count)

"""What a log says about places, and the country of orders that name none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from fillrate.trace.logs.zips import pad_zip, prefixes, state_code

__all__ = ["Addresses", "home", "is_us"]

_US = {"us", "usa", "unitedstates", "unitedstatesofamerica", "america", "puertorico", "pr"}


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


def home(addresses: Addresses) -> tuple[str, tuple[str, ...]]:
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

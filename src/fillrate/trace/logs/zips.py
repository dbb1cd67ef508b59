"""ZIP codes of the United States: padding, and the point of each three-digit prefix.

The points are those of GeoNames (CC BY 4.0), averaged by prefix: `trace/data/us_zip3_centroids.LICENSE.txt`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fillrate.trace.logs.sphere import mean_point

__all__ = ["ATTRIBUTION", "Prefix", "pad_zip", "prefixes", "state_code", "state_points"]

ATTRIBUTION = "GeoNames, CC BY 4.0"

_STATES = (
    "AL Alabama,AK Alaska,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DE Delaware,"
    "DC District of Columbia,FL Florida,GA Georgia,HI Hawaii,ID Idaho,IL Illinois,IN Indiana,IA Iowa,KS Kansas,"
    "KY Kentucky,LA Louisiana,ME Maine,MD Maryland,MA Massachusetts,MI Michigan,MN Minnesota,MS Mississippi,"
    "MO Missouri,MT Montana,NE Nebraska,NV Nevada,NH New Hampshire,NJ New Jersey,NM New Mexico,NY New York,"
    "NC North Carolina,ND North Dakota,OH Ohio,OK Oklahoma,OR Oregon,PA Pennsylvania,PR Puerto Rico,"
    "RI Rhode Island,SC South Carolina,SD South Dakota,TN Tennessee,TX Texas,UT Utah,VT Vermont,VA Virginia,"
    "VI Virgin Islands,WA Washington,WV West Virginia,WI Wisconsin,WY Wyoming"
)
_CODES = {name.lower(): code for code, name in (state.split(" ", 1) for state in _STATES.split(","))}
_CODES |= {code.lower(): code for code in _CODES.values()}
_CODES |= {"washington dc": "DC", "washington d.c.": "DC", "u.s. virgin islands": "VI"}


@dataclass(frozen=True)
class Prefix:
    """Point of a three-digit ZIP prefix: degrees, two-letter state, and the number of ZIP codes it stands for."""

    latitude: float
    longitude: float
    state: str
    zips: int


@cache
def prefixes() -> Mapping[str, Prefix]:
    """Every known prefix, from the table that comes with the package."""
    text = files("fillrate.trace").joinpath("data", "us_zip3_centroids.csv").read_text(encoding="utf-8")
    return {
        row["zip3"]: Prefix(float(row["lat"]), float(row["lon"]), row["state"], int(row["n_zips"]))
        for row in csv.DictReader(text.splitlines())
    }


@cache
def state_points() -> Mapping[str, tuple[float, float]]:
    """Latitude and longitude of each state: the mean of its prefixes, weighted by their ZIP codes."""
    of_state: dict[str, list[Prefix]] = {}
    for prefix in prefixes().values():
        of_state.setdefault(prefix.state, []).append(prefix)
    return {
        state: mean_point([p.latitude for p in found], [p.longitude for p in found], [p.zips for p in found])
        for state, found in of_state.items()
    }


def pad_zip(cell: str) -> str:
    """The five digits of a ZIP code, with the zeros that spreadsheets drop; empty if the cell is none.

    Accepts ZIP+4, a decimal .0, and the apostrophe or ="..." with which exports protect leading zeros.

    >>> pad_zip("1001"), pad_zip("01001-1234"), pad_zip("'10001"), pad_zip("501.0"), pad_zip("AB1 2CD"), pad_zip("12")
    ('01001', '01001', '10001', '00501', '', '')
    """
    found = re.fullmatch(r"(\d{3,5})(?:\.0+|[- ](?:\d{4})?)?|(\d{8,9})", cell.strip("'=\" "))
    if found is None:
        return ""
    return found[1].zfill(5) if found[1] else found[2].zfill(9)[:5]


def state_code(text: str) -> str:
    """The two-letter code of a state or territory given by name or code, empty if it is none of the United States.

    >>> state_code("kentucky"), state_code("NY"), state_code("Bavaria")
    ('KY', 'NY', '')
    """
    return _CODES.get(" ".join(text.lower().split()), "")

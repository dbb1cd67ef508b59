"""Where orders go."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from fillrate.trace.logs.addresses import Addresses, is_us
from fillrate.trace.logs.orderlog import PLACE_SOURCES
from fillrate.trace.logs.places import locate
from fillrate.trace.logs.sphere import distances_km, mean_point, row_distances_km, vectors
from fillrate.trace.logs.zips import pad_zip, prefixes, state_code, state_points
from fillrate.world.geography import haversine_km

NAN = float("nan")


def addresses(
    count: int,
    zips: Sequence[str] = (),
    city: Sequence[str] = (),
    state: Sequence[str] = (),
    country: Sequence[str] = (),
    lat: Sequence[float] = (),
    lon: Sequence[float] = (),
    default: str = "",
    european: bool = False,
) -> Addresses:
    blank = [""] * count
    nothing = [NAN] * count
    return Addresses(
        zips or blank, city or blank, state or blank, country or blank,
        np.array(lat or nothing, float), np.array(lon or nothing, float), default, european,
    )  # fmt: skip


def sources(found: Addresses) -> list[str]:
    return [PLACE_SOURCES[code] for code in locate(found).places.source]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("10001", "10001"), ("1001", "01001"), ("501", "00501"), ("1001.0", "01001"), ("01001-1234", "01001"),
        ("010011234", "01001"), ("10011234", "01001"), ("'02118", "02118"), ('="02118"', "02118"), ("60611-", "60611"),
        ("12", ""), ("", ""), ("K1A 0B1", ""), ("SW1A 1AA", ""), ("123456", ""), ("10001.5", ""),
    ],
)  # fmt: skip
def test_zip_codes_are_padded(cell: str, expected: str) -> None:
    assert pad_zip(cell) == expected


def test_the_table_of_prefixes_covers_the_country() -> None:
    table = prefixes()
    assert len(table) == 915
    assert (table["100"].state, table["606"].state, table["900"].state) == ("NY", "IL", "CA")
    assert haversine_km(table["100"].latitude, table["100"].longitude, 40.75, -73.99) < 10  # Manhattan
    assert [state_code(name) for name in ("Texas", "tx", "District of  Columbia")] == ["TX", "TX", "DC"]
    assert {prefix.state for prefix in table.values()} == set(state_points())
    assert all(state_code(state) == state for state in state_points())


def test_each_way_of_finding_a_place_in_its_turn() -> None:
    found = addresses(
        6,
        zips=["10001", "10001", "", "", "", "99999x"],
        city=["New York", "New York", "new york", "Albany", "", ""],
        state=["NY", "NY", "New York", "NY", "Texas", "Atlantis"],
        country=["US"] * 6,
        lat=[NAN, 40.0, NAN, NAN, NAN, NAN],
        lon=[NAN, -74.0, NAN, NAN, NAN, NAN],
    )
    assert sources(found) == [
        "zip prefix", "coordinates", "mean of its city", "mean of its state", "mean of its state", "unknown",
    ]  # fmt: skip
    located = locate(found)
    places, notes = located.places, located.notes
    middle = mean_point([prefixes()["100"].latitude, 40.0], [prefixes()["100"].longitude, -74.0], [1, 1])
    assert (places.latitude[2], places.longitude[2]) == pytest.approx(middle)
    assert (places.latitude[3], places.longitude[3]) == pytest.approx(middle)  # known orders to the state
    assert (places.latitude[4], places.longitude[4]) == pytest.approx(state_points()["TX"])
    assert np.isnan(places.latitude[5])
    assert places.state.texts() == ["NY", "NY", "NY", "NY", "TX", "Atlantis"]
    assert notes[-1].startswith("orders without a usable place")
    assert notes[-1].endswith(": 1")


def test_codes_of_other_countries_are_no_zip_codes() -> None:
    assert sources(addresses(2, zips=["10115", "10001"], country=["DE", "USA"])) == ["unknown", "zip prefix"]


def test_without_a_country_states_decide() -> None:
    american = addresses(2, zips=["10001", "60601"], state=["New York", "IL"])
    brazilian = addresses(2, zips=["01310", "20040"], state=["SP", "RJ"])
    assert sources(american) == ["zip prefix"] * 2
    assert locate(american).country == "US"
    assert "2 of 2 pairs of ZIP prefix and state agree" in locate(american).notes[0]
    assert sources(brazilian) == ["unknown"] * 2
    assert "does not look like the United States" in locate(brazilian).notes[0]


def test_without_a_state_other_signs_decide_and_the_user_can_say() -> None:
    codes = ["10001", "60601"]
    assert sources(addresses(2, zips=codes)) == ["zip prefix"] * 2
    assert sources(addresses(2, zips=codes, european=True)) == ["unknown"] * 2
    assert sources(addresses(2, zips=codes, european=True, default="US")) == ["zip prefix"] * 2
    assert sources(addresses(2, zips=codes, default="Germany")) == ["unknown"] * 2
    assert sources(addresses(2, zips=["K1A 0B1", "10001"])) == ["unknown"] * 2


def test_orders_without_a_country_follow_the_others() -> None:
    located = locate(addresses(3, zips=["10001"] * 3, country=["US", "US", ""]))
    assert located.country == "US"
    assert located.places.country.texts() == ["US"] * 3
    assert located.notes[0] == "orders without a country, taken as US: 1"


def test_a_zip_code_names_the_state_that_the_log_leaves_out() -> None:
    located = locate(addresses(2, zips=["10001", ""], country=["US", "US"]))
    assert located.places.state.texts() == ["NY", ""]


def test_zero_zero_is_no_place() -> None:
    assert sources(addresses(2, lat=[0.0, 0.0], lon=[0.0, 10.0])) == ["unknown", "coordinates"]


@pytest.mark.parametrize(
    ("name", "yes"), [("US", True), ("u.s.a.", True), ("United States", True), ("DE", False), ("", False)]
)
def test_names_of_the_united_states(name: str, yes: bool) -> None:
    assert is_us(name) is yes


def test_distances_agree_with_the_haversine() -> None:
    points = [(40.7, -73.9), (34.1, -118.4), (-33.9, 151.2), (40.7, -73.9)]
    unit = vectors(*np.array(points).T)
    expected = [[haversine_km(*a, *b) for b in points] for a in points]
    assert distances_km(unit, unit) == pytest.approx(np.array(expected), abs=1e-3)
    assert row_distances_km(unit[:1], unit[1:2])[0] == pytest.approx(expected[0][1])

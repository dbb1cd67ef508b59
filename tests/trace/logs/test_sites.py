"""Sites and stock."""

from __future__ import annotations

from pathlib import Path

import pytest

from fillrate.errors import OrderLogError
from fillrate.trace.logs import read_sites, read_stock


def test_sites_in_one_line() -> None:
    found = read_sites(" Reno , 39.53, -119.81; Newark,40.74,-74.17 ;")
    assert found.names == ("Reno", "Newark")
    assert found.latitude.tolist() == [39.53, 40.74]
    assert found.longitude.tolist() == [-119.81, -74.17]


def test_sites_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text(
        "Facility,State,Latitude,Longitude\nOAK4,CA,37.7448,-121.3985\nIND1,IN,39.9797,-86.3833\n", encoding="utf-8"
    )
    found = read_sites(path)
    assert found.names == ("OAK4", "IND1")
    assert found.longitude.tolist() == [-121.3985, -86.3833]


@pytest.mark.parametrize("header", ["Lager;Breite;Länge", "Name;Breitengrad;Laengengrad", "name;lat;lon"])
def test_sites_as_in_germany(tmp_path: Path, header: str) -> None:
    path = tmp_path / "lager.csv"
    path.write_text(f"{header}\nHannover;52,37;9,73\nWürzburg;49.79;9,950\n", encoding="utf-8")
    found = read_sites(path)
    assert found.latitude.tolist() == [52.37, 49.79]
    assert found.longitude.tolist() == [9.73, 9.95]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("nowhere.csv", "sites 'nowhere.csv': no such file; allowed: 'name,lat,lon;name,lat,lon' or a CSV file"),
        ("Reno", "sites 'Reno': no such file"),
        (" ; ,", "site 1 ',': has 2 fields; allowed: name,lat,lon"),
        ("Reno,39.53", "site 1 'Reno,39.53': has 2 fields; allowed: name,lat,lon"),
        ("Reno,39.53,-119.81;Reno,1,2", "site 2 'Reno': name 'Reno' stands twice; allowed: one name for each site"),
        (",39.53,-119.81", "site 1 '': has no name"),
        ("Reno,north,-119.81", "site 1 'Reno': latitude is 'north'; allowed: degrees from -90 to 90"),
        ("Reno,39.53,-319.81", "site 1 'Reno': longitude is '-319.81'; allowed: degrees from -180 to 180"),
        ("Reno,-119.81,39.53", "site 1 'Reno': latitude is '-119.81' (are latitude and longitude swapped?)"),
    ],
)
def test_wrong_sites_are_one_line(spec: str, message: str) -> None:
    with pytest.raises(OrderLogError) as caught:
        read_sites(spec)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,lat\nReno,39\n", "no column lon among name, lat; allowed: lat"),
        ("nme,lat,lon\nReno,39,-119\n", "no column name among nme, lat, lon (is it 'nme'?)"),
        ("name,lat,lon\n", "names no site"),
        ("name,lat,lon\nReno,39\n", " line 2: has 2 cells where the header has 3; allowed: name, lat, lon"),
        ("name,lat,lon\nA,1,2\nB,95,2\n", " line 3: latitude is '95'"),
    ],
)
def test_wrong_site_files_are_one_line(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OrderLogError) as caught:
        read_sites(path)
    assert message.replace("allowed: lat", "allowed: ") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_stock(tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    path.write_text("Warehouse;SKU;On hand\nReno;A;10\nNewark;A;0\nReno;B;1\n", encoding="utf-8")
    found = read_stock(path, ("Reno", "Newark", "Spare"))
    assert (found.locations, found.skus) == (("Reno", "Newark"), ("A", "B"))
    assert found.location.tolist() == [0, 1, 0]
    assert found.sku.tolist() == [0, 0, 1]
    assert found.units.tolist() == [10, 0, 1]
    assert found.notes == ()


@pytest.mark.parametrize(
    ("text", "units", "note"),
    [
        ("Werk;Material;Bestand\nReno;A;12,000\nReno;B;7,000\n", [12, 7], "comma (all its numbers end in"),
        ("location,sku,units\nReno,A,12.000\nReno,B,1.000\n", [12, 1], "point (all its numbers end in"),
        ("location;sku;units\nReno;A;1.250\nReno;B;7\n", [1250, 7], "comma (the cells are separated by semicolons)"),
        ('location,sku,units\nReno,A,"1,250"\nReno,B,7\n', [1250, 7], "point (nothing in the file says otherwise)"),
    ],
)
def test_decimals_of_stock_are_read_as_in_a_log(text: str, units: list[int], note: str, tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    path.write_text(text, encoding="utf-8")
    found = read_stock(path)
    assert found.units.tolist() == units
    (said,) = found.notes
    assert note in said


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("location,sku\nReno,A\n", ": no column units among location, sku"),
        ("location,sku,units\n", ": has no row"),
        ("location,sku,units\nRino,A,1\n", " line 2: location 'Rino' is no site (did you mean 'Reno'?); allowed: Reno"),
        ("location,sku,units\nReno,,1\n", " line 2: has no sku"),
        ("location,sku,units\n,A,1\n", " line 2: has no location"),
        ("location,sku,units\nReno,A,-1\n", " line 2: units is '-1'; allowed: a whole number of 0 or more"),
        ("location,sku,units\nReno,A,1.5\n", " line 2: units is '1.5'"),
        ("location,sku,units\nReno,A,\n", " line 2: units is ''"),
        ("location,sku,units\nReno,A,1\nReno,A,2\n", " line 3: Reno has A a second time; first on line 2"),
    ],
)
def test_wrong_stock_is_one_line(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OrderLogError) as caught:
        read_stock(path, ("Reno",))
    assert str(caught.value).startswith(f"{path}{message}")
    assert "\n" not in str(caught.value)

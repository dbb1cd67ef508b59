"""Towns: one name for all ways to write it, places far apart under one name, coordinates that are wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from fillrate.trace.logs import OrderLog, Regions, read_order_log, regions

Row = tuple[object, ...]

MAIN, ODER = ("Frankfurt", 50.11, 8.68), ("Frankfurt", 52.34, 14.53)
SWAPPED = ("Bremen", 8.80, 53.08)


def fitted(folder: Path, rows: Sequence[Row], columns: str = "city,lat,lon") -> tuple[OrderLog, Regions]:
    lines = [f"{n},2024-01-{1 + n % 28:02d},K,1,{','.join(map(str, row))}" for n, row in enumerate(rows)]
    path = folder / "log.csv"
    path.write_text("\n".join([f"order id,order date,sku,qty,{columns}", *lines]), encoding="utf-8")
    log = read_order_log(path)
    return log, regions(log)


def test_two_towns_of_one_name_are_two_regions_and_named(tmp_path: Path) -> None:
    log, found = fitted(tmp_path, [MAIN] * 12 + [ODER] * 8)
    assert found.names == ("Frankfurt (50.1N 8.7E)", "Frankfurt (52.3N 14.5E)")
    assert found.orders.tolist() == [12, 8]
    assert found.latitude == pytest.approx([50.11, 52.34])
    (said,) = log.warnings
    assert "told apart (orders): Frankfurt (50.1N 8.7E) (12), Frankfurt (52.3N 14.5E) (8)." in said


def test_towns_of_one_name_are_told_apart_by_their_country(tmp_path: Path) -> None:
    gb, ca = ("London", "GB", 51.51, -0.13), ("London", "CA", 42.98, -81.25)
    rows = [gb, ca, gb, ("London", "CA", "", "")]
    _, found = fitted(tmp_path, rows, "city,country,lat,lon")
    assert found.names == ("London (GB)", "London (CA)")
    assert found.of_order.tolist() == [0, 1, 0, 1]  # an order without coordinates goes to the one in its country
    assert found.longitude == pytest.approx([-0.13, -81.25])


@pytest.mark.parametrize("country", ["DE", "Germany"])
def test_a_town_is_one_whatever_its_country_is_called(country: str, tmp_path: Path) -> None:
    rows = [("Bremen", "DE", 53.08, 8.80), ("Bremen", country, 53.09, 8.81)]
    assert fitted(tmp_path, rows, "city,country,lat,lon")[1].names == ("Bremen",)


def test_a_town_is_one_in_all_ways_to_write_it_and_without_a_name(tmp_path: Path) -> None:
    rows = [(name, 48.14, 11.58) for name in ("MÜNCHEN", "München", "münchen ", "", "München", "Mün  chen")]
    log, found = fitted(tmp_path, rows)
    assert found.names == ("München", "Mün chen")
    assert found.orders.tolist() == [5, 1]
    assert log.warnings == ()


def test_an_order_without_a_town_goes_to_the_busiest_in_its_cell(tmp_path: Path) -> None:
    rows = [("Fürth", 49.48, 11.0), *[("Zirndorf", 49.48, 11.0)] * 2, ("", 49.48, 11.0), ("", 52.0, 11.0)]
    _, found = fitted(tmp_path, rows)
    assert found.names == ("Zirndorf", "Fürth", "52.0N 11.0E")
    assert found.of_order.tolist() == [1, 0, 0, 0, 2]


@pytest.mark.parametrize("wrong", [SWAPPED, ("Bremen", 53.08, 88.0)])
@pytest.mark.parametrize("first", [0, 10])
def test_a_few_wrong_coordinates_do_not_move_a_town(first: int, wrong: Row, tmp_path: Path) -> None:
    rows: list[Row] = [("Bremen", 53.08 + 0.1 * (n % 3 - 1), 8.80 + 0.2 * (n // 3 - 1)) for n in range(10)]
    rows.insert(first, wrong)
    log, found = fitted(tmp_path, rows)
    assert found.names == ("Bremen",)
    assert (found.latitude[0], found.longitude[0]) == pytest.approx((53.07, 8.84), abs=1e-2)
    assert found.mean_km < 20
    (said,) = log.warnings
    assert "are taken for wrong (orders): Bremen (1)." in said


def test_swapped_coordinates_are_wrong_however_many(tmp_path: Path) -> None:
    right: list[Row] = [("Bremen", 53.08, 8.80)] * 20
    log, found = fitted(tmp_path, right + [SWAPPED] * 6)
    assert (found.names, found.orders.tolist()) == (("Bremen",), [26])
    assert found.longitude == pytest.approx([8.80])
    (said,) = log.warnings
    assert "Bremen (6)" in said
    named, apart = fitted(tmp_path, [*right, *[SWAPPED] * 6, *[("Bremen", 38.62, -121.3)] * 4])
    assert apart.orders.tolist() == [26, 4]
    assert len(named.warnings) == 2


@pytest.mark.parametrize(("near", "far", "own"), [(36, 4, False), (45, 5, True), (35, 4, True), (1, 1, True)])
def test_five_orders_or_more_than_a_tenth_are_a_place_of_their_own(
    near: int, far: int, own: bool, tmp_path: Path
) -> None:
    log, found = fitted(tmp_path, [MAIN] * near + [ODER] * far)
    assert found.orders.tolist() == ([near, far] if own else [near + far])
    assert ("told apart" in log.warnings[0], "taken for wrong" in log.warnings[0]) == (own, not own)


AACHEN: list[Row] = [("Aachen", land, 50.8, 6.1) for land in ("GB", "CA")]


@pytest.mark.parametrize(("border", "own"), [([], True), (AACHEN, False)])
def test_a_few_far_orders_in_another_country_are_right(border: Sequence[Row], own: bool, tmp_path: Path) -> None:
    rows = [("London", "GB", 51.51, -0.13)] * 60 + [("London", "CA", 42.98, -81.25)] * 2
    log, found = fitted(tmp_path, [*rows, ("London", "CA", -0.13, 51.51), *border], "city,country,lat,lon")
    assert found.orders.tolist()[:2] == ([61, 2] if own else [63, 2])  # what was met in one place counts as one country
    assert ("told apart" in log.warnings[0]) == own


def test_an_order_without_coordinates_goes_to_the_busiest_town_of_its_name(tmp_path: Path) -> None:
    log, found = fitted(tmp_path, [("Frankfurt", "", ""), *[ODER] * 6, *[MAIN] * 9])
    assert found.names[0] == "Frankfurt (50.1N 8.7E)"
    assert found.orders.tolist() == [10, 6]
    assert (log.places.latitude[0], log.places.longitude[0]) == pytest.approx((50.11, 8.68))


def test_a_town_of_fifty_kilometres_is_one(tmp_path: Path) -> None:
    rows = [("Berlin", 52.5 + north, 13.4 + east) for north in (-0.25, 0, 0.25) for east in (-0.4, 0, 0.4)]
    for folder, order in (("a", rows), ("b", rows[::-1])):
        (tmp_path / folder).mkdir()
        log, found = fitted(tmp_path / folder, order)
        assert (found.names, log.warnings) == (("Berlin",), ())


def test_a_large_distance_is_said_where_nothing_was_brought_together(tmp_path: Path) -> None:
    rows = [("Bavaria", 50.1, 10.0), ("Bavaria", 47.6, 13.0)]
    _, found = fitted(tmp_path, rows, "state,lat,lon")
    assert found.assumptions == (f"an order lies {found.mean_km:.0f} km from the point of its region on average",)

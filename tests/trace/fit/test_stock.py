"""Stock levels: solved with simulated runs, or as a stock file says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.trace.fit.shop import SITES, Counted, rows, write

from fillrate.errors import OrderLogError
from fillrate.model.opening import stated_opening
from fillrate.policy import load_policy
from fillrate.policy.bind import bind
from fillrate.simulate import simulate
from fillrate.trace.fit import Facts, Fit, facts, fit
from fillrate.trace.fit.pages import readme_text
from fillrate.trace.fit.stock import AIMS, BAND
from fillrate.trace.logs import OrderLog, read_order_log, read_sites, read_stock
from fillrate.world import World


def stocked(folder: Path, log: OrderLog, lines: list[str]) -> Fit:
    path = folder / "stock.csv"
    path.write_text("\n".join(["location,sku,units", *lines]) + "\n", encoding="utf-8")
    sites = read_sites(SITES)
    return fit(facts(log, sites, read_stock(path, sites.names)), "shop", Counted())


def carried(world: World) -> dict[str, tuple[str, ...]]:
    return {place.name: place.carries for place in world.locations}


def test_each_level_comes_near_its_aim(found: Facts) -> None:
    runs = Counted()
    levels = fit(found, "shop", runs).levels
    assert [level.name for level in levels] == ["lean", "", "rich"]
    for level in levels:
        assert level.fill == pytest.approx(AIMS[level.name], abs=0.015)
        assert level.number == round(level.number, 2)
    assert len(runs.tried) <= 20


def test_a_real_run_fills_what_was_promised(found: Facts) -> None:
    result = fit(found, "shop", lambda world, trace: simulate(world, trace, "distance").scorecard)
    fill = simulate(result.world, result.trace, "distance").scorecard["unit_fill_rate"]
    assert fill is not None
    assert BAND[0] <= fill <= BAND[1]
    assert result.levels[1].fill == pytest.approx(fill, abs=1e-12)
    assert f"ships {100 * fill:.1f} % of the units by the promised date" in result.texts["shop"].replace("\n#   ", " ")


def test_levels_are_tried_on_the_whole_of_a_long_log(tmp_path: Path) -> None:
    log = read_order_log(write(tmp_path / "long.csv", rows(3000, 400)))
    runs = Counted()
    found = fit(facts(log, read_sites(SITES)), "shop", runs)
    assert {days for _, days in runs.tried} == {400.0}
    for level in found.levels:
        assert level.days == 400
        assert level.fill == pytest.approx(AIMS[level.name], abs=0.015)


def in_sixes(folder: Path) -> OrderLog:
    """One product is sold in sixes, all others singly."""
    lines = [[*row[:7], "6" if row[6] == "P0" else "1", *row[8:]] for row in rows()]
    return read_order_log(write(folder / "sixes.csv", lines))


def test_stock_goes_by_the_units_in_which_a_product_is_sold(tmp_path: Path) -> None:
    log = in_sixes(tmp_path)
    found = fit(facts(log, read_sites("Boston,42.36,-71.06")), "shop", Counted())
    factor, lines = found.levels[1].number, np.bincount(log.sku.code)
    each = [6 if name == "P0" else 1 for name in log.sku.names]
    expected = [  # over 7 days of lead time and 7 of review, of the log's 60
        round(14 / 60 * n * units + factor * np.sqrt(14 / 60 * n) * units)
        for n, units in zip(lines.tolist(), each, strict=True)
    ]
    levels = bind(load_policy("distance"), found.world).levels
    assert levels is not None
    assert levels.S == stated_opening(found.world).units == expected
    assert any(warning.startswith("Products differ in units a line: 3") for warning in found.warnings)
    assert any("by the units of each product in the log" in note for note in found.assumptions)


def test_a_stock_file_stays_as_it_is_though_products_differ_in_units(tmp_path: Path) -> None:
    found = stocked(
        tmp_path, in_sixes(tmp_path), [f"{site},P{k},10" for site in ("Boston", "Denver") for k in range(8)]
    )
    assert set(stated_opening(found.world).units) == {10}
    assert found.warnings


def test_levels_go_by_the_worlds_demand_where_it_fits(fitted: Fit) -> None:
    assert not fitted.warnings
    assert fitted.world.supply.safety_factor == fitted.levels[1].number
    assert not fitted.world.supply.item


def test_what_no_stock_can_reach_is_said(found: Facts) -> None:
    result = fit(found, "shop", Counted(steepness=0.0))  # half of the units, whatever the stock
    assert any("no safety factor brings it into 85 to 95 %" in note for note in result.assumptions)


def test_a_level_that_misses_its_aim_says_what_it_reaches(found: Facts, fitted: Fit) -> None:
    result = fit(found, "shop", Counted(steepness=0.0))
    (said,) = result.warnings
    assert "lean ships 50.0 % in time instead of 80 %, medium ships 50.0 % in time instead of 90 %" in said
    assert result.summary()["warnings"] == [said]
    page = readme_text(result, "stock_levels")
    assert "medium stock, of which `distance` ships about 50 % (aim: 90 %) in time" in page
    assert "medium stock, of which `distance` ships about 90 % in time" in readme_text(fitted, "stock_levels")


def test_a_stock_file_has_no_aim_to_miss(tmp_path: Path, log: OrderLog) -> None:
    path = tmp_path / "stock.csv"
    path.write_text("location,sku,units\nBoston,P0,1\n", encoding="utf-8")
    sites = read_sites(SITES)
    assert not fit(facts(log, sites, read_stock(path, sites.names)), "shop", Counted(steepness=0.0)).warnings


def test_a_stock_file_is_opening_stock_assortment_and_level(tmp_path: Path, log: OrderLog) -> None:
    every = [f"Boston,P{k},{k}" for k in range(8)]
    found = stocked(tmp_path, log, [*every, "Denver,P1,7", "Denver,P2,0"])
    world = found.world
    assert carried(world)["Boston"] == ("*",)
    assert set(carried(world)["Denver"]) == {"P1", "P2"}
    opening = stated_opening(world).units
    levels = bind(load_policy("cheapest"), world).levels
    assert levels is not None
    names = [
        (world.locations[l].name, world.skus[k].name)
        for l, k in zip(world.tables.pair_location, world.tables.pair_sku, strict=True)
    ]
    units = dict(zip(names, opening, strict=True))
    assert opening == levels.S
    assert units["Denver", "P1"] == 7
    assert units["Denver", "P2"] == 0
    assert units["Boston", "P5"] == 5


def test_the_other_levels_are_the_file_times_a_factor(tmp_path: Path, log: OrderLog) -> None:
    found = stocked(tmp_path, log, [f"{site},P{k},10" for site in ("Boston", "Denver") for k in range(8)])
    assert [level.number for level in found.levels] == [0.7, 1.0, 1.4]
    assert "units = 7, base_stock = 7" in found.texts["shop_lean"]
    assert "units = 14, base_stock = 14" in found.texts["shop_rich"]
    assert set(carried(found.world).values()) == {("*",)}


def test_products_without_stock_and_stock_without_sales_are_told(tmp_path: Path, log: OrderLog) -> None:
    found = stocked(tmp_path, log, ["Boston,P0,5", "Boston,UNSOLD,9", "Denver,P0,1"])
    notes = "\n".join(found.assumptions)
    assert "which every site carries with no stock: 7" in notes
    assert "which are left out: 1" in notes
    assert all(place.carries == ("*",) for place in found.world.locations)
    assert sum(stated_opening(found.world).units) == 6


def test_a_stock_file_of_another_shop_is_refused(tmp_path: Path, log: OrderLog) -> None:
    with pytest.raises(OrderLogError, match="stock file: none of its products is in the log, such as 'X'"):
        stocked(tmp_path, log, ["Boston,X,1"])

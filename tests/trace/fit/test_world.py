"""The fitted world says what the log says, and states the rest."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from tests.trace.fit.shop import HEADER, SHIP_DAYS, SITES, Counted, rows, write

from fillrate.trace import sample
from fillrate.trace.fit import Facts, Fit, facts, fit, world_name
from fillrate.trace.logs import OrderLog, read_order_log, read_sites
from fillrate.trace.logs.labels import labels
from fillrate.world import load_world


def refit(path: Path, lines: list[list[str]], header: tuple[str, ...] = HEADER) -> Fit:
    return fit(facts(read_order_log(write(path, lines, header)), read_sites(SITES)), "shop", Counted())


def without(column: str, lines: list[list[str]]) -> tuple[list[list[str]], tuple[str, ...]]:
    at = HEADER.index(column)
    return [row[:at] + row[at + 1 :] for row in lines], HEADER[:at] + HEADER[at + 1 :]


def test_rates_and_shares_are_those_of_the_log(fitted: Fit, log: OrderLog) -> None:
    world = fitted.world
    sampled = [sample(world, seed).orders for seed in range(20)]
    mean = np.mean([len(o) for o in sampled])
    assert mean == pytest.approx(240, abs=4 * np.sqrt(240 / 20))
    assert world.days == 60.0
    assert (world.header.first_weekday, world.header.first_day_of_year) == (0, 63)  # Monday, March 4, 2024
    lines = np.bincount(log.sku.code)
    assert [s.popularity for s in world.skus] == lines.tolist()
    assert world.demand.line_count == tuple(np.bincount(np.diff(log.line_start))[1:])
    assert world.demand.unit_count == tuple(np.bincount(log.quantity)[1:])
    assert sum(r.weight for r in world.regions) == 240
    assert len(world.regions) == 5


def test_prices_and_costs_keep_revenue_and_margin(fitted: Fit, log: OrderLog) -> None:
    units = np.bincount(log.sku.code, log.quantity)
    price, cost = (np.array([getattr(s, key) for s in fitted.world.skus]) for key in ("price", "cost"))
    assert float((units * price).sum()) == pytest.approx(float((log.unit_price * log.quantity).sum()), rel=1e-5)
    assert cost == pytest.approx(0.6 * price, abs=1e-3)


def test_segments_cross_service_and_promise_its_median(fitted: Fit) -> None:
    found = {s.name: s for s in fitted.world.segments}
    assert set(found) == {f"{who} / {how}" for who in ("Home", "Firm") for how in SHIP_DAYS}
    for segment in found.values():
        assert segment.ship_within_days == SHIP_DAYS[segment.service]
        assert segment.deliver_within_days == segment.ship_within_days + fitted.facts.delivery_days
    assert sum(s.weight for s in found.values()) == 240


@pytest.mark.parametrize(("days", "promised"), [([1, 1, 7], 1.0), ([2, 4, 5, 30], 4.5)])
def test_dispatch_is_promised_within_the_median_of_a_service(tmp_path: Path, days: list[int], promised: float) -> None:
    lines = [
        [*row[:2], f"{datetime.fromisoformat(row[1]).replace(tzinfo=UTC) + timedelta(days=day):%Y-%m-%d}", *row[3:]]
        for row, day in zip(_one_line_each(len(days)), days, strict=True)
    ]
    found = refit(tmp_path / "promised.csv", [[*row[:3], "Standard", "Home", *row[5:]] for row in lines])
    assert [s.ship_within_days for s in found.world.segments] == [promised]


@pytest.mark.parametrize(("zip_code", "days"), [("02108", 2), ("94103", 3)])
def test_delivery_is_promised_in_whole_days_from_the_nearest_site(tmp_path: Path, zip_code: str, days: int) -> None:
    """A day and another for each 1,000 km, rounded up: San Francisco is 1,530 km from Denver."""
    found = refit(tmp_path / "near.csv", [[*row[:5], zip_code, *row[6:]] for row in _one_line_each(4)])
    assert found.facts.delivery_days == days


def _one_line_each(orders: int) -> list[list[str]]:
    """Orders of one line, a day apart."""
    seen: dict[str, list[str]] = {}
    for row in rows(orders, orders):
        seen.setdefault(row[0], row)
    return list(seen.values())


def test_a_refit_is_byte_identical(fitted: Fit, found: Facts) -> None:
    again = fit(found, "shop", Counted())
    assert again.texts == fitted.texts
    assert again.trace.hash == fitted.trace.hash
    assert again.summary() == fitted.summary()


def test_what_is_written_is_what_is_run(fitted: Fit, tmp_path: Path) -> None:
    for name, text in fitted.texts.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        assert load_world(tmp_path / f"{name}.toml").name == name
    assert load_world(tmp_path / "shop.toml").hash == fitted.world.hash == fitted.trace.world
    for note in fitted.assumptions:  # each is told in the file too
        assert (
            "".join(note.split()).lower()
            in fitted.texts["shop"].replace("#", "").replace("\n", "").replace(" ", "").lower()
        )


def test_every_table_says_where_its_numbers_come_from(fitted: Fit) -> None:
    lines = fitted.texts["shop"].splitlines()
    heads = [n for n, line in enumerate(lines) if line.startswith("[") and lines[n - 1][:1] != ""]
    first = {line: n for n, line in reversed(list(enumerate(lines))) if line.startswith("[")}
    assert all(lines[n - 1].startswith("# ") for n in first.values())
    assert len(heads) >= len(first)


def test_the_profile_of_the_week_is_normalised(tmp_path: Path) -> None:
    kept = [row for row in rows(400, 70) if np.datetime64(row[1]).astype(int) % 7 != 3]  # no Sundays: day 3 was one
    weekday = refit(tmp_path / "week.csv", kept).world.demand.weekday_profile
    assert weekday[6] == 0.0
    assert sum(weekday) == pytest.approx(7.0, abs=1e-3)


def test_short_logs_have_no_profiles(tmp_path: Path) -> None:
    found = refit(tmp_path / "short.csv", rows(40, 10))
    assert found.world.demand.weekday_profile == found.world.demand.season_profile == ()
    assert any("too few for a profile of the week" in note for note in found.assumptions)


def test_a_year_has_a_season(tmp_path: Path) -> None:
    found = refit(tmp_path / "year.csv", rows(800, 366))
    assert len(found.world.demand.season_profile) == 12
    assert sum(found.world.demand.season_profile) == pytest.approx(12.0, abs=1e-3)


def test_the_season_is_where_its_orders_are(tmp_path: Path) -> None:
    """A year from March on of which only December's orders stay, and one to end it."""
    lines = rows(800, 366)
    kept = [row for n, row in enumerate(lines) if row[1].startswith("2024-12") or n in (0, len(lines) - 1)]
    profile = refit(tmp_path / "december.csv", kept).world.demand.season_profile
    assert int(np.argmax(profile)) == 11
    assert profile[11] > 11.0


def test_without_prices_they_are_made_up_and_said_to_be(tmp_path: Path) -> None:
    lines, header = without("Price", rows(40))
    lines, header = [row[:-1] for row in lines], header[:-1]
    found = refit(tmp_path / "bare.csv", lines, header)
    assert {s.price for s in found.world.skus} == {20.0}
    assert {s.cost for s in found.world.skus} == {12.0}
    assert any("money here is made up" in note for note in found.assumptions)


def test_without_costs_a_share_of_the_price_is_taken(tmp_path: Path) -> None:
    lines, header = without("Cost", rows(40))
    found = refit(tmp_path / "costless.csv", lines, header)
    assert all(s.cost == pytest.approx(0.6 * s.price, abs=1e-3) for s in found.world.skus)
    assert any("at 60 % of their price" in note for note in found.assumptions)


def test_products_without_a_cost_have_that_of_the_others(tmp_path: Path) -> None:
    lines = [[*row[:-1], "" if row[6] == "P1" else f"{0.5 * float(row[8]):.2f}"] for row in rows(60)]
    found = refit(tmp_path / "half.csv", lines)
    assert {round(s.cost / s.price, 3) for s in found.world.skus} == {0.5}
    assert any("at 50 % of their price (as of the others): 1" in note for note in found.assumptions)


def test_many_segments_are_brought_together(tmp_path: Path) -> None:
    lines = [[*row[:4], f"S{int(row[0][2:]) % 20}", *row[5:]] for row in rows(200)]
    found = refit(tmp_path / "many.csv", lines)
    assert len({s.name.split(" / ")[0] for s in found.world.segments}) == 6
    assert any(note.startswith("segments: 20 in the log") for note in found.assumptions)
    assert sum(s.weight for s in found.world.segments) == 200


def test_a_log_without_places_is_served_from_the_middle(tmp_path: Path) -> None:
    lines, header = without("Postal Code", rows(40))
    found = refit(tmp_path / "nowhere.csv", lines, header)
    assert [r.name for r in found.world.regions] == ["unknown"]
    assert -105 < found.world.regions[0].longitude < -71


def test_names_that_toml_and_metrics_cannot_take_as_they_are(tmp_path: Path) -> None:
    lines = [[*row[:4], 'A "[x=1]"', row[5], f"{row[6]}\t'é\"", *row[7:]] for row in rows(40)]
    found = refit(tmp_path / "names.csv", lines)
    assert {s.name.split(" / ")[0] for s in found.world.segments} == {'A "(x:1)"'}
    assert {s.name for s in found.world.skus} == {row[6].strip() for row in lines}
    assert tomllib.loads(found.texts["shop"])["sku"][0]["name"] == found.world.skus[0].name


def test_one_order_is_enough(tmp_path: Path) -> None:
    found = refit(tmp_path / "one.csv", rows(1, 1))
    assert (found.world.days, len(found.trace.orders)) == (1.0, 1)


def test_far_out_quantities_are_counted_at_the_end(tmp_path: Path) -> None:
    lines = [[*row[:7], "5000" if n == 3 else row[7], *row[8:]] for n, row in enumerate(rows())]
    found = refit(tmp_path / "far.csv", lines)
    assert len(found.world.demand.unit_count) == 200
    assert any("above 200, which sampled orders count as 200: 1 of" in note for note in found.assumptions)
    assert found.trace.orders.quantity.max() == 5000


def test_a_profile_has_an_end_also_where_many_quantities_are_large(tmp_path: Path) -> None:
    found = refit(tmp_path / "large.csv", [[*row[:7], "2000000", *row[8:]] for row in rows(20)])
    assert len(found.world.demand.unit_count) == 10_000


def test_the_world_is_named_after_the_file() -> None:
    assert world_name("/a/b/Orders-2024.csv") == "orders_2024"
    assert world_name("Größe März 2025 (final).csv") == "groesse_maerz_2025_final"
    assert world_name("Gro\u0308ße.csv") == "groesse"  # as file systems that take signs apart have it
    assert world_name("Señal été.parquet") == "senal_ete"


def test_a_day_is_not_days(tmp_path: Path) -> None:
    found = refit(tmp_path / "day.csv", rows(20, 1))
    assert any(note.startswith("1 day is too few for a profile of the week") for note in found.assumptions)
    two = refit(tmp_path / "two.csv", rows(20, 2))
    assert any(note.startswith("2 days are too few for a profile of the week") for note in two.assumptions)


def test_the_other_levels_differ_in_one_number(fitted: Fit) -> None:
    worlds = {name: tomllib.loads(text) for name, text in fitted.texts.items()}
    factor = {name: world["supply"].pop("safety_factor") for name, world in worlds.items()}
    assert factor["shop_lean"] < factor["shop"] < factor["shop_rich"]
    for world in worlds.values():
        del world["world"]["name"], world["world"]["title"]
    assert worlds["shop_lean"] == worlds["shop"] == worlds["shop_rich"]
    assert replace(fitted.world.header, trace="").trace == ""


@pytest.mark.parametrize(
    ("said", "country", "expected"),
    [
        (("SEK",), "US", "SEK"),
        (("£", "USD", "£"), "US", "GBP"),
        (("$",), "Canada", "CAD"),
        (("$",), "Germany", "USD"),
        ((), "U.S.A.", "USD"),
        ((), "Germany", "EUR"),
    ],
)
def test_money_is_in_what_the_log_says_most_often(
    said: tuple[str, ...], country: str, expected: str, found: Facts
) -> None:
    log = found.log
    places = replace(log.places, country=labels([country] * len(log)))
    paid = replace(log, places=places, currency=labels([*said, *[""] * (len(log) - len(said))]))
    assert replace(found, log=paid).currency == expected

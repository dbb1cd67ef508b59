"""What a report shows besides numbers, against the model's own books."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fillrate.bench.compare import compare
from fillrate.bench.showing import MOST_POINTS, shipped_units, stock_series
from fillrate.cli.compare import show_comparison
from fillrate.simulate import Result, simulate
from fillrate.trace import Trace, sample
from fillrate.world import World, load_world

DAYS = 80.0


@pytest.fixture(scope="module")
def world() -> World:
    return load_world("regional").over(DAYS)


@pytest.fixture(scope="module")
def trace(world: World) -> Trace:
    return sample(world, 2)


@pytest.fixture(scope="module")
def result(world: World, trace: Trace) -> Result:
    return simulate(world, trace, "cheapest", journal=True)


def test_the_stock_line_has_the_mean_of_the_scorecard(result: Result, world: World) -> None:
    """The time average from warm-up to horizon, here by the trapezoidal rule over a fine grid."""
    assert result.journal is not None
    days, units = map(np.array, stock_series(result.journal, DAYS))
    inside = days >= world.header.warm_up_days
    mean = np.trapezoid(units[inside], days[inside]) / (DAYS - days[inside][0])
    assert mean == pytest.approx(result.scorecard["on_hand_units"], rel=0.01)


def test_the_stock_line_starts_with_the_opening_stock_and_spans_the_horizon(result: Result) -> None:
    assert result.journal is not None
    opening = sum(row["quantity"] for row in result.journal.to_pylist() if row["kind"] == "opening")
    days, units = stock_series(result.journal, DAYS)
    assert (days[0], days[-1], units[0]) == (0.0, DAYS, opening)
    assert MOST_POINTS / 8 <= len(days) <= MOST_POINTS + 1
    assert min(units) >= 0


@pytest.mark.parametrize("days", [0.5, 1.0, 99.0, 100.0, 399.0, 2500.0])
def test_a_line_has_enough_points_and_not_too_many(result: Result, days: float) -> None:
    assert result.journal is not None
    found, _ = stock_series(result.journal, days)
    assert 100 <= len(found) <= MOST_POINTS + 1
    assert found[-1] == pytest.approx(days, abs=(found[1] - found[0]) / 2)


def test_shipments_by_lane_sum_to_what_was_dispatched(result: Result, world: World, trace: Trace) -> None:
    assert result.journal is not None
    units = shipped_units(result.journal, trace, world)
    sent = [row for row in result.journal.to_pylist() if row["kind"] == "dispatched"]
    assert sum(units.values()) == sum(row["quantity"] for row in sent)
    region = world.regions[3].name
    to_region = [row["quantity"] for row in sent if trace.orders.region[row["order"]] == 3]
    assert sum(n for (_, to), n in units.items() if to == region) == sum(to_region)
    assert {place for place, _ in units} <= {location.name for location in world.locations}


def test_a_report_and_its_comparison_know_the_currency(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stated = replace(world, money=replace(world.money, currency="SEK"))
    found = compare(stated, ["cheapest"], 1, days=10.0, n_jobs=1, quiet=True, report=tmp_path / "report.html")
    assert "SEK, more is better" in (tmp_path / "report.html").read_text(encoding="utf-8")
    show_comparison(found)
    assert "Money is in SEK." in " ".join(capsys.readouterr().out.split())

"""Totals: their sizes, what is stacked, and that every difference is seen."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from fillrate.errors import InputError
from fillrate.scorecard.accounts import Accounts, Tally
from fillrate.scorecard.journal import BOOKINGS
from fillrate.scorecard.totals import (
    COUNTS,
    HOME,
    SUMS,
    TALLY,
    Totals,
    blank_totals,
    check_totals,
    stack_totals,
    unequal,
)
from fillrate.simulate import simulate
from fillrate.trace import sample
from fillrate.world import World, load_world

NAMES = [f.name for f in fields(Totals)]


@pytest.fixture(scope="module")
def world() -> World:
    return load_world("peak_season").over(3.0)


@pytest.fixture(scope="module")
def runs(world: World) -> list[Totals]:
    return [simulate(world, sample(world, seed, world.days), "cheapest").totals for seed in (1, 2, 3)]


def test_sizes_follow_the_world(world: World) -> None:
    totals = blank_totals(world, 5, 9)
    check_totals(world, totals)
    places, segments, regions = len(world.locations), len(world.segments), len(world.regions)
    assert len(totals) == 5
    assert totals.money.shape == totals.steady.shape == totals.served.shape == (5, len(BOOKINGS))
    assert totals.by_segment.shape == (5, segments, len(TALLY))
    assert totals.by_region.shape == (5, regions, len(TALLY))
    assert totals.home.shape == (5, len(HOME), places)
    assert totals.region_sent.shape == (5, 2, regions)
    assert totals.cycles.shape == (5, 9)
    assert np.isnan(totals.cycles).all()
    assert not any(getattr(totals, name).any() for name in NAMES if name != "cycles")


def test_accounts_know_every_name() -> None:
    accounts = Accounts(2, 3, 4, 0.0, 1.0)
    assert [f.name for f in fields(Tally)] == [*TALLY, "days"]
    assert all(hasattr(accounts, name) for name in (*COUNTS, *SUMS))
    assert tuple(accounts.home) == HOME


def test_a_run_hands_over_totals_of_the_worlds_sizes(world: World, runs: list[Totals]) -> None:
    for totals in runs:
        check_totals(world, totals)
        (delivered,) = totals.by_segment[..., TALLY.index("delivered")].sum(axis=1)
        assert totals.cycles.shape == (1, delivered)
        assert totals.cycles.sum() == totals.segment_days.sum() == totals.region_days.sum() > 0.0
        assert (totals.by_segment.sum(axis=1) == totals.by_region.sum(axis=1)).all()
        assert totals.count("received") == totals.by_segment[..., 0].sum() > 0


@pytest.mark.parametrize("name", NAMES)
def test_another_shape_or_number_is_refused(world: World, name: str) -> None:
    totals = blank_totals(world, 2, 3)
    cells = getattr(totals, name)
    with pytest.raises(InputError, match=f"totals.{name}: found float32"):
        check_totals(world, replace(totals, **{name: cells.astype(np.float32)}))
    if name not in ("money", "cycles"):  # the first says how many replications, the last has room for any number
        with pytest.raises(InputError, match=f"totals.{name}: found"):
            check_totals(world, replace(totals, **{name: cells[:, :-1]}))
    if name != "money":
        with pytest.raises(InputError, match=f"totals.{name}: found"):
            check_totals(world, replace(totals, **{name: cells[:1]}))


def test_stacked_runs_stand_one_after_the_other(world: World, runs: list[Totals]) -> None:
    stacked = stack_totals(runs)
    check_totals(world, stacked)
    assert len(stacked) == 3
    assert len({totals.cycles.shape for totals in runs}) > 1  # so that cells are left over
    for n, totals in enumerate(runs):
        row = Totals(**{name: getattr(stacked, name)[n : n + 1] for name in NAMES})
        assert unequal(row, totals) == []
        assert unequal(row, runs[n - 1])


@pytest.mark.parametrize("name", NAMES)
def test_one_cell_that_differs_is_seen(runs: list[Totals], name: str) -> None:
    totals = runs[0]
    cells = getattr(totals, name).copy()
    last = tuple(size - 1 for size in cells.shape)
    cells[last] = cells[last] + 1 if cells.dtype == np.int64 else np.nextafter(cells[last], np.inf)
    (found,) = unequal(totals, replace(totals, **{name: cells}))
    assert found.startswith(f"{name}[0, ")


def test_a_difference_is_told_by_name(world: World) -> None:
    first, second = blank_totals(world), blank_totals(world, most=1)
    second.counts[0, COUNTS.index("lost")] = 4
    second.by_region[0, 2, TALLY.index("units")] = 3
    second.home[0, HOME.index("asked"), 1] = 2
    second.cycles[0, 0] = 0.5
    assert unequal(first, second) == [
        "by_region[0, 2, units]: 0 against 3",
        "counts[0, lost]: 0 against 4",
        "home[0, asked, 1]: 0 against 2",
        "cycles[0, 0]: nan against 0.5",
    ]

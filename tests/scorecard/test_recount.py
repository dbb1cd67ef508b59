"""The scorecard counted again from the journal: equal on catalogue worlds, by hand, and different once spoilt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fillrate.catalogue import entries
from fillrate.errors import InputError
from fillrate.scorecard.journal import KINDS
from fillrate.scorecard.ledger import read_ledger
from fillrate.scorecard.recount import EXACT, differences, recount
from fillrate.scorecard.recount_totals import recount_totals
from fillrate.scorecard.scorecard import Scorecard
from fillrate.scorecard.totals import unequal
from fillrate.simulate import Result, simulate
from fillrate.testing.by_hand import order, trace_of, world_of
from fillrate.trace import Trace, sample
from fillrate.world import World, load_world

HAND = """
[world]
name = "hand"
horizon_days = 10.0
warm_up_days = 1.0
[[location]]
name = "home"
storage_units = 8.0
station = { servers = 2, setup_minutes = 360.0 }
[[location]]
name = "away"
[[region]]
name = "r"
[[lane]]
location = "away"
region = "r"
box = 2.0
[[sku]]
name = "x"
price = 10.0
cost = 4.0
[[segment]]
name = "calm"
waits_forever = true
[[segment]]
name = "hasty"
loss_per_unit = 3.0
[[supply.item]]
units = 2
[money]
holding_per_day = 0.5
period_days = 5.0
"""


def table(result: Result) -> pa.Table:
    assert result.journal is not None
    return result.journal


def told_apart(world: World, trace: Trace, result: Result, journal: pa.Table | None = None) -> list[str]:
    """Cells in which the accounts' totals and those of a journal differ; of stopped searches no journal tells."""
    cells = unequal(recount_totals(world, trace, table(result) if journal is None else journal), result.totals)
    return [cell for cell in cells if "stopped_searches" not in cell]


def by_hand() -> tuple[World, Trace, Result]:
    """One order before the warm-up; then one of three units from both sites, one that waits, one that is lost."""
    world = world_of(HAND)
    trace = trace_of(
        world,
        order(0.5, ("x", 1), segment="calm"),
        order(2.0, ("x", 3), segment="calm"),
        order(3.0, ("x", 1), segment="hasty"),
        order(4.0, ("x", 2), segment="calm"),
    )
    return world, trace, simulate(world, trace, "distance", journal=True)


def test_numbers_by_hand() -> None:
    """Both ways of counting against numbers on paper."""
    world, trace, result = by_hand()
    expected = {
        "order_fill_rate": 0.0,  # the split order waits for the picker at home: not out at its receipt
        "unit_fill_rate": 2 / 6,  # two units from away leave at once
        "immediate_unit_fill_rate": 3 / 6,
        "eventual_unit_fill_rate": 3 / 6,
        "lost_units": 3.0,
        "backorder_units": 2 * 6 / 9,  # two units wait from 4.0 to 10.0, measured over 9 days
        "backorder_units_end": 2.0,
        "backorder_wait_days": 0.0,
        "order_cycle_time_days": 0.25,
        "shipments_per_order": 2.0,
        "split_rate": 1.0,
        "served_home_share": 1 / 3,
        "on_hand_units": (1 * 1.25 + 2 * 1.0) / 9,  # from 1.0: one at home until 2.25, two away until 2.0
        "storage_utilization": 1.25 / 9 / 8,
        "station_utilization": 0.25 / (2 * 9),  # the pick before the warm-up is not measured
        "station_wait_share": 0.0,
        "shipping_cost_per_order": 2.0 / 3,  # the order before the warm-up is left out above and below
        "cost_to_serve_per_order": (2.0 + 3.0) / 3,
        "contribution": 4 * 6.0 - 2.0 - 3.0 - 0.5 * (2 * 0.75 + 1 * 1.5 + 2 * 2.0),
        "contribution_per_day": (3 * 6.0 - 2.0 - 3.0 - 0.5 * (1.25 + 2.0)) / 9,
        "controllable_cost": 7 * 6.0 - (4 * 6.0 - 2.0 - 3.0 - 3.5),
        "unit_fill_rate[segment=hasty]": 0.0,
        "immediate_unit_fill_rate[segment=calm]": 3 / 5,
        "immediate_unit_fill_rate[region=r]": 3 / 6,
        "eventual_unit_fill_rate[segment=calm]": 3 / 5,
        "eventual_unit_fill_rate[segment=hasty]": 0.0,
        "unit_fill_rate[location=home]": 2 / 6,
        "immediate_unit_fill_rate[location=home]": 3 / 6,
        "eventual_unit_fill_rate[location=home]": 3 / 6,
        "on_hand_units[location=away]": 2.0 / 9,
    }
    again = recount(world, trace, table(result))
    for card in (result.scorecard, again):
        assert {key: card[key] for key in expected} == pytest.approx(expected, rel=1e-12)
        assert card["eventual_unit_fill_rate[location=away]"] is None  # nobody is at home there


def test_costs_an_order_are_those_of_the_orders_counted() -> None:
    """One order before the warm-up at 1.0, sent after it; one after; one that waits to the end, 8 days at 0.25."""
    world = world_of(
        HAND.replace('name = "away"', 'name = "away"\nhandling_per_unit = 0.5\ncut_off_hours = [12.0]')
        .replace("units = 2", 'location = "away"\nunits = 2')
        .replace("waits_forever = true", "waits_forever = true\nbackorder_per_unit_day = 0.25")
    )
    trace = trace_of(
        world,
        order(0.75, ("x", 1), segment="calm"),
        order(1.25, ("x", 1), segment="calm"),
        order(2.0, ("x", 1), segment="calm"),
    )
    result = simulate(world, trace, "distance", journal=True)
    for card in (result.scorecard, recount(world, trace, table(result))):
        assert card["shipping_cost_per_order"] == 2.0 / 2
        assert card["cost_to_serve_per_order"] == (2.0 + 0.5 + 8 * 0.25) / 2


@pytest.mark.parametrize("name", sorted(entries("envs")))
def test_catalogue_worlds_count_up(name: str) -> None:
    """A few hundred orders of every world."""
    world = load_world(name)
    days = world.header.warm_up_days + min(world.days - world.header.warm_up_days, 20.0)
    trace = sample(world, 7, days)
    result = simulate(world, trace, "cheapest", journal=True)
    assert differences(recount(world, trace, table(result)), result.scorecard) == {}
    assert told_apart(world, trace, result) == []


@pytest.mark.parametrize("kind", ["dispatched", "delivered", "shipped", "reserved", "lost", "picking", "revenue"])
def test_a_missing_row_counts(kind: str) -> None:
    """The recount reads the journal and not the accounts."""
    world, trace, result = by_hand()
    rows: list[dict[str, Any]] = table(result).to_pylist()
    rows.pop(max(n for n, row in enumerate(rows) if row["kind"] == kind))
    spoilt = pa.Table.from_pylist(rows, table(result).schema)
    again = recount(world, trace, spoilt)
    assert differences(again, result.scorecard)
    assert told_apart(world, trace, result, spoilt)


def test_differences_are_exact_for_money_and_counts() -> None:
    first, second = Scorecard({"contribution": 1.0, "split_rate": 0.5}), Scorecard({"contribution": 1.0 + 2.0**-40})
    assert "contribution" in EXACT
    assert differences(first, second) == {"contribution": (1.0, 1.0 + 2.0**-40), "split_rate": (0.5, None)}
    assert differences(first, Scorecard({"contribution": 1.0, "split_rate": 0.5 + 1e-12})) == {}


def test_a_journal_comes_back_from_a_file_as_it_was(tmp_path: Path) -> None:
    world, trace, result = by_hand()
    pq.write_table(table(result), tmp_path / "j.parquet", row_group_size=7)
    stored = pq.read_table(tmp_path / "j.parquet")
    halves = pa.concat_tables([table(result).slice(0, 9), table(result).slice(9)])
    plain = table(result).set_column(1, "kind", table(result)["kind"].cast(pa.string()))
    for copy in (stored, halves, plain):
        assert recount(world, trace, copy) == result.scorecard
    assert [KINDS[kind] for kind in read_ledger(world, halves).kind] == table(result)["kind"].to_pylist()


def test_names_of_another_world_are_refused() -> None:
    _, trace, result = by_hand()
    other = world_of(HAND.replace('"home"', '"house"'))
    with pytest.raises(InputError, match="journal column location: found 'home'"):
        recount(other, Trace(trace.orders, trace.seed, trace.days), table(result))

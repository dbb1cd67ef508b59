"""The money of a parcel: one function for what a row says it costs and for what is booked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fillrate.model.costs import parcel_money
from fillrate.model.simpy_model.rows import rows_of
from fillrate.simulate import simulate
from fillrate.testing.by_hand import lines, order, trace_of, world_of

Play = Callable[..., list[str]]

SITE = """
handling_per_parcel = 0.5
handling_per_unit = 0.25
fee_per_parcel = 2.0
fee_per_unit = 1.0
"""
LANE = """
[[lane]]
location = "a"
region = "r"
box = 3.0
rate = 0.5
rate_per_kg = 0.125
"""


def test_a_parcel_by_hand() -> None:
    """Two lines: 2 units at 10 that cost 4 and weigh 1 money of freight, 1 unit at 8 that costs 3 and 0.5."""
    money = parcel_money([(2, 10.0, 4.0, 1.0), (1, 8.0, 3.0, 0.5)], 3.0, (0.5, 0.25), (2.0, 1.0))
    assert (money.revenue, money.goods) == ([20.0, 8.0], [-8.0, -3.0])
    assert (money.freight, money.handling, money.fee) == (-5.5, -1.25, -5.0)
    assert money.cost == 11.75


def test_an_empty_parcel_costs_its_box() -> None:
    money = parcel_money([], 3.0, (0.5, 0.25), (2.0, 1.0))
    assert (money.revenue, money.goods, money.cost) == ([], [], 5.5)


def test_what_a_row_says_is_what_is_booked(play: Play) -> None:
    journal = play(
        LANE + "[[supply.item]]\nunits = 3\n", order(0.0, ("x", 3)), site=SITE, without=("opening", "received")
    )
    booked = [line for line in journal if line.split()[1] in {"freight", "handling", "fee"}]
    assert booked == lines(
        """
        0 freight #0 @a -4.5
        0 handling #0 @a -1.25
        0 fee #0 @a -5
        """
    )
    head = f'[world]\nname = "w"\nhorizon_days = 1.0\n[[location]]\nname = "a"\n{SITE}\n[[region]]\nname = "r"\n'
    block = rows_of(world_of(head + '[[sku]]\nname = "x"\n' + LANE).tables, 0, 0, 0)
    assert (block.box, block.unit_cost) == ([5.5], [1.75])
    assert block.box[0] + 3 * block.unit_cost[0] == 4.5 + 1.25 + 5.0


RANKED = """
[world]
name = "ranked"
horizon_days = 4.0
[[location]]
name = "a"
station = { servers = 1, setup_minutes = 720.0 }
[[region]]
name = "r"
[[sku]]
name = "cheap"
price = 2.0
[[sku]]
name = "dear"
price = 9.0
[[supply.item]]
units = 5
"""


@pytest.mark.parametrize("column", ["value", "margin", "units", "loss"])
def test_a_station_picks_by_what_an_order_was_worth_before_it_was_placed(column: str) -> None:
    """One is in service, then a small order queues before a large one; the large one is picked first."""
    toml = RANKED + '[[segment]]\nname = "s"\nloss_per_unit = 1.0\n'
    world = world_of(toml)
    trace = trace_of(world, order(0.0, ("cheap", 1)), order(0.125, ("cheap", 1)), order(0.25, ("dear", 2)))

    class Rank:
        def rank(self, orders: list[object]) -> list[float]:
            return [o.columns[column] for o in orders]  # type: ignore[attr-defined]

    journal = simulate(world, trace, Rank(), journal=True).journal
    assert journal is not None
    assert [row["order"] for row in journal.to_pylist() if row["kind"] == "picking"] == [0, 2, 1]

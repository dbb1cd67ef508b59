"""Blocks of candidate rows."""

from __future__ import annotations

import gc
import weakref

import pytest

from fillrate.model.invariants import require_sound
from fillrate.model.simpy_model import rows
from fillrate.model.simpy_model.rows import laid_out, rows_of
from fillrate.scorecard.recount import differences, recount
from fillrate.simulate import simulate
from fillrate.testing.by_hand import order, told, trace_of, world_of
from fillrate.world import World


def three_sites() -> World:
    """Sites a, b, c, each dearer than the one before; two candidates at most; c does not carry y."""
    sites = "".join(
        f'[[location]]\nname = "{name}"\ncarries = {carries}\n'
        f'[[lane]]\nlocation = "{name}"\nregion = "r"\nbox = {box}\n'
        for name, carries, box in (("a", '["*"]', 1.0), ("b", '["*"]', 2.0), ("c", '["x"]', 3.0))
    )
    goods = '[[sku]]\nname = "x"\n[[sku]]\nname = "y"\n[[region]]\nname = "r"\n'
    return world_of('[world]\nname = "sites"\nhorizon_days = 1.0\nmax_candidates = 2\n' + sites + goods)


def test_a_table_is_cut_at_the_most_candidates() -> None:
    block = rows_of(three_sites().tables, 0, 0, 0)
    assert (block.location, block.box, block.cut) == ([0, 1], [1.0, 2.0], True)


def test_a_pinned_order_has_its_location_alone_even_beyond_the_most_candidates() -> None:
    tables = three_sites().tables
    block = rows_of(tables, 0, 0, 0, pin=2)
    assert (block.location, block.box, block.cut) == ([2], [3.0], False)
    assert block.pair == [tables.pair_of[2, 0]]
    assert block.home == tables.home(0, 0)  # it is no one else's home for that


def test_a_pinned_order_has_no_row_where_its_location_does_not_carry_the_sku() -> None:
    block = rows_of(three_sites().tables, 0, 0, 1, pin=2)
    assert (block.location, block.pair, block.cut) == ([], [], False)


def test_a_pinned_order_is_served_from_beyond_the_most_candidates() -> None:
    """One candidate at most, and the store is not it: a walk-in sale is served there all the same."""
    world = world_of(
        '[world]\nname = "pins"\nhorizon_days = 1.0\nmax_candidates = 1\n[[location]]\nname = "hub"\n[[location]]\n'
        'name = "shop"\nkind = "store"\n[[lane]]\nlocation = "shop"\nregion = "r"\nbox = 9.0\n[[region]]\nname = "r"\n'
        '[[sku]]\nname = "x"\n[[channel]]\nname = "walk_in"\npins = "nearest_store"\n[[supply.item]]\nunits = 1\n'
    )
    trace = trace_of(world, order(0.0, ("x", 1)))
    result = simulate(world, trace, "cheapest", journal=True)
    assert "0 reserved #0:0 x@shop 1" in told(result.journal)
    require_sound(world, trace, result.journal)
    assert differences(recount(world, trace, result.journal), result.scorecard) == {}


def test_blocks_outlast_a_run_but_not_their_world() -> None:
    world = three_sites()
    simulate(world, trace_of(world, order(0.0, ("x", 1))), "cheapest", engine="simpy")
    assert list(laid_out(world.tables)) == [(0, 0, 0, -1)]
    assert laid_out(three_sites().tables) == {}  # another world of the same file lays out its own
    tables = weakref.ref(world.tables)
    del world
    gc.collect()
    assert tables() is None


def test_too_many_blocks_are_laid_out_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST", 1)
    tables = three_sites().tables
    for sku in range(2):
        laid_out(tables)[0, 0, sku, -1] = rows_of(tables, 0, 0, sku)
    assert laid_out(tables) == {}

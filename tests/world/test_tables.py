"""Ids and arrays of a world: pairs, lanes, the order of a region's locations, and the grid."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

from fillrate.draws import TICKS, drawn, empirical, snap
from fillrate.testing.by_hand import world_of
from fillrate.world import World, load_world
from fillrate.world.law import CountLaw, Law, count_quantile, law_table, quantile
from fillrate.world.rates import card_fits, unit_weight

HEAD = '[world]\nname = "w"\nhorizon_days = 1.0\n'
LINE = '[[lane]]\nlocation = "{0}"\nregion = "r"\nbox = {1}\nrate_per_kg = {2}\n'


def weighing(popular: float = 1.0) -> World:
    """A parcel from near costs 5 whatever it weighs, from far 2 and 1 a kilogram; x weighs 1 kg and y 9."""
    goods = f'[[sku]]\nname = "x"\nweight_kg = 1.0\npopularity = {popular}\n[[sku]]\nname = "y"\nweight_kg = 9.0\n'
    sites = '[[location]]\nname = "near"\n[[location]]\nname = "far"\n[[region]]\nname = "r"\n'
    return world_of(HEAD + sites + goods + LINE.format("near", 5.0, 0.0) + LINE.format("far", 2.0, 1.0))


@pytest.mark.parametrize(("popular", "kg", "order"), [(1.0, 5.0, (0, 1)), (7.0, 2.0, (1, 0)), (3.0, 3.0, (0, 1))])
def test_the_standard_cost_knows_what_a_unit_weighs(popular: float, kg: float, order: tuple[int, ...]) -> None:
    """At 3 kg both cost 5, and no distance differs: the order of the file decides."""
    world = weighing(popular)
    assert unit_weight(world) == kg
    assert world.tables.region_order == (order,)


def test_pairs_are_sorted_by_sku_then_location() -> None:
    sites = {"a": '["z", "x", "z"]', "b": "[]", "c": '["*"]', "d": '["y"]'}
    toml = "".join(f'[[location]]\nname = "{name}"\ncarries = {goods}\n' for name, goods in sites.items())
    tables = world_of(
        HEAD + toml + '[[region]]\nname = "r"\n' + "".join(f'[[sku]]\nname = "{s}"\n' for s in "xyz")
    ).tables
    pairs = list(zip(tables.pair_sku.tolist(), tables.pair_location.tolist(), strict=True))
    assert pairs == [(0, 0), (0, 2), (1, 2), (1, 3), (2, 0), (2, 2)]
    assert tables.pair_start.tolist() == [0, 2, 4, 6]


def on_grid(values: Any) -> bool:
    array = np.asarray(values, np.float64)
    array = array[np.isfinite(array)]
    return bool(np.array_equal(np.rint(array * TICKS), array * TICKS))


@pytest.mark.parametrize("name", ["disruption", "omnichannel", "peak_season", "regional"])
def test_what_decides_ties_is_on_the_grid(name: str) -> None:
    tables = load_world(name).tables
    assert tables.home_rate.any()
    for values in (tables.distance_km, tables.home_rate, tables.home_variance, tables.higher_share, tables.box):
        assert on_grid(values)


def test_the_share_of_higher_segments_by_hand() -> None:
    world = weighing()
    toml = "".join(
        f'[[segment]]\nname = "{n}"\nweight = {w}\npriority = {p}\n' for n, w, p in (("a", 1, 5), ("b", 2, 1))
    )
    sites = '[[location]]\nname = "s"\n[[region]]\nname = "r"\n[[sku]]\nname = "x"\n'
    assert world_of(HEAD + sites + toml).tables.higher_share == [0.0, snap(1 / 3)]
    assert world.tables.higher_share == [0.0]


def test_rate_cards_are_fitted_and_the_error_is_kept() -> None:
    """Breaks (1, 4), (2, 7), (3, 4) kg: the line is flat at 5, and 7 is off by 2, the largest share of a price too."""
    card = "[[shipping.rate_card]]\nbreaks = [[1.0, 4.0], [2.0, 7.0], [3.0, 4.0]]\n"
    sites = '[[location]]\nname = "s"\n[[region]]\nname = "r"\n[[sku]]\nname = "x"\n'
    (fit,) = card_fits(world_of(HEAD + sites + card))
    assert (fit.box, fit.rate_per_kg, fit.error, fit.share) == pytest.approx((5.0, 0.0, 2.0, 2.0 / 7.0))
    assert card_fits(weighing()) == []


def test_an_empirical_law_makes_its_table_once() -> None:
    law, count = Law("empirical", values=(1.0, 5.0, 9.0), weights=(1.0, 2.0, 1.0)), CountLaw("empirical", values=(2, 4))
    assert law.cumulative == [0.25, 0.75, 1.0]
    assert law.cumulative is law.cumulative
    assert [quantile(law, u) for u in (0.1, 0.25, 0.74, 0.75, 0.999)] == [1.0, 5.0, 5.0, 9.0, 9.0]
    assert [count_quantile(count, u) for u in (0.49, 0.5)] == [2, 4]
    assert empirical(0.9999, [3.0], [0.999], 0, 1) == 3.0  # never past the last value


def test_laws_as_arrays_are_the_laws() -> None:
    """Only an empirical law has entries; values that another one states do not count."""
    laws = [
        Law("gamma", 3.0, 0.5),
        Law("empirical", values=(1.0, 5.0, 9.0), weights=(1.0, 2.0, 1.0)),
        Law("exponential", 2.0, values=(4.0,), weights=(0.0,)),
        Law("empirical", values=(7.0, 2.0)),
        Law("constant", 0.25),
        Law("lognormal", 1.0, 0.8),
    ]
    t = law_table(laws)
    assert (t.first.tolist(), t.count.tolist()) == ([0, 0, 3, 3, 5, 5], [0, 3, 0, 2, 0, 0])
    for u in (0.01, 0.25, 0.6, 0.98):
        rows = zip(*(x.tolist() for x in (t.code, t.mean, t.cv, t.first, t.count)), strict=True)
        found = [drawn(code, u, mean, cv, t.values, t.cumulative, a, n) for code, mean, cv, a, n in rows]
        assert found == [snap(quantile(law, u)) for law in laws]


def test_no_laws_make_empty_arrays() -> None:
    t = law_table([])
    assert [len(x) for x in (t.code, t.mean, t.cv, t.first, t.count, t.values, t.cumulative)] == [0] * 7
    assert t.first.dtype == t.count.dtype == t.code.dtype == np.int64


@pytest.mark.parametrize("name", ["disruption", "omnichannel", "regional"])
def test_homes_at_once_are_homes_one_by_one(name: str) -> None:
    of = load_world(name)
    one_by_one = [[of.tables.home(r, k) for k in range(len(of.skus))] for r in range(len(of.regions))]
    assert of.tables.homes.tolist() == one_by_one


def test_a_sku_that_nobody_carries_or_reaches_has_no_home() -> None:
    sites = '[[location]]\nname = "a"\ncarries = ["x"]\n[[location]]\nname = "b"\ncarries = ["z"]\n'
    goods = "".join(f'[[sku]]\nname = "{s}"\n' for s in "wxyz")
    closed = '[[lane]]\nlocation = "a"\nregion = "r"\nclosed = true\n'
    tables = world_of(HEAD + sites + '[[region]]\nname = "r"\n' + goods + closed).tables
    assert tables.homes.tolist() == [[-1, -1, -1, 1]]
    assert [tables.home(0, sku) for sku in range(4)] == [-1, -1, -1, 1]


def test_the_hash_covers_all_that_a_world_says_but_its_texts() -> None:
    of = load_world("regional")
    said = asdict(of)
    for text in ("title", "about", "source", "optimum", "trace"):
        del said["header"][text]
    assert of.hash == hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]

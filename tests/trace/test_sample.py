"""What is in the orders, against the stated shares; and that a draw belongs to its entity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from fillrate.errors import InputError, TraceError
from fillrate.trace import Orders, Trace, sample
from fillrate.trace.checks import check_trace
from fillrate.world import World
from fillrate.world.demand import Sku
from fillrate.world.network import Location, Region

Make = Callable[..., World]
SIGNIFICANCE = 1e-3


def fits(found: NDArray[Any], shares: list[float]) -> bool:
    """Pearson's test of ids against weights."""
    counts = np.bincount(found, minlength=len(shares))
    expected = len(found) * np.array(shares) / sum(shares)
    return bool(stats.chisquare(counts, expected).pvalue > SIGNIFICANCE)


def independent(a: NDArray[Any], b: NDArray[Any]) -> bool:
    """Pearson's test of a contingency table."""
    table = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(table, (a, b), 1.0)
    return bool(stats.chi2_contingency(table).pvalue > SIGNIFICANCE)


@pytest.fixture(scope="module")
def orders(world: Make) -> Orders:
    demand = {"rate_per_day": 400.0, "line_count": [5.0, 3.0, 2.0], "unit_count": [6.0, 0.0, 4.0]}
    channel = [{"name": "web", "weight": 3.0}, {"name": "till", "pins": "nearest_store"}]
    return sample(world(demand=demand, channel=channel), 11).orders


def test_regions_segments_and_channels_have_their_shares(orders: Orders) -> None:
    assert fits(orders.region, [5.0, 3.0, 1.0])
    assert fits(orders.segment, [4.0, 1.0])
    assert fits(orders.channel, [3.0, 1.0])


def test_who_and_where_and_what_are_drawn_apart(orders: Orders) -> None:
    first = orders.sku[orders.first_line[:-1]]
    for a, b in [(orders.region, orders.segment), (orders.segment, orders.channel), (orders.region, first)]:
        assert independent(a, b)
    second = orders.first_line[:-1][np.diff(orders.first_line) > 1]
    assert independent(orders.sku[second], orders.sku[second + 1]), "lines of one order"


def test_lines_and_units_have_their_weights(orders: Orders) -> None:
    assert fits(np.diff(orders.first_line) - 1, [5.0, 3.0, 2.0])
    assert set(np.unique(orders.quantity).tolist()) == {1, 3}
    assert fits((orders.quantity == 3).astype(np.int64), [6.0, 4.0])
    assert fits(orders.sku, [6.0, 3.0, 1.0])


def test_prices_are_the_list_price_times_the_segments_factor(orders: Orders) -> None:
    segment = np.repeat(orders.segment, np.diff(orders.first_line))
    assert set(orders.price[(orders.sku == 0) & (segment == 0)].tolist()) == {10.0}
    assert set(orders.price[(orders.sku == 0) & (segment == 1)].tolist()) == {9.0}
    assert set(orders.price[orders.sku > 0].tolist()) == {0.0}


def test_a_price_beyond_all_numbers_is_refused_without_a_warning(world: Make) -> None:
    """A price may be any float, its ticks may not; warnings are errors here."""
    dear = world(sku=[{"name": "x", "price": 1e308}])
    with pytest.raises(TraceError, match="price: found inf; allowed: a finite price"):
        check_trace(dear, sample(dear, 1))


def test_a_channel_pins_the_nearest_store(orders: Orders) -> None:
    assert (orders.pin[orders.channel == 0] == -1).all()
    assert (orders.pin[orders.channel == 1] == 1).all()


def test_a_channel_pins_the_nearest_location(world: Make) -> None:
    o = sample(world(channel=[{"name": "locker", "pins": "nearest"}]), 1).orders
    assert (o.pin == np.array([0, 1, 0])[o.region]).all(), "region s lies beside b, the others beside a"


def test_a_promotion_raises_its_skus_and_segments_while_it_lasts(world: Make) -> None:
    sale = {
        "from_day": 5.0,
        "to_day": 15.0,
        "skus": ["z"],
        "sku_factor": 9.0,
        "segments": ["few"],
        "segment_factor": 4.0,
    }
    o = sample(world(demand={"rate_per_day": 400.0, "promotion": [sale]}), 12).orders
    on = (o.time >= 5.0) & (o.time < 15.0)
    assert fits(o.sku[on], [6.0, 3.0, 9.0])
    assert fits(o.sku[~on], [6.0, 3.0, 1.0])
    assert fits(o.segment[on], [1.0, 1.0])
    assert fits(o.segment[~on], [4.0, 1.0])


def test_promotions_that_overlap_multiply(world: Make) -> None:
    sales = [
        {"from_day": 0.0, "to_day": 20.0, "skus": ["y", "z"], "sku_factor": 2.0},
        {"from_day": 10.0, "to_day": 20.0, "skus": ["z"], "sku_factor": 3.0},
    ]
    o = sample(world(demand={"rate_per_day": 400.0, "promotion": sales}), 13).orders
    assert fits(o.sku[o.time < 10.0], [6.0, 6.0, 2.0])
    assert fits(o.sku[o.time >= 10.0], [6.0, 6.0, 6.0])


def test_baskets_come_with_their_probability_and_whole(world: Make) -> None:
    types = [
        {"probability": 0.5, "skus": ["x"], "quantities": [4]},
        {"probability": 0.3, "skus": ["z", "x"]},
        {"probability": 0.2, "skus": ["y", "y"], "quantities": [1, 2]},
    ]
    o = sample(world(demand={"rate_per_day": 400.0, "basket": types}), 14).orders
    said = [((0, 4),), ((2, 1), (0, 1)), ((1, 1), (1, 2))]
    lines = list(zip(o.sku.tolist(), o.quantity.tolist(), strict=True))
    bounds = zip(o.first_line[:-1].tolist(), o.first_line[1:].tolist(), strict=True)
    assert fits(np.array([said.index(tuple(lines[a:b])) for a, b in bounds]), [0.5, 0.3, 0.2])


def test_an_empty_order_type_is_no_order(world: Make) -> None:
    types = [{"probability": 0.25}, {"probability": 0.75, "skus": ["x", "y"]}]
    of = world(1_000.0, demand={"process": "bernoulli", "basket": types})
    o = sample(of, 15).orders
    assert (np.diff(o.first_line) == 2).all()
    assert len(o) == pytest.approx(750, abs=4 * np.sqrt(1_000 * 0.25 * 0.75))
    full = sample(replace(of, demand=replace(of.demand, basket=of.demand.basket[1:])), 15).orders
    assert set(o.key.tolist()) < set(full.key.tolist()), "the orders that are left keep their keys"


def test_a_seed_makes_one_trace_and_another_another(world: Make) -> None:
    of = world(2.0)
    assert sample(of, 1).hash == sample(of, 1).hash
    hashes = {sample(of, seed).hash for seed in (0, 1, 2, 2**62, -1)}
    assert len(hashes) == 5
    assert (
        abs(np.corrcoef(np.diff(sample(of, 1).orders.time)[:700], np.diff(sample(of, 2).orders.time)[:700])[0, 1])
        < 0.15
    )


def columns(trace: Trace) -> dict[str, list[Any]]:
    return {f.name: getattr(trace.orders, f.name).tolist() for f in fields(trace.orders)}


def changed(before: Trace, after: Trace) -> set[str]:
    """Columns that differ; dates that were never set (nan) are left out."""
    a, b = columns(before), columns(after)
    return {name for name in a if name not in {"ship_by", "deliver_by"} and a[name] != b[name]}


RICH = {"rate_per_day": 60.0, "line_count": [2.0, 1.0], "unit_count": [2.0, 1.0]}


def test_a_further_site_changes_nothing(world: Make) -> None:
    of = world(demand=RICH)
    more = replace(of, locations=(Location("new", latitude=3.0), *of.locations))
    assert changed(sample(of, 1), sample(more, 1)) == set()


def test_a_further_sku_changes_which_sku_and_no_other_draw(world: Make) -> None:
    of = world(demand=RICH)
    more = replace(of, skus=(*of.skus, Sku("new", popularity=5.0)))
    assert changed(sample(of, 1), sample(more, 1)) == {"sku", "price"}
    unasked = replace(of, skus=(*of.skus, Sku("new", popularity=0.0)))
    assert changed(sample(of, 1), sample(unasked, 1)) == set()


def test_a_further_region_changes_where_and_no_other_draw(world: Make) -> None:
    of = world(demand=RICH)
    more = replace(of, regions=(*of.regions, Region("new", weight=2.0)))
    assert changed(sample(of, 1), sample(more, 1)) == {"region"}


def test_arrays_are_immutable_and_typed(orders: Orders) -> None:
    for f in fields(orders):
        array = getattr(orders, f.name)
        assert not array.flags.writeable
        assert f.type.removeprefix("NDArray[np.").removesuffix("]") == array.dtype.name


@pytest.mark.parametrize("seed", [1.5, "a", None])
def test_a_seed_is_a_whole_number(world: Make, seed: Any) -> None:
    with pytest.raises(InputError) as caught:
        sample(world(), seed)
    assert str(caught.value) == f"seed: found {seed!r}; allowed: a whole number"
    of_numpy: Any = np.int64(3)
    assert sample(world(), of_numpy).hash == sample(world(), 3).hash

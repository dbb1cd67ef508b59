"""What can be tuned: every policy of the catalogue has a valid space, and whatever is proposed makes a policy."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import numpy as np
import pytest

from fillrate.catalogue import built_in
from fillrate.errors import PolicyError
from fillrate.learn.tune.space import Space, space_of, with_values
from fillrate.policy import bind, load_policy
from fillrate.policy.checks import check_entry
from fillrate.policy.read import read_entry
from fillrate.policy.spec import Entry, Info, Limit, Modifier
from fillrate.policy.write import entry_text, single_entry
from fillrate.simulate import simulate
from fillrate.trace import sample
from fillrate.world import World, load_world
from fillrate.world.strict import validate

POLICIES = sorted(path.stem for path in built_in("policies").glob("*.toml"))
TUNABLE = {
    *("base_stock", "capped_base_stock", "critical_level", "earliest_promise", "fair_share", "fewest_splits", "linear"),
    *("max_splits", "minimize_splits", "newsvendor", "product_allocation", "protection_level", "r_Q", "s_S"),
    *("safety_stock", "shipment_value_threshold", "spillover_limit", "weighted_cost", "weighted_score", "whole_order"),
}
FIXED = {
    *("backorder_processing", "cheapest", "constant", "distance", "fcfs", "fences_and_ratings", "fixed_primary"),
    *("hold_all", "prioritize_high_stock", "priority_list", "priority_then_date", "random", "rule_chain"),
    *("ship_complete", "workload_balance"),
}


@pytest.fixture(scope="module")
def peak() -> World:
    return load_world("peak_season").over(2.0)


def names(space: Space) -> list[str]:
    return [p.name for p in space]


def at_random(space: Space, random: np.random.Generator) -> dict[str, float | None]:
    return {p.name: p.range.value(random.uniform(*p.range.span)) for p in space}


@pytest.mark.parametrize("name", sorted(TUNABLE))
def test_whatever_is_proposed_makes_a_policy_that_binds_and_reads_back(name: str, peak: World) -> None:
    entry, random = single_entry(load_policy(name)), np.random.default_rng(1)
    space = space_of(entry, peak)
    assert all(p.range.low <= p.value <= p.range.high for p in space if p.value is not None)
    corners = [{p.name: p.range.value(p.range.span[n]) for p in space} for n in (0, 1)]
    for values in [*corners, *(at_random(space, random) for _ in range(6))]:
        changed = with_values(entry, space, values)
        bind(load_policy(changed), peak)
        if changed.limit or changed.modifier not in {None, Modifier()} or changed.policy.part != "modifier":
            check_entry(changed, name)
            text = entry_text(changed, ["Tuned."])
            assert validate(Entry, tomllib.loads(text), name, PolicyError).limit == changed.limit


@pytest.mark.parametrize("name", sorted(FIXED))
def test_a_policy_without_numbers_has_nothing_to_tune(name: str, peak: World) -> None:
    with pytest.raises(PolicyError, match="nothing to tune in 'peak_season'"):
        space_of(read_entry(name), peak)


def test_the_catalogue_is_sorted_into_what_can_be_tuned_and_what_cannot() -> None:
    made = [name for name in POLICIES if "__" not in name]  # RULE__WORLD is what tuning wrote
    rules = {name for name in made if read_entry(name).policy.kind in {"rule", "priced"}}
    assert rules == TUNABLE | FIXED


def test_parameters_are_named_as_in_the_file(peak: World) -> None:
    def of(policy: str) -> list[str]:
        return names(space_of(single_entry(load_policy(policy)), peak))

    assert of("critical_level") == ["limit[0].units", "limit[0].days"]
    assert of("whole_order") == ["value.loss_cost", "box.box_cost"]
    assert of("minimize_splits") == ["steps[1].order_cover"]
    assert of("weighted_score")[:2] == ["rank.steps[0].loss", "rank.steps[0].contract"]
    assert of("shipment_value_threshold") == ["modifier.shipment_value"]
    assert of("weighted_cost")[-1] == "hold"


def test_a_composed_policy_has_the_numbers_of_all_its_parts(peak: World) -> None:
    entry = single_entry(load_policy("weighted_score+critical_level+base_stock+max_splits"))
    assert names(space_of(entry, peak)) == [
        *(f"rank.steps[0].{c}" for c in ("loss", "contract", "loyalty", "store_sales", "fast_region")),
        *("replenish.service_level", "replenish.cover_days", "modifier.max_locations"),
        *("limit[0].units", "limit[0].days"),
    ]


def test_numbers_that_the_world_does_not_notice_are_left_out() -> None:
    pair = load_world("two_warehouses")
    with pytest.raises(PolicyError, match="nothing to tune"):  # its base stocks are stated
        space_of(read_entry("base_stock"), pair)
    sold_once = load_world("limited_edition_daily")  # a critical level looks ahead to the end where nothing is bought
    assert names(space_of(read_entry("critical_level"), sold_once)) == ["limit[0].units"]


def test_the_first_weight_of_a_step_is_what_the_others_are_measured_by(peak: World) -> None:
    space = space_of(read_entry("weighted_cost"), peak)
    assert "steps[0].cost_per_unit" not in names(space)
    lateness = next(p for p in space if p.name == "steps[0].expected_lateness")
    assert (lateness.value, lateness.range.low, lateness.range.high) == (-2.0, -32.0, 0.0)


def test_a_limit_that_keeps_nothing_back_is_taken_out(peak: World) -> None:
    entry = read_entry("safety_stock")
    space = space_of(entry, peak)
    assert with_values(entry, space, {"limit[0].units": 0.0}).limit == ()
    assert with_values(entry, space, {"limit[0].units": 0.0, "limit[0].days": 2.0}).limit[0].days == 2.0
    assert entry.limit[0].units == 1.0


def test_a_column_that_weighs_nothing_is_taken_out_and_plays_the_same(peak: World) -> None:
    entry = read_entry("linear")
    changed = with_values(entry, space_of(entry, peak), {"steps[0].expected_lateness": -3.0})
    assert changed.source is not None
    assert changed.source.steps == ({"cost_per_unit": -1.0, "expected_lateness": -3.0},)
    assert entry.source is not None
    unpruned = replace(entry, source=replace(entry.source, steps=(entry.source.steps[0] | changed.source.steps[0],)))
    trace = sample(peak, 2)
    runs = [simulate(peak, trace, policy, journal=True).journal for policy in (changed, unpruned)]
    assert runs[0] is not None
    assert runs[0].equals(runs[1])


def test_whole_numbers_stay_whole(peak: World) -> None:
    entry = Entry(Info("few", "modifier"), modifier=Modifier(max_locations=2))
    changed = with_values(entry, space_of(entry, peak), {"modifier.max_locations": 3.0})
    assert changed.modifier is not None
    assert repr(changed.modifier.max_locations) == "3"


def test_a_quota_is_never_cut_into_countless_periods() -> None:
    year = load_world("regional").over(365.0)
    entry = Entry(Info("quota", "source"), source=read_entry("cheapest").source, limit=(Limit("fair_share", days=7.0),))
    days = next(p for p in space_of(entry, year) if p.name == "limit[0].days")
    assert (days.range.low, days.range.high) == (0.73, 365.0)


@pytest.mark.parametrize("world", ["peak_season", "regional"])
def test_untuned_linear_is_cheapest_to_the_bit(world: str) -> None:
    place = load_world(world).over(4.0)
    runs = [simulate(place, sample(place, 3), name, journal=True) for name in ("linear", "cheapest")]
    assert runs[0].journal is not None
    assert runs[0].journal.equals(runs[1].journal)

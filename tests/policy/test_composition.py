"""Policies joined by +, parts from the world's defaults, a workspace's own files, and custom objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fillrate.decision.columns import ORDER_COLUMNS
from fillrate.decision.question import OrderView, Question, ReplenishView
from fillrate.errors import PolicyError
from fillrate.policy import Policy, bind, load_policy
from fillrate.policy.read import read_entry
from fillrate.simulate import simulate
from fillrate.testing.by_hand import order
from fillrate.trace import sample
from fillrate.world import load_world


def test_parts_that_are_not_named_come_from_the_world() -> None:
    world = load_world("two_warehouses")
    assert load_policy("distance", world).parts() == {
        "name": "distance",
        "rank": "fcfs",
        "source": "distance",
        "replenish": "base_stock",
        "modifiers": [],
    }
    said = load_policy("priority_then_date+distance+r_Q+max_splits+safety_stock", world).parts()
    assert [said[part] for part in ("rank", "source", "replenish")] == ["priority_then_date", "distance", "r_Q"]
    assert said["modifiers"] == ["max_splits", "safety_stock"]


def test_the_order_of_names_does_not_matter_and_spaces_neither() -> None:
    world = load_world("two_warehouses")
    one, other = load_policy("fcfs+cheapest+base_stock", world), load_policy("base_stock + cheapest + fcfs", world)
    assert one.hash == other.hash
    assert one.hash != load_policy("fcfs+distance+base_stock", world).hash


def test_a_wrong_default_of_a_world_is_named() -> None:
    world = load_world("two_warehouses")
    wrong = replace(world, defaults=replace(world.defaults, rank="cheapest"))
    with pytest.raises(PolicyError, match=r"\[defaults\] rank: policy 'cheapest': it is a source policy"):
        load_policy("distance", wrong)


def test_a_workspace_comes_before_the_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "policies").mkdir()
    own = '[policy]\nname = "cheapest"\npart = "source"\n[source]\nsteps = [{ available = 1.0 }]\n'
    (tmp_path / "policies" / "cheapest.toml").write_text(own, encoding="utf-8")
    assert dict(read_entry("cheapest").source.steps[0]) == {"cost_per_unit": -1.0}  # type: ignore[union-attr]
    monkeypatch.chdir(tmp_path)
    assert dict(read_entry("cheapest").source.steps[0]) == {"available": 1.0}  # type: ignore[union-attr]
    assert read_entry("distance").policy.name == "distance"


def test_a_file_may_make_several_decisions(tmp_path: Path, small: Any) -> None:
    path = tmp_path / "both.toml"
    path.write_text(
        '[policy]\nname = "both"\npart = "whole"\n[rank]\nsteps = [{ received = 1.0 }]\n[source]\nmethod = "hold"\n'
        "[modifier]\nmax_locations = 1\n[[limit]]\nkind = 'safety_stock'\nunits = 2.0\n",
        encoding="utf-8",
    )
    policy = load_policy(path)
    assert policy.parts() == {
        "name": "both",
        "rank": "both",
        "source": "both",
        "replenish": None,
        "modifiers": ["both"],
    }
    bound = bind(policy, small.world([[1, 1]]))
    assert (bound.most, bound.source.method, bound.rank_steps) == (1, "hold", ((("received", 1.0),),))
    assert bound.reserves is not None
    assert bound.reserves.units.tolist() == [
        [[[2.0, 2.0], [2.0, 2.0]]]
    ]  # counted once, though the file plays two parts
    with pytest.raises(PolicyError, match="'both' and 'fcfs' are both rank policies"):
        load_policy(f"{path}+fcfs")


def test_modifiers_add_up_to_the_strictest(tmp_path: Path, small: Any) -> None:
    text = '[policy]\nname = "{0}"\npart = "modifier"\n[modifier]\n{1}\n'
    for name, body in {
        "one": "max_locations = 1\nshipment_value = 5.0",
        "two": "max_locations = 2\nshipment_value = 9.0",
        "line": 'ship_complete = "line"',
    }.items():
        (tmp_path / f"{name}.toml").write_text(text.format(name, body), encoding="utf-8")
    bound = bind(load_policy("+".join(str(tmp_path / f"{n}.toml") for n in ("two", "one", "line"))), small.world([[1]]))
    assert (bound.most, bound.shipment_value, bound.complete) == (1, 9.0, [1])


def test_without_modifiers_nothing_is_limited(small: Any) -> None:
    bound = bind(load_policy("cheapest"), small.world([[1, 1, 1]]))
    assert (bound.most, bound.shipment_value, bound.complete, bound.split) == (3, 0.0, [0], [2])
    assert (bound.reserves, bound.quotas, bound.levels, bound.strategies) == (None, None, None, False)


def test_a_policy_may_be_given_as_an_entry() -> None:
    assert load_policy(read_entry("cheapest")) == load_policy("cheapest")


class Last:
    """Takes the last location that may serve."""

    columns = ("available", "cost_per_unit")

    def source(self, question: Question) -> int:
        assert question.locations[-1] == "hold"
        assert question.columns == self.columns
        assert question.table.shape == (len(question.locations), 2)
        assert question.mask[-1]
        return int(np.flatnonzero(question.mask[:-1])[-1])


class Newest:
    """The order received last comes first."""

    def rank(self, orders: Sequence[OrderView]) -> list[float]:
        assert all(set(o.columns) == {c.name for c in ORDER_COLUMNS} for o in orders)
        return [o.columns["received"] for o in orders]


class Twice:
    """Orders two of what is short of three."""

    def replenish(self, view: ReplenishView) -> list[int]:
        position = view.on_hand - view.reserved + view.inbound - view.held
        return [2 if p < 3 else 0 for p in position.tolist()]


def test_a_custom_source_answers_row_by_row(small: Any) -> None:
    assert small.taken(small.world([[5, 0, 2]]), Last(), [3]) == [[1, 0, 2]]


def test_a_custom_rank_says_who_is_first(small: Any) -> None:
    world = small.world([[1]], timing={"mode": "wave"}, horizon_days=2.0)
    sim = small.simulation(world, Newest(), order(0.25, ("k0", 1)), order(0.5, ("k0", 1)))
    sim.run()
    reserved = [e for e in sim.journal.table(world).to_pylist() if e["kind"] == "reserved"]
    assert [e["order"] for e in reserved] == [1]


def test_a_custom_replenish_buys(small: Any) -> None:
    world = small.world([[1, 4]], lead_time_days=1.0, review_days=1.0, horizon_days=2.5)
    sim = small.simulation(world, Twice())
    sim.run()
    ordered = [e for e in sim.journal.table(world).to_pylist() if e["kind"] == "ordered"]
    assert [(e["time"], e["location"], e["quantity"]) for e in ordered] == [(0.0, "l0", 2.0)]


def test_custom_objects_run_on_a_world_of_the_catalogue() -> None:
    world = load_world("two_warehouses")
    trace = sample(world, 1, 50.0)
    for thing in (Last(), Newest(), Twice()):
        result = simulate(world, trace, thing)
        assert result.policy.parts()[next(p for p in ("source", "rank", "replenish") if hasattr(thing, p))] in {
            "Last",
            "Newest",
            "Twice",
        }
        assert (result.scorecard["eventual_unit_fill_rate"] or 0.0) > 0.5


def test_parts_of_one_policy_may_be_objects_and_entries() -> None:
    world = load_world("two_warehouses")
    policy = replace(load_policy("fcfs+base_stock"), name="mine", source=Last())
    assert isinstance(policy, Policy)
    assert simulate(world, sample(world, 1, 20.0), policy).policy.parts()["source"] == "Last"


@dataclass
class Says:
    """Gives one fixed answer, as each of the three kinds of policy that have it."""

    answer: Any

    def source(self, _: Question) -> Any:
        return self.answer


@dataclass
class Ranks:
    answer: Any

    def rank(self, _: Sequence[OrderView]) -> Any:
        return self.answer


@dataclass
class Buys:
    answer: Any

    def replenish(self, _: ReplenishView) -> Any:
        return self.answer


@pytest.mark.parametrize("answer", [1, -1, 9, 0.0, None, True, "l0"])
def test_a_row_that_is_not_legal_is_refused(answer: Any, small: Any) -> None:
    """Row 1 has no stock; rows are 0, 1 and 2 = hold."""
    with pytest.raises(PolicyError, match=r"source policy: answered row .*; allowed: a legal row of \[0, 2\]"):
        small.taken(small.world([[5, 0]]), Says(answer), [1])


@pytest.mark.parametrize("answer", [[1.0], [1.0, float("nan")], [1.0, "x"], None, 3.0, [1.0, 2.0, 3.0]])
def test_scores_that_are_not_one_number_an_order_are_refused(answer: Any, small: Any) -> None:
    world = small.world([[1]], timing={"mode": "wave"}, horizon_days=2.0)
    sim = small.simulation(world, Ranks(answer), order(0.25, ("k0", 1)), order(0.5, ("k0", 1)))
    with pytest.raises(PolicyError, match="rank policy: answered"):
        sim.run()


@pytest.mark.parametrize("answer", [[1], [1, -1], [1.5, 0], None, ["a", 0], [1, 2, 3]])
def test_quantities_that_are_not_whole_units_of_every_pair_are_refused(answer: Any, small: Any) -> None:
    world = small.world([[1, 1]], lead_time_days=1.0, review_days=1.0)
    with pytest.raises(PolicyError, match="replenish policy: answered"):
        small.simulation(world, Buys(answer)).run()


def test_a_column_that_there_is_not_is_refused_at_once(small: Any) -> None:
    class Wants(Last):
        columns = ("avaliable",)  # type: ignore[assignment]

    with pytest.raises(PolicyError, match=r"columns: found 'avaliable' .did you mean 'available'"):
        small.simulation(small.world([[1]]), Wants())


def test_an_object_that_decides_nothing_is_no_policy() -> None:
    with pytest.raises(PolicyError, match="policy object: no known method; allowed: one or more of source, rank"):
        load_policy(object())


def test_a_class_instead_of_an_instance_is_told_so() -> None:
    class Mine:
        def source(self, _: Question) -> int:
            return 0

    with pytest.raises(PolicyError) as caught:
        load_policy(Mine)
    assert str(caught.value) == "policy Mine: found the class; allowed: an instance, such as Mine()"

"""Policies of one's own: both engines ask the same questions in the same order, and refuse the same wrong answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from tests.model.kernel.test_same_catalogue import last_orders, short
from tests.model.kernel.twins import same

from fillrate.decision.question import OrderView, Question, ReplenishView
from fillrate.model.kernel import blueprint, setting
from fillrate.model.kernel.room import Room
from fillrate.policy import load_policy
from fillrate.simulate import Result, simulate
from fillrate.testing import Run, runs
from fillrate.trace import sample
from fillrate.world import load_world

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.filter_too_much]
WORLDS = ("two_warehouses", "regional", "omnichannel", "peak_season", "disruption", "limited_edition")
ORDERS = 60
Maker = Callable[[Any], Any]


class Asked:
    """Remembers every question, and how many there were."""

    def __init__(self, heard: list[str]) -> None:
        self.heard, self.n = heard, 0

    def next(self, question: object) -> int:
        self.heard.append(repr(question))
        self.n += 1
        return self.n


class Roaming(Asked):
    """Takes another legal row each time; sees all columns."""

    def source(self, question: Question) -> int:
        legal = np.flatnonzero(question.mask)
        return int(legal[self.next(question.record()) * 7 % len(legal)])


class Narrow(Asked):
    """Looks at two columns only, and answers with a number of NumPy's."""

    columns = ("box_cost", "available")

    def source(self, question: Question) -> Any:
        self.next(question.record())
        return np.flatnonzero(question.mask)[np.argmax(question.table[question.mask][:, 1])]


class Moody(Asked):
    """Scores depend on how often it was asked."""

    def rank(self, orders: Sequence[OrderView]) -> list[float]:
        n = self.next([(o.order, {name: float(value) for name, value in o.columns.items()}) for o in orders])
        return [float((o.order * 5 + n) % 4) for o in orders]


class Hoarder(Asked):
    """Buys more now and then."""

    def replenish(self, view: ReplenishView) -> Any:
        seen = (view.now, view.on_hand.tolist(), view.reserved.tolist(), view.inbound.tolist(), view.held.tolist())
        n = self.next(seen)
        position = view.on_hand - view.reserved + view.inbound - view.held
        return np.where(position < 4 + n % 3, 5 - np.minimum(position, 0), 0)


class Everything(Roaming, Moody, Hoarder):
    """Decides all three, out of one memory."""


KINDS: tuple[type[Asked], ...] = (Roaming, Narrow, Moody, Hoarder, Everything)


def makers(kind: type[Asked]) -> tuple[Maker, list[list[str]]]:
    """Makes a fresh object for each engine, and what each heard."""
    heard: list[list[str]] = []

    def made(_: Any) -> Asked:
        heard.append([])
        return kind(heard[-1])

    return made, heard


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of a run start with next to no rows and are never grown in time, so that runs start again and again."""
    monkeypatch.setattr(setting, "Room", lambda: Room(1, 1, 1, 1, 1, 2, 1))
    monkeypatch.setattr(blueprint, "SPARE", -(10**6))


def heard_the_same(name: str, kind: type[Asked]) -> None:
    world = short(load_world(name), ORDERS)
    if kind in {Hoarder, Everything} and not world.supply.supplier:
        kind = Roaming
    if kind is Moody:  # somebody is ranked where several wait for one instant, or at a station
        world = replace(world, timing=replace(world.timing, mode="wave"))
    trace, (made, heard) = last_orders(sample(world, 3), ORDERS), makers(kind)
    assert isinstance(same(world, trace, None, made), Result)
    assert heard[0] == heard[1]
    assert heard[0] or kind is Moody  # in a short run nobody may have to be ranked


@pytest.mark.parametrize("kind", KINDS)
def test_both_engines_ask_the_same(kind: type[Asked]) -> None:
    heard_the_same("two_warehouses", kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_that_starts_again_asks_nothing_twice(kind: type[Asked], tiny: None) -> None:
    heard_the_same("two_warehouses", kind)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("world", WORLDS)
def test_in_worlds_of_the_catalogue(world: str, kind: type[Asked]) -> None:
    heard_the_same(world, kind)


@settings(max_examples=25, suppress_health_check=SLOW)
@given(runs())
def test_in_random_worlds(run: Run) -> None:
    """Waves, re-evaluations, reviews, stations: everywhere somebody is asked."""
    kinds = (Roaming, Moody, Everything) if run.world.supply.supplier else (Roaming, Moody)
    for kind in kinds:
        made, heard = makers(kind)
        same(run.world, run.trace, None, made)
        assert heard[0] == heard[1]


class Says:
    """Answers what it was told to answer."""

    def __init__(self, part: str, answer: Any) -> None:
        setattr(self, part, lambda _: answer)


class Says2:
    """Asks for a column that there is not."""

    columns = ("availible",)

    def source(self, question: Question) -> int:  # noqa: ARG002 - never asked
        return 0


@pytest.mark.parametrize("answer", [-1, 99, True, "0", 0.0, None])
def test_a_row_that_is_none_is_refused(answer: Any) -> None:
    refused("source", answer, "source policy: answered row")


@pytest.mark.parametrize("answer", [[], [float("nan")], 3.0, None, ["a"]])
def test_scores_that_are_none_are_refused(answer: Any) -> None:
    refused("rank", answer, "rank policy: answered", "peak_season")


@pytest.mark.parametrize("answer", [[], [-1], 3, None, [0.5]])
def test_units_that_are_none_are_refused(answer: Any) -> None:
    refused("replenish", answer, "replenish policy: answered")


def refused(part: str, answer: Any, says: str, world: str = "two_warehouses") -> None:
    loaded = load_world(world).over(1.5)
    outcome = same(loaded, sample(loaded, 1), Says(part, answer))
    assert isinstance(outcome, str)
    assert outcome.startswith(f"PolicyError: {says}")


def test_an_unknown_column_is_refused() -> None:
    world = load_world("two_warehouses").over(5.0)
    outcome = same(world, sample(world, 1), Says2())
    assert isinstance(outcome, str)
    assert "found 'availible' (did you mean 'available'?)" in outcome


class Meddler:
    """Does something to its question, then takes the first row."""

    columns = ("box_cost", "available")

    def __init__(self, meddle: Callable[[Question], Any]) -> None:
        self.meddle = meddle

    def source(self, question: Question) -> int:
        self.meddle(question)
        return 0


class Pricing(Meddler):
    """Likewise, and prices of nothing."""

    def price(self, question: Question) -> Any:
        self.meddle(question)
        return np.zeros(len(question.locations))


def write_mask(question: Question) -> None:
    question.mask[:] = True


def write_table(question: Question) -> None:
    question.table[:] = 0.0


def write_column(question: Question) -> None:
    question.column("available")[~question.mask] = np.inf


def unlock_mask(question: Question) -> None:
    question.mask.flags.writeable = True
    question.mask[:] = True


@pytest.mark.parametrize("engine_name", ["compiled", "simpy"])
@pytest.mark.parametrize("kind", [Meddler, Pricing])
@pytest.mark.parametrize("meddle", [write_mask, write_table, write_column])
def test_what_a_policy_is_asked_is_read_only(engine_name: Any, kind: type[Meddler], meddle: Any) -> None:
    world = load_world("two_warehouses").over(1.5)
    with pytest.raises(ValueError, match="read-only"):
        simulate(world, sample(world, 1), kind(meddle), engine=engine_name)


def test_a_policy_that_unlocks_the_mask_does_not_say_what_is_legal() -> None:
    world = load_world("two_warehouses").over(30.0)
    outcome = same(world, sample(world, 1), Meddler(unlock_mask))
    assert isinstance(outcome, str)
    assert outcome.startswith("PolicyError: source policy: answered row 0; allowed: a legal row of [1")


def test_a_column_that_was_not_asked_for_is_refused() -> None:
    world = load_world("two_warehouses").over(1.5)
    outcome = same(world, sample(world, 1), Meddler(lambda question: question.column("availible")))
    found = "'availible' is not among the columns that the policy asks for (did you mean 'available'?)"
    assert outcome == f"PolicyError: question column: {found}; allowed: box_cost, available"


@pytest.mark.parametrize("engine_name", ["compiled", "simpy"])
def test_an_error_of_the_policy_s_own_comes_out_as_it_is(engine_name: Any) -> None:
    class Broken:
        def source(self, question: Question) -> int:  # noqa: ARG002 - it fails before it looks
            raise ZeroDivisionError("mine")

    world = load_world("two_warehouses").over(5.0)
    with pytest.raises(ZeroDivisionError, match="mine"):
        simulate(world, sample(world, 1), Broken(), engine=engine_name)


def test_objects_beside_entries() -> None:
    made, heard = makers(Roaming)
    base = load_policy("fcfs+base_stock")
    world = load_world("two_warehouses").over(30.0)
    same(world, sample(world, 1), None, lambda _: replace(base, name="mine", source=made(None)))
    assert heard[0] == heard[1] != []

"""What an episode earns is its contribution, exactly: whatever is played, and whichever rule it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.gym.playing import any_legal, cut, episode, replayed
from tests.gym.test_same_rollouts import WORLDS

from fillrate.catalogue import built_in
from fillrate.decision.question import Question
from fillrate.draws import snap
from fillrate.gym import AllocationEnv
from fillrate.gym.account import ACCOUNTS
from fillrate.policy import Policy, load_policy
from fillrate.policy.read import read_entry
from fillrate.scorecard.ledger import read_ledger
from fillrate.simulate import simulate
from fillrate.trace import Trace
from fillrate.world import World

ORDERS = 60
SOURCES = sorted(
    path.stem
    for path in built_in("policies").glob("*.toml")
    if (entry := read_entry(path.stem)).policy.part == "source" and entry.policy.kind != "planned"
)
LINE_BY_LINE = {"chain", "random", "hold"}  # methods that answer row by row


def earned(env: AllocationEnv, choose: Any) -> tuple[float, dict[str, float], Any]:
    """Sum of rewards, sums by account and scorecard of an episode."""
    env.reset()
    total, ended = 0.0, False
    terms: dict[str, float] = {}
    info: dict[str, Any] = {}
    while not ended:
        _, reward, ended, _, info = env.step(choose(env.action_masks()))
        total += reward
        terms |= {name: terms.get(name, 0.0) + money for name, money in info["reward_terms"].items()}
    return total, terms, info["scorecard"]


class Copycat:
    """Answers with the rows that a rule took at the same question; notes what it answered."""

    def __init__(self, world: World, trace: Trace, rule: Policy) -> None:
        """Let the rule play, by the model of record."""
        self.rows: dict[tuple[float, int, int], list[int]] = {}
        self.played: list[int] = []
        self.asked_at: list[float] = []
        self.rule = rule
        self.width = min(world.header.max_candidates, len(world.locations))
        self.result = simulate(world, trace, rule, journal=True, explain=self.note)

    def note(self, answers: Any, asked: Any, line: int, legal: list[int], row: int) -> None:
        """Called at every question of the rule."""
        if legal and row >= 0:
            self.rows.setdefault((answers.sim.env.now, asked.order.row, line), []).append(row)

    def source(self, question: Question) -> int:
        """The rule's row; where it was not asked, or another was legal for it, the first legal one."""
        noted = self.rows.get((question.now, question.order, question.line), [])
        row = noted.pop(0) if noted else int(question.mask.argmax())
        hold = len(question.mask) - 1
        row = row if row < hold and question.mask[row] else hold
        self.played.append(row if row < hold else self.width)
        self.asked_at.append(question.now)
        return row

    def policy(self) -> Policy:
        """Itself, with the rule's other parts."""
        others = {part: getattr(self.rule, part) for part in ("rank", "replenish", "modifiers")}
        return replace(load_policy(self), **others)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", WORLDS)
def test_every_rule_of_the_catalogue_earns_its_contribution(name: str, source: str) -> None:
    world, (trace,) = cut(name, ORDERS, (4,))
    rule = load_policy(source, world)
    cat = Copycat(world, trace, rule)
    outside = simulate(world, trace, cat.policy(), journal=True)
    env = AllocationEnv(world, traces=[trace], others=rule)
    total, terms, card = earned(env, replayed(cat.played))
    assert total == outside.scorecard["contribution"]
    assert outside.journal is not None
    assert {k: v for k, v in terms.items() if v} == by_account(world, outside.journal)
    assert repr(card) == repr(dict(outside.scorecard))
    entry = read_entry(source)
    if entry.source and entry.source.method in LINE_BY_LINE and not entry.limit:
        assert repr(card) == repr(dict(cat.result.scorecard))  # the environment played the rule itself


def by_account(world: World, journal: Any) -> dict[str, float]:
    """Money of a journal by account, where there is any."""
    ledger = read_ledger(world, journal)
    sums = {name: float(ledger.money[ledger.rows(name)].sum()) for name in ACCOUNTS}
    return {name: money for name, money in sums.items() if money}


@pytest.mark.parametrize("name", WORLDS)
def test_holding_all_earns_what_hold_all_does(name: str) -> None:
    world, traces = cut(name, ORDERS, (4, 5))
    env = AllocationEnv(world, traces=traces)
    for trace in traces:
        total, _, card = earned(env, lambda mask: len(mask) - 1)
        held = simulate(world, trace, "hold_all").scorecard
        assert total == held["contribution"]
        assert repr(card) == repr(dict(held))


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_a_centre_takes_off_the_same_for_every_order(engine: Any) -> None:
    """Whatever the policy does: with it no money can be made by making steps."""
    world, (trace,) = cut("peak_season", ORDERS, (4,))
    for seed in (None, 1, 2):
        choose = [(lambda mask: len(mask) - 1) if seed is None else any_legal(seed) for _ in range(2)]
        plain, _, _ = earned(AllocationEnv(world, traces=[trace], engine=engine), choose[0])
        centred, _, _ = earned(AllocationEnv(world, traces=[trace], engine=engine, centre=3.25), choose[1])
        assert centred == plain - 3.25 * len(trace.orders)


@pytest.mark.parametrize("name", WORLDS)
def test_a_centre_of_the_margin_leaves_the_controllable_cost(name: str) -> None:
    world, (trace,) = cut(name, ORDERS, (4,))
    total, _, card = earned(AllocationEnv(world, traces=[trace], centre="margin"), any_legal(1))
    cost, margin = [s.cost for s in world.skus], 0.0
    for sku, units, price in zip(trace.orders.sku, trace.orders.quantity, trace.orders.price, strict=True):
        margin += snap(units * (price - snap(cost[sku])))
    assert total == card["contribution"] - margin
    if world.header.warm_up_days == 0.0:
        assert total == -card["controllable_cost"]


@pytest.mark.parametrize("name", WORLDS)
def test_lateness_counts_early_and_comes_to_the_same(name: str) -> None:
    world, traces = cut(name, ORDERS, (4,))
    total, terms, _ = earned(AllocationEnv(world, traces=traces), any_legal(1))
    early = AllocationEnv(world, traces=traces, expected=True)
    assert earned(early, any_legal(1))[:2] == (total, terms)


def test_accounts_that_are_left_out_are_told_but_not_rewarded() -> None:
    world, traces = cut("regional", ORDERS, (4,))
    total, terms, card = earned(AllocationEnv(world, traces=traces), any_legal(1))
    left_out = ("opening_value", "holding")
    rest, told, same = earned(AllocationEnv(world, traces=traces, left_out=left_out), any_legal(1))
    assert rest == total - sum(terms[name] for name in left_out) != total
    assert (told, same) == (terms, card)


def test_a_reward_scale_scales_every_reward_and_no_term() -> None:
    world, traces = cut("regional", ORDERS, (4,))
    one = episode(AllocationEnv(world, traces=traces), any_legal(1))
    half = episode(AllocationEnv(world, traces=traces, reward_scale=0.5), any_legal(1))
    assert [step[2:] for step in one[1:]] == [step[2:] for step in half[1:]]
    assert [float(step[0]) / 2.0 for step in one[1:]] == [float(step[0]) for step in half[1:]]


def test_elapsed_days_are_those_from_question_to_question() -> None:
    """The last ones run to the end, when everything placed and bought has arrived."""
    world, (trace,) = cut("regional", ORDERS, (4,))
    cat = Copycat(world, trace, load_policy("cheapest", world))
    simulate(world, trace, cat.policy())
    steps = episode(AllocationEnv(world, traces=[trace], others=cat.rule), replayed(cat.played))[1:]
    days = [float(step[-1]["elapsed_days"]) for step in steps]
    assert days[:-1] == np.diff(cat.asked_at).tolist()
    assert cat.asked_at[-1] + days[-1] >= world.days

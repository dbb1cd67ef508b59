"""Learning how much to order: branches say what would have come, fits find what is best, files keep the network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("stable_baselines3")

import torch

from fillrate.errors import InputError, PolicyError
from fillrate.gym.replenish.core import Core
from fillrate.learn.replenish.branching import Branches, Examples
from fillrate.learn.replenish.fitting import Fit, iterate
from fillrate.learn.replenish.gradient import Gradient
from fillrate.learn.replenish.judging import Figure, costs
from fillrate.learn.replenish.network import OrderNetwork, read_network, snapped, write_network
from fillrate.learn.replenish.task import Task
from fillrate.simulate import simulate
from fillrate.world import load_world

torch.set_num_threads(1)  # small products: threads only get in each other's way
WORLD = load_world("lost_sales").over(120.0)
TASK = Task(WORLD, 9)


def random_network(seed: int, hidden: int = 8) -> OrderNetwork:
    rng, facts, levels = np.random.default_rng(seed), len(TASK.facts), TASK.most + 1
    shapes = {"first": (hidden, facts), "second": (hidden, hidden), "score": (levels, hidden)}
    biases = {"first_bias": (hidden,), "second_bias": (hidden,), "score_bias": (levels,)}
    return snapped(TASK.facts, {name: rng.normal(size=shape) for name, shape in (shapes | biases).items()})


def test_a_branch_is_what_the_episode_would_have_been() -> None:
    """Of every level: the same trace, played from its beginning, with that order at that review."""
    rule, at, ahead = TASK.base_stock(26, 5), 20, 7
    found = Branches(TASK, episodes=2, every=5, ahead=ahead, begin=at, stray=0.0).examples(rule, 2, 3)
    traces = TASK.traces(2, 3, at + 5.0 + ahead + 1.0)
    for i, trace in enumerate(traces):
        for level in range(TASK.most + 1):
            core = Core(TASK.terms((trace,)))
            core.begin_all([trace])
            for _ in range(at):
                core.answer(rule(core.table[:, 0])[:, None])
            assert (TASK.seen(core.table[:, 0])[0] == found.seen[i]).all()
            before = core.account.sum()
            core.answer(np.array([[level]]))
            for _ in range(ahead - 1):
                core.answer(rule(core.table[:, 0])[:, None])
            assert found.cost[i, level] == before - core.account.sum()


def test_branches_leave_the_episodes_alone() -> None:
    rule = TASK.base_stock(26, 5)
    often, once = (Branches(TASK, episodes=2, every=every, begin=begin) for every, begin in ((4, 8), (8, 16)))
    assert (often.examples(rule, 6, 1).seen[4:] == once.examples(rule, 2, 1).seen).all()


def test_a_fit_finds_the_cheapest_order() -> None:
    rng = np.random.default_rng(1)
    seen = rng.uniform(0.0, 0.6, (4000, 5)).astype(np.float32)
    target = 8.0 - 10.0 * seen[:, 0]
    cost = (np.arange(10) - target[:, None]) ** 2 + rng.normal(0.0, 3.0, (4000, 1))
    said = Fit(epochs=8).network(TASK.facts, Examples(seen, cost)).levels(seen)
    assert np.abs(said - target).mean() < 0.4


def test_a_round_of_policy_iteration_gives_a_network_that_can_be_judged() -> None:
    network = iterate(TASK, TASK.base_stock(26, 5), [512], 10**6, Fit(epochs=2))[0]
    found = costs(TASK, TASK.rule(network), TASK.traces(3, 0))
    assert Figure.of(found).n == 3
    assert (found > 0.0).all()


def test_policy_gradient_begins_with_the_rule_that_it_imitates() -> None:
    rule = TASK.base_stock(26, 5)
    network = Gradient(TASK, 1, episodes=64, days=100.0, rate=0.0).network(rule)
    core = Core(TASK.terms())
    core.begin_all(list(TASK.traces(1, 5)))
    same = []
    for _ in range(60):
        said = rule(core.table[:, 0])
        same.append(TASK.rule(network)(core.table[:, 0])[0] == said[0])
        core.answer(said[:, None])
    assert np.mean(same) > 0.8


def test_a_rule_is_judged_as_the_catalogue_judges_it() -> None:
    traces = TASK.traces(2, 0)
    by_catalogue = [
        -(simulate(WORLD, trace, "capped_base_stock").scorecard["contribution_per_day"] or 0.0) for trace in traces
    ]
    assert costs(TASK, TASK.base_stock(25, 5), traces).tolist() == by_catalogue


def test_a_figure_is_a_mean_and_its_interval() -> None:
    figure = Figure.of(np.array([1.0, 2.0, 3.0]))
    assert (figure.mean, figure.n) == (2.0, 3)
    assert figure.half_width == pytest.approx(4.3027 / 3**0.5, rel=1e-4)


def test_a_network_survives_its_file(tmp_path: Path) -> None:
    network, seen = random_network(1), np.random.default_rng(2).uniform(0.0, 1.0, (50, len(TASK.facts)))
    write_network(network, tmp_path / "policy.npz", {"world": "lost_sales"})
    again = read_network(tmp_path / "policy.npz")
    assert again.facts == network.facts
    assert (again.scores(seen) == network.scores(seen)).all()
    assert '"world": "lost_sales"' in (tmp_path / "policy.json").read_text()
    (tmp_path / "other.npz").write_bytes(b"nothing")
    with pytest.raises(PolicyError, match=r"other\.npz"):
        read_network(tmp_path / "other.npz")


def test_scores_do_not_depend_on_the_order_of_sums() -> None:
    network, order = random_network(3), np.random.default_rng(4).permutation(8)
    seen = np.round(np.random.default_rng(5).uniform(-1.0, 1.0, (50, len(TASK.facts))) * 2**14) / 2**14
    turned = OrderNetwork(
        network.facts,
        network.first[order],
        network.first_bias[order],
        network.second[:, order],
        network.second_bias,
        network.score,
        network.score_bias,
    )
    assert (turned.scores(seen) == network.scores(seen)).all()


def test_one_pair_is_learned() -> None:
    with pytest.raises(InputError, match="world"):
        Task(load_world("regional"), 9)

"""Networks in production: NumPy and ONNX Runtime say what the engines' function says, and a trained folder verifies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fillrate.decision.network import outputs
from fillrate.decision.scaling import scaled
from fillrate.decision.weights import Network, write_network
from fillrate.deploy.export import Terms, complete_bundle
from fillrate.deploy.export.onnx_file import write_onnx
from fillrate.deploy.onnx_scores import OnnxScorer
from fillrate.deploy.scores import NumpyScorer
from fillrate.deploy.verify import verify
from fillrate.simulate import simulate
from fillrate.testing.networks import random_network, random_policy, random_prices
from fillrate.testing.same import compared
from fillrate.trace import sample
from fillrate.world import load_world

TOML = """
[policy]
name = "mine"
part = "source"
kind = "learned"
worlds = ["two_warehouses"]

[source]
method = "network"
columns = {columns}
"""
CARD: dict[str, Any] = {"command": "fillrate train two_warehouses", "held_out_traces": 2}
CARD["held_out"] = {"difference": -1.0, "low": -2.0, "high": 0.5}


def by_the_engines(network: Network, table: np.ndarray[Any, Any], holds: bool) -> list[list[float]]:
    rows, hidden, last = len(table), network.hidden, network.outputs
    seen = [scaled(v, s) for row in table.tolist() for v, s in zip(row, network.scale, strict=True)]
    work = tuple([0.0] * n for n in (rows * hidden, 2 * hidden, hidden, hidden, rows * last))
    hold = rows - 1 if holds else -1
    outputs(len(network.columns), hidden, last, rows, hold, seen, network.weights, work)  # type: ignore[arg-type]
    return [list(work[4][n::last]) for n in range(last)]


@pytest.mark.parametrize(("last", "holds", "hidden"), [(1, True, 8), (2, False, 8), (1, True, 64)])
def test_every_runtime_says_the_same_bits(tmp_path: Path, last: int, holds: bool, hidden: int) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    network, chance = random_network(last, hidden=hidden, outputs=last), np.random.default_rng(hidden)
    write_onnx(tmp_path / "policy.onnx", network)
    runtimes = NumpyScorer(network), OnnxScorer(tmp_path / "policy.onnx", network.columns)
    for n in range(200):
        table = chance.normal(0.0, 10.0 ** chance.integers(-2, 4), (1 + n % 12, len(network.columns)))
        inputs = np.hstack([table, np.zeros((len(table), 1)), np.ones((len(table), 1))])
        inputs[-1, -2] = float(holds)
        expected = by_the_engines(network, table, holds)
        assert [scorer(inputs[:, [*scorer.order, -2, -1]].T.copy()) for scorer in runtimes] == [expected, expected]


def test_an_onnx_file_says_nothing_of_the_machine(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    network = random_network(1)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_onnx(tmp_path / name / "policy.onnx", network)
    first, second = ((tmp_path / name / "policy.onnx").read_bytes() for name in ("a", "b"))
    assert first == second
    assert str(tmp_path).encode() not in first


@pytest.mark.parametrize("policy", [random_policy(4), random_prices(3)], ids=["scores", "prices"])
def test_as_in_the_laboratory(policy: Any) -> None:
    found = compared("peak_season", policy, days=1.0, most=300)
    assert found.decisions > 150
    assert found.filled > 20
    assert not found.different
    assert not found.illegal


def test_the_folder_of_a_trained_policy_becomes_a_bundle(tmp_path: Path) -> None:
    """It verifies, and is the same policy as before."""
    folder, network = tmp_path / "mine", random_network(2)
    folder.mkdir()
    (folder / "policy.toml").write_text(TOML.format(columns=json.dumps(network.columns)))
    (folder / "card.json").write_text(json.dumps(CARD))
    write_network(folder / "policy.npz", network)
    world = load_world("two_warehouses").over(60.0)
    before = simulate(world, sample(world, 1), str(folder / "policy.toml"), engine="simpy").scorecard
    complete_bundle(folder, world, Terms(replications=0))
    assert all(check.ok for check in verify(folder))
    assert json.loads((folder / "card.json").read_text()) == CARD
    assert "-1.00 %" in (folder / "card.md").read_text()
    after = simulate(world, sample(world, 1), str(folder / "policy.toml"), engine="simpy").scorecard
    assert dict(before) == dict(after)


def test_of_equal_scores_the_first_row_is_taken_and_hold_last(tmp_path: Path) -> None:
    """A network whose weights are all 0 scores every row alike."""
    from dataclasses import replace

    from fillrate.decision.weights import ARRAYS
    from fillrate.deploy.allocator import Allocator
    from fillrate.deploy.export.bundling import core_files
    from fillrate.policy import bind, load_policy

    policy = random_policy(1)
    zeros: Any = {name: np.zeros_like(getattr(policy.network, name)) for name in ARRAYS}
    world = load_world("two_warehouses")
    core_files(
        tmp_path, "alike", world, bind(load_policy(replace(policy, network=replace(policy.network, **zeros))), world)
    )
    stock = [{"location": place, "sku": "item", "on_hand": 9} for place in ("south", "north")]
    asked = {"id": "1", "now": 0.0, "region": "munich", "segment": "standard", "stock": stock}
    found = Allocator.unchecked(tmp_path).allocate({**asked, "lines": [{"line": 1, "sku": "item", "quantity": 2}]})
    assert found["lines"][0]["allocated"] == [{"location": "south", "quantity": 2}]

"""Weights beside a policy's file: what is read is what was written, and what is wrong is said in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fillrate.decision.weights import ARRAYS, read_network, write_network
from fillrate.errors import PolicyError
from fillrate.policy import load_policy
from fillrate.testing.networks import random_network

POLICY = '[policy]\nname = "mine"\npart = "source"\nkind = "learned"\n[source]\nmethod = "network"\n'


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    network = random_network(5)
    write_network(tmp_path / "policy.npz", network)
    again = read_network(tmp_path / "policy.npz", network.columns)
    assert all(np.array_equal(getattr(again, name), getattr(network, name)) for name in ARRAYS)
    assert again.hash == network.hash
    assert list(tmp_path.iterdir()) == [tmp_path / "policy.npz"]


def test_every_weight_and_column_counts_in_the_hash() -> None:
    network = random_network(5)
    seen = {network.hash, random_network(6).hash, random_network(5, network.columns[::-1]).hash}
    for name in ARRAYS:
        arrays = {each: getattr(network, each).copy() for each in ARRAYS}
        arrays[name].flat[-1] += 2.0**-14
        seen.add(type(network)(network.columns, **arrays).hash)
    assert len(seen) == 3 + len(ARRAYS)


def write(folder: Path, **changed: Any) -> Path:
    network = random_network(5, ("available", "one"), 3)
    arrays = {name: getattr(network, name) for name in ARRAYS} | changed
    np.savez(folder / "policy.npz", **{name: array for name, array in arrays.items() if array is not None})
    path = folder / "policy.toml"
    path.write_text(POLICY + 'columns = ["available", "one"]\n', encoding="utf-8")
    return path


def test_a_policy_in_a_folder_of_the_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "policies" / "mine"
    folder.mkdir(parents=True)
    write(folder)
    monkeypatch.chdir(tmp_path)
    assert load_policy("fcfs+mine").parts()["source"] == "mine"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"mix": None}, "policy.npz: cannot be read ('mix'); allowed: the arrays row,"),
        ({"mix": np.zeros((3, 2))}, "policy.npz: mix: found shape (3, 2); allowed: (3, 3)"),
        (
            {"score": np.full((1, 3), 0.1)},
            "policy.npz: score: found other weights; allowed: multiples of 2**-14 within 64",
        ),
        ({"score": np.full((1, 3), np.nan)}, "policy.npz: score: found other weights"),
        ({"score": np.full((1, 3), 65.0)}, "policy.npz: score: found other weights"),
        ({"row": np.array([object()])}, "policy.npz: cannot be read (Object arrays cannot be loaded"),
    ],
)
def test_weights_that_are_wrong_are_refused(changed: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(write(tmp_path, **changed))
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_missing_key_are_named(tmp_path: Path) -> None:
    path = write(tmp_path)
    (tmp_path / "policy.npz").unlink()
    with pytest.raises(PolicyError, match=r"^policy\.npz: no such file beside the policy's TOML"):
        load_policy(path)
    path.write_text(POLICY, encoding="utf-8")
    with pytest.raises(PolicyError, match=r"\[source\] columns: missing; allowed: needed by method = 'network'"):
        load_policy(path)
    path.write_text(POLICY + 'columns = ["availabel"]\n', encoding="utf-8")
    with pytest.raises(PolicyError, match=r"found column 'availabel' \(did you mean 'available'\?\)"):
        load_policy(path)

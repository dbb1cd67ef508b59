"""Networks: exact layers, shared over rows, pooled over the table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from fillrate.decision.network import best_row, outputs, unit
from fillrate.decision.scaling import GRID
from fillrate.decision.weights import Network
from fillrate.testing.networks import random_network

COLUMNS, HIDDEN = ("available", "box_cost", "one"), 5


def tables(seed: int, rows: int) -> NDArray[np.float64]:
    """(rows + 1, columns) scaled values."""
    values = np.random.default_rng(seed).uniform(-1.0, 1.0, (rows + 1, len(COLUMNS)))
    return np.asarray(np.rint(values * GRID) / GRID)


def chosen(network: Network, seen: NDArray[np.float64], legal: list[int]) -> int:
    """What the definition that both engines share says."""
    rows, columns = len(seen) - 1, len(network.columns)
    sizes = (len(seen) * network.hidden, 2 * network.hidden, network.hidden, network.hidden, len(seen))
    work: Any = tuple([0.0] * size for size in sizes)
    flat = seen.ravel().tolist()
    return best_row(columns, network.hidden, rows, legal, len(legal), flat, network.weights, work)


def scores(network: Network, seen: NDArray[np.float64]) -> NDArray[np.float64]:
    """(rows + 1,) scores by NumPy's products, in another order of summation."""

    def units(total: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.rint(np.clip(total, 0.0, 64.0) * 1024.0) / 1024.0)

    hold = np.zeros((len(seen), 1))
    hold[-1] = 1.0
    each = units(np.hstack([seen, hold])[:, ::-1] @ network.row.T[::-1] + network.row_bias)
    pool = np.concatenate([units(each.sum(axis=0) / len(seen)), each.max(axis=0)])
    mixed = units(each[:, ::-1] @ network.mix.T[::-1] + (network.table @ pool + network.mix_bias))
    return np.asarray(mixed @ network.score[0] + network.score_bias[0])


def by_matrices(network: Network, seen: NDArray[np.float64], legal: list[int]) -> int:
    """The first legal row of the largest score, hold last."""
    allowed = [*legal, len(seen) - 1]
    return allowed[int(np.argmax(scores(network, seen)[allowed]))]


@given(st.integers(0, 2**32), st.integers(1, 9), st.data())
def test_sums_do_not_depend_on_their_order(seed: int, rows: int, data: st.DataObject) -> None:
    network, seen = random_network(seed, COLUMNS, HIDDEN), tables(seed, rows)
    legal = data.draw(st.lists(st.integers(0, rows - 1), unique=True).map(sorted))
    assert chosen(network, seen, legal) == by_matrices(network, seen, legal)
    sizes = ((rows + 1) * HIDDEN, 2 * HIDDEN, HIDDEN, HIDDEN, rows + 1)
    work: Any = tuple([0.0] * size for size in sizes)
    flat, weights = seen.ravel().tolist(), network.weights
    outputs(len(COLUMNS), HIDDEN, 1, rows + 1, rows, flat, weights, work)
    assert work[4] == scores(network, seen).tolist()


@given(st.integers(0, 2**32), st.integers(2, 9))
def test_the_order_of_the_locations_does_not_matter(seed: int, rows: int) -> None:
    network, seen = random_network(seed, COLUMNS, HIDDEN), tables(seed, rows)
    turned = np.vstack([seen[:-1][::-1], seen[-1:]])
    assert scores(network, turned)[:-1].tolist() == scores(network, seen)[:-1].tolist()[::-1]
    assert scores(network, turned)[-1] == scores(network, seen)[-1]
    assert chosen(network, turned, list(range(rows))) == by_matrices(network, turned, list(range(rows)))


def test_of_equal_rows_the_first_is_taken_and_hold_last() -> None:
    network = random_network(3, COLUMNS, HIDDEN)
    alike = Network(COLUMNS, **{n: 0.0 * getattr(network, n) for n in vars(network) if n != "columns"})
    seen = tables(0, 4)
    assert chosen(alike, seen, [1, 3]) == 1
    assert chosen(alike, seen, []) == 4


def test_hold_is_told_apart_from_a_row_that_looks_like_it() -> None:
    """The last input alone: units of rows and of hold differ by its weight."""
    network = random_network(3, COLUMNS, HIDDEN)
    arrays = {n: 0.0 * getattr(network, n) for n in vars(network) if n != "columns"}
    arrays["row"][0, -1], arrays["mix"][0, 0], arrays["score"][0, 0] = 1.0, 1.0, 1.0
    holds = Network(COLUMNS, **arrays)
    assert chosen(holds, np.zeros((3, 3)), [0, 1]) == 2
    arrays["score"][0, 0] = -1.0
    assert chosen(Network(COLUMNS, **arrays), np.zeros((3, 3)), [0, 1]) == 0


@pytest.mark.parametrize(
    ("total", "found"), [(-3.0, 0.0), (0.00049, 0.001 * 0.9765625), (63.99999, 64.0), (1e300, 64.0)]
)
def test_units_are_clipped_and_rounded(total: float, found: float) -> None:
    assert unit(total) == found


def test_a_large_table_sums_exactly() -> None:
    """The largest weights and units that are allowed, many rows: nothing is lost to rounding."""
    hidden, columns = 64, tuple(["one"] * 30)
    network = random_network(1, columns, hidden)
    big = Network(
        columns, **{n: np.sign(getattr(network, n)) * (64.0 - 2.0**-14) for n in vars(network) if n != "columns"}
    )
    seen = np.asarray(np.rint(np.random.default_rng(0).uniform(-1, 1, (33, 30)) * GRID) / GRID)
    assert chosen(big, seen, list(range(32))) == by_matrices(big, seen, list(range(32)))

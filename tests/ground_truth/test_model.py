"""The model of record against theory: every row of GROUND_TRUTH A-D and G with a policy, shorter than `run.py`."""

from __future__ import annotations

import math

import pytest
from tests.ground_truth.estimate import estimate
from tests.ground_truth.rows import ROWS, G, Row
from tests.model.kernel.twins import same

from fillrate.trace import sample

SHARE = 0.08  # of the full length
THRICE = 3.0  # 900,000 orders or periods: the compiled engine has the time
FULL = 1.6  # 99 % intervals in place of 95 %, and the luck of a width
QUEUE = 1.35  # 99 % against 95 %, 40 seeds, at full length
LONGER_QUEUE = math.sqrt(1.0 / SHARE) * QUEUE
LONGER = math.sqrt(1.0 / SHARE) * 1.9  # half-widths at 99 % over 8 seeds against 95 % at full length


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_model_reproduces_theory(row: Row) -> None:
    found = estimate(row, SHARE, 0.99, 7)
    for name, value in row.expected.items():
        wanted = row.wanted(name) * (LONGER_QUEUE if row in G else LONGER)
        assert found[name].holds(value, wanted), (name, value, found[name], wanted)


@pytest.mark.slow
@pytest.mark.parametrize("row", G, ids=lambda row: row.name)
def test_queues_are_the_same_in_both_engines(row: Row) -> None:
    """So that what the compiled engine shows of them at full length, 3 %, holds for the model of record."""
    world = row.world.over(round(row.days * SHARE / row.seeds) + row.world.header.warm_up_days)
    same(world, sample(world, 11), row.policy)


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_compiled_engine_reproduces_theory_at_full_length(row: Row) -> None:
    found = estimate(row, 1.0 if row in G else THRICE, 0.99, 11, engine="compiled")
    for name, value in row.expected.items():
        wanted = row.wanted(name) * (QUEUE if row in G else FULL)
        assert found[name].holds(value, wanted), (name, value, found[name], wanted)

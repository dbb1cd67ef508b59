"""Random worlds and policies: the compiled engine keeps the same journal as SimPy, to the bit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from tests.model.kernel.twins import same

from fillrate.policy import Policy
from fillrate.testing import FEATURES, Run, features, policies, runs
from fillrate.trace import Orders, Trace

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.filter_too_much]
PHASES = [Phase.generate, Phase.shrink]
PARTS, WORLDS, LEAST = 2, 300, 100  # tests; worlds that each plays; worlds with each feature, in all
SEARCHES, EACH = 24, 50  # at most, of so many worlds: a long search varies what it has found
GRID = 0.25  # days


@st.composite
def two_policies(draw: st.DrawFn) -> tuple[Run, Policy]:
    """A run, and another policy for the same trace."""
    run = draw(runs())
    return run, draw(policies(run.world))


def tied(trace: Trace) -> Trace:
    """The trace with every order at a multiple of a quarter day, where clocks, laws and periods have theirs."""
    o = trace.orders
    time = np.floor(o.time / GRID) * GRID
    late = {name: np.where(np.isnan(at), at, np.maximum(at, time)) for name, at in _promises(o).items()}
    return replace(trace, orders=replace(o, time=time, **late))


def _promises(o: Orders) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    return {"ship_by": np.ceil(o.ship_by / GRID) * GRID, "deliver_by": np.ceil(o.deliver_by / GRID) * GRID}


@settings(max_examples=40, suppress_health_check=SLOW)
@given(runs())
def test_a_random_run_is_the_same_in_both_engines(run: Run) -> None:
    same(run.world, run.trace, run.policy)


@settings(max_examples=20, suppress_health_check=SLOW)
@given(runs())
def test_with_much_at_one_instant(run: Run) -> None:
    same(run.world, tied(run.trace), run.policy)


@pytest.mark.slow(minutes=2)
@pytest.mark.parametrize("part", range(PARTS))
def test_hundreds_of_runs_are_the_same_and_use_every_feature(part: int) -> None:
    """Each world under two policies, one in two with its orders moved to a coarse grid.

    The first worlds are all played, then those that have a feature which few had, until there is none.
    """
    used: Counter[str] = Counter()
    worlds: Counter[str] = Counter()

    def rare(names: Iterable[str]) -> bool:
        return worlds["played"] < WORLDS or min(used[name] for name in names) < LEAST / PARTS

    for number in range(SEARCHES):
        if not rare(FEATURES):
            break

        @seed(PARTS * number + part)
        @settings(max_examples=EACH, suppress_health_check=SLOW, phases=PHASES)
        @given(two_policies(), st.booleans())
        def search(found: tuple[Run, Policy], tie: bool) -> None:
            run, other = found
            trace = tied(run.trace) if tie else run.trace
            found_on = features(replace(run, trace=trace)) | features(replace(run, trace=trace, policy=other))
            if rare(found_on):
                used.update(found_on)
                worlds["played"] += 1
                same(run.world, trace, run.policy)
                same(run.world, trace, other)

        search()
    assert {name: used[name] for name in FEATURES if used[name] < LEAST / PARTS} == {}


@pytest.mark.slow(minutes=2)
@settings(max_examples=12, suppress_health_check=SLOW)
@given(runs(400, 800))
def test_longer_runs(run: Run) -> None:
    """Tables outgrow their first size, slots are used again many times."""
    same(run.world, run.trace, run.policy)

"""Random worlds with every feature: no invariant is ever broken, the scorecard counts up, and runs repeat."""

from __future__ import annotations

import hashlib
import os
import pickle
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from fillrate.model.invariants import check_journal
from fillrate.scorecard.recount import differences, recount
from fillrate.scorecard.recount_totals import recount_totals
from fillrate.scorecard.totals import unequal
from fillrate.testing import FEATURES, Run, features, runs

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
SEARCHES = 25


def journal_of(run: Run) -> pa.Table:
    table = run.play().journal
    assert table is not None
    return table


def digest(run: Run) -> str:
    return hashlib.sha256(str(journal_of(run).to_pydict()).encode()).hexdigest()


def sound(run: Run) -> None:
    """Play a run; its journal breaks no invariant, and what it counts is what the accounts say."""
    result = run.play()
    assert check_journal(run.world, run.trace, result.journal) == []
    assert differences(recount(run.world, run.trace, result.journal), result.scorecard) == {}
    cells = unequal(recount_totals(run.world, run.trace, result.journal), result.totals)
    assert [cell for cell in cells if "stopped_searches" not in cell] == []  # of which no journal tells


@settings(max_examples=25, suppress_health_check=SLOW)
@given(runs())
def test_runs_are_sound(run: Run) -> None:
    sound(run)


@pytest.mark.slow
def test_hundreds_of_runs_are_sound_and_use_every_feature() -> None:
    used: Counter[str] = Counter()
    for number in range(
        SEARCHES
    ):  # few runs each: a long search varies what it has found, and meets some features rarely

        @seed(number)
        @settings(max_examples=250 // SEARCHES, suppress_health_check=SLOW, phases=[Phase.generate, Phase.shrink])
        @given(runs())
        def search(run: Run) -> None:
            used.update(features(run))
            sound(run)

        search()
    assert [name for name in FEATURES if not used[name]] == []
    seldom = {name: used[name] for name in FEATURES if used[name] < 8}
    assert len(seldom) < len(FEATURES) // 10, seldom


@settings(max_examples=15, suppress_health_check=SLOW)
@given(runs())
def test_the_same_run_again_is_the_same(run: Run) -> None:
    assert journal_of(run).equals(journal_of(run))
    assert dict(run.play().scorecard) == dict(run.play().scorecard)


PLAY = """
import hashlib, pickle, sys
for run in pickle.load(open(sys.argv[1], "rb")):
    print(hashlib.sha256(str(run.play().journal.to_pydict()).encode()).hexdigest())
"""


def test_journals_do_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    """Sets and dictionaries may be walked in another order in another process."""
    chosen: list[Run] = []

    @settings(max_examples=12, suppress_health_check=SLOW, phases=[Phase.generate])
    @given(runs())
    def collect(run: Run) -> None:
        chosen.append(run)

    collect()
    (tmp_path / "runs").write_bytes(pickle.dumps(chosen))
    here = [digest(run) for run in chosen]
    for hashing in ("1", "2"):
        env = os.environ | {"PYTHONHASHSEED": hashing, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", PLAY, str(tmp_path / "runs")]
        done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=120, check=False)
        assert done.stdout.split() == here, done.stderr

"""The check: what a search gained on its own traces counts for nothing until others have confirmed it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fillrate.decision.question import Question
from fillrate.learn.tune import tune
from fillrate.learn.tune.held_out import compared
from fillrate.learn.tune.playing import Playground
from fillrate.policy import load_policy
from fillrate.policy.read import read_entry
from fillrate.policy.spec import Entry
from fillrate.trace import sample, save_trace
from fillrate.world import World

DAYS = np.array([100.0, 180.0, 60.0, 140.0, 120.0])  # what days differ by is common to both
NOISE = np.array([1.0, -1.0, 0.5, -0.5, 0.25])


@pytest.mark.parametrize(
    ("shift", "sign", "word", "kept"),
    [
        (5.0, 1.0, "better", True),
        (-5.0, 1.0, "worse", False),
        (5.0, -1.0, "worse", False),
        (-5.0, -1.0, "better", True),
        (0.1, 1.0, "not shown", True),
        (-0.2, 1.0, "not shown", False),
        (0.1, -1.0, "not shown", False),
    ],
)
def test_verdicts_and_what_is_kept(shift: float, sign: float, word: str, kept: bool) -> None:
    found = compared(DAYS + shift + NOISE, DAYS, sign)
    assert (found.verdict, found.may_be_kept) == (word, kept)


def test_the_interval_is_that_of_paired_differences() -> None:
    found = compared(DAYS + 5.0 + NOISE, DAYS, 1.0).to_json()
    assert found["difference"] == pytest.approx(5.05)
    half = 2.776445 * np.std(NOISE, ddof=1) / np.sqrt(5)  # Student's t with 4 degrees of freedom
    assert (found["low"], found["high"]) == pytest.approx((5.05 - half, 5.05 + half))


def test_no_difference_at_all_is_nothing_to_keep() -> None:
    found = compared(DAYS, DAYS, 1.0)
    assert (found.verdict, found.gain, found.may_be_kept) == ("not shown", 0.0, False)


def test_a_policy_that_is_worse_on_other_traces_is_refused(season: World) -> None:
    ground = Playground(season, range(50, 58), "contribution", 1)
    tuned, untouched = (ground.play(policy) for policy in (read_entry("hold_all"), load_policy("cheapest")))
    found = compared(tuned, untouched, 1.0)
    assert (found.verdict, found.may_be_kept) == ("worse", False)


class Once:
    """Serves the first order that it is ever asked about."""

    name, columns, served = "once", ("available",), False

    def source(self, question: Question) -> int:
        """The first row, once."""
        row = len(question.mask) - 1 if self.served else int(question.mask.argmax())
        self.served = True
        return row


def test_every_run_begins_with_an_object_as_it_was_handed_in(season: World) -> None:
    ground, rule = Playground(season, range(50, 52), "contribution", 1), load_policy(Once(), season)
    once, nothing = ground.play(rule), ground.play(read_entry("hold_all"))
    assert (once != nothing).all()
    assert (ground.play(rule) == once).all()


def test_luck_of_the_training_traces_is_told_from_skill(season: World, level: Entry) -> None:
    """From a level that is about the best, one training trace still promises a gain: other traces do not confirm it."""
    good = replace(level, limit=(replace(level.limit[0], units=56.0),))
    found = tune(season, good, trials=60, replications=1, held_out=40, threads=1, seed=3)
    assert found.training["difference"] > 0.0
    assert found.held_out.gain < 0.5 * found.training["difference"]
    assert found.held_out.verdict != "better"


@pytest.mark.parametrize("sampled", [False, True])
def test_a_log_that_was_tuned_on_is_not_what_the_check_plays(
    sampled: bool, season: World, level: Entry, tmp_path: Path
) -> None:
    """Its orders would be the same again under any seed."""
    log = sample(season, 77)
    save_trace(log, tmp_path / "log.parquet")
    world = replace(season, header=replace(season.header, trace=str(tmp_path / "log.parquet")))
    found = tune(world, level, trials=2, replications=2, held_out=2, threads=1, sampled=sampled)
    kept = [trace.orders.time.tolist() == log.orders.time.tolist() for trace in found.found.ground.traces]
    assert kept == [not sampled] * 2
    drawn = [trace.orders.time.tolist() for trace in found.held_out_ground.traces]
    assert drawn == [sample(world, seed).orders.time.tolist() for seed in (0, 1)]

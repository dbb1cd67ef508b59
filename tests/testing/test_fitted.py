"""Runs made fit for a kind of bound: each kind is met, and with none of the features that it does not go with."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from fillrate.bench.ceiling import covering, reassigning
from fillrate.plan.bound import KINDS
from fillrate.testing import Run, features, runs
from fillrate.testing.fitted import NEVER, fitted

QUIET: Any = list(HealthCheck)


def test_every_kind_is_met_without_what_does_not_go_with_it() -> None:
    met = set()

    @settings(max_examples=20, deadline=None, phases=[Phase.generate], suppress_health_check=QUIET)
    @seed(0)
    @given(runs())
    def each(run: Run) -> None:
        for one in fitted(run):
            kind = covering(one.world, one.trace.seed, [one.policy])[0]
            assert not NEVER[kind] & features(one)
            met.add((kind, reassigning(one.world, [one.policy])))

    each()
    assert met == {(kind, anew) for kind in KINDS for anew in (False, True)} - {("rule", True)}

"""The random worlds and runs that other tests are made of: within their bounds, simple first, features told apart."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from fillrate.policy import load_policy
from fillrate.testing import FEATURES, Run, features, runs
from fillrate.testing.by_hand import lines, order, told, trace_of, world_of
from fillrate.testing.values import durations, or_else, outages, seldom, subsets
from fillrate.world.law import Law
from fillrate.world.network import Outage

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.filter_too_much]


def test_what_is_common_is_the_simplest() -> None:
    """A failing example shrinks to it."""
    assert find(seldom(4), lambda _: True) is False
    assert find(or_else("common", st.just("other")), lambda _: True) == "common"
    assert find(subsets(("a", "b")), lambda _: True) == ("*",)
    assert find(durations(), lambda _: True) == Law(mean=0.0)
    assert find(outages(), lambda _: True) == Outage()
    assert find(or_else("common", st.just("other")), lambda found: found == "other") == "other"


@settings(max_examples=10, suppress_health_check=SLOW, phases=[Phase.generate])
@given(runs(20, 40))
def test_runs_fit_together(run: Run) -> None:
    assert run.trace.world == run.world.hash
    assert run.trace.days == run.world.days
    assert 1 <= len(run.world.locations) <= 4
    assert features(run) <= set(FEATURES)


PLAIN = """
[world]
name = "plain"
horizon_days = 2.0
[[location]]
name = "a"
{location}
[[region]]
name = "r"
[[sku]]
name = "x"
price = 3.0
[[segment]]
name = "s"
{segment}
[[supply.item]]
units = 5
"""


def run_of(location: str = "", segment: str = "") -> Run:
    world = world_of(PLAIN.format(location=location, segment=segment))
    trace = trace_of(world, order(0.5, ("x", 1)), order(1.0, ("x", 2)))
    return Run(world, trace, load_policy("fcfs+cheapest"))


def test_a_plain_run_has_no_feature_but_those_that_every_run_has_one_of() -> None:
    assert features(run_of()) == {
        "charge time_average",
        "complete no",
        "kind warehouse",
        "lost at once",
        "method chain",
        "no replenishing",
        "no supplier",
        "patience constant",
        "process poisson",
        "split units",
        "transit constant",
    }


@pytest.mark.parametrize(
    ("location", "segment", "more"),
    [
        ("cut_off_hours = [12.0]", "", {"cut-offs"}),
        ("outage = { windows = [[0.5, 1.0]] }", "", {"outages of locations"}),
        ("carries = ['x']", "", {"assortment"}),
        ("serves = ['s']", "", {"fences"}),
        ("station = { servers = 1, law = 'exponential' }", "", {"service exponential"}),
        ("", "return_probability = 0.5", {"returns"}),
        ("", "waits_forever = true", {"waits for ever"}),
        ("", "ship_complete = 'line'\ncommit = true", {"commit", "complete line"}),
    ],
)
def test_a_feature_is_seen_where_it_is(location: str, segment: str, more: set[str]) -> None:
    assert features(run_of(location, segment)) - features(run_of()) == more


def test_a_run_is_told_in_short_lines() -> None:
    table = run_of().play().journal
    assert table is not None
    assert [line for line in told(table, "money") if line.startswith("1 ")] == lines(
        """
        1 received #1:1 x 2
        1 checked #1:1 x 4
        1 reserved #1:1 x@a 2
        1 dispatched #1:1 x@a 2
        1 shipped #1 @a 2
        1 delivered #1:1 x@a 2
        """
    )
    assert "1 revenue #1:1 x@a +6" in told(table)

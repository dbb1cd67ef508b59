"""The comparison object and the JSON of the design, section 8."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from fillrate.bench.comparison import Bound, Comparison, compare_scores
from fillrate.bench.selection import Entrant, Rule, Selection
from fillrate.bench.statistics import holm, mean_interval
from fillrate.errors import InputError

Cards = Mapping[str, list[dict[str, float | None]]]


def test_json_has_the_keys_of_the_design(comparison: Comparison) -> None:
    found = json.loads(json.dumps(comparison.to_json(), allow_nan=False))
    first = ["world", "seed", "days", "replications", "policies", "pairs", "best", "bound"]
    more = ["interval", "selection", "half_width", "worst_tenth", "robustness", "unshifted", "orders"]
    assert list(found) == first + more
    assert (found["world"], found["seed"], found["days"], found["replications"]) == ("regional", 100, 90.0, 12)
    assert found["bound"] is None
    assert set(found["best"]) == {"policy", "metric", "probability"}
    for estimates in found["policies"].values():
        assert all(set(e) == {"mean", "low", "high"} for e in estimates.values())
    keys = {"a", "b", "metric", "difference", "low", "high", "p_value", "verdict"}
    assert all(set(pair) == keys for pair in found["pairs"])
    assert {pair["verdict"] for pair in found["pairs"]} == {"a_better", "b_better", "not_shown"}


def test_json_of_a_bound(comparison: Comparison) -> None:
    bounded = replace(comparison, bound=Bound("hindsight", 1.0, None, None))
    assert bounded.to_json()["bound"] == {"kind": "hindsight", "mean": 1.0, "low": None, "high": None}


@pytest.mark.parametrize(
    ("names", "line"),
    [
        (("cheapest", "nix", "contribution"), "pair: policy: found 'nix'; allowed: "),
        (("cheapst", "distance", "contribution"), "pair: policy: found 'cheapst' (did you mean 'cheapest'?)"),
        (("cheapest", "cheapest", "contribution"), "pair: policies: found 'cheapest' twice; allowed: two that differ"),
        (("cheapest", "distance", "contributon"), "pair: metric: found 'contributon' (did you mean 'contribution'?)"),
    ],
)
def test_a_pair_that_there_is_not_names_those_that_there_are(
    comparison: Comparison, names: tuple[str, str, str], line: str
) -> None:
    with pytest.raises(InputError) as caught:
        comparison.pair(*names)
    assert str(caught.value).startswith(line)
    assert comparison.pair("distance", "cheapest", "contribution").a == "distance"


def test_undefined_is_null(comparison: Comparison) -> None:
    found = comparison.to_json()
    nothing = {"mean": None, "low": None, "high": None}
    assert all(estimates["station_wait_days"] == nothing for estimates in found["policies"].values())
    waits = [pair for pair in found["pairs"] if pair["metric"] == "station_wait_days"]
    assert len(waits) == 10
    assert all(pair["p_value"] is None and pair["verdict"] == "not_shown" for pair in waits)


def test_every_pair_of_every_metric_is_there_once(comparison: Comparison, scores: Cards) -> None:
    metrics = list(scores["cheapest"][0])
    expected = {(a, b, m) for a, b in combinations(scores, 2) for m in metrics}
    assert {(p.a, p.b, p.metric) for p in comparison.pairs} == expected
    assert len(comparison.pairs) == len(expected)


def test_differences_are_paired_and_corrected_within_the_metric(comparison: Comparison, scores: Cards) -> None:
    def values(policy: str, metric: str) -> list[float]:
        return [card[metric] or math.nan for card in scores[policy]]

    for metric in ("contribution", "split_rate"):
        raw = [stats.ttest_rel(values(a, metric), values(b, metric)).pvalue for a, b in combinations(scores, 2)]
        found = [p.p_value for p in comparison.pairs if p.metric == metric]
        assert found == pytest.approx(list(holm(raw)), rel=1e-7, abs=1e-300)


def test_pairing_sees_what_separate_intervals_hide(comparison: Comparison) -> None:
    whole, cheapest = (comparison.policies[name]["contribution"] for name in ("whole_order", "cheapest"))
    assert whole.low is not None
    assert cheapest.high is not None
    assert whole.low < cheapest.high, "the intervals overlap"
    assert comparison.pair("whole_order", "cheapest", "contribution").verdict == "a_better"


def test_estimates_are_those_of_the_columns(comparison: Comparison, scores: Cards) -> None:
    column = [card["unit_fill_rate"] for card in scores["distance"]]
    assert comparison.policies["distance"]["unit_fill_rate"] == mean_interval(column)


def test_pair_can_be_seen_from_both_sides(comparison: Comparison) -> None:
    one, other = (comparison.pair(a, b, "lost_units") for a, b in (("distance", "cheapest"), ("cheapest", "distance")))
    assert one.difference is not None
    assert other.difference == -one.difference
    assert other.low is not None
    assert other.low == -(one.high or 0)
    assert {one.verdict, other.verdict} == {"a_better", "b_better"}
    with pytest.raises(InputError):
        comparison.pair("cheapest", "cheapest", "lost_units")


def test_best_follows_the_direction_of_the_metric(scores: Cards) -> None:
    assert compare_scores("w", 1, 9, scores).best.policy == "whole_order"
    fastest = compare_scores("w", 1, 9, scores, metric="order_cycle_time_days").best
    assert (fastest.policy, fastest.metric) == ("distance", "order_cycle_time_days")
    assert fastest.probability is not None
    assert fastest.probability > 0.99


def test_best_of_one_replication_has_no_probability() -> None:
    cards = {"x": [{"contribution": 1.0}], "y": [{"contribution": 2.0}]}
    found = compare_scores("w", 1, 9, cards)
    assert vars(found.best) == {"policy": "y", "metric": "contribution", "probability": None}
    assert found.pairs[0].difference == -1.0
    assert found.pairs[0].low is None
    assert found.pairs[0].verdict == "not_shown"


def test_a_metric_that_only_one_policy_has_is_undefined_for_the_other() -> None:
    cards = {"x": [{"contribution": 1.0, "lost_units": 3.0}] * 2, "y": [{"contribution": 2.0}] * 2}
    found = compare_scores("w", 1, 9, cards)
    assert found.policies["y"]["lost_units"].mean is None
    assert found.pair("x", "y", "lost_units").difference is None


@pytest.mark.parametrize(
    ("cards", "metric", "problem"),
    [
        ({}, "contribution", "replications by policy are {}"),
        ({"x": []}, "contribution", "replications by policy"),
        ({"x": [{"contribution": 1.0}], "y": []}, "contribution", "replications by policy"),
        ({"x": [{"contribution": 1.0}]}, "contributon", "did you mean 'contribution'"),
        ({"x": [{"contribution": 1.0, "on_hand_units": 1.0}]}, "on_hand_units", "has no good direction"),
        ({"x": [{"contribution": None}]}, "contribution", "is undefined for every policy"),
    ],
)
def test_bad_input_is_named(cards: Cards, metric: str, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        compare_scores("w", 1, 9, cards, metric=metric)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_share_of_who_left_early_stays_a_share() -> None:
    """Its mean is moved by what the runs that it missed are expected to be, and no further than the metric goes."""
    kept = np.linspace(0.7, 0.9, 40)
    early = np.minimum(1.0, kept[:10] + 0.25)
    fill = "unit_fill_rate"
    scores = {
        name: [{"contribution": 1.0, fill: float(x)} for x in v] for name, v in (("kept", kept), ("early", early))
    }
    left = Selection("kept", Rule(0.9, 1.0, 40), True, {"kept": Entrant(40, ""), "early": Entrant(10, "kept")}, 40)
    found = compare_scores("w", 0, 1.0, scores, selection=left).policies["early"][fill]
    assert found.mean == pytest.approx(1.0)
    assert found.mean <= 1.0 + 1e-12  # type: ignore[operator]

"""Directions, verdict words and sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fillrate.bench.across import across
from fillrate.bench.comparison import Bound, Comparison, Pair, compare_scores
from fillrate.bench.sentences import headline, pair_sentence, rivals
from fillrate.bench.verdicts import Better, Verdict, better, definition_of, title, unit, verdict
from fillrate.scorecard.metrics import METRICS


def pair(metric: str, difference: float | None, half: float | None, p: float | None) -> Pair:
    low, high = (None, None) if half is None or difference is None else (difference - half, difference + half)
    return Pair("whole_order", "cheapest", metric, difference, low, high, p, "not_shown")


@pytest.mark.parametrize(
    ("difference", "p", "direction", "expected"),
    [
        (1.0, 0.049, "more", "a_better"),
        (-1.0, 0.049, "more", "b_better"),
        (1.0, 0.049, "less", "b_better"),
        (-1.0, 0.049, "less", "a_better"),
        (1.0, 0.05, "more", "not_shown"),
        (1.0, 0.0, "neither", "not_shown"),
        (0.0, 0.0, "more", "not_shown"),
        (1.0, None, "more", "not_shown"),
        (None, None, "less", "not_shown"),
    ],
)
def test_verdict(difference: float | None, p: float | None, direction: Better, expected: Verdict) -> None:
    assert verdict(difference, p, direction) == expected


def test_a_breakdown_takes_the_definition_of_its_metric() -> None:
    key = "unit_fill_rate[segment=contract]"
    assert definition_of(key) is METRICS["unit_fill_rate"]
    assert (better(key), unit(key)) == ("more", "share")
    assert title(key) == "Unit fill rate (segment contract)"


def test_a_metric_without_definition_is_not_judged() -> None:
    assert (better("mood"), unit("mood")) == ("neither", "")


def test_a_level_is_told_no_further_than_its_metric_goes_and_kept_as_computed() -> None:
    cards = {name: [{"unit_fill_rate": x} for x in (0.90, 0.98 + n / 100)] for n, name in enumerate("ab")}
    found = compare_scores("w", 0, 1.0, cards, metric="unit_fill_rate")
    assert "Unit fill rate: b has 94 % (37 to 100) over 2 runs" in " ".join(headline(found).sentences)
    assert (found.policies["b"]["unit_fill_rate"].high or 0.0) > 1.0


def test_sentence_on_contribution() -> None:
    found = pair_sentence(pair("contribution", 12.3, 2.2, 0.0004))
    assert found == (
        "whole_order earns 12.3 (10.1 to 14.5) more contribution per run than cheapest; not by chance (p < 0.001)."
    )


def test_sentence_turns_to_the_side_that_is_ahead() -> None:
    ahead = pair_sentence(pair("contribution", -12.3, 2.2, 0.0004))
    assert ahead.startswith("cheapest earns 12.3 (10.1 to 14.5) more contribution per run than whole_order")
    less = pair_sentence(pair("lost_units", 40.0, 50.0, 0.2))
    assert less == (
        "Lost units: cheapest is 40 units (−10 to 90) lower than whole_order; this may be chance (p = 0.20)."
    )


def test_an_interval_without_0_that_may_be_chance_says_why() -> None:
    found = pair_sentence(pair("contribution", 398.0, 260.0, 0.11))
    assert found == (
        "whole_order earns 398 (138 to 658) more contribution per run than cheapest; "
        "among so many pairs this may be chance (p = 0.11)."
    )


def test_sentence_gives_shares_in_points() -> None:
    found = pair_sentence(pair("unit_fill_rate", 0.012, 0.004, 0.03))
    assert found == (
        "Unit fill rate: whole_order is 1.20 points (0.80 to 1.60) higher than cheapest; not by chance (p = 0.030)."
    )


def test_sentence_without_interval() -> None:
    single = pair_sentence(pair("contribution", 5.0, None, None))
    assert single == (
        "whole_order earns 5 more contribution per run than cheapest; one replication cannot tell this from chance."
    )
    few = pair_sentence(pair("contribution", 5.0, None, 0.5))
    assert few.endswith("than cheapest; the same in every run, but so few runs cannot tell this from chance.")
    assert pair_sentence(pair("split_rate", None, None, None)).endswith("split rate is undefined.")
    assert pair_sentence(pair("split_rate", 0.0, 0.0, 1.0)).endswith("have the same split rate.")


def test_headline_of_a_clear_winner() -> None:
    cards = {
        "x": [{"contribution": v, "lost_units": 9.0} for v in (9.0, 9.5) * 3],
        "y": [{"contribution": 1.0, "lost_units": 2.0}] * 6,
    }
    found = headline(compare_scores("w", 1, 5.0, cards))
    assert found.line == "x is the best of 2 policies"
    assert "Others are shown to be ahead on: lost units (y)." in found.sentences
    assert any("earns 8.2" in sentence for sentence in found.sentences)


def test_a_best_mean_over_fewer_runs_does_not_hide_who_is_better_in_those() -> None:
    """The mean of `few` is over its good runs; where both have a value, `all` is the quicker by two days."""
    noise = (0.0, 0.01, -0.01, 0.02)
    days: dict[str, list[float | None]] = {
        "few": [*(4.0 + e for e in noise), *[None] * 4],
        "all": [*(2.0 - e for e in noise), *[9.0] * 4],
    }
    cards = {name: [{"order_cycle_time_days": value} for value in values] for name, values in days.items()}
    found = compare_scores("w", 0, 5.0, cards, metric="order_cycle_time_days")
    assert headline(found).line == (
        "few has the best mean, but all is shown to be better in the runs in which both have a cycle time, mean"
    )
    assert not across({"w": found}).winners[0].shown


def test_headline_names_who_is_not_beaten(comparison: Comparison) -> None:
    close = replace(
        comparison,
        pairs=tuple(replace(p, verdict="not_shown") if "bid_price" in (p.a, p.b) else p for p in comparison.pairs),
    )
    assert headline(close).line == "whole_order leads, but is not shown to be better than bid_price"
    none = replace(comparison, pairs=tuple(replace(p, verdict="not_shown") for p in comparison.pairs))
    assert headline(none).line.startswith("No policy is shown to be the best; whole_order has the best")


def test_a_rival_that_the_headline_names_has_its_sentence(comparison: Comparison) -> None:
    farthest = rivals(comparison)[-1].b
    pairs = tuple(replace(p, verdict="not_shown") if farthest in (p.a, p.b) else p for p in comparison.pairs)
    found = headline(replace(comparison, pairs=pairs))
    assert found.line.endswith(farthest)
    assert any("earns" in sentence and farthest in sentence for sentence in found.sentences)


def test_equal_runs_prove_nothing_about_chance() -> None:
    cards = {name: [{"contribution": value}] * 6 for name, value in (("x", 9.0), ("y", 1.0))}
    said = " ".join(headline(compare_scores("w", 1, 5.0, cards)).sentences)
    assert "x earns 8 (8 to 8) more contribution per run than y; the same in every run." in said
    assert "chance has no part" in said
    assert "probability" not in said
    assert "p <" not in said


def test_a_few_equal_runs_are_no_victory() -> None:
    cards = {name: [{"contribution": value}] * 5 for name, value in (("x", 9.0), ("y", 1.0))}
    found = headline(compare_scores("w", 1, 5.0, cards))
    assert found.line == "No policy is shown to be the best; x has the best contribution"
    assert "x earns 8 more contribution per run than y; the same in every run, but so few runs" in found.sentences[1]


def test_a_replay_says_what_its_intervals_are_about(comparison: Comparison) -> None:
    said = headline(replace(comparison, replayed=True)).sentences
    assert any(sentence.startswith("All runs play the orders of the log") for sentence in said)
    assert comparison.to_json()["orders"] == "drawn"


def test_shifts_that_were_not_played_are_named_with_the_reason(comparison: Comparison) -> None:
    left = {"demand −20 %": "it replays orders", "demand +20 %": "it replays orders"}
    said = headline(replace(comparison, unshifted=left)).sentences
    assert "Not played: demand −20 % and demand +20 % (it replays orders)." in said


def test_headline_of_one_policy() -> None:
    alone = compare_scores("w", 1, 5.0, {"x": [{"contribution": 2.0}]})
    found = headline(alone)
    assert found.line == "x was run alone"
    assert found.sentences == ("x has a contribution of 2 over one run of the world w.",)


def test_headline_quotes_the_gap_to_the_bound() -> None:
    """The mean of the runs' gaps, 10 % and 40 %: not 20 %, the mean difference over the mean cost."""
    runs = [(100.0, 200.0, 0.1), (100.0, 100.0, 0.4)]
    cards = [{"contribution": x, "controllable_cost": y, "gap_to_bound": gap} for x, y, gap in runs]
    found = replace(compare_scores("w", 1, 5.0, {"x": cards}), bound=Bound("static", 130.0, None, None))
    said = "Of policies that buy nothing, none could earn more than 130 (static bound): "
    said += "at most 25.0 % of the controllable cost is left to gain."
    assert headline(found).sentences[-1] == said


def test_a_bound_is_not_rounded_below_what_was_earned() -> None:
    found = compare_scores("w", 1, 5.0, {"x": [{"contribution": 42.26}]})
    said = headline(replace(found, bound=Bound("static", 42.26, None, None))).sentences[-1]
    assert "more than 42.26 (static bound)" in said


def test_equal_policies_are_not_ranked_and_chance_is_not_denied() -> None:
    """Runs that differ, though not between the policies; then a third one that is beaten, or one that is not."""
    runs = [{"contribution": value} for value in (90.0, 110.0, 97.0)]
    both = headline(compare_scores("w", 1, 5.0, {"x": runs, "y": runs}))
    assert both.line == "Both policies have the same contribution in every run"
    assert both.sentences == ("x has a contribution of 99 (74 to 124) over 3 runs of 5 days of the world w.",)
    beaten = [{"contribution": value} for value in (80.0, 99.0, 87.0)]
    third = headline(compare_scores("w", 1, 5.0, {"x": runs, "y": runs, "z": beaten}))
    assert third.line == "x and y are the best of 3 policies, with the same contribution"
    assert "probability" not in " ".join(third.sentences)
    close = [{"contribution": value} for value in (80.0, 120.0, 87.0)]
    none = headline(compare_scores("w", 1, 5.0, {"x": runs, "y": runs, "z": close}))
    assert none.line == "No policy is shown to be the best; x and y have the best contribution"


def test_a_best_mean_over_fewer_runs_is_no_victory() -> None:
    """x has no value in the bad runs, and is the worse one in each that both have."""
    rates = {"x": (0.9, 0.95, None, None), "y": (0.91, 0.97, 0.5, 0.4)}
    cards = {name: [{"unit_fill_rate": value} for value in values] for name, values in rates.items()}
    found = compare_scores("w", 1, 5.0, cards, metric="unit_fill_rate")
    pairs = tuple(replace(p, verdict="b_better") for p in found.pairs)
    said = headline(replace(found, pairs=pairs))
    runs = "the runs in which both have a unit fill rate"
    assert said.line == f"x has the best mean, but y is shown to be better in {runs}"
    assert said.sentences[0].startswith("Unit fill rate: x has 92 % (61 to 100) over 2 of 4 runs of 5 days")


def test_headline_without_a_gap_says_the_bound_alone(comparison: Comparison) -> None:
    bound = Bound("free", 500_000.0, None, None)
    said = "No policy could earn more than 500,000 (free bound)."
    assert headline(replace(comparison, bound=bound)).sentences[-1] == said


def test_rivals_are_turned_and_closest_first(comparison: Comparison) -> None:
    found = rivals(comparison)
    assert {p.a for p in found} == {"whole_order"}
    gaps = [p.difference for p in found if p.difference is not None]
    assert len(gaps) == 4
    assert gaps == sorted(gaps)
    assert gaps[0] > 0


def test_a_rival_that_was_named_first_is_turned() -> None:
    cards = {"worse": [{"contribution": v} for v in (1.0, 1.5)], "best": [{"contribution": 9.0}] * 2}
    (found,) = rivals(compare_scores("w", 1, 5.0, cards))
    assert (found.a, found.b, found.verdict) == ("best", "worse", "a_better")
    assert found.difference == 7.75


@pytest.mark.parametrize(("probability", "said"), [(0.9876, "98.7 %"), (0.99996, "99.9 %"), (0.5, "50 %")])
def test_at_least_is_never_rounded_up(comparison: Comparison, probability: float, said: str) -> None:
    surer = replace(comparison, best=replace(comparison.best, probability=probability))
    assert any(f"is at least {said}" in sentence for sentence in headline(surer).sentences)

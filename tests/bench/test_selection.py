"""Selection of the best: right at least as often as promised, with fewer runs than a fixed design, and reusing runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from fillrate.bench.compare import compare
from fillrate.bench.comparison import compare_scores
from fillrate.bench.selection import FIRST_STAGE, Rule, Selection, next_look, select
from fillrate.bench.sentences import headline
from fillrate.bench.statistics import METHODS
from fillrate.bench.stopping import Played, Scores, Stopping, check_stopping, played
from fillrate.errors import InputError

Floats = NDArray[np.float64]
ZONE, PROMISE = 0.5, 0.95


def selected(means: Sequence[float], seed: int, rho: float = 0.0, most: int = 100_000) -> Selection:
    """One selection among unit normals with these means, correlated over policies."""
    random = np.random.default_rng([seed, len(means)])
    names = [f"p{i}" for i in range(len(means))]

    def play(left: Sequence[str], first: int, upto: int) -> Mapping[str, Floats]:
        shared, own = random.normal(size=(upto - first, 1)), random.normal(size=(upto - first, len(means)))
        x = np.array(means) + np.sqrt(rho) * shared + np.sqrt(1 - rho) * own
        return {name: x[:, names.index(name)] for name in left}

    return select(names, play, Rule(PROMISE, ZONE, most))


@pytest.mark.parametrize(
    ("means", "most_share"),
    [((0.0, -ZONE), 0.8), ((0.0, *[-ZONE] * 4), 0.4), ((0.0, -ZONE, -2 * ZONE, -3 * ZONE, -4 * ZONE), 0.25)],
)
def test_the_best_is_selected_as_often_as_promised(means: tuple[float, ...], most_share: float) -> None:
    """The least favourable means first. 600 repetitions; below 0.925 has a chance of 0.4 % at exactly 0.95."""
    found = [selected(means, seed) for seed in range(600)]
    right = sum(f.best == "p0" for f in found)
    assert right >= stats.binom.ppf(0.004, len(found), PROMISE)
    assert all(f.reached for f in found)
    fixed = sum(f.fixed for f in found) * len(means)
    assert sum(f.runs for f in found) <= most_share * fixed


def test_a_smaller_promise_takes_fewer_runs_and_is_wrong_more_often() -> None:
    """So a promise is not kept by playing more than it takes."""

    def tried(probability: float) -> tuple[int, int]:
        names = ["a", "b", "c"]
        right = runs = 0
        for seed in range(300):
            random = np.random.default_rng(seed)
            found = select(names, _player(random, (0.0, -ZONE, -ZONE)), Rule(probability, ZONE, 10_000))
            right, runs = right + (found.best == "a"), runs + found.runs
        return right, runs

    (few_right, few), (many_right, many) = tried(0.6), tried(0.99)
    assert few < 0.5 * many
    assert few_right < many_right
    assert 180 <= few_right < 285


def _player(random: Any, means: Sequence[float]) -> Any:
    def play(left: Sequence[str], first: int, upto: int) -> Mapping[str, Floats]:
        x = np.array(means) + random.normal(size=(upto - first, len(means)))
        return {name: x[:, "abc".index(name)] for name in left}

    return play


def test_common_random_numbers_save_runs() -> None:
    apart, together = (sum(selected((0.0, -ZONE, -ZONE), s, rho).runs for s in range(40)) for rho in (0.0, 0.9))
    assert together < 0.6 * apart


def test_margins_by_hand() -> None:
    """k = 2, n0 = 10, promise 0.95: h² = ((2 · 0.05)^(−2/9) − 1) · 9 = 6.0136.

    Differences 1, −1, 1, −1, ...: S² = 10/9, so at n = 10 the margin is δ/2 (h² S²/δ² − n) = 0.25 (26.727 − 10) = 4.18.
    """
    x = np.tile([1.0, -1.0], 5)

    def ends(behind: float) -> int:
        def play(left: Sequence[str], first: int, upto: int) -> Mapping[str, Floats]:
            row = np.resize(x, upto)[first:]
            return {name: row / 2 if name == "a" else -row / 2 - behind for name in left}

        return select(["a", "b"], play, Rule(0.95, 0.5, 1000)).entrants["b"].replications

    assert ends(0.419) == 10
    assert ends(0.417) > 10


def test_equal_policies_end_at_once_with_the_first() -> None:
    def play(left: Sequence[str], first: int, upto: int) -> Mapping[str, Floats]:
        return {name: np.arange(first, upto, dtype=float) for name in left}

    found = select(["a", "b"], play, Rule(0.95, 1.0, 1000))
    assert (found.best, found.runs, found.entrants["b"].lost_to) == ("a", 20, "a")


def test_the_most_runs_end_a_selection_that_keeps_no_promise() -> None:
    found = selected((0.0, 0.0, -5.0), 1, most=12)
    assert not found.reached
    assert sorted(found.stayed) == ["p0", "p1"]
    assert found.entrants["p2"].replications == FIRST_STAGE
    assert found.entrants["p0"].replications == 12


def test_looks_are_a_tenth_apart() -> None:
    assert [next_look(n) for n in (10, 19, 20, 200)] == [12, 21, 22, 220]


def test_a_comparison_selects_and_plays_no_run_twice(tmp_path: Any) -> None:
    policies = "cheapest,prioritize_high_stock,hold_all"
    found = compare("two_warehouses", policies, None, 5, 20, 1, tmp_path, quiet=True, select=0.95, indifference=2.0)
    assert found.selection is not None
    assert (found.best.policy, found.selection.reached) == ("cheapest", True)
    played = {name: entrant.replications for name, entrant in found.selection.entrants.items()}
    assert 10 <= played["hold_all"] < played["cheapest"]
    assert len((tmp_path / "results.jsonl").read_bytes().splitlines()) == found.selection.runs == sum(played.values())
    again = compare("two_warehouses", policies, None, 5, 20, 1, tmp_path, quiet=True, select=0.95, indifference=2.0)
    assert again == found
    assert len((tmp_path / "results.jsonl").read_bytes().splitlines()) == found.selection.runs
    said = found.to_json()["selection"]
    assert (said["stayed"], said["replications"], said["probability"]) == (["cheapest"], played, 0.95)
    told = " ".join(headline(found).sentences)
    assert "fixed beforehand: after a selection, a guide." in told
    assert "It is better than each of the others" not in told


def test_a_policy_that_left_is_not_shown_by_the_luck_of_its_first_runs() -> None:
    policies = ("cheapest", "prioritize_high_stock", "hold_all")
    found = compare("two_warehouses", policies, None, 5, 20, 1, quiet=True, select=0.95, indifference=2.0)
    full, early = (found.columns[name]["contribution"] for name in ("cheapest", "hold_all"))
    n = int(np.isfinite(early).sum())
    assert 10 <= n < len(full)
    slope, constant = np.polyfit(full[:n], early[:n], 1)
    assert found.policies["hold_all"]["contribution"].mean == pytest.approx(constant + slope * full.mean())
    assert found.policies["hold_all"]["unit_fill_rate"].mean == 0.0
    assert found.policies["cheapest"]["contribution"].mean == pytest.approx(full.mean())


def test_the_zone_that_is_not_stated_is_one_percent_of_the_cost() -> None:
    found = compare("two_warehouses", "cheapest,hold_all", None, 0, 20, 1, quiet=True, select=0.9)
    assert found.selection is not None
    cost = np.mean(found.columns["cheapest"]["controllable_cost"][:10])
    assert found.selection.rule.indifference == pytest.approx(0.01 * cost)


def test_a_zone_of_nothing_is_refused_by_the_option_that_states_it() -> None:
    """No policy of this world loses a unit in so few days."""
    with pytest.raises(InputError, match=r"the best lost_units is 0: .*; allowed: `--indifference N`"):
        compare("two_warehouses", "cheapest,distance", None, 0, 0.5, 1, quiet=True, metric="lost_units", select=0.9)


def test_runs_are_added_until_the_interval_is_narrow_enough() -> None:
    wide = compare("two_warehouses", "cheapest,fixed_primary", 10, 0, 20, 1, quiet=True)
    half = wide.pair("cheapest", "fixed_primary", "contribution")
    assert half.low is not None
    assert half.high is not None
    wanted = (half.high - half.low) / 2 / 3
    found = compare("two_warehouses", "cheapest,fixed_primary", None, 0, 20, 1, quiet=True, half_width=wanted)
    pair = found.pair("cheapest", "fixed_primary", "contribution")
    assert found.precision is not None
    assert found.precision.reached
    assert (pair.high - pair.low) / 2 == pytest.approx(found.precision.half_width)  # type: ignore[operator]
    assert 50 <= found.replications <= 250  # about nine times ten
    capped = compare("two_warehouses", "cheapest,fixed_primary", 12, 0, 20, 1, quiet=True, half_width=wanted)
    assert (capped.replications, capped.precision is not None and capped.precision.reached) == (12, False)
    assert "takes more runs" in str(capped)


def test_the_intervals_that_are_shown_have_to_be_narrow() -> None:
    values = {"mine": np.random.default_rng(3).lognormal(0.0, 1.5, 400), "other": np.zeros(400)}

    def play(names: Sequence[str], seeds: range, _: bool) -> Scores:
        return {name: [{"contribution": float(values[name][n])} for n in seeds] for name in names}

    for method in METHODS:
        runs = Played(("mine", "other"), 0, "contribution", play, True)
        scores, _, precision = played(runs, Stopping(400, half_width=0.5), method)
        shown = compare_scores("w", 0, 1.0, scores, method=method).pair("mine", "other", "contribution")
        assert precision is not None
        assert precision.half_width == pytest.approx((shown.high - shown.low) / 2)  # type: ignore[operator]


def test_a_width_of_what_no_run_has_is_refused_after_the_first_runs() -> None:
    with pytest.raises(InputError, match="order_cycle_time_days is undefined in every run of hold_all"):
        compare(
            "two_warehouses", "hold_all,distance", None, 0, 2, 1, quiet=True, half_width=1.0,
            metric="order_cycle_time_days",
        )  # fmt: skip


def test_the_widest_interval_is_the_one_that_has_to_be_narrow() -> None:
    rules = "cheapest,prioritize_high_stock,fixed_primary"
    found = compare("two_warehouses", rules, 10, 0, 20, 1, quiet=True, half_width=1e-3)
    pairs = [p for p in found.pairs if p.metric == "contribution" and found.best.policy in (p.a, p.b)]
    halves = [(p.high - p.low) / 2 for p in pairs if p.low is not None and p.high is not None]
    assert len(halves) == 2
    assert max(halves) > 1.1 * min(halves)
    assert found.precision is not None
    assert found.precision.half_width == pytest.approx(max(halves))


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Stopping(select=0.9, half_width=1.0), "select: found together with a half-width"),
        (Stopping(indifference=1.0), "indifference: found without a selection"),
        (Stopping(select=0.9, indifference=0.0), "indifference: found 0"),
        (Stopping(half_width=-1.0), "half-width: found -1"),
        (Stopping(half_width=1e-200), "half-width: found 1e-200; allowed: 1e-09 or more"),
        (Stopping(select=0.9, indifference=1e-200), "indifference: found 1e-200; allowed: 1e-09 or more"),
        (Stopping(replications=5, select=0.9), "replications: found 5; allowed: at least 10"),
    ],
)
def test_what_makes_no_sense_is_refused_before_any_run(wanted: Stopping, said: str) -> None:
    with pytest.raises(InputError, match=said):
        check_stopping(wanted)


@pytest.mark.parametrize(
    ("policies", "probability", "said"),
    [("cheapest", 0.9, "select: found 1 policy"), ("cheapest,hold_all", 0.5, "a probability over 0.5, below 1")],
)
def test_a_selection_needs_rivals_and_a_promise(policies: str, probability: float, said: str) -> None:
    with pytest.raises(InputError, match=said):
        compare("two_warehouses", policies, None, 0, 5, 1, quiet=True, select=probability)


def test_a_promise_that_makes_no_sense_is_told_before_any_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fillrate.bench.compare.run_tasks", lambda *_, **__: pytest.fail("a run was made"))
    for probability in (95.0, 0.3):
        with pytest.raises(InputError, match="a probability over"):
            compare("two_warehouses", "distance,cheapest", select=probability, quiet=True)
    with pytest.raises(InputError, match="two policies or more"):
        compare("two_warehouses", "distance", select=0.95, quiet=True)

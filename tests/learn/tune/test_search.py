"""The search: the untouched policy first, the same for a seed and any number of threads, within its budget."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fillrate.errors import InputError
from fillrate.gym.episodes import FIRST_SEED
from fillrate.learn.tune import Tuned, playing, tune
from fillrate.learn.tune.search import LEAST, Limits, Search, Tried, _study, out_of_race, simplify
from fillrate.learn.tune.space import space_of
from fillrate.policy.spec import Entry, Info, SourceRule
from fillrate.simulate import simulate
from fillrate.trace import sample
from fillrate.world import World, load_world

Played = list[tuple[Any, int, int]]


def quick(season: World, level: Any, **more: Any) -> Tuned:
    return tune(season, level, **{"trials": 20, "replications": 8, "held_out": 4, "threads": 1, "quiet": True} | more)


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Played:
    """Every policy that is played, with the traces it meets."""
    calls: Played = []
    play = playing.Playground.play

    def listen(self: Any, policy: Any, first: int = 0, last: int | None = None) -> Any:
        calls.append((policy, self.seeds[first], self.seeds[(len(self.seeds) if last is None else last) - 1]))
        return play(self, policy, first, last)

    monkeypatch.setattr(playing.Playground, "play", listen)
    return calls


def test_the_untouched_policy_is_the_first_trial(season: World, level: Entry, played: Played) -> None:
    found = quick(season, level, seed=5)
    policy, first, _ = played[0]
    assert (policy.source, first) == (level, FIRST_SEED + 5)
    alone = [
        simulate(season, sample(season, seed), level).scorecard["contribution"]
        for seed in range(FIRST_SEED + 5, FIRST_SEED + 13)
    ]
    assert found.found.untouched.tolist() == alone
    assert found.to_json()["parameters"]["limit[0].units"]["from"] == 1.0


def test_two_trials_are_the_untouched_policy_and_one_proposal(season: World, level: Entry, played: Played) -> None:
    found = quick(season, level, trials=2, seed=1)
    assert (found.found.trials, len(found.found.known)) == (2, 2)
    assert [first for _, first, _ in played][:2] == [FIRST_SEED + 1] * 2


def test_the_same_seed_finds_the_same_for_any_number_of_threads(season: World, level: Entry) -> None:
    one, two = quick(season, level).to_json(), quick(season, level, threads=3).to_json()
    assert one == two
    assert quick(season, level, seed=9).to_json() != one


def test_training_and_held_out_traces_are_disjoint(season: World, level: Entry, played: Played) -> None:
    said = quick(season, level, seed=100).to_json()
    assert said["training"]["seeds"] == [FIRST_SEED + 100, FIRST_SEED + 107], "none that a comparison plays"
    assert said["held_out"]["seeds"] == [100, 103]
    checked = [first for _, first, _ in played if first < FIRST_SEED]
    assert checked == [100, 100], "only the check may see them, once a policy"


def test_no_more_orders_are_simulated_than_the_budget_allows(season: World, level: Entry, played: Played) -> None:
    free = quick(season, level)
    each = free.found.full_cost
    found = quick(season, level, budget_orders=4 * each)
    assert found.found.orders <= 4 * each < free.found.orders
    assert found.found.orders > 3 * each - 1, "what is left does not pay for another proposal"
    assert found.found.trials < 20
    sizes = {seed: len(sample(season, seed).orders) for seed in range(FIRST_SEED, FIRST_SEED + 8)}
    played.clear()
    again = quick(season, level, budget_orders=4 * each)
    counted = sum(sizes[seed] for _, first, last in played if first >= FIRST_SEED for seed in range(first, last + 1))
    assert counted == again.found.orders


def test_a_budget_that_is_too_small_for_one_proposal_is_refused(season: World, level: Entry) -> None:
    with pytest.raises(InputError, match=r"budget_orders: found 10; allowed: .* or more: 8 traces of the untouched"):
        quick(season, level, budget_orders=10)


def test_numbers_that_were_tried_are_not_played_again(season: World, played: Played) -> None:
    """Two locations: an order may ship from one or from both, there is nothing else to try."""
    pair = load_world("two_warehouses").over(20.0)
    found = tune(pair, "max_splits", trials=30, replications=4, held_out=2, threads=1)
    assert found.found.trials == 30
    assert len([first for _, first, _ in played if first == FIRST_SEED]) == 2


def test_a_proposal_behind_the_best_is_not_played_to_the_end(season: World, level: Entry, played: Played) -> None:
    quick(season, level, trials=30, replications=16)
    ends = [last - FIRST_SEED for _, first, last in played if first == FIRST_SEED]
    assert LEAST - 1 in ends
    assert FIRST_SEED + 15 in [last for _, _, last in played]


def test_changes_that_gain_nothing_are_taken_back() -> None:
    """There is no pick station in `two_warehouses`, so its workload may weigh what it likes; cost may not."""
    pair = load_world("two_warehouses").over(100.0)
    step = {"row_position": 1.0, "cost_per_unit": 0.0, "station_workload": 0.0}
    entry = Entry(Info("backward", "source"), source=SourceRule("chain", (step,)))
    ground, space = playing.Playground(pair, range(5), "contribution", 1), space_of(entry, pair)
    untouched = ground.play(entry)
    start = Tried({p.name: p.value for p in space}, np.zeros(5))
    found = Search(space, entry, ground, Limits(9), 1.0, untouched, start)
    found.attempt({**start.values, "steps[0].cost_per_unit": -2.0, "steps[0].station_workload": -5.0})
    gained = found.best.mean
    assert gained > 0.0
    simplify(found)
    assert found.best.values == {**start.values, "steps[0].cost_per_unit": -2.0}
    assert found.best.mean == gained


def test_ctrl_c_ends_the_search_with_the_best_so_far(
    season: World, level: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    count, play = iter(range(1000)), playing.Playground.play

    def tired(self: Any, *given: Any) -> Any:
        if next(count) == 12:
            raise KeyboardInterrupt
        return play(self, *given)

    monkeypatch.setattr(playing.Playground, "play", tired)
    found = quick(season, level, trials=200)
    assert found.found.interrupted
    assert 2 <= found.found.trials < 200
    assert found.held_out.difference.n == 4
    assert found.to_json()["interrupted"] is True


def test_the_race_is_lost_by_more_than_noise_or_by_playing_the_same() -> None:
    best = np.array([9.0, 11.0, 10.0, 10.0])
    assert out_of_race(best - 1.0, best)
    assert out_of_race(best, best)
    assert not out_of_race(best + np.array([0.0, 0.0, 0.0, 1.0]), best)
    assert not out_of_race(best[:3] - 1.0, best[:3])
    assert not out_of_race(best + np.array([5.0, -6.0, 5.0, -6.0]), best)


def test_a_planner_is_played_run_by_run() -> None:
    """`lookahead` has one number, how far it looks; it is no policy of the compiled engine alone."""
    pair = load_world("two_warehouses").over(3.0)
    found = tune(pair, "lookahead", trials=3, replications=2, held_out=2, threads=1)
    assert [p.name for p in found.found.space] == ["days"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"trials": 1}, "trials: found 1"),
        ({"replications": 0}, "replications: found 0"),
        ({"held_out": 1}, "held_out: found 1"),
        ({"seed": -1}, "seed: found -1"),
        ({"budget_orders": 0}, "budget_orders: found 0"),
        ({"metric": "contributon"}, "did you mean 'contribution'"),
        ({"metric": "split_rates"}, "did you mean 'split_rate'"),
        ({"metric": "station_wait_days"}, "'station_wait_days' is undefined in every run"),
        ({"days": 0.0}, "days: found 0"),
    ],
)
def test_a_wrong_argument_is_named_before_anything_is_searched(
    season: World, level: Entry, wrong: dict[str, Any], says: str
) -> None:
    with pytest.raises(InputError, match=says):
        quick(season, level, **wrong)


def test_an_object_of_python_cannot_be_tuned(season: World) -> None:
    class Mine:
        def rank(self, orders: Any) -> Any:
            return [0.0 for _ in orders]

    with pytest.raises(InputError, match="it is an object, not a file"):
        quick(season, Mine())


@pytest.mark.slow
def test_on_ray_the_same_is_found_to_the_bit(season: World, level: Entry) -> None:
    pytest.importorskip("ray")
    here, there = (quick(season, level, cluster=cluster) for cluster in (None, "ray"))
    assert here.to_json() == there.to_json()
    assert here.found.untouched.tolist() == there.found.untouched.tolist()


def test_another_cluster_is_refused_before_anything_is_searched(season: World, level: Entry) -> None:
    with pytest.raises(InputError, match=r"cluster: found 'rya'.*allowed: ray"):
        quick(season, level, cluster="rya")


@pytest.mark.parametrize("seed", [0, 2**32 - 1, 2**32, 99_999_999_999])
def test_any_seed_begins_a_search(seed: int) -> None:
    """NumPy's global generators take none from 2**32 on."""
    assert _study(seed).ask().number == 0

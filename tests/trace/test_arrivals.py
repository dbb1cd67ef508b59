"""When orders arrive, against the stated laws. Seeds are fixed; every bound is at least three standard errors wide."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fillrate.draws import STREAMS, mix, seed_key, uniform
from fillrate.trace import sample
from fillrate.trace.arrivals import arrivals, uniforms
from fillrate.world import World

Make = Callable[..., World]
SIGNIFICANCE = 1e-3  # of a test; a true law fails one seed in a thousand, and the seeds are fixed


@given(
    st.integers(0, 2**63),
    st.sampled_from(sorted(STREAMS)),
    st.lists(st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1)), min_size=1, max_size=6),
)
def test_uniforms_are_the_scalar_draws_bit_for_bit(seed: int, stream: str, keys: list[tuple[int, int]]) -> None:
    first, second = (np.array(column, np.uint64) for column in zip(*keys, strict=True))
    scalar = [uniform(mix(mix(seed_key(seed, stream), a), b)) for a, b in keys]
    assert uniforms(seed, stream, first, second).tolist() == scalar


def test_a_constant_rate_is_a_poisson_process(world: Make) -> None:
    times = arrivals(world(50.0), 1)
    assert len(times) == pytest.approx(20_000, abs=4 * math.sqrt(20_000))
    gaps = np.diff(times)
    assert stats.kstest(gaps, stats.expon(scale=1.0 / 400.0).cdf).pvalue > SIGNIFICANCE
    assert abs(np.corrcoef(gaps[1:], gaps[:-1])[0, 1]) < 4.0 / math.sqrt(len(gaps))
    hourly = np.bincount((times * 24).astype(int), minlength=1200)
    spread = hourly.var(ddof=1) / hourly.mean()  # 1 for a Poisson law, standard error sqrt(2 / 1,200) = 0.041
    assert spread == pytest.approx(1.0, abs=0.15)


def test_instants_rise_on_the_grid_within_the_horizon(world: Make) -> None:
    times = arrivals(world(3.3), 5)
    assert (np.diff(times) >= 0.0).all()
    assert times[0] >= 0.0
    assert times[-1] < 3.3
    assert (times * 2.0**20 == np.rint(times * 2.0**20)).all()


@pytest.mark.parametrize(
    ("key", "profile", "place"),
    [
        ("hour_profile", [0.0] * 6 + [1.0] * 6 + [3.0] * 6 + [2.0] * 6, lambda t: (t * 24).astype(int) % 24),
        ("weekday_profile", [1.0, 2.0, 1.0, 1.0, 0.5, 3.0, 0.0], lambda t: t.astype(int) % 7),
    ],
)
def test_profiles_share_out_the_orders(
    key: str, profile: list[float], place: Callable[[np.ndarray], np.ndarray], world: Make
) -> None:
    times = arrivals(world(28.0, demand={"rate_per_day": 400.0, key: profile}), 2)
    found = np.bincount(place(times), minlength=len(profile))
    expected = len(times) * np.array(profile) / sum(profile)
    assert (found[expected == 0.0] == 0).all()
    some = expected > 0.0
    assert stats.chisquare(found[some], expected[some]).pvalue > SIGNIFICANCE
    assert len(times) == pytest.approx(11_200, abs=4 * math.sqrt(11_200)), "a profile shares out, it does not add"


def test_the_season_raises_whole_stretches_of_the_year(world: Make) -> None:
    header = {"name": "w", "horizon_days": 365.0, "first_day_of_year": 182}
    demand = {"rate_per_day": 40.0, "season_profile": [0.5, 1.5]}
    times = arrivals(world(world=header, demand=demand), 3)
    first = int((times < 0.5).sum()), int(((times >= 0.5) & (times < 183.0)).sum()), int((times >= 183.0).sum())
    assert first[1] == pytest.approx(182.5 * 60.0, abs=4 * math.sqrt(182.5 * 60.0))
    assert first[2] == pytest.approx(182.0 * 20.0, abs=4 * math.sqrt(182.0 * 20.0))


def test_a_promotion_multiplies_the_rate_in_its_window_only(world: Make) -> None:
    demand = {"rate_per_day": 200.0, "promotion": [{"from_day": 5.0, "to_day": 8.0, "factor": 3.0}]}
    times = arrivals(world(20.0, demand=demand), 4)
    inside = int(((times >= 5.0) & (times < 8.0)).sum())
    assert inside == pytest.approx(1_800, abs=4 * math.sqrt(1_800))
    assert len(times) - inside == pytest.approx(3_400, abs=4 * math.sqrt(3_400))


@pytest.mark.parametrize(("start", "end"), [(0.5, 0.515625), (0.515625, 0.53125)])
def test_a_promotion_of_minutes_counts_its_minutes(start: float, end: float, world: Make) -> None:
    """The first 22.5 minutes of an hour, or the next: neither left out nor stretched to the hour."""
    promotion = {"from_day": start, "to_day": end, "factor": 40.0}
    times = arrivals(world(1.0, demand={"rate_per_day": 1_600.0, "promotion": [promotion]}), 4)
    inside = int(((times >= start) & (times < end)).sum())
    assert inside == pytest.approx(1_000, abs=4 * math.sqrt(1_000))
    assert len(times) - inside == pytest.approx(1_575, abs=4 * math.sqrt(1_575))


def test_periods_bring_their_number_at_their_start(world: Make) -> None:
    count = {"law": "empirical", "values": [0, 2, 5], "weights": [1.0, 2.0, 1.0]}
    demand = {"process": "periodic", "period_days": 0.25, "count": count}
    times = arrivals(world(500.0, demand=demand), 5)
    starts, found = np.unique(times, return_counts=True)
    assert (starts % 0.25 == 0.0).all()
    two, five = int((found == 2).sum()), int((found == 5).sum())
    assert two + five == len(starts)
    seen = [2_000 - two - five, two, five]
    assert stats.chisquare(seen, [500, 1_000, 500]).pvalue > SIGNIFICANCE


def test_a_constant_count_is_exact(world: Make) -> None:
    demand = {"process": "periodic", "period_days": 2.0, "count": {"mean": 7.0}}
    assert arrivals(world(5.0, demand=demand), 6).tolist() == [0.0] * 7 + [2.0] * 7 + [4.0] * 7


def test_trials_happen_with_their_probability(world: Make) -> None:
    demand = {"process": "bernoulli", "period_days": 1.0, "probability": 0.3}
    times = arrivals(world(5_000.0, demand=demand), 7)
    assert len(np.unique(times)) == len(times)
    assert (times % 1.0 == 0.0).all()
    assert len(times) == pytest.approx(1_500, abs=4 * math.sqrt(5_000 * 0.3 * 0.7))


@pytest.mark.parametrize("process", ["poisson", "periodic", "bernoulli"])
def test_a_longer_horizon_only_adds_orders(process: str, world: Make) -> None:
    each = {"poisson": {"rate_per_day": 30.0}, "bernoulli": {"probability": 0.5}}
    each["periodic"] = {"count": {"law": "poisson", "mean": 3.0}}  # type: ignore[dict-item]
    of = world(demand={"process": process, **each[process]})
    short, long = sample(of, 8, 6.0).orders, sample(of, 8, 15.0).orders
    n, lines = len(short), short.lines
    assert 0 < n < len(long)
    assert (long.time[:n] == short.time).all()
    assert (long.segment[:n] == short.segment).all()
    assert (long.sku[:lines] == short.sku).all()
    assert long.time[n] >= 6.0


@pytest.mark.parametrize("rate", [0.0, 1e-9])
def test_no_demand_brings_no_orders(rate: float, world: Make) -> None:
    trace = sample(world(demand={"rate_per_day": rate}), 1)
    assert len(trace.orders) == trace.orders.lines == 0

"""What both engines share compiles as it stands, and gives the same bits compiled: functions of scalars and arrays."""

from __future__ import annotations

import types
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from fillrate import draws
from fillrate.decision.cover.codes import ENUMERATION_LIMIT, EXACT, NODE_LIMIT
from fillrate.decision.facts import expected_receipt, higher, lines_left, rest_cover
from fillrate.decision.joining import join_order, join_scratch, solve_joining
from fillrate.decision.limits import fair_quota, period_of, planned_quota, shared_quota
from fillrate.decision.whole_order import cover_scratch
from fillrate.model.delays import next_cut_off, next_review

TIMES = 10_000
MASK = 2**64 - 1


@cache
def lift(function: types.FunctionType) -> Callable[..., Any]:
    """The function compiled, its global functions first; without reference counting: it may not allocate."""
    numba = pytest.importorskip("numba")
    used = {name: function.__globals__[name] for name in function.__code__.co_names if name in function.__globals__}
    bound = {name: lift(x) if isinstance(x, types.FunctionType) else x for name, x in used.items()}
    globals_ = {"__builtins__": function.__globals__["__builtins__"], "__name__": function.__module__, **bound}
    twin = types.FunctionType(function.__code__, globals_, function.__name__, function.__defaults__)
    compiled: Callable[..., Any] = numba.njit(nogil=True, error_model="numpy", _nrt=False)(twin)
    return compiled


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(20)


@pytest.fixture
def uniforms(random: np.random.Generator) -> list[float]:
    """Draws as `uniform` makes them, and the smallest and largest."""
    found: list[float] = draws.uniform(random.integers(0, MASK, TIMES, np.uint64, endpoint=True)).tolist()
    return [2.0**-53, 1.0 - 2.0**-53, 0.5, *found]


def differing(function: Any, cases: list[tuple[Any, ...]]) -> int:
    """How many cases the compiled twin, given arrays, answers with other bits than the function, given lists."""
    twin = lift(function)
    return sum(repr(twin(*case)) != repr(function(*map(_listed, case))) for case in cases)  # -0.0 is not 0.0


def _listed(argument: Any) -> Any:
    return argument.tolist() if isinstance(argument, np.ndarray) else argument


def test_mix_and_uniform(random: np.random.Generator) -> None:
    """The compiled twins take 64-bit unsigned integers, Python's take its own: of states, of keys, and of counts."""
    states = random.integers(0, MASK, TIMES, np.uint64, endpoint=True)
    keys = np.where(np.arange(TIMES) % 2, random.integers(0, MASK, TIMES, np.uint64, endpoint=True), np.uint64(3))
    keys[:4], states[:4] = (0, MASK, 2**63, 1), (MASK, MASK, 2**63 - 1, 0)
    mix, uniform = lift(draws.mix), lift(draws.uniform)
    for state, key in zip(states, keys, strict=True):
        mixed = mix(state, key)
        assert mixed == draws.mix(int(state), int(key))
        assert uniform(np.uint64(mixed)) == draws.uniform(draws.mix(int(state), int(key)))


def test_snap(random: np.random.Generator) -> None:
    values = np.concatenate([random.normal(0.0, 1e3, TIMES), (np.arange(-500, 500) + 0.5) * draws.TICK])
    assert differing(draws.snap, [(x,) for x in values.tolist()]) == 0


def test_normal_and_exponential(uniforms: list[float]) -> None:
    assert differing(draws.normal_quantile, [(u,) for u in uniforms]) == 0
    assert differing(draws.exponential, [(u, 3.7) for u in uniforms]) == 0


@pytest.mark.parametrize("law", [draws.lognormal, draws.gamma])
def test_lognormal_and_gamma(law: Any, random: np.random.Generator, uniforms: list[float]) -> None:
    cv = np.exp(random.uniform(-5.0, 3.0, TIMES + 3)).tolist()
    assert differing(law, [(u, 1.9, c) for u, c in zip(uniforms, cv, strict=True)]) == 0


def test_poisson(random: np.random.Generator, uniforms: list[float]) -> None:
    mean = random.uniform(0.0, 30.0, TIMES + 3).tolist()
    assert differing(draws.poisson, list(zip(uniforms, mean, strict=True))) == 0


def test_laws_by_code(random: np.random.Generator, uniforms: list[float]) -> None:
    """Through the one door, and over a table of several empirical laws."""
    values, shares = random.uniform(0.0, 9.0, 60), np.tile(np.cumsum([0.1] * 6), 10)
    cases = [(n % 5, u, 2.5, 0.6, values, shares, 6 * (n % 10), 6) for n, u in enumerate([*uniforms, *uniforms])]
    assert differing(draws.quantile, cases) == 0
    assert differing(draws.drawn, cases) == 0
    assert differing(draws.empirical, [(c[1], *c[4:]) for c in cases]) == 0


@pytest.mark.slow
def test_joining(random: np.random.Generator) -> None:
    """With scratch that is used again as it was left, as a compiled caller does."""
    lines, rows, twin = 2, 4, lift(join_order)
    take, *scratch = _arrays([0] * (lines * rows)), join_scratch(lines, rows), *cover_scratch(lines, rows)
    used, limits = [tuple(map(_arrays, part)) for part in scratch], (NODE_LIMIT, ENUMERATION_LIMIT)
    for _ in range(1_000):
        quantity, available = random.integers(0, 4, lines), random.integers(0, 4, lines * rows)
        value, cost = random.integers(-2, 5, (2, lines * rows)).astype(np.float64)
        box, joined = random.integers(0, 4, rows).astype(np.float64), random.integers(0, 2, rows)
        split, complete, room = random.integers(0, 3, 3).tolist()
        prices = quantity, available, value, cost, box
        status, gain = twin(*prices, lines, rows, split, complete, room, joined, *limits, take, *used)
        lists: Any = (*map(_listed, prices), split, complete, room, np.flatnonzero(joined).tolist())
        cover = solve_joining(*lists)
        assert (status == EXACT, gain, take.reshape(lines, rows).tolist()) == (cover.exact, cover.gain, cover.take)


def test_quotas(random: np.random.Generator) -> None:
    twins = [lift(x) for x in (planned_quota, shared_quota, fair_quota)]
    for count in (1, 2, 5):
        ours, theirs = [[0] * count, [0] * count], [_arrays([0] * count), _arrays([0] * count)]
        for _ in range(500):
            free, used, segment = (int(random.integers(*ends)) for ends in ((-3, 60), (0, 9), (0, count)))
            taken, weights, soon = random.integers(0, 12, (3, count))
            for bought in (True, False):
                plan = 11, used, bought, free, int(soon[0])
                assert twins[0](*plan) == planned_quota(*plan)
            lists = taken.tolist(), weights.tolist(), soon.tolist()
            expected = shared_quota(segment, free, *lists, count, *ours)
            assert twins[1](segment, free, taken, weights, soon, count, *theirs) == expected
            expected = fair_quota(segment, free, lists[1], count, *ours)
            assert twins[2](segment, free, weights, count, *theirs) == expected
            assert theirs[0].tolist() == ours[0]


def test_delays(random: np.random.Generator) -> None:
    """On the instants themselves too, where ties are decided."""
    hours = np.array([0.0, 6.0, 17.5, 4.0, 23.9])
    now = [*(np.arange(100) * 0.25).tolist(), *map(draws.snap, random.uniform(0.0, 60.0, 500).tolist())]
    assert differing(next_cut_off, [(t, hours, *span) for t in now for span in ((0, 3), (3, 2), (2, 0))]) == 0
    assert differing(next_review, [(t, every) for t in now for every in (0.0, 0.3, 0.25, 7.0)]) == 0
    assert differing(period_of, [(t, days, 9) for t in now for days in (0.3, 2.5, 6.0)]) == 0


def test_facts(random: np.random.Generator) -> None:
    lines, width, cases = 3, 4, []
    for _ in range(300):
        location = np.concatenate([random.permutation(5)[:width] - 1 for _ in range(lines)])
        available, left = random.integers(0, 6, lines * width), random.integers(0, 4, lines)
        line, first = (int(random.integers(0, lines)) for _ in range(2))
        cases.append((int(random.integers(0, 4)), line, first, lines, width, location, available, left))
    assert differing(rest_cover, cases) == 0
    assert differing(lines_left, [(*case[1:4], case[7]) for case in cases]) == 0
    receipts = [(soonest, 4.5, 7.0, 0.3) for soonest in (-2.0, 0.0, 4.5, 5.125, np.inf)]
    assert differing(expected_receipt, receipts) == 0
    assert differing(higher, [(np.array([5, 3, 1]), np.array([1.0, 3.0, 2.0]), n) for n in range(3)]) == 0


def _arrays(entries: Any) -> Any:
    return np.array(entries)

"""Keyed draws: pure functions of (seed, stream, keys), the same bits for scalars and arrays, and uniform."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fillrate.draws import STREAMS, mix, name_key, seed_key, uniform

MASK = 2**64 - 1
KEYS = st.integers(0, MASK)


@given(KEYS, st.lists(KEYS, min_size=1, max_size=5))
def test_arrays_give_the_bits_of_scalars(state: int, keys: list[int]) -> None:
    array = mix(np.uint64(state), np.array(keys, np.uint64))
    assert array.tolist() == [mix(state, key) for key in keys]
    assert uniform(array).tolist() == [uniform(mix(state, key)) for key in keys]


@pytest.mark.parametrize("state", [0, 1, 2**12 - 1, 2**63, MASK - 1, MASK])
def test_a_uniform_is_never_0_nor_1(state: int) -> None:
    assert 0.0 < uniform(state) < 1.0
    assert 0.0 < float(uniform(np.array([state], np.uint64))[0]) < 1.0


def test_the_ends_are_half_a_cell_away() -> None:
    assert uniform(0) == 2.0**-53
    assert uniform(MASK) == 1.0 - 2.0**-53


def test_the_finaliser_is_splitmix64() -> None:
    """First outputs of splitmix64 from seed 0, as published with the algorithm: mix(0, 0) adds GOLDEN and finalises."""
    assert mix(0, 0) == 0xE220A8397B1DCDAF


@pytest.mark.parametrize("stream", sorted(STREAMS))
def test_draws_of_a_stream_are_uniform(stream: str) -> None:
    """Kolmogorov and Smirnov over 4,000 neighbouring keys; 20 streams, so p > 0.0005 in each."""
    u = uniform(mix(np.uint64(seed_key(12, stream)), np.arange(4000, dtype=np.uint64)))
    assert stats.kstest(u, "uniform").pvalue > 0.0005


def test_neighbouring_keys_and_streams_do_not_correlate() -> None:
    n = np.arange(20_000, dtype=np.uint64)
    region, segment = (uniform(mix(np.uint64(seed_key(5, s)), n)) for s in ("region", "segment"))
    other = uniform(mix(np.uint64(seed_key(6, "region")), n))
    bound = 4.0 / np.sqrt(len(n))  # four standard errors
    for a, b in ((region, segment), (region, other), (region[1:], region[:-1])):
        assert abs(np.corrcoef(a, b)[0, 1]) < bound


def test_streams_keep_their_numbers() -> None:
    """Stored traces depend on them: a number is never used again for another meaning."""
    first = ["arrival", "count", "trial", "region", "segment", "channel", "basket", "sku", "quantity", "patience"]
    assert [STREAMS[name] for name in first] == list(range(1, 11))
    assert len(set(STREAMS.values())) == len(STREAMS)


def test_the_order_of_keys_matters() -> None:
    assert mix(mix(7, 1), 2) != mix(mix(7, 2), 1)


def test_name_keys_are_stable_between_runs() -> None:
    """blake2b of the name, 8 bytes, little end first; not Python's salted hash."""
    assert name_key("north") == 0x558C2946077F0AD4
    assert name_key("north") != name_key("North")

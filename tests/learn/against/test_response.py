"""The search by response surface: it finds bottoms under much noise, and only compares within blocks."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from fillrate.learn.against.response import BLOCK, bottom_of, surveyed

Floats = NDArray[np.float64]
BOTTOM = np.random.default_rng(3).normal(0.0, 1.0, 12)
CURVE = np.exp(np.random.default_rng(4).normal(0.0, 0.5, 12))


def cost(x: Floats) -> float:
    """A bowl, steeper in some directions, that falls by 3 per cent from where a search begins."""
    return 0.03 * float((CURVE * (x - BOTTOM) ** 2).sum() / (CURVE * BOTTOM**2).sum())


def test_the_bottom_of_a_bowl_is_found_from_trials_alone() -> None:
    rng = np.random.default_rng(0)
    tried = rng.normal(0.0, 1.0, (20, BLOCK, 12))
    found = bottom_of(tried, np.array([[cost(x) for x in block] for block in tried]))
    assert np.abs(found - BOTTOM).max() < 0.05


def test_what_a_block_has_in_common_does_not_count() -> None:
    rng = np.random.default_rng(0)
    tried = rng.normal(0.0, 1.0, (20, BLOCK, 12))
    paid = np.array([[cost(x) for x in block] for block in tried])
    days = rng.normal(0.0, 10.0, (20, 1))
    assert bottom_of(tried, paid + days) == pytest.approx(bottom_of(tried, paid), abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_under_noise_as_large_as_all_there_is_to_gain_most_of_it_is_found(seed: int) -> None:
    noise = np.random.default_rng(100 + seed)

    def costs(tried: list[Floats], block: int) -> Floats:
        return (1.0 + 0.2 * block) * np.array([1.0 + cost(x) + 0.03 * noise.standard_normal() for x in tried])

    told: list[int] = []
    found = surveyed(costs, 12, 5, 8, seed, lambda n, _: told.append(n))
    assert told == [0, 1, 2, 3, 4]
    assert cost(found) < 0.4 * cost(np.zeros(12))


def test_a_seed_repeats_a_search() -> None:
    def run(seed: int) -> list[float]:
        found = surveyed(lambda tried, _: np.array([1.0 + cost(x) for x in tried]), 12, 2, 2, seed, lambda *_: None)
        return [*found.tolist()]

    assert run(1) == run(1) != run(2)

"""What is kept: the last ones, and threads that keep at one time do not get into each other's way."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from fillrate.plan.kept import MOST, Kept


@pytest.fixture
def many_switches() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_the_oldest_goes_first() -> None:
    kept = Kept[int]()
    for n in range(MOST + 2):
        assert kept.put(n, -n) == -n
    assert list(kept.items()) == [(n, -n) for n in range(2, MOST + 2)]


@pytest.mark.usefixtures("many_switches")
def test_threads_keep_at_one_time() -> None:
    """A plan is kept by whatever thread has solved it; none of them may fail for what another one drops."""
    kept = Kept[int]()

    def keep(thread: int) -> None:
        for n in range(80_000):
            kept.put((thread, n), n)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(keep, range(8)))
    assert len(kept) == MOST

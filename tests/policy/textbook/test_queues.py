"""Queues: Erlang (1917), Pollaczek-Khinchine, Cobham (1954); the numbers are exact."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fillrate.errors import InputError
from fillrate.policy import textbook


@pytest.mark.parametrize(
    ("rate", "service_rate", "servers", "probability", "wait"),
    [(4.0, 1.0, 5, 0.554113, 0.554113), (8.0, 1.0, 10, 0.409180, 0.204590)],
)
def test_mmc(rate: float, service_rate: float, servers: int, probability: float, wait: float) -> None:
    result = textbook.mmc_wait(rate, service_rate, servers)
    assert result.wait_probability == pytest.approx(probability, abs=5e-7)
    assert result.mean_wait == pytest.approx(wait, abs=5e-7)


def test_mmc_from_the_stationary_law() -> None:
    servers, load = 3, 2.1
    masses = [load**n / math.factorial(n) for n in range(servers)]
    for _ in range(servers, 400):
        masses.append(masses[-1] * load / servers)
    total = math.fsum(masses)
    queue = math.fsum((n - servers) * mass for n, mass in enumerate(masses) if n > servers) / total
    result = textbook.mmc_wait(load, 1.0, servers)
    assert result.wait_probability == pytest.approx(math.fsum(masses[servers:]) / total, rel=1e-12)
    assert result.mean_wait == pytest.approx(queue / load, rel=1e-12)  # Little's law


def test_md1() -> None:
    assert textbook.md1_wait(0.8, 1.0) == pytest.approx(2.0, abs=1e-12)
    assert textbook.md1_wait(1.6, 2.0) == pytest.approx(1.0, abs=1e-12)  # a day twice as fast


def test_mg1_lies_on_its_two_ends() -> None:
    assert textbook.mg1_wait(0.8, 1.0, 0.0) == pytest.approx(textbook.md1_wait(0.8, 1.0))
    assert textbook.mg1_wait(0.8, 1.0, 1.0) == pytest.approx(textbook.mmc_wait(0.8, 1.0, 1).mean_wait)


def test_priorities_without_preemption() -> None:
    assert textbook.priority_waits([0.3, 0.4], 1.0) == pytest.approx((1.0, 10.0 / 3.0), abs=1e-9)


@pytest.mark.parametrize("servers", [1, 2, 4])
def test_priorities_keep_the_mean_wait(servers: int) -> None:
    # One service law for all classes: order does not change the mean over all arrivals (conservation, Kleinrock 1965).
    rates = [0.2 * servers, 0.3 * servers, 0.35 * servers]
    waits = textbook.priority_waits(rates, 1.0, servers)
    mean = float(np.average(waits, weights=rates))
    assert mean == pytest.approx(textbook.mmc_wait(sum(rates), 1.0, servers).mean_wait, rel=1e-12)
    assert waits[0] < waits[1] < waits[2]


def test_priorities_with_general_service_keep_the_work() -> None:
    # Conservation: sum of load times wait does not depend on the order of the classes (Kleinrock 1965).
    rates, means, variances = [0.2, 0.1, 0.3], [1.0, 3.0, 0.5], [0.5, 0.0, 2.0]
    orders = [[0, 1, 2], [2, 0, 1], [1, 2, 0]]
    works = []
    for order in orders:
        picked = [[numbers[k] for k in order] for numbers in (rates, means, variances)]
        waits = textbook.priority_mg1_waits(*picked)
        works.append(sum(rate * mean * wait for rate, mean, wait in zip(picked[0], picked[1], waits, strict=True)))
    assert works[1:] == pytest.approx([works[0]] * 2, rel=1e-12)


def test_erlang_b_by_its_definition() -> None:
    load, servers = 7.3, 9
    terms = [load**n / math.factorial(n) for n in range(servers + 1)]
    assert textbook.erlang_b(servers, load) == pytest.approx(terms[-1] / sum(terms), rel=1e-12)
    assert textbook.erlang_b(0, load) == 1.0
    assert textbook.erlang_b(5000, 4900.0) == pytest.approx(0.0042, abs=0.002)  # large systems do not overflow


@pytest.mark.parametrize(("rate", "servers"), [(5.0, 5), (6.0, 5)])
def test_a_queue_that_grows_for_ever_is_refused(rate: float, servers: int) -> None:
    with pytest.raises(InputError, match="below 1"):
        textbook.mmc_wait(rate, 1.0, servers)
    with pytest.raises(InputError, match="below 1"):
        textbook.priority_waits([rate / servers / 2] * 2, 1.0)

"""Waiting at pick stations: Erlang's formulas, Pollaczek-Khinchine, priorities without preemption.

Rates are per day (any one unit of time will do), waits are in that unit and exclude the service itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from fillrate.errors import InputError
from fillrate.policy.textbook.checks import not_negative, positive, whole

__all__ = [
    "QueueWait",
    "erlang_b",
    "erlang_c",
    "md1_wait",
    "mg1_wait",
    "mmc_wait",
    "priority_mg1_waits",
    "priority_waits",
]


@dataclass(frozen=True)
class QueueWait:
    """Waiting in a queue.

    Attributes:
        wait_probability: share of arrivals that find every server busy.
        mean_wait: mean time in the queue over all arrivals, in the time unit of the rates.
    """

    wait_probability: float
    mean_wait: float


def erlang_b(servers: int, load: float) -> float:
    """Share of arrivals lost at `servers` busy servers (Erlang 1917); `load` = arrival rate × mean service time.

    With stock for servers and lead time for service it is the lost share of a base-stock policy, for any lead-time law.

    >>> round(erlang_b(3, 2.0), 6)
    0.210526
    """
    whole("erlang_b servers", servers)
    not_negative("erlang_b load", load)
    lost = 1.0
    for n in range(1, servers + 1):
        lost = load * lost / (n + load * lost)
    return lost


def erlang_c(servers: int, load: float) -> float:
    """Share of arrivals that wait in M/M/c (Erlang 1917).

    Raises InputError if the load is not below the number of servers.

    >>> round(erlang_c(5, 4.0), 6)
    0.554113
    """
    whole("erlang_c servers", servers, least=1)
    _stable(load / servers)
    lost = erlang_b(servers, load)
    return servers * lost / (servers - load * (1.0 - lost))


def mmc_wait(rate: float, service_rate: float, servers: int) -> QueueWait:
    """M/M/c: Poisson arrivals, exponential service at `service_rate` per server.

    >>> wait = mmc_wait(8.0, 1.0, 10)
    >>> round(wait.wait_probability, 6), round(wait.mean_wait, 6)
    (0.40918, 0.20459)
    """
    positive("mmc_wait rates", rate, service_rate)
    waiting = erlang_c(servers, rate / service_rate)
    return QueueWait(waiting, waiting / (servers * service_rate - rate))


def mg1_wait(rate: float, mean_service: float, service_variance: float) -> float:
    """Mean wait in M/G/1: rate × E[service²] / (2 (1 − ρ)), ρ = rate × mean service (Pollaczek 1930, Khinchine 1932).

    >>> round(mg1_wait(0.8, 1.0, 1.0), 6)  # exponential service: M/M/1
    4.0
    """
    positive("mg1_wait rate and service", rate, mean_service)
    not_negative("mg1_wait service_variance", service_variance)
    return priority_mg1_waits([rate], [mean_service], [service_variance])[0]


def md1_wait(rate: float, service_rate: float) -> float:
    """Mean wait in M/D/1, every service lasting 1 / `service_rate`.

    >>> round(md1_wait(0.8, 1.0), 6)
    2.0
    """
    positive("md1_wait service_rate", service_rate)
    return mg1_wait(rate, 1.0 / service_rate, 0.0)


def priority_waits(rates: Sequence[float], service_rate: float, servers: int = 1) -> tuple[float, ...]:
    """Mean wait by class, most urgent first, in M/M/c with priorities, one service rate and no preemption.

    W(k) = W₀ / ((1 − σ(k−1)) (1 − σ(k))), σ(k) the load per server of classes 1..k, W₀ = P(wait) / (c × service rate)
    (Cobham 1954, Operations Research 2(1); Kella and Yechiali 1985 for several servers).

    >>> [round(wait, 6) for wait in priority_waits([0.3, 0.4], 1.0)]
    [1.0, 3.333333]
    """
    positive("priority_waits service_rate", service_rate)
    whole("priority_waits servers", servers, least=1)
    loads = [rate / (servers * service_rate) for rate in rates]
    start = erlang_c(servers, sum(rates) / service_rate) / (servers * service_rate)
    return _cobham(start, loads)


def priority_mg1_waits(
    rates: Sequence[float], mean_services: Sequence[float], service_variances: Sequence[float]
) -> tuple[float, ...]:
    """Mean wait by class, most urgent first, in M/G/1 with priorities and no preemption (Cobham 1954).

    >>> [round(wait, 6) for wait in priority_mg1_waits([0.3, 0.4], [1.0, 1.0], [1.0, 1.0])]
    [1.0, 3.333333]
    """
    classes = list(zip(rates, mean_services, service_variances, strict=True))
    residual = sum(rate * (mean * mean + variance) for rate, mean, variance in classes) / 2.0
    return _cobham(residual, [rate * mean for rate, mean, _ in classes])


def _cobham(start: float, loads: Sequence[float]) -> tuple[float, ...]:
    not_negative("queue load", *loads)
    below = [0.0, *accumulate(loads)]
    _stable(below[-1])
    return tuple(start / ((1.0 - below[k]) * (1.0 - below[k + 1])) for k in range(len(loads)))


def _stable(load_per_server: float) -> None:
    if not load_per_server < 1.0:
        raise InputError("queue load per server", f"{load_per_server:.6g}", "below 1, else the queue grows for ever")

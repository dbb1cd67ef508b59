"""What a monitor reads: counts and times in Prometheus' format, in a registry of this service alone."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from fillrate.serve.reasons import guard_of

__all__ = ["Metrics"]

BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2.0)  # seconds
COUNTERS = {
    "fillrate_requests": ("calls answered", ("verb", "status")),
    "fillrate_decisions": ("decisions", ("by", "guard", "policy")),
    "fillrate_units": ("units decided on", ("what",)),
    "fillrate_shadows": ("decisions of a challenger", ("outcome",)),
}
Labels = tuple[str, ...]


class Metrics(Collector):
    """Counts of one service: plain numbers, each kept by one thread alone, put into words when somebody reads them."""

    def __init__(self, waiting: Callable[[], float]) -> None:
        """All at zero.

        Args:
            waiting: how many calls wait for the ledger.
        """
        self.waiting = waiting
        self.counts: dict[str, Counter[Labels]] = {name: Counter() for name in COUNTERS}
        self.times: dict[str, list[int]] = {}  # of each verb: answers by bucket
        self.seconds: dict[str, float] = {}  # of each verb: in all
        self.registry = CollectorRegistry()
        self.registry.register(self)

    def answered(self, verb: str, status: int, seconds: float) -> None:
        """Count a call."""
        self.counts["fillrate_requests"][verb, str(status)] += 1
        self.times.setdefault(verb, [0] * (len(BUCKETS) + 1))[bisect_left(BUCKETS, seconds)] += 1
        self.seconds[verb] = self.seconds.get(verb, 0.0) + seconds

    def decided(self, decision: Mapping[str, Any]) -> None:
        """Count a decision, by the guard that said no to the policy if one did."""
        by = decision["decided_by"], guard_of(decision["reason"]), decision["policy"]
        self.counts["fillrate_decisions"][by] += 1
        for line in decision["lines"]:
            self.counts["fillrate_units"]["held",] += line["held"]
            self.counts["fillrate_units"]["allocated",] += line["quantity"] - line["held"]

    def shadowed(self, outcome: str) -> None:
        """Count a decision that a challenger was to make too."""
        self.counts["fillrate_shadows"][outcome,] += 1

    def collect(self) -> Iterator[Metric]:
        """Everything as Prometheus' families; what other threads count meanwhile may be in it or not."""
        for name, (words, labels) in COUNTERS.items():
            counter = CounterMetricFamily(name, words, labels=labels)
            for values, count in self.counts[name].copy().items():
                counter.add_metric(values, count)
            yield counter
        times = HistogramMetricFamily("fillrate_request_seconds", "time to answer", labels=("verb",))
        bounds = [*(str(bound) for bound in BUCKETS), "+Inf"]
        for verb, counts in self.times.copy().items():
            times.add_metric((verb,), list(zip(bounds, accumulate(counts), strict=True)), self.seconds[verb])
        yield times
        yield GaugeMetricFamily("fillrate_queue", "calls that wait for the ledger", self.waiting())

    def text(self) -> bytes:
        """All of it."""
        return generate_latest(self.registry)

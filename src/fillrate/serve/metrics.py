"""What a monitor reads: counts and times in Prometheus' format, in a registry of this service alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from fillrate.serve.reasons import guard_of

__all__ = ["Metrics"]

BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2.0)  # seconds


class Metrics:
    """Counters and gauges of one service."""

    def __init__(self, waiting: Callable[[], float]) -> None:
        """All at zero.

        Args:
            waiting: how many calls wait for the ledger.
        """
        self.registry = registry = CollectorRegistry()
        self.requests = Counter("fillrate_requests", "calls answered", ["verb", "status"], registry=registry)
        self.seconds = Histogram(
            "fillrate_request_seconds", "time to answer", ["verb"], buckets=BUCKETS, registry=registry
        )
        self.decisions = Counter("fillrate_decisions", "decisions", ["by", "guard", "policy"], registry=registry)
        self.units = Counter("fillrate_units", "units decided on", ["what"], registry=registry)
        self.shadows = Counter("fillrate_shadows", "decisions of a challenger", ["outcome"], registry=registry)
        queue = Gauge("fillrate_queue", "calls that wait for the ledger", registry=registry)
        queue.set_function(waiting)

    def answered(self, verb: str, status: int, seconds: float) -> None:
        """Count a call."""
        self.requests.labels(verb, str(status)).inc()
        self.seconds.labels(verb).observe(seconds)

    def decided(self, decision: Mapping[str, Any]) -> None:
        """Count a decision, by the guard that said no to the policy if one did."""
        reason = guard_of(decision["reason"])
        self.decisions.labels(decision["decided_by"], reason, decision["policy"]).inc()
        held = sum(line["held"] for line in decision["lines"])
        self.units.labels("held").inc(held)
        self.units.labels("allocated").inc(sum(line["quantity"] for line in decision["lines"]) - held)

    def shadowed(self, outcome: str) -> None:
        """Count a decision that a challenger was to make too."""
        self.shadows.labels(outcome).inc()

    def text(self) -> bytes:
        """All of it."""
        return generate_latest(self.registry)

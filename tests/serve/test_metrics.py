"""What a monitor reads."""

from __future__ import annotations

from fillrate.serve.metrics import Metrics


def test_answers_are_counted_by_how_long_they_took() -> None:
    metrics = Metrics(lambda: 3)
    for seconds in (0.001, 0.0011, 0.5, 9.0):
        metrics.answered("allocate", 200, seconds)
    said = metrics.text().decode()
    for line in (
        'fillrate_requests_total{status="200",verb="allocate"} 4.0',
        'fillrate_request_seconds_bucket{le="0.001",verb="allocate"} 1.0',  # a bound belongs to its bucket
        'fillrate_request_seconds_bucket{le="0.002",verb="allocate"} 2.0',
        'fillrate_request_seconds_bucket{le="0.1",verb="allocate"} 2.0',
        'fillrate_request_seconds_bucket{le="0.5",verb="allocate"} 3.0',
        'fillrate_request_seconds_bucket{le="+Inf",verb="allocate"} 4.0',
        'fillrate_request_seconds_count{verb="allocate"} 4.0',
        'fillrate_request_seconds_sum{verb="allocate"} 9.5021',
        "fillrate_queue 3.0",
    ):
        assert line in said.splitlines()


def test_units_are_counted_by_what_became_of_them() -> None:
    metrics = Metrics(lambda: 0)
    lines = [{"quantity": 3, "held": 1}, {"quantity": 2, "held": 0}]
    metrics.decided({"decided_by": "fallback", "reason": "deadline: late", "policy": "cheapest", "lines": lines})
    said = metrics.text().decode().splitlines()
    assert 'fillrate_units_total{what="allocated"} 4.0' in said
    assert 'fillrate_units_total{what="held"} 1.0' in said
    assert 'fillrate_decisions_total{by="fallback",guard="deadline",policy="cheapest"} 1.0' in said

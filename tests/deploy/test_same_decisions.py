"""Production decides as the laboratory does: its recorded questions, the same answers."""

from __future__ import annotations

import pytest

from fillrate.testing.same import compared


@pytest.mark.parametrize(
    ("world", "policy", "days"),
    [
        ("two_warehouses", "cheapest", 200.0),
        ("regional", "whole_order", 2.0),
        ("omnichannel", "distance", 1.0),
        ("peak_season", "linear", 1.0),
        ("limited_edition", "product_allocation", 1.0),
        ("regional", "bid_price", 2.0),
    ],
)
def test_as_in_the_laboratory(world: str, policy: str, days: float) -> None:
    found = compared(world, policy, days=days, most=300)
    assert found.decisions > 100
    assert found.filled > 20
    assert not found.different
    assert not found.illegal


def test_limits_bind_as_in_the_laboratory() -> None:
    """Late in a run, when stock is scarce: without the limit some of these decisions would differ."""
    found = compared("regional", "critical_level", days=14.0, most=2_000, every=8)
    assert found.decisions > 100
    assert not found.different
    assert not found.illegal

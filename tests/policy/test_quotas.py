"""Quotas: plans that carry over, and fair shares of what is there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fillrate.policy.quotas import Quotas, quotas_of
from fillrate.policy.spec import Limit
from fillrate.world import World

GOLD, BRONZE = {"name": "gold", "priority": 2.0, "weight": 1.0}, {"name": "bronze", "priority": 1.0, "weight": 3.0}


def found(world: World, *limits: Limit, buys: bool = False) -> Quotas:
    quotas = quotas_of(world, limits, buys)
    assert quotas is not None
    return quotas


def test_no_limits_no_quotas(small: Any) -> None:
    assert quotas_of(small.world([[1]]), (Limit("fences"),), buys=False) is None


def test_plans_follow_expected_demand_and_add_up_over_periods(small: Any) -> None:
    """Four orders a day, gold a quarter of them; weeks of ten days."""
    world = small.world([[9]], segments=(GOLD, BRONZE), rate_per_day=4.0, horizon_days=10.0)
    quotas = found(world, Limit("product_allocation", days=7.0, share=0.5, units=2.0))
    assert quotas.period_days == 7.0
    # 7 and 10 days at half the demand, and 2 for every period
    assert quotas.planned[:, :, 0] == pytest.approx(np.array([[5.5, 12.5], [9.0, 19.0]]))
    assert [quotas.granted(n)[:, 0].tolist() for n in (0, 1, 9)] == [[6, 13], [9, 19], [9, 19]]
    assert quotas.rest(1)[:, 0].tolist() == [4, 7]  # 3.5 and 6.5, rounded up
    assert quotas.limited.all()


def test_the_highest_segment_may_be_without_a_quota(small: Any) -> None:
    world = small.world([[9], [9]], segments=(GOLD, BRONZE))
    quotas = found(world, Limit("product_allocation", of="higher", sku="k1"))
    assert quotas.limited.tolist() == [[False, False], [False, True]]
    assert quotas.above == ((), (0,))
    assert not found(small.world([[9]]), Limit("product_allocation", of="higher")).limited.any()


def test_of_two_limits_the_later_one_says_what_a_segment_may_take(small: Any) -> None:
    world = small.world([[9]], segments=(GOLD, BRONZE), rate_per_day=4.0, horizon_days=10.0)
    all_of_it, less = Limit("product_allocation"), Limit("product_allocation", segment="bronze", share=0.5)
    assert found(world, all_of_it, less).planned[-1, :, 0] == pytest.approx(np.array([10.0, 15.0]))


def test_more_than_is_expected_is_not_kept_from_lower_segments(small: Any) -> None:
    world = small.world([[9]], segments=(GOLD, BRONZE), rate_per_day=4.0, horizon_days=10.0)
    quotas = found(world, Limit("product_allocation", share=1.25))
    assert quotas.granted(0)[:, 0].tolist() == [13, 38]
    assert quotas.rest(0)[:, 0].tolist() == [10, 30]


def test_in_waves_a_period_is_a_wave_and_counts_what_came_in_for_it(small: Any) -> None:
    demand = {"process": "periodic", "period_days": 1.0, "count": {"mean": 8.0}}
    world = small.world([[9]], horizon_days=3.0, demand=demand, timing={"mode": "wave", "wave_hours": 36.0})
    quotas = found(world, Limit("product_allocation", days=7.0))
    assert quotas.period_days == 1.5
    assert quotas.planned[:, 0, 0] == pytest.approx([8.0, 16.0])  # orders of day 0; those of day 1; day 2 has no wave


def test_on_receipt_a_period_counts_the_orders_that_come_in_it(small: Any) -> None:
    demand = {"process": "periodic", "period_days": 1.0, "count": {"mean": 8.0}}
    world = small.world([[9]], horizon_days=3.0, demand=demand)
    assert found(world, Limit("product_allocation", days=1.5)).planned[:, 0, 0] == pytest.approx([16.0, 24.0])


@pytest.mark.parametrize("mode", ["on_receipt", "wave"])
def test_a_period_that_is_no_whole_number_of_ticks_counts_its_own_orders_only(mode: str, small: Any) -> None:
    """Twenty tenths of a day with eight orders each: three of them are 0.30000000000000004 days."""
    demand = {"process": "periodic", "period_days": 0.1, "count": {"mean": 8.0}}
    timing = {"mode": mode, "wave_hours": 2.4}
    quotas = found(small.world([[9]], horizon_days=2.0, demand=demand, timing=timing), Limit("fair_share", days=0.1))
    assert quotas.planned[:, 0, 0] == pytest.approx(8.0 * np.arange(1.0, 21.0))
    three = small.world([[9]], horizon_days=0.3, demand=demand, timing=timing)
    assert found(three, Limit("fair_share", days=0.1)).planned[:, 0, 0] == pytest.approx([8.0, 16.0, 24.0])


def test_a_part_of_a_day_counts_as_a_part(small: Any) -> None:
    world = small.world([[9]], rate_per_day=4.0, horizon_days=2.5)
    assert found(world, Limit("product_allocation", days=1.0)).planned[:, 0, 0] == pytest.approx([4.0, 8.0, 10.0])


def test_shares_look_at_the_horizon_or_where_stock_is_bought_up_to_now(small: Any) -> None:
    late = {"from_day": 7.0, "to_day": 14.0, "segments": ["gold"], "segment_factor": 3.0}
    demand = {"rate_per_day": 4.0, "promotion": [late]}
    terms = {"segments": (GOLD, BRONZE), "horizon_days": 14.0, "demand": demand}
    limit = Limit("fair_share", days=7.0)
    alone = found(small.world([[9]], **terms), limit)
    assert not alone.bought.any()
    assert alone.weights(0)[:, 0].tolist() == alone.weights(1)[:, 0].tolist() == [1 + 21 * 1024, 1 + 35 * 1024]
    bought = found(small.world([[9]], lead_time_days=1.0, **terms), limit, buys=True)
    assert bought.weights(0)[:, 0].tolist() == [1 + 7 * 1024, 1 + 21 * 1024]
    assert bought.soon(0)[:, 0].tolist() == [1, 3]
    assert bought.soon(1)[:, 0].tolist() == [2, 2]
    assert alone.soon(1)[:, 0].tolist() == [14, 14]


def test_granted_never_falls(small: Any) -> None:
    world = small.world([[9]], segments=(GOLD, BRONZE), rate_per_day=0.3)
    quotas = found(world, Limit("product_allocation", days=1.0))
    granted = np.array([quotas.granted(n) for n in range(len(quotas.planned))])
    assert (np.diff(granted, axis=0) >= 0).all()
    assert (granted[0] == 1).all(), "a slow mover may be sold from the first period on"

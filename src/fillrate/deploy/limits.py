"""What a row may give, and a segment may take, in production: a request's free stock less what the limits keep back."""

from __future__ import annotations

from fillrate.decision.limits import fair_quota, period_of, planned_quota, shared_quota
from fillrate.deploy.asked import Asked, Group
from fillrate.deploy.blocks import Blocks
from fillrate.deploy.shop import Shop

__all__ = ["NO_QUOTA", "Limits"]

NO_QUOTA = 2**40  # more than any line asks for


class Limits:
    """Reserves and quotas of a bundle."""

    def __init__(self, shop: Shop, blocks: Blocks) -> None:
        """Turn what is looked at often into lists."""
        self.blocks, self.quotas = blocks, shop.quotas
        self.periods = 0 if shop.reserves is None else len(shop.reserves)
        self.days = float(shop.reserve_days)
        self.priority: list[float] = shop.priority.tolist()
        if self.quotas is not None:
            self.quota_days, self.quota_periods = float(self.quotas.days), len(self.quotas.granted)

    def available(self, asked: Asked, group: Group) -> list[int]:
        """(rows,) whole units that a line may take from each row."""
        block, free = group.block, group.free
        if block is None:
            return []
        if self.periods:
            kept = self.kept_back(asked, group)
            free = [int(n - k) for n, k in zip(free, kept, strict=True)]
        if asked.down:
            free = free.copy()
            for place in asked.down:
                if (row := block.row_at.get(place)) is not None:
                    free[row] = 0
        if asked.split == 1 and group.ships_from:
            free = [n if place in group.ships_from else 0 for n, place in zip(free, block.location, strict=True)]
        return [max(0, n) for n in free] if free and min(free) < 0 else free

    def kept_back(self, asked: Asked, group: Group) -> list[float]:
        """(rows,) units that reserves keep back."""
        if not self.periods or group.block is None:
            return [0.0] * len(group.free)
        period = period_of(asked.now, self.days, self.periods) if self.periods > 1 else 0
        return self.blocks.kept_back(group.block, period, asked.segment)

    def quota(self, asked: Asked, group: Group) -> int:
        """Units that the order's segment may still take of a SKU."""
        quotas, segment, sku = self.quotas, asked.segment, group.sku
        if quotas is None or sku < 0 or not quotas.limited[segment, sku]:
            return NO_QUOTA
        period = min(period_of(asked.now, self.quota_days, self.quota_periods), self.quota_periods - 1)
        free = sum([max(0, n) for n in group.free]) + group.elsewhere
        used, now, wave = asked.taken[sku]
        bought, count = bool(quotas.bought[sku]), len(self.priority)
        if not quotas.pro_rata:
            above = [h for h in range(count) if self.priority[h] > self.priority[segment]]
            kept = sum([max(0, int(quotas.rest[period, h, sku]) - now[h]) for h in above])
            return planned_quota(int(quotas.granted[period, segment, sku]), used[segment], bought, free, kept)
        parts, rests = [0] * count, [0] * count
        if quotas.waves:
            share = fair_quota(segment, free + sum(now), wave, count, parts, rests)
            return max(0, share - now[segment])
        soon, weights = quotas.soon[period, :, sku].tolist(), quotas.weights[period, :, sku].tolist()
        if not bought:
            soon = [max(0, a - b) for a, b in zip(soon, now, strict=True)]
        return shared_quota(segment, free, used, weights, soon, count, parts, rests)

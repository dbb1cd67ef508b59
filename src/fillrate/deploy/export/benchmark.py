"""What a policy was worth when it was bundled: its benchmark against the world's baselines, with intervals."""

from __future__ import annotations

from typing import Any

from fillrate.policy import Policy
from fillrate.world import World

__all__ = ["METRICS", "benchmark_of"]

METRICS = (
    "contribution",
    "controllable_cost",
    "unit_fill_rate",
    "on_time_in_full",
    "shipping_cost_per_order",
    "split_rate",
)


def benchmark_of(
    world: World, policy: Policy, replications: int, seed: int, bounded: bool = False
) -> dict[str, Any] | None:
    """The policy and the world's baselines on the same orders; None without replications.

    Args:
        world: where.
        policy: which.
        replications: runs of each.
        seed: trace seed of the first.
        bounded: whether the bound on the contribution of each run is computed, and the gap to it.
    """
    if not replications:
        return None
    from fillrate.bench.compare import compare

    others = [name for name in world.defaults.baselines if name != policy.name]
    found = compare(world, [policy, *others], replications, seed, n_jobs=1, quiet=True).to_json()
    mine = (policy.name, *others)
    table = {name: {key: found["policies"][name][key] for key in METRICS} for name in mine}
    pairs = [p for p in found["pairs"] if p["metric"] == "contribution" and policy.name in {p["a"], p["b"]}]
    said = {key: found[key] for key in ("world", "seed", "days", "replications")}
    bound = _bound(world, policy, range(seed, seed + replications), table[policy.name]) if bounded else None
    return {**said, "bound": bound, "policies": table, "pairs": pairs}


def _bound(world: World, policy: Policy, seeds: range, mine: dict[str, Any]) -> dict[str, Any]:
    """What no policy of the kind could exceed on the same orders, and the policy's gap as a share of its cost."""
    from fillrate.bench.ceiling import bound_on, usual
    from fillrate.bench.statistics import mean_interval
    from fillrate.trace import orders_of

    kind, levels = usual(world, seeds[0], [policy])
    found = mean_interval([bound_on(world, orders_of(world, seed), kind, levels).value for seed in seeds])
    cost, gained = mine["controllable_cost"]["mean"], mine["contribution"]["mean"]
    loose = kind == "free"  # lets everything be bought: no share of the cost is said
    gap = (found.mean - gained) / cost if found.mean is not None and cost and not loose else None
    return {"kind": kind, "mean": found.mean, "low": found.low, "high": found.high, "gap": gap}

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


def benchmark_of(world: World, policy: Policy, replications: int, seed: int) -> dict[str, Any] | None:
    """The policy and the world's baselines on the same orders; None without replications.

    Args:
        world: where.
        policy: which.
        replications: runs of each.
        seed: trace seed of the first.
    """
    if not replications:
        return None
    from fillrate.bench.compare import compare

    others = [name for name in world.defaults.baselines if name != policy.name]
    found = compare(world, [policy, *others], replications, seed, n_jobs=1, quiet=True).to_json()
    mine = (policy.name, *others)
    table = {name: {key: found["policies"][name][key] for key in METRICS} for name in mine}
    pairs = [p for p in found["pairs"] if p["metric"] == "contribution" and policy.name in {p["a"], p["b"]}]
    said = {key: found[key] for key in ("world", "seed", "days", "replications", "bound")}
    return {**said, "policies": table, "pairs": pairs}

"""What a policy was worth when it was bundled: its benchmark against the world's baselines, with intervals."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from fillrate.policy import Policy
from fillrate.world import World

if TYPE_CHECKING:
    from fillrate.bench.comparison import Comparison

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
    compared = compare(world, [policy, *others], replications, seed, n_jobs=1, quiet=True)
    found, mine = compared.to_json(), (policy.name, *others)
    table = {name: {key: found["policies"][name][key] for key in METRICS} for name in mine}
    pairs = [p for p in found["pairs"] if p["metric"] == "contribution" and policy.name in {p["a"], p["b"]}]
    said = {key: found[key] for key in ("world", "seed", "days", "replications")}
    bound = _bound(world, policy, compared) if bounded else None
    return {**said, "bound": bound, "policies": table, "pairs": pairs}


def _bound(world: World, policy: Policy, compared: Comparison) -> dict[str, Any]:
    """What no policy of the kind could exceed on the same orders, and the policy's gap as comparisons count it.

    The bound covers this policy alone, so that it may be tighter than one that covers the baselines too.
    """
    from fillrate.bench.gaps import with_bound
    from fillrate.bench.matrix import GAP
    from fillrate.bench.statistics import mean_interval
    from fillrate.trace import orders_of

    name, columns = policy.name, compared.columns[policy.name]
    cards = [{key: float(columns[key][run]) for key in METRICS} for run in range(compared.replications)]
    found, bound = with_bound(world, {name: policy}, {name: cards}, compared.seed, partial(orders_of, world))
    return {**vars(bound), "gap": mean_interval([card[GAP] for card in found[name]]).mean}

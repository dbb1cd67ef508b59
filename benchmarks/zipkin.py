"""A network that buys on Zipkin's item with lost sales (p = 4, L = 4), against the rules and the optimum.

Usage: python benchmarks/zipkin.py [--json] [--episodes N] [--examples A,B,...] [--steps N] [--seed N] [--save FOLDER]

Cost a period (day) on the same held-out traces, seeds 0 to N - 1, 2,000 periods each after the warm-up. Two ways to
learn, both from capped base stock: approximate policy iteration over branched episodes (examples of each round), and
imitation followed by PPO on the vector environment (steps; 0 leaves it out). Networks answer by their largest score.
`--save` writes the weights of the first one and a card. Training sees seeds from 2**32 on alone.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small products: threads only get in each other's way

import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from _command import run
from numpy.typing import NDArray

from fillrate.learn.replenish.fitting import Fit, iterate
from fillrate.learn.replenish.gradient import Gradient
from fillrate.learn.replenish.judging import Figure, costs
from fillrate.learn.replenish.network import write_network
from fillrate.learn.replenish.task import Rule, Task
from fillrate.plan.exact.lost_sales import LostSales
from fillrate.plan.exact.lost_sales_optimum import LostSalesOptimum, optimal_lost_sales
from fillrate.policy.textbook import poisson_masses
from fillrate.simulate import simulate
from fillrate.trace import Trace
from fillrate.world import load_world

MOST = 9  # units an order
TRAINING = 2**32  # first seed
CAPPED = (26, 5)  # level and cap, the best of its kind
RULES = {"base_stock": "base_stock", "capped_base_stock": "capped_base_stock"}


def best(task: Task, optimum: LostSalesOptimum) -> Rule:
    """The optimal rule: states are what is on hand and what is due in one, two and three days."""
    columns = task.columns(("on_hand", "due_1", "due_2", "due_3"))
    highest = np.array(optimum.orders.shape) - 1
    return lambda table: np.minimum(optimum.rule(np.minimum(table[:, columns].astype(np.int64), highest)), task.most)


def played(task: Task, rule: str, traces: tuple[Trace, ...]) -> NDArray[np.float64]:
    """(n,) cost a day of a rule of the catalogue, by `simulate`."""
    cards = [simulate(task.world, trace, rule).scorecard for trace in traces]
    return np.array([-float(card["contribution_per_day"] or 0.0) for card in cards])


def measure(episodes: int, examples: list[int], steps: int, seed: int, save: str) -> dict[str, Any]:
    """Train, and judge everybody on the same traces."""
    torch.set_num_threads(1)
    task = Task(load_world("lost_sales"), MOST)
    capped = task.base_stock(*CAPPED)
    optimum = optimal_lost_sales(LostSales(poisson_masses(5.0), 4, 1.0, 4.0))
    start = time.perf_counter()
    networks = {"network": iterate(task, capped, examples, TRAINING + 10**6 * seed, Fit(seed=seed))[-1]}
    seconds = {"network_seconds": time.perf_counter() - start}
    if steps:
        start = time.perf_counter()
        networks["network_by_ppo"] = Gradient(task, steps, seed=seed).network(capped)
        seconds["network_by_ppo_seconds"] = time.perf_counter() - start
    traces = task.traces(episodes, 0)
    found = {name: costs(task, task.rule(network), traces) for name, network in networks.items()}
    found |= {
        "capped_base_stock_26_5": costs(task, capped, traces),
        "optimal_rule": costs(task, best(task, optimum), traces),
    }
    found |= {name: played(task, rule, traces) for name, rule in RULES.items()}
    figures = {
        name: asdict(Figure.of(values)) | _above(values, found["optimal_rule"], optimum.cost)
        for name, values in found.items()
    }
    if save:
        Path(save).mkdir(parents=True, exist_ok=True)
        card = {"world": task.world.name, "hash": task.world.hash, "examples": examples, "seed": seed, **figures}
        write_network(networks["network"], Path(save) / "policy.npz", card)
    return {"optimum": optimum.cost, "held_out_seeds": [0, episodes - 1], **seconds, **figures}


def _above(values: NDArray[np.float64], best: NDArray[np.float64], optimum: float) -> dict[str, float]:
    """Shares above the optimum: of its exact cost, and of what it cost on the same traces, with the half-width."""
    paired = Figure.of((values - best) / best.mean()) if (values != best).any() else Figure(0.0, 0.0, len(best))
    return {
        "above_optimum": float(values.mean()) / optimum - 1.0,
        "above_optimum_same_traces": paired.mean,
        "above_optimum_same_traces_half_width": paired.half_width,
    }


if __name__ == "__main__":
    run(__doc__, measure, episodes=640, examples=[20_000, 30_000], steps=2_000_000, seed=0, save="")

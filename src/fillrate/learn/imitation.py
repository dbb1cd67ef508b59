"""Warm start: the network learns to answer as a rule does, before it learns from rewards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from fillrate.decision.chain import Step
from fillrate.gym.vector import AllocationVectorEnv
from fillrate.learn.network import TableNetwork
from fillrate.policy import bind, load_policy
from fillrate.world import World

__all__ = ["Examples", "examples_of", "imitate", "rows_of_chain", "steps_of"]

EPISODES = 16  # side by side
EVERY = 8  # questions of an episode of which one is kept: neighbours look alike
DOUBT = 0.1  # share of the answer that is left to the other legal rows, so that learning still tries them


@dataclass(frozen=True)
class Examples:
    """What a rule answered."""

    tables: NDArray[np.float32]  # (n, rows, columns)
    mask: NDArray[np.bool_]  # (n, rows)
    row: NDArray[np.int64]  # (n,)


def steps_of(rule: str, world: World) -> tuple[Step, ...]:
    """The chain of a rule; empty if it is none, or may hold by its score."""
    source = bind(load_policy(rule), world)
    return source.source_steps if source.source.method == "chain" and source.source.hold is None else ()


def rows_of_chain(
    steps: Sequence[Step], names: Sequence[str], value: NDArray[np.float64], mask: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """`decision.chain.choose` for many tables at once.

    Args:
        steps: the chain.
        names: (columns,) of the tables.
        value: (n, rows, columns) hold last.
        mask: (n, rows) legal rows.
    """
    left = mask.copy()
    left[:, -1] = False
    nothing = ~left.any(axis=1)
    for step in steps:
        score = np.zeros(mask.shape)
        for name, weight in step:
            score += weight * value[:, :, names.index(name)]
        score[~left] = -np.inf
        left &= score == score.max(axis=1, keepdims=True)
    rows: NDArray[np.int64] = left.argmax(axis=1)
    rows[nothing] = mask.shape[1] - 1
    return rows


def examples_of(world: World, rule: str, columns: tuple[str, ...], wanted: int, seed: int) -> Examples:
    """Play a chain rule and keep some of its answers.

    Args:
        world: with its horizon.
        rule: a chain without a score of hold.
        columns: that the network looks at.
        wanted: examples, at least.
        seed: of the episodes.
    """
    steps = steps_of(rule, world)
    names = tuple(dict.fromkeys([*columns, *(name for step in steps for name, _ in step)]))
    envs = AllocationVectorEnv(world, EPISODES, columns=names, autoreset_mode="SameStep")
    seen, _ = envs.reset(seed=seed)
    kept: list[tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.int64]]] = []
    for asked in range(-(-wanted // EPISODES) * EVERY):
        mask = envs.action_masks()
        rows = rows_of_chain(steps, names, envs.core.value, mask)
        if asked % EVERY == 0:
            kept.append((seen[:, :, : len(columns)].copy(), mask, rows))
        seen, *_ = envs.step(rows)
    envs.close()
    tables, masks, answers = (np.concatenate(each) for each in zip(*kept, strict=True))
    return Examples(tables, masks, answers)


def imitate(network: TableNetwork, examples: Examples, steps: int, seed: int) -> float:
    """Fit the network to the examples; the share of them on which it agrees in the end.

    Args:
        network: changed in place.
        examples: of a rule.
        steps: of the optimiser, 1,024 examples each.
        seed: of the order in which they are shown.
    """
    random = torch.Generator().manual_seed(seed)
    tables, mask = torch.as_tensor(examples.tables), torch.as_tensor(examples.mask)
    row = torch.as_tensor(examples.row)
    optimiser = torch.optim.Adam(network.parameters(), 3e-3)
    wanted = (1.0 - DOUBT) * torch.nn.functional.one_hot(row, mask.shape[1]) + DOUBT * mask / mask.sum(1, keepdim=True)
    for _ in range(steps):
        some = torch.randint(0, len(row), (1024,), generator=random)
        scores = network(tables[some]).masked_fill(~mask[some], -1e9)
        loss = -(wanted[some] * torch.log_softmax(scores, dim=1)).sum(dim=1).mean()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    with torch.no_grad():
        chosen = network(tables).masked_fill(~mask, -1e9).argmax(dim=1)
    return float((chosen == row).float().mean())

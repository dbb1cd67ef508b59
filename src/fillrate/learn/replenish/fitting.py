"""Fitting a network to what one unit more would have cost; its rule orders while one more unit pays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from fillrate.learn.replenish.branching import Branches, Examples
from fillrate.learn.replenish.network import OrderNetwork, snapped
from fillrate.learn.replenish.task import Rule, Task

__all__ = ["Fit", "iterate", "layers_of", "spread_of", "unscale"]


@dataclass(frozen=True)
class Fit:
    """How a network is fitted.

    Attributes:
        hidden: units of a layer.
        epochs: passes over the examples.
        batch: examples of a step.
        rate: learning rate at the start; it falls to 0 along a cosine.
        seed: of weights and batches.
    """

    hidden: int = 32
    epochs: int = 12
    batch: int = 256
    rate: float = 3e-3
    seed: int = 0

    def network(self, facts: tuple[str, ...], examples: Examples) -> OrderNetwork:
        """The network whose scores differ by what the next unit saves, by least squares."""
        torch.manual_seed(self.seed)
        seen, saved = torch.from_numpy(examples.seen), torch.from_numpy(_saved(examples))
        middle, spread = spread_of(seen)
        layers = self._layers(seen.shape[1], saved.shape[1])
        self._fit(layers, (seen - middle) / spread, saved / saved.std())
        unscale(layers[0], middle, spread)
        return _assembled(facts, layers)

    def _layers(self, facts: int, steps: int) -> nn.Sequential:
        h = self.hidden
        return nn.Sequential(nn.Linear(facts, h), nn.ReLU(), nn.Linear(h, h), nn.ReLU(), nn.Linear(h, steps))

    def _fit(self, layers: nn.Sequential, seen: torch.Tensor, wanted: torch.Tensor) -> None:
        steps = self.epochs * -(-len(seen) // self.batch)
        optimizer = torch.optim.Adam(layers.parameters(), self.rate)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
        for _ in range(self.epochs):
            for those in torch.split(torch.randperm(len(seen)), self.batch):
                loss = ((layers(seen[those]) - wanted[those]) ** 2).mean()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()


def spread_of(seen: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """(facts,) means and spreads of (n, facts); of a fact that is always the same nothing is made."""
    return seen.mean(dim=0), seen.std(dim=0) + 0.02


def unscale(first: Any, middle: torch.Tensor, spread: torch.Tensor) -> None:
    """Let a layer that took facts less their mean, over their spread, take them as they are."""
    with torch.no_grad():
        first.weight /= spread
        first.bias -= first.weight @ middle


def _saved(examples: Examples) -> NDArray[np.float32]:
    """(n, levels - 1) what the next unit saves."""
    return -np.diff(examples.cost, axis=1).astype(np.float32)


def _assembled(facts: tuple[str, ...], layers: nn.Sequential) -> OrderNetwork:
    """The network of levels: a level's score is the sum of what the units up to it save."""
    arrays = layers_of(layers[0], layers[2], layers[4])
    none = np.zeros((1, arrays["score"].shape[1]))
    arrays["score"] = np.concatenate([none, np.cumsum(arrays["score"], axis=0)])
    arrays["score_bias"] = np.concatenate([[0.0], np.cumsum(arrays["score_bias"])])
    return snapped(facts, arrays)


def layers_of(first: Any, second: Any, score: Any) -> dict[str, NDArray[Any]]:
    """The arrays of three linear layers, by name."""
    found: dict[str, NDArray[Any]] = {}
    for name, layer in (("first", first), ("second", second), ("score", score)):
        found[name] = layer.weight.detach().numpy().astype(np.float64)
        found[f"{name}_bias"] = layer.bias.detach().numpy().astype(np.float64)
    return found


def iterate(task: Task, rule: Rule, rounds: list[int], seed: int, fit: Fit | None = None) -> list[OrderNetwork]:
    """Approximate policy iteration: branch under a rule, fit, and take the network's rule for the next round.

    Args:
        task: what is learned.
        rule: to begin with.
        rounds: examples of each round.
        seed: first seed of the traces; each round takes fresh ones.
        fit: how networks are fitted.

    Returns:
        The network of each round.
    """
    branches, found = Branches(task), list[OrderNetwork]()
    for n, wanted in enumerate(rounds):
        examples = branches.examples(rule, wanted, seed + n * branches.episodes)
        network = (fit or Fit(seed=n)).network(task.facts, examples)
        found.append(network)
        rule = task.rule(network)
    return found

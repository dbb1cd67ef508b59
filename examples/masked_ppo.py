"""Proximal policy optimisation with masked actions, all of it in this file, on a vector environment.

Usage: python examples/masked_ppo.py [--world regional] [--days 2] [--steps 20000] [--seed 1]

One network scores the rows of a candidate table, whatever their number: each row is read together with the mean of all
rows. Rewards are discounted by the days that pass, not by the steps. At the end the policy, at its most likely row,
plays the traces that `fillrate compare` plays, and so does a rule.

Method: Schulman et al. (2017), arXiv 1707.06347; masks: Huang and Ontañón (2022), FLAIRS 35. Needs torch.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor, nn
from torch.distributions import Categorical

from fillrate.gym import AllocationEnv, AllocationVectorEnv
from fillrate.simulate import simulate
from fillrate.trace import sample

TRACES = range(5)  # seeds to be judged by; none is trained on


@dataclass(frozen=True)
class Settings:
    """What the command line may change."""

    world: str = "regional"
    days: float = 2.0
    steps: int = 20_000
    seed: int = 1
    rule: str = "cheapest"  # to be compared with
    envs: int = 16
    rollout: int = 64  # steps of each environment between updates
    epochs: int = 4
    batches: int = 4  # of an epoch
    learning_rate: float = 1e-3
    kept_a_day: float = 0.8  # what a reward of tomorrow is worth today
    trace_decay: float = 0.95  # lambda of the advantages
    clip: float = 0.2
    entropy: float = 0.005
    reward_scale: float = 0.02


class Net(nn.Module):
    """Scores of the rows, and the value of the whole table."""

    def __init__(self, columns: int, width: int = 64) -> None:
        """For tables of so many columns."""
        super().__init__()
        self.read = nn.Sequential(nn.Linear(columns, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh())
        self.score, self.value = nn.Linear(2 * width, 1), nn.Linear(width, 1)

    def forward(self, table: Tensor, mask: Tensor) -> tuple[Categorical, Tensor]:
        """Distribution over the legal rows, and value; tables (n, rows, columns), masks (n, rows)."""
        rows = self.read(table)
        pooled = rows.mean(dim=1)
        both = torch.cat([rows, pooled[:, None].expand_as(rows)], dim=2)
        scores = self.score(both)[..., 0].masked_fill(~mask, -1e9)
        return Categorical(logits=scores), self.value(pooled)[:, 0]


class Rollouts:
    """Plays the environments on, and keeps what is learnt from."""

    def __init__(self, settings: Settings) -> None:
        """Begin the episodes."""
        self.settings = settings
        self.env = AllocationVectorEnv(
            settings.world,
            settings.envs,
            days=settings.days,
            reward_scale=settings.reward_scale,
            autoreset_mode="SameStep",
        )
        self.table = torch.from_numpy(self.env.reset(seed=settings.seed)[0])
        self.ends: list[float] = []  # contribution of the ended episodes

    def play(self, net: Net) -> tuple[Tensor, ...]:
        """Tables, masks, rows, log-probabilities, advantages and returns of a stretch, environments side by side."""
        seen = [self._step(net) for _ in range(self.settings.rollout)]
        table, mask, row, log, value, reward, kept = (torch.stack(each) for each in zip(*seen, strict=True))
        with torch.no_grad():
            after = net(self.table, torch.from_numpy(self.env.action_masks()))[1]
        advantage, ahead = torch.zeros_like(value), torch.zeros_like(after)
        for t in reversed(range(len(value))):
            ahead = reward[t] + kept[t] * after - value[t] + kept[t] * self.settings.trace_decay * ahead
            advantage[t], after = ahead, value[t]
        flat = (each.flatten(0, 1) for each in (table, mask, row, log, advantage, advantage + value))
        return tuple(flat)

    @torch.no_grad()
    def _step(self, net: Net) -> tuple[Tensor, ...]:
        table, mask = self.table, torch.from_numpy(self.env.action_masks())
        chances, value = net(table, mask)
        row = chances.sample()
        found, reward, ended, _, infos = self.env.step(row.numpy())
        self.table = torch.from_numpy(found)
        cards = infos.get("final_info", {}).get("scorecard", ())
        self.ends += [card["contribution"] for card in cards if card is not None]
        kept = self.settings.kept_a_day ** infos["elapsed_days"] * ~ended  # nothing comes after the end
        money, left = (torch.from_numpy(each.astype(np.float32)) for each in (reward, kept))
        return table, mask, row, chances.log_prob(row), value, money, left


def update(net: Net, optimiser: torch.optim.Optimizer, data: tuple[Tensor, ...], settings: Settings) -> None:
    """Some epochs over a stretch."""
    for _ in range(settings.epochs):
        for part in torch.randperm(len(data[0])).chunk(settings.batches):
            table, mask, row, log, advantage, goal = (each[part] for each in data)
            advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
            chances, value = net(table, mask)
            ratio = (chances.log_prob(row) - log).exp()
            clipped = ratio.clamp(1.0 - settings.clip, 1.0 + settings.clip)
            gain = torch.minimum(ratio * advantage, clipped * advantage) + settings.entropy * chances.entropy()
            loss = 0.5 * (value - goal).square().mean() - gain.mean()
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 0.5)
            optimiser.step()


@torch.no_grad()
def earned(net: Net, settings: Settings, seed: int) -> float:
    """Contribution of a trace at the most likely rows."""
    env = AllocationEnv(settings.world, days=settings.days)
    table, info = env.reset(options={"trace_seed": seed})
    total, ended = 0.0, False
    while not ended:
        chances, _ = net(torch.from_numpy(table)[None], torch.from_numpy(info["action_mask"])[None].bool())
        table, reward, ended, _, info = env.step(int(chances.probs.argmax()))
        total += reward
    return total


def train(settings: Settings) -> Net:
    """A network after so many steps."""
    torch.manual_seed(settings.seed)
    rollouts = Rollouts(settings)
    net = Net(rollouts.table.shape[2])
    optimiser = torch.optim.Adam(net.parameters(), settings.learning_rate)
    stretch = settings.envs * settings.rollout
    for step in range(stretch, settings.steps + stretch, stretch):
        update(net, optimiser, rollouts.play(net), settings)
        last = rollouts.ends[-settings.envs :]
        print(f"{step:8,} steps, {len(rollouts.ends):5} episodes, last ones earned {np.mean(last or [np.nan]):10,.2f}")
    return net


def main() -> None:
    """Train, then compare with a rule on the same traces."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for each in fields(Settings):
        parser.add_argument(f"--{each.name.replace('_', '-')}", type=type(each.default), default=each.default)
    settings = Settings(**vars(parser.parse_args()))
    torch.set_num_threads(1)
    net = train(settings)
    learnt = np.mean([earned(net, settings, seed) for seed in TRACES])
    traces = [sample(settings.world, seed, settings.days) for seed in TRACES]
    ruled = np.mean([simulate(settings.world, trace, settings.rule).scorecard["contribution"] for trace in traces])
    print(f"seeds {TRACES.start} to {TRACES.stop - 1}: learnt {learnt:,.2f}, {settings.rule} {ruled:,.2f}")


if __name__ == "__main__":
    main()

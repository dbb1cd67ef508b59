"""The network that training works on: shared over the rows of a table, pooled over it. `decision.network` plays it.

Every row is looked at by the same layers, with what all rows have in common (the mean and the largest of each unit), so
one network works for any number of locations, in any order (Zaheer et al. 2017, Deep Sets).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

__all__ = ["RowsNetwork", "TableNetwork"]


class TableNetwork(nn.Module):
    """(n, rows, columns) tables -> (n, rows) scores; hold is the last row and is told apart by a column of its own."""

    def __init__(self, columns: int, hidden: int) -> None:
        """Layers of `hidden` units."""
        super().__init__()
        self.row = nn.Linear(columns + 1, hidden)
        self.mix = nn.Linear(hidden, hidden)
        self.table = nn.Linear(2 * hidden, hidden, bias=False)
        self.score = nn.Linear(hidden, 1)

    def forward(self, tables: Tensor) -> Tensor:
        """Scores of the rows; of rows that are not there it does not matter."""
        return self.scores(*with_hold(tables))

    def scores(self, seen: Tensor, there: Tensor) -> Tensor:
        """The same of what `with_hold` says."""
        each = torch.relu(self.row(seen))
        mixed = torch.relu(self.mix(each) + self.table(pooled(each, there)).unsqueeze(1))
        found: Tensor = self.score(mixed).squeeze(-1)
        return found


class RowsNetwork(nn.Module):
    """Actor and critic, as SB3's policies expect them: tables -> (logits of the rows, value of the table)."""

    def __init__(self, columns: int, hidden: int) -> None:
        """Two networks of `hidden` units."""
        super().__init__()
        self.actor = TableNetwork(columns, hidden)
        self.critic_row = nn.Linear(columns + 1, hidden)
        self.critic = nn.Sequential(nn.Linear(2 * hidden, hidden), nn.ReLU(), nn.Linear(hidden, 1))

    def forward(self, tables: Tensor) -> tuple[Tensor, Tensor]:
        """Both, from one look at the tables."""
        seen = with_hold(tables)
        return self.actor.scores(*seen), self._values(*seen)

    def forward_actor(self, tables: Tensor) -> Tensor:
        """(n, rows) logits."""
        found: Tensor = self.actor(tables)
        return found

    def forward_critic(self, tables: Tensor) -> Tensor:
        """(n, 1) values."""
        return self._values(*with_hold(tables))

    def _values(self, seen: Tensor, there: Tensor) -> Tensor:
        found: Tensor = self.critic(pooled(torch.relu(self.critic_row(seen)), there))
        return found


def with_hold(tables: Tensor) -> tuple[Tensor, Tensor]:
    """(n, rows, columns + 1) tables that say which row holds, and (n, rows) which rows are there."""
    there = tables.abs().sum(dim=-1) != 0.0  # `any` over a short last dimension is slow
    there[:, -1] = True
    hold = torch.zeros_like(tables[..., :1])
    hold[:, -1] = 1.0
    return torch.cat([tables, hold], dim=-1), there


def pooled(each: Tensor, there: Tensor) -> Tensor:
    """(n, 2 hidden) mean and largest over the rows that are there; units are not negative."""
    kept = each * there.unsqueeze(-1)
    mean = kept.sum(dim=1) / there.sum(dim=1, keepdim=True)
    return torch.cat([mean, kept.amax(dim=1)], dim=-1)

"""What comparisons on several worlds say together: who is best where, by how much, and whether that changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fillrate.bench.comparison import Comparison
from fillrate.bench.sentences import listed, rivals

__all__ = ["Across", "Winner", "across"]


@dataclass(frozen=True)
class Winner:
    """The best policy on one world.

    Attributes:
        world: name of the world.
        policy: with the best mean of the deciding metric.
        mean: of that metric.
        rival: the closest other policy; empty if there is none.
        difference: best − rival.
        low, high: 95 % interval of this difference; None with fewer than two replications.
        unbeaten: the other policies that are not shown to be worse.
        equal: those of them that have the same mean.
    """

    world: str
    policy: str
    mean: float | None
    rival: str
    difference: float | None
    low: float | None
    high: float | None
    unbeaten: tuple[str, ...]
    equal: tuple[str, ...] = ()

    @property
    def shown(self) -> bool:
        """Whether it is shown to be better than each other policy."""
        return bool(self.rival) and not self.unbeaten


@dataclass(frozen=True)
class Across:
    """The winners, world by world, and what follows in one sentence."""

    metric: str
    winners: tuple[Winner, ...]
    sentence: str

    def to_json(self) -> dict[str, Any]:
        """Plain types, undefined numbers None."""
        lists = ("unbeaten", "equal")
        rows = [{**vars(w), **{key: list(getattr(w, key)) for key in lists}, "shown": w.shown} for w in self.winners]
        return {"metric": self.metric, "worlds": rows, "sentence": self.sentence}


def across(found: Mapping[str, Comparison]) -> Across:
    """Bring comparisons of the same policies on several worlds together.

    Args:
        found: comparison by world, at least one, all decided by the same metric.
    """
    winners = tuple(_winner(world, comparison) for world, comparison in found.items())
    metric = next(iter(found.values())).best.metric
    return Across(metric, winners, _sentence(winners))


def _winner(world: str, comparison: Comparison) -> Winner:
    best, others = comparison.best, rivals(comparison)
    unbeaten = tuple(pair.b for pair in others if pair.verdict != "a_better")
    mean = comparison.policies[best.policy][best.metric].mean
    if not others:
        return Winner(world, best.policy, mean, "", None, None, None, unbeaten)
    closest, equal = others[0], tuple(pair.b for pair in others if pair.difference == 0.0)
    return Winner(world, best.policy, mean, closest.b, closest.difference, closest.low, closest.high, unbeaten, equal)


def _sentence(winners: tuple[Winner, ...]) -> str:
    """Whether the verdict changes from world to world, and whether that is more than chance."""
    always = [name for name in _candidates(winners) if all(name in (w.policy, *w.equal) for w in winners)]
    names = always[:1] or list(dict.fromkeys(w.policy for w in winners))
    if always:
        shown = [w.world for w in winners if w.shown]
        certain = "in each by more than chance" if len(shown) == len(winners) else _where(shown)
        return f"The best policy does not change: {names[0]} has the best mean in all {len(winners)} worlds, {certain}."
    said = ", ".join(f"{name} in {listed([w.world for w in winners if w.policy == name])}" for name in names)
    holding = [name for name in _candidates(winners) if all(name in (w.policy, *w.unbeaten) for w in winners)]
    if holding:
        end = f"but {listed(holding)} {'is' if len(holding) == 1 else 'are'} not shown to be worse than the best in any"
    else:
        end = "and no policy keeps up with the best in all of them"
    return f"The best policy changes with the world: {said}; {end}."


def _where(shown: list[str]) -> str:
    return f"shown to be more than chance in {listed(shown)}" if shown else "shown to be more than chance in none"


def _candidates(winners: tuple[Winner, ...]) -> list[str]:
    return list(dict.fromkeys(name for w in winners for name in (w.policy, *w.unbeaten)))

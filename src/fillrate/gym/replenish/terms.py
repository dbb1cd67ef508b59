"""What a replenishment environment is made of: the world, the parts of the policy that it does not learn, reward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from gymnasium import spaces

from fillrate.errors import InputError
from fillrate.gym.played import Played, check_whole, checked
from fillrate.gym.replenish.actions import Actions, Kind
from fillrate.gym.replenish.observation import Facts
from fillrate.policy import Bound, load_policy
from fillrate.policy.replenish import levels_of
from fillrate.policy.spec import ReplenishRule
from fillrate.simulate import bound_of
from fillrate.world import World
from fillrate.world.fields import MOST_UNITS

__all__ = ["Terms"]

MOST_PERIODS = 10_000  # entries of the pipeline of each pair


class Outside:
    """A replenish policy that is decided by who steps the environment; asked by nobody."""

    def replenish(self, view: object) -> Sequence[int]:
        """Not to be called: the run is stepped from outside."""
        raise NotImplementedError

    def __repr__(self) -> str:
        """The same for every instance: a policy's hash is made of it."""
        return "Outside()"


@dataclass(frozen=True)
class Terms(Played):
    """The arguments of a replenishment environment, checked."""

    facts: Facts
    actions: Actions

    @classmethod
    def of(cls, action: Kind, most: int | Sequence[int] | None, levels: int, periods: int, **common: Any) -> Terms:
        """Check the arguments of an environment; `common` are those of `played.checked`.

        Raises:
            InputError: an argument is wrong; PolicyError, WorldError and NotFound are such errors.
        """
        found = checked(**common)
        world = found["world"]
        if not world.supply.supplier:
            raise InputError("world", f"found '{world.name}', which nobody supplies", "a world with suppliers")
        check_whole("periods", periods, 0, MOST_PERIODS)
        terms = cls(**found, facts=Facts(world, periods), actions=Actions(action, _most(world, most), levels))
        if terms.bound.source.method == "lookahead":
            raise InputError(
                "others", f"found '{terms.others}', whose source looks ahead", "a rule that answers at once"
            )
        return terms

    def _bind(self) -> Bound:
        kept = load_policy(self.others) if self.others else None
        outside = load_policy(Outside())
        if kept is not None:
            outside = replace(outside, rank=kept.rank, source=kept.source, modifiers=kept.modifiers)
        return bound_of(outside, self.world)

    def observation_space(self) -> spaces.Box[Any]:
        """Box of the facts."""
        return spaces.Box(-1.0, 1.0, self.facts.scale.shape, np.float32)

    def action_space(self) -> spaces.Space[Any]:
        """Units, or levels."""
        return self.actions.space()


def _most(world: World, most: int | Sequence[int] | None) -> Any:
    """(pairs,) units at most: as stated, else each pair's base stock; 0 where nobody supplies."""
    base = np.array(levels_of(world, ReplenishRule("base_stock")).S, np.int64)
    if most is None:
        return base
    stated = np.asarray(most)
    if stated.dtype.kind not in "iu" or stated.shape not in {(), base.shape}:
        raise InputError("most", f"found {most!r:.60}", f"whole units, for all or for each of {len(base)} pairs")
    if (stated < 0).any() or (stated > MOST_UNITS).any():
        raise InputError("most", f"found {most!r:.60}", f"0 to {MOST_UNITS} units")
    return np.broadcast_to(stated, base.shape).astype(np.int64)

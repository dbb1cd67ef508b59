"""The world: what stays the same."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from fillrate.errors import WorldError
from fillrate.world.demand import Channel, Demand, Segment, Sku
from fillrate.world.fields import Strict
from fillrate.world.network import Lane, Location, Region, Shipping
from fillrate.world.supply import Supply
from fillrate.world.terms import Defaults, Header, Money, Timing

if TYPE_CHECKING:
    from fillrate.world.tables import Tables

__all__ = ["World"]

SHORTEST, LONGEST = 1e-5, 1e15  # days, the shortest as `[world] horizon_days`
UNSAID = ("title", "about", "source", "optimum", "trace")  # keys of `[world]` that change no run


@dataclass(frozen=True)
class World(Strict):
    """A validated network with its demand, supply and money terms; one TOML file, table by table."""

    header: Header
    locations: tuple[Location, ...]
    regions: tuple[Region, ...]
    skus: tuple[Sku, ...]
    segments: tuple[Segment, ...] = (Segment("standard"),)
    channels: tuple[Channel, ...] = (Channel("web"),)
    lanes: tuple[Lane, ...] = ()
    demand: Demand = Demand()
    shipping: Shipping = Shipping()
    supply: Supply = Supply()
    money: Money = Money()
    timing: Timing = Timing()
    defaults: Defaults = Defaults()

    @property
    def name(self) -> str:
        """Name of the world."""
        return self.header.name

    @property
    def days(self) -> float:
        """Horizon T, in days after t0 = 0."""
        return self.header.horizon_days

    @cached_property
    def hash(self) -> str:
        """Hash of everything the world says; texts are left out, and where its trace lies: a trace has its own hash."""
        header = {key: value for key, value in _by_field(self.header).items() if key not in UNSAID}
        said = {**_by_field(self), "header": header}
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=_by_field).encode()).hexdigest()[:16]

    @cached_property
    def tables(self) -> Tables:
        """The world as ids and arrays."""
        from fillrate.world.tables import build

        return build(self)

    @cached_property
    def _lasting(self) -> dict[float, World]:
        """The last other horizon that was asked for, with the tables that were made for it."""
        return {}

    def over(self, days: float | None) -> World:
        """The same world over another horizon; its warm-up is at most half of that.

        Raises:
            WorldError: the horizon is no positive number of days, or endless.
        """
        if days is None or days == self.days:
            return self  # with the tables that are already there
        if not SHORTEST <= days <= LONGEST:
            raise WorldError("days", f"found {days:g}", f"a number of days above 0, up to {LONGEST:g}")
        warm_up = min(self.header.warm_up_days, days / 2)
        found = self._lasting.get(days)
        if found is None:
            found = replace(self, header=replace(self.header, horizon_days=float(days), warm_up_days=warm_up))
            self._lasting.clear()
            self._lasting[days] = found
        return found


def _by_field(part: Any) -> dict[str, Any]:
    """A dataclass one level deep: the encoder asks for what is in it, far quicker than copying it all first."""
    kind: Any = type(part)
    return {name: getattr(part, name) for name in _names(kind)}


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind))

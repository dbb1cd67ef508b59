"""Hand-made runs: played in both engines, checked against every invariant, counted again, then told line by line."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest
from tests.model.kernel.twins import same

from fillrate.model.invariants import require_sound
from fillrate.scorecard.recount import differences, recount
from fillrate.simulate import Result
from fillrate.testing.by_hand import HandOrder, told, trace_of, world_of

BASE = """
[world]
name = "hand"
horizon_days = 4.0
{header}
[[location]]
name = "a"
{site}
[[region]]
name = "r"
[[sku]]
name = "x"
price = 10.0
cost = 4.0
"""

Play = Callable[..., list[str]]


@pytest.fixture
def play() -> Play:
    """Play orders in a world of 4 days: one site `a`, one region, one SKU `x` (price 10, cost 4), and what TOML adds.

    `site` and `header` are further keys of the site and of `[world]`; `without` are kinds that are not told.
    """

    def played(
        toml: str,
        *orders: HandOrder,
        policy: object = "cheapest",
        without: tuple[str, ...] = (),
        site: str = "",
        header: str = "",
    ) -> list[str]:
        world = world_of(BASE.format(site=site, header=header) + dedent(toml))
        trace = trace_of(world, *orders)
        result = same(world, trace, policy)
        assert isinstance(result, Result), result
        require_sound(world, trace, result.journal)
        assert differences(recount(world, trace, result.journal), result.scorecard) == {}
        return told(result.journal, *without)

    return played

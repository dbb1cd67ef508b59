"""What custom policies answer, checked: both engines ask in the same way."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fillrate.decision.columns import BY_NAME
from fillrate.decision.question import OrderView, Question, ReplenishView
from fillrate.draws import snap
from fillrate.errors import PolicyError, nearest

if TYPE_CHECKING:
    from fillrate.world import World

__all__ = [
    "chosen_row",
    "given_prices",
    "given_scores",
    "replenish_view",
    "sets_prices",
    "wanted_columns",
    "wanted_units",
]


def wanted_columns(custom: Any) -> tuple[str, ...]:
    """Columns that a custom source policy asks for; all, if it does not say."""
    columns = tuple(getattr(custom, "columns", ())) or tuple(BY_NAME)
    for name in columns:
        if name not in BY_NAME:
            raise PolicyError(
                "source policy columns", f"found '{name}'" + nearest(str(name), BY_NAME), ", ".join(BY_NAME)
            )
    return columns


def chosen_row(custom: Any, question: Question) -> int:
    """The row that a custom source policy takes; the last one holds."""
    legal = np.flatnonzero(question.mask).tolist()  # before anybody else has the mask
    row = custom.source(question)
    if isinstance(row, bool) or not isinstance(row, int | np.integer) or row not in legal:
        raise PolicyError("source policy", f"answered row {row!r}", f"a legal row of {legal}")
    return int(row)


def sets_prices(custom: Any) -> bool:
    """Whether a custom source answers whole offers, with prices of locations, rather than line by line with rows."""
    return hasattr(custom, "price")


def given_prices(custom: Any, question: Question) -> list[float]:
    """What a unit from each location costs, money on the grid; the whole-order solver does the rest."""
    said = np.asarray(custom.price(question), np.float64)
    if said.shape != (len(question.locations),) or not np.isfinite(said).all():
        found = f"answered {said!r:.60}"
        raise PolicyError("source policy", found, f"a finite price for each of {len(question.locations)} locations")
    return [snap(price) for price in said.tolist()]


def given_scores(custom: Any, orders: Sequence[OrderView]) -> list[float]:
    """One score an order of a custom rank policy."""
    said = custom.rank(orders)
    try:
        scores = [float(score) for score in said]
    except (TypeError, ValueError):
        raise PolicyError("rank policy", f"answered {said!r:.60}", "one number an order") from None
    if len(scores) != len(orders) or not all(math.isfinite(score) for score in scores):
        found = f"answered {said!r:.60} for {len(orders)} orders"
        raise PolicyError("rank policy", found, "one finite score an order")
    return scores


def replenish_view(world: World, now: float, *units: Any) -> ReplenishView:
    """What a custom replenish policy sees; `units` on hand, reserved, inbound and held, each (pairs,)."""
    tables = world.tables
    places = [world.locations[p].name for p in tables.pair_location.tolist()]
    skus = [world.skus[k].name for k in tables.pair_sku.tolist()]
    arrays: list[NDArray[np.int64]] = [np.array(each, np.int64) for each in units]
    return ReplenishView(now, places, skus, *arrays)


def wanted_units(custom: Any, view: ReplenishView) -> list[int]:
    """Units to order for each pair."""
    said, pairs = custom.replenish(view), len(view.on_hand)
    try:
        units = [operator.index(q) for q in said]
    except TypeError:
        units = []
    if len(units) != pairs or min(units, default=0) < 0:
        raise PolicyError("replenish policy", f"answered {said!r:.60}", f"{pairs} whole units, none negative")
    return units

"""Pauses of a run at which somebody in Python decides: a row, a ranking, or what to buy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fillrate.decision.columns import ORDER_COLUMNS
from fillrate.decision.offer import LINE
from fillrate.decision.question import OrderView, Question
from fillrate.model.custom import (
    chosen_row,
    given_prices,
    given_scores,
    replenish_view,
    sets_prices,
    wanted_columns,
    wanted_units,
)
from fillrate.model.kernel import layout
from fillrate.model.kernel.cache import Root
from fillrate.model.kernel.codes import ANSWER, ASK, ON, RANK, SORT
from fillrate.model.kernel.tables import Tables

if TYPE_CHECKING:
    from fillrate.model.kernel.state import State

__all__ = ["Asking"]

view_orders = Root("view_orders")


class Asking:
    """A custom policy at the pauses of one run. Answers are kept: a run that starts again does not ask twice."""

    def __init__(self, policy: Any, world: Any) -> None:
        """Custom parts of a bound policy in a world."""
        self.policy, self.world = policy, world
        self.columns = wanted_columns(policy.custom_source) if policy.custom_source is not None else ()
        self.given: list[Any] = []
        self.at = 0

    def tables_of(self, state: State) -> Tables | None:
        """Where the candidate tables of a run are to be written, if anybody wants to see them."""
        self.tables = Tables(state, self.columns) if self.columns else None
        return self.tables

    def begin_again(self) -> None:
        """The run has started again."""
        self.at = 0

    tables: Tables | None = None

    def __call__(self, state: State, code: int, row: Any) -> int:
        """Answer one pause; how to go on."""
        if self.at == len(self.given):
            asked = {ASK: self._row, RANK: self._scores}.get(code, self._units)
            self.given.append(asked(state))
        answer = self.given[self.at]
        self.at += 1
        if code == ASK and sets_prices(self.policy.custom_source):
            state.arrays["levy"][0] = answer
            return ANSWER
        if code == ASK:
            row[0] = answer
            return ANSWER
        if code == RANK:
            for order, score in answer:
                state.arrays["rank"][0, order] = -score
        else:
            state.arrays["buy"][0] = answer
        return ON

    def _row(self, state: State) -> int | list[float]:
        """The row that a custom source policy takes, the one after the locations holds; or its prices of locations."""
        custom = self.policy.custom_source
        if sets_prices(custom):
            return given_prices(custom, self._offered(state))
        return chosen_row(custom, self._question(state))

    def _offered(self, state: State) -> Question:
        """A whole offer."""
        if self.tables is None:
            raise RuntimeError("a question without a source policy to ask")
        order = state.arrays["order"][0][int(state.offers.records[0]["order"])]
        places = tuple(place.name for place in self.world.locations)
        table, mask = self.tables.value[0].copy(), self.tables.mask[0].copy()
        now, units = float(state.records[0]["now"]), int(state.offers.arrays["left"][0, : self._lines(state)].sum())
        return Question(now, int(order["row"]), -1, "", units, places, self.columns, table, mask)

    @staticmethod
    def _lines(state: State) -> int:
        """Lines of the offer at hand."""
        return int(state.offers.records[0]["lines"])

    def _question(self, state: State) -> Question:
        if self.tables is None:
            raise RuntimeError("a question without a source policy to ask")
        offer, arrays, record = state.offers.records[0], state.offers.arrays, state.records[0]
        line = int(arrays["state"][0, LINE])
        rows, first = int(arrays["rows"][0, line]), line * int(offer["width"])
        keep = [*range(rows), self.tables.value.shape[1] - 1]
        places = [self.world.locations[p].name for p in arrays["location"][0, first : first + rows].tolist()]
        asked = state.arrays["line"][0][int(arrays["group"][0, line])]
        order = state.arrays["order"][0][int(offer["order"])]
        return Question(
            float(record["now"]),
            int(order["row"]),
            line,
            self.world.skus[int(asked["sku"])].name,
            int(arrays["left"][0, line]),
            (*places, "hold"),
            self.columns,
            self.tables.value[0, keep],
            self.tables.mask[0, keep],
        )

    def _scores(self, state: State) -> list[tuple[int, float]]:
        """Slots of orders and their scores."""
        record = state.records[0]
        slots = [int(record["under"])]
        if record["doing"] == SORT:
            slots = state.arrays["listed"][0, : int(record["queue"])].tolist()
            slots.sort(key=lambda slot: int(state.arrays["order"][0][slot]["row"]))
        views = _order_views(state, slots)
        return list(zip(slots, given_scores(self.policy.custom_rank, views), strict=True))

    def _units(self, state: State) -> list[int]:
        stock = state.arrays["stock"][0]
        on_hand, reserved = stock["on_hand"], stock["on_hand"] - state.arrays["free"][0]
        now = float(state.records[0]["now"])
        view = replenish_view(self.world, now, on_hand, reserved, stock["inbound"], stock["held"])
        return wanted_units(self.policy.custom_replenish, view)


def _order_views(state: State, slots: list[int]) -> list[OrderView]:
    """What a custom rank policy sees of waiting orders."""
    record, at = np.zeros(1, layout.RANKED.dtype), np.array(slots, np.int64)
    value = np.zeros((len(slots), len(ORDER_COLUMNS)))
    for name, array in (("slot", at), ("value", value)):
        layout.RANKED.point(record[0], name, array)
    record[0]["address"], record[0]["count"] = state.addresses[0], len(slots)
    record[0]["columns"] = len(ORDER_COLUMNS)
    view_orders(int(record.ctypes.data))
    rows = state.arrays["order"][0]["row"][slots].tolist()
    names = [column.name for column in ORDER_COLUMNS]
    return [OrderView(row, dict(zip(names, each, strict=True))) for row, each in zip(rows, value.tolist(), strict=True)]

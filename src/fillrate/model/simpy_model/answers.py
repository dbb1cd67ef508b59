"""Asking the source policy: chains, prices, random, hold, or a custom object, through the one walk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from fillrate.decision.chain import choose, pick, scores
from fillrate.decision.columns import BY_NAME
from fillrate.decision.joining import solve_joining
from fillrate.decision.question import Question
from fillrate.decision.walk import drop_small, legal_rows, settle, take_row
from fillrate.decision.whole_order import Cover, solve_whole_order
from fillrate.draws import mix, seed_key, snap, uniform
from fillrate.errors import PolicyError, nearest
from fillrate.model.simpy_model.facts import Facts

if TYPE_CHECKING:
    from fillrate.model.simpy_model.desk import Offer
    from fillrate.model.simpy_model.simulation import Simulation

__all__ = ["Answers"]


class Answers:
    """Fills an offer's `take` by asking the policy."""

    def __init__(self, sim: Simulation, explain: Callable[..., None] | None) -> None:
        """Pick the evaluator once."""
        self.sim, self.policy, self.explain = sim, sim.policy, explain
        self.facts = Facts(sim)
        self.custom = sim.policy.custom_source
        self.seed = seed_key(sim.policy.source.seed, "policy")
        self.method = "custom" if self.custom is not None else sim.policy.source.method
        self.columns = _wanted(self.custom)

    def answer(self, offer: Offer) -> None:
        """Take rows line by line, or all at once for prices; undo parcels that are not worth sending."""
        if self.method == "prices":
            self._prices(offer)
        elif self.method != "hold" or self.explain is not None:
            self._walk(offer)
        if self.policy.shipment_value > 0.0:
            before, price = offer.order.opened, [group[0].price for group in offer.groups]
            least = self.policy.shipment_value
            while drop_small(offer.width, offer.location, price, offer.left, offer.take, before, least):
                settle(offer.width, offer.left, offer.take, offer.asked, offer.complete)

    def _walk(self, offer: Offer) -> None:
        asked = 0
        for line in range(len(offer.groups)):
            while offer.left[line]:
                legal = self.legal(offer, line)
                if not legal:
                    self._tell(offer, line)
                    break
                self.look_at(offer, line)
                row = self._choose(offer, line, legal, asked)
                asked += 1
                if self.explain is not None:
                    self.explain(self, offer, line, legal, row)
                if row >= offer.width:
                    break
                take_row(line, row, offer.width, offer.location, offer.available, offer.left, offer.take, offer.opened)
            if offer.complete == 2 and offer.left[line]:
                return  # a line is held, and so is the order

    def tell_held(self, offer: Offer) -> None:
        """An offer is held without asking: explanations are told of every line."""
        if self.explain is not None:
            for line in range(len(offer.groups)):
                self._tell(offer, line)

    def _tell(self, offer: Offer, line: int) -> None:
        """No row of a line is legal."""
        if self.explain is not None:
            self.explain(self, offer, line, [], offer.width)

    def legal(self, offer: Offer, line: int) -> list[int]:
        """Rows that a line may take now; hold is always legal and not listed."""
        policy, segment = self.policy, offer.order.segment
        legal = legal_rows(
            line,
            offer.width,
            offer.location,
            offer.available,
            offer.left,
            offer.take,
            offer.opened,
            policy.split[segment],
            offer.complete,
            policy.most,
        )
        if policy.shipment_value > 0.0 and offer.opened:
            legal = [row for row in legal if self._worth_a_parcel(offer, line, row)]
        return legal

    def _worth_a_parcel(self, offer: Offer, line: int, row: int) -> bool:
        """Whether a further location could ship goods of enough value: of this line and of those after it."""
        place = offer.location[line * offer.width + row]
        if place in offer.opened:
            return True
        value = 0.0
        for l in range(line, len(offer.groups)):
            for r in range(offer.width):
                if offer.location[l * offer.width + r] == place:
                    units = min(offer.available[l * offer.width + r], offer.left[l])
                    value += units * offer.groups[l][0].price
        return value >= self.policy.shipment_value

    def look_at(self, offer: Offer, line: int) -> None:
        """Point the facts at a line."""
        facts, start = self.facts, line * offer.width
        facts.order, facts.group, facts.rows = offer.order, offer.groups[line], offer.rows[line]
        facts.left = offer.left[line]
        facts.available = offer.available[start : start + len(facts.rows.location)]
        facts.opened = [offer.location[at] for at, units in enumerate(offer.take) if units]
        first = 0 if self.method == "prices" else line  # a walk has answered the lines before
        facts.rest = [
            (offer.rows[l], offer.available[l * offer.width : (l + 1) * offer.width], offer.left[l])
            for l in range(first, len(offer.groups))
            if l != line and offer.left[l]
        ]

    def _choose(self, offer: Offer, line: int, legal: list[int], asked: int) -> int:
        """The row that the policy takes; the offer's width holds."""
        rows = len(offer.rows[line].location)
        if self.method == "chain":
            row = choose(self.policy.source_steps, self.facts.column, legal, rows, self.policy.source.hold)
        elif self.method == "random":  # by a draw of the policy's own
            state = mix(mix(mix(self.seed, offer.order.key), offer.order.offers - 1), asked)
            row = pick(uniform(state), legal, rows)
        else:
            row = self._custom(offer, line, legal) if self.method == "custom" else rows
        return row if row < rows else offer.width

    def _custom(self, offer: Offer, line: int, legal: list[int]) -> int:
        """The row that a custom object takes, checked."""
        question = self.question(offer, line, legal, self.columns)
        hold = len(question.locations) - 1
        row = self.custom.source(question)
        if isinstance(row, bool) or not isinstance(row, int | np.integer) or row not in {*legal, hold}:
            raise PolicyError("source policy", f"answered row {row!r}", f"a legal row of {[*legal, hold]}")
        return int(row)

    def question(self, offer: Offer, line: int, legal: list[int], columns: tuple[str, ...]) -> Question:
        """The candidate table as an object, hold last."""
        rows = len(offer.rows[line].location)
        table = np.empty((rows + 1, len(columns)))
        for n, name in enumerate(columns):
            table[:rows, n] = self.facts.column(name)
            table[rows, n] = BY_NAME[name].default
        mask = np.zeros(rows + 1, np.bool_)
        mask[[*legal, rows]] = True
        names = tuple(self.sim.world.locations[place].name for place in offer.rows[line].location)
        sku = self.sim.world.skus[offer.groups[line][0].sku].name
        now, left = self.sim.env.now, offer.left[line]
        return Question(now, offer.order.row, line, sku, left, (*names, "hold"), columns, table, mask)

    def _prices(self, offer: Offer) -> None:
        """All lines at once: gains of units and costs of boxes go to the whole-order solver."""
        order = self.sim.tables.region_order[offer.order.region]
        places = sorted({p for p in offer.location if p >= 0}, key=order.index)
        width, at = len(places), {place: n for n, place in enumerate(places)}
        lines = len(offer.groups)
        available, value, true_cost = [0] * (lines * width), [0.0] * (lines * width), [0.0] * (lines * width)
        box = [0.0] * width
        for line in range(lines):
            self.look_at(offer, line)
            gain, cost, boxes = self._gains(offer, line)
            for row, place in enumerate(offer.rows[line].location):
                to = line * width + at[place]
                available[to] = offer.available[line * offer.width + row]
                value[to], true_cost[to], box[at[place]] = gain[row], cost[row], boxes[row]
        cover = self._cover(offer, places, available, value, true_cost, box)
        for line in range(lines):
            for row, place in enumerate(offer.rows[line].location):
                units = cover.take[line][at[place]]
                offer.take[line * offer.width + row] = units
                offer.left[line] -= units
            if self.explain is not None:
                self.explain(self, offer, line, list(range(len(offer.rows[line].location))), -1)

    def _cover(
        self,
        offer: Offer,
        places: list[int],
        available: list[int],
        value: list[float],
        true_cost: list[float],
        box: list[float],
    ) -> Cover:
        """Ask the solver; locations that the order ships from already count against the most that it may use."""
        split = self.policy.split[offer.order.segment]
        most = 1 if split == 0 else self.policy.most
        prices = (offer.left, available, value, true_cost, box, split, offer.complete)
        if not offer.opened or most - len(offer.opened) >= len(places):
            return solve_whole_order(*prices, most)
        joined = [n for n, place in enumerate(places) if place in offer.opened]
        return solve_joining(*prices, max(0, most - len(offer.opened)), joined)

    def _gains(self, offer: Offer, line: int) -> tuple[list[float], list[float], list[float]]:
        """Snapped gain of a unit and true cost of a unit by row, and cost of opening the row's location, at least 0."""
        rule, rows = self.policy.source, len(offer.rows[line].location)
        gain = scores(tuple(rule.value.items()), self.facts.column, rows)
        boxes = scores(tuple(rule.box.items()), self.facts.column, rows) if rule.box else [0.0] * rows
        return [snap(g) for g in gain], offer.rows[line].unit_cost, [max(0.0, snap(b)) for b in boxes]


def _wanted(custom: Any) -> tuple[str, ...]:
    """Columns that a custom policy asks for; all, if it does not say."""
    columns = tuple(getattr(custom, "columns", ())) or tuple(BY_NAME)
    for name in columns:
        if name not in BY_NAME:
            raise PolicyError(
                "source policy columns", f"found '{name}'" + nearest(str(name), BY_NAME), ", ".join(BY_NAME)
            )
    return columns

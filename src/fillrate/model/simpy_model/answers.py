"""Asking the source policy: chains, prices, random, hold, or a custom object, through the one walk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from fillrate.decision.chain import choose, scores
from fillrate.decision.columns import BY_NAME
from fillrate.decision.question import Question
from fillrate.decision.walk import legal_rows, take_row
from fillrate.decision.whole_order import solve_whole_order
from fillrate.draws import mix, seed_key, snap, uniform
from fillrate.errors import PolicyError
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
        method = "custom" if self.custom is not None else sim.policy.source.method
        self.choose = {"chain": self._chain, "random": self._random, "hold": _hold, "custom": self._custom}.get(method)
        self.columns = tuple(getattr(self.custom, "columns", ())) or tuple(BY_NAME)

    def answer(self, offer: Offer) -> None:
        """Take rows line by line, or all at once for prices."""
        if self.choose is None:
            self._prices(offer)
            return
        asked = 0
        for line in range(len(offer.groups)):
            while offer.left[line]:
                legal = self.legal(offer, line)
                if not legal:
                    self._tell(offer, line)
                    break
                self.look_at(offer, line)
                row = self.choose(offer, line, legal, asked)
                asked += 1
                if self.explain is not None:
                    self.explain(self, offer, line, legal, row)
                if row >= offer.width:
                    break
                take_row(line, row, offer.width, offer.location, offer.available, offer.left, offer.take, offer.opened)

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
        """Whether a further location would ship goods of enough value."""
        at = line * offer.width + row
        if offer.location[at] in offer.opened:
            return True
        return min(offer.available[at], offer.left[line]) * offer.groups[line][0].price >= self.policy.shipment_value

    def look_at(self, offer: Offer, line: int) -> None:
        """Point the facts at a line."""
        facts, start = self.facts, line * offer.width
        facts.order, facts.group, facts.rows = offer.order, offer.groups[line], offer.rows[line]
        facts.left = offer.left[line]
        facts.available = offer.available[start : start + len(facts.rows.location)]
        facts.opened = [offer.location[at] for at, units in enumerate(offer.take) if units]
        if len(offer.groups) > 1:
            facts.rest = [
                (offer.rows[l], offer.available[l * offer.width : (l + 1) * offer.width], offer.left[l])
                for l in range(len(offer.groups))
                if l != line and offer.left[l]
            ]
        else:
            facts.rest = []

    def _chain(self, offer: Offer, line: int, legal: list[int], asked: int) -> int:
        rows = len(offer.rows[line].location)
        row = choose(self.policy.source_steps, self.facts.column, legal, rows, self.policy.source.hold)
        return row if row < rows else offer.width

    def _random(self, offer: Offer, line: int, legal: list[int], asked: int) -> int:
        """Uniform over legal rows and hold, by a draw of the policy's own."""
        state = mix(mix(mix(self.seed, offer.order.key), offer.order.offers - 1), asked)
        pick = int(uniform(state) * (len(legal) + 1))
        return legal[pick] if pick < len(legal) else offer.width

    def _custom(self, offer: Offer, line: int, legal: list[int], asked: int) -> int:
        question = self.question(offer, line, legal, self.columns)
        hold = len(question.locations) - 1
        row = self.custom.source(question)
        if not isinstance(row, int | np.integer) or not 0 <= row <= hold or not question.mask[row]:
            raise PolicyError("source policy", f"answered row {row!r}", f"a legal row of {[*legal, hold]}")
        return offer.width if row == hold else int(row)

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
        split = self.policy.split[offer.order.segment]
        available, most = self._narrow(offer, available, places)
        cover = solve_whole_order(offer.left, available, value, true_cost, box, split, offer.complete, most)
        for line in range(lines):
            for row, place in enumerate(offer.rows[line].location):
                units = cover.take[line][at[place]]
                offer.take[line * offer.width + row] = units
                offer.left[line] -= units
            if self.explain is not None:
                self.explain(self, offer, line, list(range(len(offer.rows[line].location))), -1)

    def _narrow(self, offer: Offer, available: list[int], places: list[int]) -> tuple[list[int], int]:
        """Availability and the most locations of this answer: those that the order ships from already count."""
        most = 1 if self.policy.split[offer.order.segment] == 0 else self.policy.most
        if len(offer.opened) < most:
            return available, most - len(offer.opened)
        width = len(places)
        return [n if places[i % width] in offer.opened else 0 for i, n in enumerate(available)], most

    def _gains(self, offer: Offer, line: int) -> tuple[list[float], list[float], list[float]]:
        """Snapped gain of a unit and true cost of a unit by row, and cost of opening the row's location."""
        rule, rows = self.policy.source, len(offer.rows[line].location)
        gain = scores(tuple(rule.value.items()), self.facts.column, rows)
        boxes = scores(tuple(rule.box.items()), self.facts.column, rows) if rule.box else [0.0] * rows
        return [snap(g) for g in gain], offer.rows[line].unit_cost, [snap(b) for b in boxes]


def _hold(offer: Offer, line: int, legal: list[int], asked: int) -> int:
    return offer.width



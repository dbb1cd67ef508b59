"""Asking the source policy: chains, prices, random, hold, or a custom object, through the one walk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from fillrate.decision.chain import choose, pick, scores
from fillrate.decision.joining import cover_offer
from fillrate.decision.network import Work, best_row, outputs
from fillrate.decision.offer import LINE, OPENED, Offer
from fillrate.decision.question import Question
from fillrate.decision.scaling import scaled
from fillrate.decision.walk import finish, give, walk
from fillrate.decision.whole_order import Scratch
from fillrate.draws import mix, seed_key, snap_all, uniform
from fillrate.model.custom import chosen_row, given_prices, sets_prices, wanted_columns
from fillrate.model.simpy_model.facts import Facts, lasting
from fillrate.model.simpy_model.rows import Rows

if TYPE_CHECKING:
    from fillrate.decision.weights import Network
    from fillrate.model.simpy_model.desk import Asked
    from fillrate.model.simpy_model.simulation import Simulation

__all__ = ["Answers"]

MASK = 0xFFFFFFFFFFFFFFFF
WHOLE = {"prices", "priced_network", "levy"}  # methods that answer whole offers
MOST = 2**12  # gains that are kept

Gains = tuple[list[float], list[float], list[float]]
"""(rows,) gain of a unit, true cost of a unit, and cost of opening the row's location."""
Priced = tuple[list[int], list[int], list[float], list[float], list[float]]
"""Locations, and what `cover_offer` takes of them."""


class Answers:
    """Fills an offer's `take` by asking the policy."""

    def __init__(self, sim: Simulation, explain: Callable[..., None] | None) -> None:
        """Pick the evaluator once."""
        self.sim, self.policy, self.explain = sim, sim.policy, explain
        self.facts = Facts(sim)
        self.custom = sim.policy.custom_source
        self.network = sim.policy.network
        self.seed = mix(seed_key(sim.policy.source.seed, "policy"), sim.trace.seed & MASK)
        self.method = self._method()
        self.value, self.box = tuple(sim.policy.source.value.items()), tuple(sim.policy.source.box.items())
        planned = sim.policy.plan is not None
        self.lasting = self.method == "prices" and lasting((*self.value, *self.box), planned)
        self.kept: dict[tuple[Rows, int, float], Gains] = {}  # those that last, by rows, segment and price
        self.scratch = Scratch()
        self.columns = wanted_columns(self.custom)
        self.under: Asked = None  # type: ignore[assignment]  # the offer under decision
        self.questions = 0  # asked in it so far
        self.drawn: list[int] = []  # rounding: the location drawn for each of its lines

    def _method(self) -> str:
        """Who answers an offer, and how."""
        if self.custom is None:
            return self.policy.source.method
        return "levy" if sets_prices(self.custom) else "custom"

    def answer(self, asked: Asked) -> None:
        """Take rows line by line, or all at once for prices."""
        self.under, self.questions = asked, 0
        aiming = self.sim.planning.aiming
        if self.method in WHOLE and not aiming:
            self._prices(asked)
        else:
            if self.method == "rounding" and not aiming:
                self.drawn = self.sim.planning.draw(asked, self.seed)
            walk(asked.offer, self._ask)

    def _ask(self, offer: Offer, legal: list[int]) -> int:
        """The answer to one question of the walk; without a legal row there is only hold."""
        asked, line, row = self.under, offer.state[LINE], offer.width
        if legal:
            self.look_at(asked, line)
            row = self._choose(asked, line, legal, self.questions)
            self.questions += 1
        if self.explain is not None:
            self.explain(self, asked, line, legal, row)
        return row

    def tell_held(self, asked: Asked) -> None:
        """An offer is held without asking: explanations are told of every line."""
        if self.explain is not None:
            for line in range(asked.offer.lines):
                self.explain(self, asked, line, [], asked.offer.width)

    def look_at(self, asked: Asked, line: int) -> None:
        """Point the facts at a line."""
        facts, offer, width = self.facts, asked.offer, asked.offer.width
        facts.order, facts.group, facts.rows = asked.order, asked.groups[line], asked.rows[line]
        facts.left = offer.left[line]
        start = line * width
        facts.available = offer.available[start : start + len(facts.rows.location)]
        facts.opened = list(offer.opened[offer.before : offer.state[OPENED]])
        facts.offer, facts.line = offer, line
        facts.first = 0 if self.method in WHOLE else line  # a walk has answered the lines before

    def _choose(self, asked: Asked, line: int, legal: list[int], nth: int) -> int:
        """The row that the policy takes; the offer's width holds."""
        rows = len(asked.rows[line].location)
        if self.sim.planning.aiming:
            row = _aimed(asked.groups[line][0].aim, asked.rows[line].location, legal, rows)
        elif self.method == "chain":
            row = choose(self.policy.source_steps, self.facts.column, legal, rows, self.policy.source.hold)
        elif self.method == "random":  # by a draw of the policy's own
            state = mix(mix(mix(self.seed, asked.order.key), asked.order.offers - 1), nth)
            row = pick(uniform(state), legal, len(legal), rows)
        elif self.method == "rounding":
            row = self._by_rounding(asked, line, legal, rows)
        elif self.network is not None:
            row = self._by_network(self.network, legal, rows)
        elif self.method == "custom":
            row = chosen_row(self.custom, self.question(asked, line, legal, self.columns))
        elif self.method == "hold":
            row = rows
        else:
            raise RuntimeError(f"source method '{self.method}' is asked nothing row by row")
        return row if row < rows else asked.offer.width

    def _by_rounding(self, asked: Asked, line: int, legal: list[int], rows: int) -> int:
        """The row of the location that was drawn; where that is empty the chain's, or hold."""
        place, there = self.drawn[line], asked.rows[line].location
        for row in legal:
            if there[row] == place:
                return row
        if self.policy.source.fallback and place < len(self.sim.world.locations):
            return choose(self.policy.source_steps, self.facts.column, legal, rows, None)
        return rows

    def _by_network(self, network: Network, legal: list[int], rows: int) -> int:
        """The row of the largest score."""
        seen, work = self._seen(network, rows, hold=True), _scratch(network, rows + 1)
        columns = len(network.columns)
        return best_row(columns, network.hidden, rows, legal, len(legal), seen, network.weights, work)

    def _seen(self, network: Network, rows: int, hold: bool) -> list[float]:
        """Scaled values of the table, row by row."""
        facts, columns = self.facts, len(network.columns)
        seen = [0.0] * ((rows + hold) * columns)
        for n, (name, scale) in enumerate(zip(network.columns, network.scale, strict=True)):
            values = [*facts.column(name), *[facts.columns.hold(name)] * hold]
            seen[n::columns] = [scaled(value, scale) for value in values]
        return seen

    def question(self, asked: Asked, line: int, legal: list[int], columns: tuple[str, ...]) -> Question:
        """The candidate table as an object, hold last."""
        rows, facts = len(asked.rows[line].location), self.facts
        table = np.empty((rows + 1, len(columns)))
        for n, name in enumerate(columns):
            table[:rows, n] = facts.column(name)
            table[rows, n] = facts.columns.hold(name)
        mask = np.zeros(rows + 1, np.bool_)
        mask[[*legal, rows]] = True
        names = tuple(self.sim.world.locations[place].name for place in asked.rows[line].location)
        sku = self.sim.world.skus[asked.groups[line][0].sku].name
        now, left = self.sim.env.now, asked.offer.left[line]
        return Question(now, asked.order.row, line, sku, left, (*names, "hold"), columns, table, mask)

    def offered(self, asked: Asked) -> Question:
        """A whole offer: a row a location of the world, means over the lines that it carries."""
        world, offer, columns = self.sim.world, asked.offer, self.columns
        table, lines = np.zeros((len(world.locations), len(columns))), np.zeros(len(world.locations))
        mask = np.zeros(len(world.locations), np.bool_)
        for line in range(offer.lines):
            self.look_at(asked, line)
            there = asked.rows[line].location
            lines[there] += 1.0
            mask[there] |= np.array(offer.available[line * offer.width :][: len(there)]) > 0
            for n, name in enumerate(columns):
                table[there, n] += self.facts.column(name)
        table /= np.maximum(1.0, lines)[:, None]
        names, units = tuple(place.name for place in world.locations), sum(offer.left[: offer.lines])
        return Question(self.sim.env.now, asked.order.row, -1, "", units, names, columns, table, mask)

    def _prices(self, asked: Asked) -> None:
        """All lines at once: gains of units and costs of boxes go to the whole-order solver."""
        levy = given_prices(self.custom, self.offered(asked)) if self.method == "levy" else None
        offer, priced = asked.offer, self._priced(asked, levy)
        cover = cover_offer(offer, *priced, self.scratch[offer.lines, len(priced[0])])
        self.sim.accounts.stopped_searches += not cover.exact
        for line, (block, units) in enumerate(zip(asked.rows, cover.take, strict=True)):
            for place, taken in zip(priced[0], units, strict=True):
                if taken:
                    give(offer, line, block.location.index(place), taken)
        finish(offer)
        if self.explain is not None:
            for line in range(offer.lines):
                self.explain(self, asked, line, list(range(len(asked.rows[line].location))), -1)

    def _priced(self, asked: Asked, levy: list[float] | None) -> Priced:
        """Lines by locations: what there is, gain and true cost of a unit; and what opening each location costs."""
        offer, order = asked.offer, self.sim.tables.region_order[asked.order.region]
        if offer.lines == 1:  # its rows are the locations
            self.look_at(asked, 0)
            return asked.rows[0].location, list(offer.available), *self._gains(asked, 0, levy)
        places = sorted({p for p in offer.location if p >= 0}, key=order.index)
        width, at = len(places), {place: n for n, place in enumerate(places)}
        cells = offer.lines * width
        available, value, true_cost, box = [0] * cells, [0.0] * cells, [0.0] * cells, [0.0] * width
        for line, block in enumerate(asked.rows):
            self.look_at(asked, line)
            gain, cost, boxes = self._gains(asked, line, levy)
            for row, place in enumerate(block.location):
                to = line * width + at[place]
                available[to] = offer.available[line * offer.width + row]
                value[to], true_cost[to], box[at[place]] = gain[row], cost[row], boxes[row]
        return places, available, value, true_cost, box

    def _gains(self, asked: Asked, line: int, levy: list[float] | None) -> Gains:
        """Gains of the line that the facts point at, made once where they last."""
        if not self.lasting or self.facts.joined():
            return self._made(asked, line, levy)
        key = asked.rows[line], asked.order.segment, asked.groups[line][0].price
        found = self.kept.get(key)
        if found is None:
            if len(self.kept) == MOST:
                self.kept.clear()
            found = self.kept[key] = self._made(asked, line, None)
        return found

    def _made(self, asked: Asked, line: int, levy: list[float] | None) -> Gains:
        """Snapped gain of a unit and true cost of a unit by row, and cost of opening the row's location, at least 0."""
        rows = len(asked.rows[line].location)
        gain = scores(self.value, self.facts.column) if self.value else [0.0] * rows
        boxes = scores(self.box, self.facts.column) if self.box else [0.0] * rows
        if self.network is not None and rows:
            seen, columns = self._seen(self.network, rows, hold=False), len(self.network.columns)
            work = _scratch(self.network, rows)
            outputs(columns, self.network.hidden, 2, rows, -1, seen, self.network.weights, work)
            out = work[4]
            gain = [g + out[2 * r] for r, g in enumerate(gain)]
            boxes = [b + out[2 * r + 1] for r, b in enumerate(boxes)]
        if levy is not None:
            gain = [g - levy[place] for g, place in zip(gain, asked.rows[line].location, strict=True)]
        return snap_all(gain), asked.rows[line].unit_cost, [max(0.0, b) for b in snap_all(boxes)]


def _aimed(place: int, there: list[int], legal: list[int], rows: int) -> int:
    """The row of the location that a planner assigned; where that is empty the first, and hold where it said so."""
    for row in legal:
        if there[row] == place:
            return row
    return legal[0] if place >= 0 else rows


def _scratch(network: Network, rows: int) -> Work:
    """Room for a network to work in."""
    hidden = network.hidden
    sizes = (rows * hidden, 2 * hidden, hidden, hidden, rows * network.outputs)
    each, pool, common, units, out = ([0.0] * size for size in sizes)
    return each, pool, common, units, out

"""The allocation desk in production: one request, one offer, one answer, by the laboratory's walk and solver."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter_ns

from fillrate.decision.chain import choose, scores
from fillrate.decision.joining import cover_offer
from fillrate.decision.offer import LINE, Offer, allow_units, make_offer
from fillrate.decision.walk import finish, give, has_choice, walk
from fillrate.decision.whole_order import Scratch
from fillrate.deploy.asked import Asked, Group
from fillrate.deploy.blocks import Blocks
from fillrate.deploy.facts import Facts
from fillrate.deploy.limits import Limits
from fillrate.deploy.looking import Looking
from fillrate.deploy.rule import Rule
from fillrate.deploy.shop import Shop
from fillrate.draws import snap_all

__all__ = ["Answer", "Desk", "TooLateError"]

Answer = list[list[tuple[str, int]]]  # by line of the request: location and units
Tell = Callable[[Asked, Sequence[Group], Offer, int, list[int], int], None]
NEVER = 2**63


class TooLateError(Exception):
    """The time that a decision may take has passed."""


class Desk:
    """Answers one request at a time; a thread that decides has one of its own."""

    def __init__(self, shop: Shop, blocks: Blocks, limits: Limits) -> None:
        """Nothing is under decision yet."""
        self.shop, self.blocks, self.limits = shop, blocks, limits
        self.facts, self.scratch = Facts(shop), Scratch()
        self.places: list[list[int]] = blocks.orders
        self.tell: Tell | None = (
            None  # is told of every question: groups, offer, line, legal rows, answer (-1: at once)
        )

    def answer(self, asked: Asked, rule: Rule, until: int = NEVER) -> Answer:
        """Units by line and location; what is not there is held.

        Args:
            asked: the request.
            rule: who decides.
            until: `perf_counter_ns` after which the answer comes too late.

        Raises:
            TooLateError: it does.
        """
        groups, units = self._open(asked)
        answer: Answer = [[] for _ in asked.order_lines]
        if not groups:
            return answer
        offer = self.offer(asked, groups, units, rule)
        looks = rule.whole or self.tell is not None  # else the walk finds no legal row and holds all the same
        if looks and not has_choice(offer):
            self._tell_held(asked, groups, offer)
            return answer
        if rule.whole:
            if perf_counter_ns() > until:  # the solver looks at no clock
                raise TooLateError
            self._prices(asked, groups, offer, rule)
        else:
            walk(offer, lambda o, legal: self._ask(asked, groups, o, legal, rule, until))
        if perf_counter_ns() > until:
            raise TooLateError
        return _by_line(asked, groups, offer, answer)

    def _open(self, asked: Asked) -> tuple[list[Group], list[int]]:
        """The groups with the units that caps and quotas allow; one of which none is allowed is not asked about."""
        groups = [group for group in asked.groups if group.units]
        units = [group.units for group in groups]
        if self.limits.quotas is not None or any(group.withheld for group in groups):
            allowed = [self._cap(asked, group) for group in groups]
            allow_units(units, allowed, len(units), asked.complete)
            groups = [group for group, n in zip(groups, allowed, strict=True) if n]
            units = [n for n in allowed if n]
        return groups, units

    def _cap(self, asked: Asked, group: Group) -> int:
        return min(self.limits.quota(asked, group), group.units - sum(group.withheld.values()))

    def offer(self, asked: Asked, groups: list[Group], units: list[int], rule: Rule) -> Offer:
        """Rows and what each may give, in blocks of equal width."""
        first = groups[0]
        location = first.block.location if first.block is not None else []
        available, price = self.limits.available(asked, first), [group.price for group in groups]
        if len(groups) > 1:
            blocks = [group.block.location if group.block is not None else [] for group in groups]
            width = max([len(block) for block in blocks])
            location, available = [], []
            for group, block in zip(groups, blocks, strict=True):
                rest = width - len(block)
                location += block + [-1] * rest
                available += self.limits.available(asked, group) + [0] * rest
        before, split, complete = asked.ships_from, asked.split, asked.complete
        return make_offer(location, available, units, price, before, split, complete, rule.most, rule.shipment_value)

    def _ask(self, asked: Asked, groups: list[Group], offer: Offer, legal: list[int], rule: Rule, until: int) -> int:
        """The answer to one question of the walk; without a legal row there is only hold."""
        line, row = offer.state[LINE], offer.width
        if legal:
            if perf_counter_ns() > until:
                raise TooLateError
            self.facts.look_at(asked, groups, offer, line, line)  # the walk has answered the lines before
            row = self._choose(rule, legal, len(self.facts.block.location), offer.width)
        if self.tell is not None:
            self.tell(asked, groups, offer, line, legal, row)
        return row

    def _choose(self, rule: Rule, legal: list[int], rows: int, width: int) -> int:
        """The row that the rule takes; the offer's width holds."""
        if rule.method == "chain":
            row = choose(rule.steps, self.facts.column, legal, rows, rule.hold)
        elif rule.looking is not None:
            row = self._by_network(rule.looking, legal, rows)
        else:
            row = rows
        return row if row < rows else width

    def _by_network(self, looking: Looking, legal: list[int], rows: int) -> int:
        """The row of the largest score; of equal ones the first, hold last."""
        (score,) = looking.network(looking.table(self.facts))
        best, most = rows, score[rows]
        for row in reversed(legal):
            if score[row] >= most:
                best, most = row, score[row]
        return best

    def _prices(self, asked: Asked, groups: list[Group], offer: Offer, rule: Rule) -> None:
        """All lines at once: gains of units and costs of boxes go to the whole-order solver."""
        if offer.lines == 1 and groups[0].block is not None:
            self.facts.look_at(asked, groups, offer, 0, 0)
            gain, boxes = self._gains(rule, offer.width)
            there, scratch = list(offer.available), self.scratch[1, offer.width]
            cover = cover_offer(offer, offer.location, there, gain, groups[0].block.unit_cost, boxes, scratch)
            for row, units in enumerate(cover.take[0]):
                if units:
                    give(offer, 0, row, units)
        else:
            self._lines_together(asked, groups, offer, rule)
        finish(offer)
        if self.tell is not None:
            for line in range(offer.lines):
                self.tell(asked, groups, offer, line, [], -1)

    def _lines_together(self, asked: Asked, groups: list[Group], offer: Offer, rule: Rule) -> None:
        """Several lines: what each location has of all of them."""
        order = self.places[asked.region]
        places = sorted({p for p in offer.location if p >= 0}, key=order.index)
        width, at = len(places), {place: n for n, place in enumerate(places)}
        cells = offer.lines * width
        available, value, true_cost, box = [0] * cells, [0.0] * cells, [0.0] * cells, [0.0] * width
        for line, group in enumerate(groups):
            if group.block is None:
                continue
            self.facts.look_at(asked, groups, offer, line, 0)
            gain, boxes = self._gains(rule, len(group.block.location))
            for row, place in enumerate(group.block.location):
                n = at[place]
                to = line * width + n
                available[to] = offer.available[line * offer.width + row]
                value[to], true_cost[to], box[n] = gain[row], group.block.unit_cost[row], boxes[row]
        cover = cover_offer(offer, places, available, value, true_cost, box, self.scratch[offer.lines, width])
        for line, group in enumerate(groups):
            for row, place in enumerate(group.block.location if group.block is not None else ()):
                give(offer, line, row, cover.take[line][at[place]])

    def _gains(self, rule: Rule, rows: int) -> tuple[list[float], list[float]]:
        """Snapped gain of a unit by row, and cost of opening the row's location, at least 0."""
        column = self.facts.column
        gain = scores(rule.value, column) if rule.value else [0.0] * rows
        boxes = scores(rule.box, column) if rule.box else [0.0] * rows
        if rule.looking is not None and rows:
            of_units, of_boxes = rule.looking.network(rule.looking.table(self.facts))
            gain = [g + o for g, o in zip(gain, of_units)]  # noqa: B905 - a strict one is not compiled
            boxes = [b + o for b, o in zip(boxes, of_boxes)]  # noqa: B905
        return snap_all(gain), [b if b > 0.0 else 0.0 for b in snap_all(boxes)]  # noqa: FURB136 - `max` takes longer

    def _tell_held(self, asked: Asked, groups: list[Group], offer: Offer) -> None:
        if self.tell is not None:
            for line in range(offer.lines):
                self.tell(asked, groups, offer, line, [], offer.width)


def _by_line(asked: Asked, groups: list[Group], offer: Offer, answer: Answer) -> Answer:
    """What was taken, by line: lines of one SKU are served in their order."""
    lines, take = asked.order_lines, offer.take
    for line, group in enumerate(groups):
        if group.block is None:
            continue
        start = line * offer.width
        if len(group.lines) == 1:
            taken = take[start : start + len(group.block.names)]
            answer[group.lines[0]] = [part for part in zip(group.block.names, taken, strict=True) if part[1]]
            continue
        rest = [lines[n][2] - group.withheld.get(n, 0) for n in group.lines]
        for row, name in enumerate(group.block.names, start):
            units = take[row]
            if not units:
                continue
            for k, n in enumerate(group.lines):
                part = min(units, rest[k])
                if part:
                    units -= part
                    rest[k] -= part
                    answer[n].append((name, part))
    return answer

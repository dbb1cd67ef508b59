"""Why a production decision came out as it did, in the same records and words as in the laboratory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fillrate.decision.chain import Step
from fillrate.decision.explain import Decided, Explanation, RowFacts, Scored, as_text, decide, formula, why_not
from fillrate.decision.offer import COMPLETE, OPENED, SPLIT, Offer
from fillrate.deploy.asked import Asked, Group
from fillrate.deploy.desk import Desk
from fillrate.deploy.limits import NO_QUOTA
from fillrate.deploy.rule import Rule

if TYPE_CHECKING:
    from fillrate.deploy.allocator import Allocator

__all__ = ["explained"]

SPLIT_NAME = {code: name for name, code in SPLIT.items()}
COMPLETE_NAME = {code: name for name, code in COMPLETE.items()}


class _Listener:
    """Keeps the explanation of every question of one request."""

    def __init__(self, desk: Desk, rule: Rule, request: Mapping[str, Any]) -> None:
        """Listen to a desk."""
        self.desk, self.rule, self.found = desk, rule, list[Explanation]()
        self.stock = {(s["location"], s["sku"]): s for s in request["stock"]}

    def __call__(
        self, asked: Asked, groups: Sequence[Group], offer: Offer, line: int, legal: list[int], row: int
    ) -> None:
        """An answer: before its row is taken, or (row -1) after a whole-order answer."""
        group = groups[line]
        if group.block is None:
            return
        desk, rule, rows = self.desk, self.rule, len(group.block.location)
        desk.facts.look_at(asked, groups, offer, line, 0 if rule.whole else line)
        facts, taken = self._row_facts(asked, group, offer, line), _taken(offer, line, row, rows)
        quantity = offer.left[line] + (sum(taken) if row < 0 else 0)
        if row < 0:  # columns as they were before the whole-order answer
            desk.facts.left, desk.facts.opened = quantity, []
        names = tuple(dict.fromkeys([*rule.columns, "available"]))
        self.found.append(
            Explanation(
                now=asked.now,
                order=asked.name,  # type: ignore[arg-type]  # the host's name of it
                offer=1,
                line=line,
                lines=offer.lines,
                sku=asked.order_lines[group.lines[0]][1],
                quantity=quantity,
                policy=rule.name,
                rows=facts,
                reasons=self._reasons(asked, offer, line, legal, facts, row),
                columns=tuple((name, tuple(map(float, desk.facts.column(name)))) for name in names),
                taken=taken,
                decided=self._decided(legal, row, rows),
            )
        )

    def _row_facts(self, asked: Asked, group: Group, offer: Offer, line: int) -> tuple[RowFacts, ...]:
        kept, quota = self.desk.limits.kept_back(asked, group), self.desk.limits.quota(asked, group)
        sku, start, found = asked.order_lines[group.lines[0]][1], line * offer.width, []
        for r, (name, place) in enumerate(zip(group.block.names, group.block.location, strict=True)):  # type: ignore[union-attr]
            entry = self.stock.get((name, sku), {})
            bound = ""
            if asked.split == SPLIT["lines"] and group.ships_from and place not in group.ships_from:
                bound = f"line ships from {self.desk.blocks.names[group.ships_from[0]]}"
            found.append(
                RowFacts(
                    location=name,
                    on_hand=int(entry.get("on_hand", 0)),
                    reserved=int(entry.get("reserved", 0)),
                    kept_back=int(kept[r]) + int(entry.get("safety", 0)),
                    quota=None if quota == NO_QUOTA else quota,
                    down=place in asked.down,
                    bound=bound,
                    available=offer.available[start + r],
                )
            )
        return tuple(found)

    def _reasons(
        self, asked: Asked, offer: Offer, line: int, legal: list[int], facts: tuple[RowFacts, ...], row: int
    ) -> tuple[str, ...]:
        if row < 0:  # the whole-order solver weighs every row that has something
            return tuple("" if f.available else _reason(f) for f in facts)
        opened = [self.desk.blocks.names[place] for place in offer.opened[: offer.state[OPENED]]]
        terms: dict[str, Any] = {"opened": opened, "split": SPLIT_NAME[asked.split], "most": self.rule.most}
        terms |= {"complete": COMPLETE_NAME[offer.complete], "worth": self.rule.shipment_value}
        start = line * offer.width
        return tuple(
            "" if r in legal else why_not(f, taken=offer.take[start + r], **terms) for r, f in enumerate(facts)
        )

    def _decided(self, legal: list[int], row: int, rows: int) -> Decided:
        """The answer in words, by method."""
        rule, column = self.rule, self.desk.facts.column
        if row < 0:
            return _whole_order((rule.value, rule.box), column, rows)
        if not legal:
            return Decided(rows, "no row is legal", ())
        if rule.method == "chain":
            return decide(rule.steps, column, legal, rows, rule.hold)
        why = {"network": "the network scores it highest", "hold": "it always holds"}
        return Decided(min(row, rows), why.get(rule.method, rule.method), ())


def explained(allocator: Allocator, request: Mapping[str, Any]) -> dict[str, Any]:
    """See `Allocator.explain`."""
    from fillrate.deploy.golden import at_leisure

    decision, asked = at_leisure(allocator, request), allocator.read(request)
    rule = allocator.bundle.rule if decision["decided_by"] == "policy" else allocator.bundle.fallback
    desk = allocator.desk()
    listener = _Listener(desk, rule, request)
    desk.tell = listener
    desk.answer(asked, rule)
    head = [f"{rule.name} decides, for {decision['reason']}."] if decision["reason"] else []
    blank = [f"Without a value, so at the column's default: {', '.join(decision['defaults'])}."]
    text = [*head, *(blank if decision["defaults"] else []), *(as_text(found) for found in listener.found)]
    questions = [found.record() for found in listener.found]
    return {
        "decision": decision,
        "questions": questions,
        "text": "\n".join(text) or "Nothing can be placed: all is held.",
    }


def _taken(offer: Offer, line: int, row: int, rows: int) -> tuple[int, ...]:
    """(rows,) units taken by this answer."""
    start = line * offer.width
    if row < 0:
        return tuple(offer.take[start : start + rows])
    return tuple(min(offer.available[start + r], offer.left[line]) if r == row else 0 for r in range(rows))


def _reason(facts: RowFacts) -> str:
    return why_not(facts, taken=0, opened=(), split="units", most=1, complete="no", worth=0.0)


def _whole_order(terms: Sequence[Step], column: Any, rows: int) -> Decided:
    """Gains and box costs that the solver weighed."""
    scored = []
    for step in terms:
        if step:
            values = [sum(weight * column(name)[r] for name, weight in step) for r in range(rows)]
            scored.append(Scored(formula(step), tuple(values)))
    why = "the order as a whole is worth most that way (score 1 a unit, less score 2 a location opened)"
    return Decided(-1, why if len(scored) > 1 else "the order as a whole is worth most that way", tuple(scored))

"""Recording why an order's source decisions came out as they did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fillrate.decision.explain import Decided, Explanation, RowFacts, Scored, decide, formula, why_not
from fillrate.decision.offer import COMPLETE, OPENED, SPLIT
from fillrate.model.simpy_model.limits import NO_QUOTA

if TYPE_CHECKING:
    from fillrate.decision.offer import Offer
    from fillrate.model.simpy_model.answers import Answers
    from fillrate.model.simpy_model.desk import Asked
    from fillrate.model.simpy_model.entities import Order
    from fillrate.model.simpy_model.rows import Rows
    from fillrate.model.simpy_model.simulation import Simulation

__all__ = ["Recorder"]

SPLIT_NAME = {code: name for name, code in SPLIT.items()}
COMPLETE_NAME = {code: name for name, code in COMPLETE.items()}


class Recorder:
    """An `explain` hook of `simulate` that keeps the explanations of one order in `found`."""

    def __init__(self, order: int) -> None:
        """Watch an order, by trace row."""
        self.order = order
        self.found: list[Explanation] = []

    def __call__(self, answers: Answers, asked: Asked, line: int, legal: list[int], row: int) -> None:
        """Keep the answer to one question.

        Called before the row is taken, with no legal row where a line is held without asking, or (row -1) after a
        whole-order answer.
        """
        if asked.order.row != self.order:
            return
        answers.look_at(asked, line)
        offer, sim, rows = asked.offer, answers.sim, len(asked.rows[line].location)
        facts, names = _row_facts(answers, asked, line), _columns(answers)
        taken = _taken(offer, line, row, rows)
        quantity = offer.left[line] + (sum(taken) if row < 0 else 0)
        if row < 0:  # columns as they were before the whole-order answer
            answers.facts.left, answers.facts.opened = quantity, []
        self.found.append(
            Explanation(
                now=sim.env.now,
                order=asked.order.row,
                offer=asked.order.offers,
                line=line,
                lines=offer.lines,
                sku=sim.world.skus[asked.groups[line][0].sku].name,
                quantity=quantity,
                policy=sim.policy.policy.parts()["source"],
                rows=facts,
                reasons=_reasons(answers, asked, line, legal, facts, row),
                columns=tuple((name, tuple(map(float, answers.facts.column(name)))) for name in names),
                taken=taken,
                decided=_decided(answers, legal, row, rows),
            )
        )


def _row_facts(answers: Answers, asked: Asked, line: int) -> tuple[RowFacts, ...]:
    sim, order, block, group = answers.sim, asked.order, asked.rows[line], asked.groups[line]
    kept, quota = _kept_back(sim, order, block), sim.desk.limits.quota(order.segment, group[0].sku)
    places, start = sim.world.locations, line * asked.offer.width
    return tuple(
        RowFacts(
            location=places[place].name,
            on_hand=sim.stock.on_hand[pair],
            reserved=sim.stock.reserved[pair],
            kept_back=kept[r],
            quota=None if quota == NO_QUOTA else quota,
            down=bool(sim.stations[place].down),
            bound=_bound(answers, asked, line, place),
            available=asked.offer.available[start + r],
        )
        for r, (place, pair) in enumerate(zip(block.location, block.pair, strict=True))
    )


def _kept_back(sim: Simulation, order: Order, block: Rows) -> list[int]:
    """(rows,) units that the policy's limits keep back."""
    limits = sim.desk.limits
    if limits.reserves is None:
        return [0] * len(block.pair)
    kept = limits.tables[limits.reserves.at(sim.env.now)][order.segment]
    return [int(kept[pair != block.home][pair]) for pair in block.pair]


def _bound(answers: Answers, asked: Asked, line: int, place: int) -> str:
    """What binds the order, or the line, to other locations than this one."""
    order, names = asked.order, [site.name for site in answers.sim.world.locations]
    if order.pin not in {-1, place}:
        return f"order is pinned to {names[order.pin]}"
    ships_from = [at for part in asked.groups[line] for at in part.at]
    if answers.policy.split[order.segment] == SPLIT["lines"] and ships_from and place not in ships_from:
        return f"line ships from {names[ships_from[0]]}"
    return ""


def _taken(offer: Offer, line: int, row: int, rows: int) -> tuple[int, ...]:
    """(rows,) units taken by this answer."""
    start = line * offer.width
    if row < 0:
        return tuple(offer.take[start : start + rows])
    return tuple(min(offer.available[start + r], offer.left[line]) if r == row else 0 for r in range(rows))


def _columns(answers: Answers) -> tuple[str, ...]:
    """The columns that the policy looks at, in the order in which it names them."""
    rule = answers.policy.source
    if answers.custom is not None:
        return answers.columns
    terms = [name for step in answers.policy.source_steps for name, _ in step]
    return tuple(dict.fromkeys([*terms, *rule.value, *rule.box, "available"]))


def _reasons(
    answers: Answers, asked: Asked, line: int, legal: list[int], facts: tuple[RowFacts, ...], row: int
) -> tuple[str, ...]:
    policy, segment, offer = answers.policy, asked.order.segment, asked.offer
    start = line * offer.width
    names = [answers.sim.world.locations[place].name for place in offer.opened[: offer.state[OPENED]]]
    if row < 0:  # the whole-order solver weighs every row that has something
        return tuple("" if f.available else _reason_alone(f) for f in facts)
    return tuple(
        ""
        if r in legal
        else why_not(
            f,
            taken=offer.take[start + r],
            opened=names,
            split=SPLIT_NAME[policy.split[segment]],
            most=policy.most,
            complete=COMPLETE_NAME[offer.complete],
            worth=policy.shipment_value,
        )
        for r, f in enumerate(facts)
    )


def _reason_alone(facts: RowFacts) -> str:
    return why_not(facts, taken=0, opened=(), split="units", most=1, complete="no", worth=0.0)


def _decided(answers: Answers, legal: list[int], row: int, rows: int) -> Decided:
    """The answer in words, by kind of policy."""
    rule = answers.policy.source
    if row < 0:
        return _whole_order(answers, rows)
    if not legal:
        return Decided(rows, "no row is legal", ())
    if answers.custom is not None:
        return Decided(min(row, rows), "the policy's own code says so", ())
    if rule.method == "chain":
        return decide(answers.policy.source_steps, answers.facts.column, legal, rows, rule.hold)
    why = {
        "random": "its own draw fell on it",
        "hold": "it always holds",
        "rounding": "the plan's draw, or its fallback",
    }
    return Decided(min(row, rows), why.get(rule.method, rule.method), ())


def _whole_order(answers: Answers, rows: int) -> Decided:
    """Gains and box costs that the solver weighed."""
    rule, scored = answers.policy.source, []
    for terms in (rule.value, rule.box):
        if terms:
            step = tuple(terms.items())
            values = [sum(w * answers.facts.column(name)[r] for name, w in step) for r in range(rows)]
            scored.append(Scored(formula(step), tuple(values)))
    why = "the order as a whole is worth most that way (score 1 a unit, less score 2 a location opened)"
    return Decided(-1, why if len(scored) > 1 else "the order as a whole is worth most that way", tuple(scored))

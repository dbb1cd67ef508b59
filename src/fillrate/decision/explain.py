"""Why a source decision came out as it did: every candidate row, what was legal, the scores, and the step that decided.

Pure functions of what was known; engines and production hand it in, the command line prints it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fillrate.decision.chain import Step, narrow, scores

__all__ = ["Decided", "Explanation", "RowFacts", "Scored", "as_text", "decide", "formula", "number", "why_not"]

NOTHING = "–"


@dataclass(frozen=True)
class RowFacts:
    """What decides whether a candidate row may be taken.

    Attributes:
        location: name.
        on_hand: units there.
        reserved: of them promised to orders.
        kept_back: units that the policy's limits keep from this order.
        quota: units that the segment may still take of the SKU; None without a quota.
        down: the location has an outage.
        bound: words for what binds the order or the line to another location; else empty.
        available: units that this order may take.
    """

    location: str
    on_hand: int
    reserved: int
    kept_back: int
    quota: int | None
    down: bool
    bound: str
    available: int


@dataclass(frozen=True)
class Scored:
    """One weighted sum of columns: how it is made, and its value by row (None where it did not count)."""

    formula: str
    values: tuple[float | None, ...]  # (rows,)


@dataclass(frozen=True)
class Decided:
    """A row with the reason in words, and the scores on the way; the number of rows means hold."""

    row: int
    why: str
    scored: tuple[Scored, ...]


@dataclass(frozen=True)
class Explanation:
    """One answered question.

    Attributes:
        now: days after t0.
        order: trace row.
        offer: how often the order has been offered, this time included.
        line: line of the offer, from 0, in trace order.
        lines: lines of the offer.
        sku: its SKU.
        quantity: units still to be placed.
        policy: name of the source policy.
        rows: candidate rows in the region's order, hold left out.
        reasons: (rows,) why a row is not legal; empty where it is.
        columns: the columns that the policy looks at, with their value by row.
        taken: (rows,) units taken by this answer.
        decided: the answer and its reason.
    """

    now: float
    order: int
    offer: int
    line: int
    lines: int
    sku: str
    quantity: int
    policy: str
    rows: tuple[RowFacts, ...]
    reasons: tuple[str, ...]
    columns: tuple[tuple[str, tuple[float, ...]], ...]
    taken: tuple[int, ...]
    decided: Decided

    def record(self) -> dict[str, Any]:
        """Plain JSON of the explanation."""
        said = {key: getattr(self, key) for key in ("now", "order", "offer", "line", "sku", "quantity", "policy")}
        rows = [
            {
                **vars(facts),
                "legal": not self.reasons[r],
                "reason": self.reasons[r],
                "columns": {name: values[r] for name, values in self.columns},
                "scores": [step.values[r] for step in self.decided.scored],
                "taken": self.taken[r],
            }
            for r, facts in enumerate(self.rows)
        ]
        steps = [step.formula for step in self.decided.scored]
        return {**said, "steps": steps, "rows": rows, "decision": self.decided.why}


def why_not(
    row: RowFacts, *, taken: int, opened: Sequence[str], split: str, most: int, complete: str, worth: float
) -> str:
    """Why a row that is not legal is not, in a few words.

    Args:
        row: its facts.
        taken: units that this line already takes from it.
        opened: locations that the order ships from.
        split: the segment's split rule.
        most: most locations an order may ship from.
        complete: what must ship complete: no, line or order.
        worth: money of goods that a further location must ship; 0 = any.
    """
    if row.bound:
        return row.bound
    if row.down:
        return "outage"
    if row.available <= 0:
        return _why_nothing_available(row)
    if taken:
        return "taken already"
    if row.location not in opened and opened and split == "none":
        return f"order ships from {opened[0]} only"
    if row.location not in opened and len(opened) >= most:
        return f"order ships from {len(opened)} of at most {most} locations"
    if worth > 0.0 and opened and row.location not in opened:
        return f"a further parcel must be worth {number(worth)}"
    if split == "lines" and complete == "no":
        return "line ships from one location"
    return f"{complete} could not ship complete" if complete != "no" else "not allowed"


def _why_nothing_available(row: RowFacts) -> str:
    if row.on_hand <= 0:
        return "no stock"
    if row.on_hand <= row.reserved:
        return f"all {row.on_hand} on hand are reserved"
    free = row.on_hand - row.reserved
    if row.kept_back >= free:
        return (
            f"{free} free, kept back by a limit" if row.kept_back > 10**9 else f"{free} free, {row.kept_back} kept back"
        )
    return "quota used up" if row.quota is not None and row.quota <= 0 else "nothing available"


def decide(
    steps: Sequence[Step],
    column: Callable[[str], Sequence[float]],
    legal: Sequence[int],
    rows: int,
    hold: float | None,
) -> Decided:
    """Follow a chain as `chain.choose` does, and say which step decided.

    >>> found = decide([(("distance_km", -1.0),)], lambda _: [30.0, 12.0], [0, 1], 2, None)
    >>> found.row, found.why
    (1, '-distance_km is largest there, -12 against -30')
    """
    if not legal:
        return Decided(rows, "no row is legal", ())
    if hold is None and len(legal) == 1:
        return Decided(legal[0], "the only legal row", ())
    left, scored = list(legal), list[Scored]()
    for n, step in enumerate(steps):
        score = scores(step, column)
        scored.append(Scored(formula(step), tuple(score[r] if r in left else None for r in range(rows))))
        before, left = left, list(left)
        del left[narrow(score, left, len(left)) :]
        if n == 0 and hold is not None and hold > score[left[0]]:
            return Decided(rows, f"hold scores {number(hold)}, the best row {number(score[left[0]])}", tuple(scored))
        if len(left) == 1:
            return Decided(left[0], _won(n if len(steps) > 1 else -1, step, score, before, left[0]), tuple(scored))
    tie = f"{len(left)} rows tie" + (" on every step" if len(steps) > 1 else "")
    return Decided(left[0], f"{tie}; the first in the region's order is taken", tuple(scored))


def _won(n: int, step: Step, score: Sequence[float], before: Sequence[int], row: int) -> str:
    """Why a row won at step n; -1 where there is one step only."""
    others = [score[r] for r in before if r != row]
    if not others:
        return f"the only legal row, and its {number(score[row])} beats hold"
    name = formula(step) if n < 0 else f"score {n + 1} ({formula(step)})"
    return f"{name} is largest there, {number(score[row])} against {number(max(others))}"


def formula(step: Step) -> str:
    """A weighted sum as people write it.

    >>> formula((("cost_per_unit", -1.0), ("days_of_supply", 0.5)))
    '-cost_per_unit + 0.5 days_of_supply'
    """
    text = ""
    for name, weight in step:
        sign = "-" if weight < 0 else "+"
        size = "" if abs(weight) == 1.0 else f"{abs(weight):g} "
        text += f" {sign} {size}{name}" if text else f"{'-' if weight < 0 else ''}{size}{name}"
    return text


def number(value: float) -> str:
    """At most four digits after the point, no zeros at the end.

    >>> number(12.0), number(-5.23456789), number(1234567.0)
    ('12', '-5.2346', '1234567')
    """
    return f"{round(value, 4):.4f}".rstrip("0").rstrip(".")


def as_text(found: Explanation, width: int = 80) -> str:
    """The explanation as lines of plain text; columns that do not fit side by side follow below."""
    head = f"Day {number(found.now)}, offer {found.offer}: {found.quantity} × {found.sku}"
    head += f" (line {found.line + 1} of {found.lines})" if found.lines > 1 else ""
    cells = [["location", *(row.location for row in found.rows), "hold"]]
    cells += [["available", *(str(row.available) for row in found.rows), ""]]
    cells += [[name, *_aligned(values), ""] for name, values in found.columns if name != "available"]
    for n, step in enumerate(found.decided.scored, 1):
        cells.append([f"score {n}" if len(found.decided.scored) > 1 else "score", *_aligned(step.values), ""])
    hold = found.decided.row == len(found.rows) and not any(found.taken)
    marks = [f"<- takes {units}" if units else why for units, why in zip(found.taken, found.reasons, strict=True)]
    cells.append(["", *marks, "<- holds" if hold else ""])
    steps = [f"  score {n}: {step.formula}" for n, step in enumerate(found.decided.scored, 1)]
    chosen = [row.location for row, units in zip(found.rows, found.taken, strict=True) if units]
    where = f"takes {' and '.join(chosen)}" if chosen else "holds"
    told = [*(steps if len(steps) > 1 else []), f"  {found.policy} {where}: {found.decided.why}."]
    wrapped = [textwrap.fill(line, width, subsequent_indent="    ") for line in told]
    return "\n".join([head, *_blocks(cells, width), *wrapped])


def _aligned(values: Sequence[float | None]) -> list[str]:
    """Numbers of one column, all with the decimals that the longest of them needs."""
    decimals = max((len(number(v).partition(".")[2]) for v in values if v is not None), default=0)
    return [NOTHING if v is None else f"{round(v, 4) + 0.0:.{decimals}f}" for v in values]


def _blocks(columns: list[list[str]], width: int) -> list[str]:
    """Columns of text as lines; the first is repeated in every block of columns that fits, the last ends the last."""
    first, *rest = columns
    room = width - 2 - _wide(first)
    blocks: list[list[list[str]]] = [[]]
    for column in rest:
        if blocks[-1] and sum(_wide(c) + 2 for c in [*blocks[-1], column]) > room:
            blocks.append([])
        blocks[-1].append(column)
    if len(blocks) > 1 and blocks[-1] == [rest[-1]] and len(blocks[-2]) > 1:
        if_moved = [blocks[-2][-1], rest[-1]]  # marks alone would read as a table of their own
        if sum(_wide(c) + 2 for c in if_moved) <= room:
            blocks[-2:] = [blocks[-2][:-1], if_moved]
    empty = [""] * len(first)
    lines = []
    for block in blocks:
        *middle, last = block if block[-1] is rest[-1] else [*block, empty]
        lines += _lines(first, middle, last)
    return lines


def _wide(column: list[str]) -> int:
    return max(len(cell) for cell in column)


def _lines(first: list[str], block: list[list[str]], last: list[str]) -> list[str]:
    lines = []
    for r in range(len(first)):
        middle = "".join("  " + column[r].rjust(_wide(column)) for column in block)
        lines.append(f"  {first[r].ljust(_wide(first))}{middle}  {last[r]}".rstrip())
    return lines

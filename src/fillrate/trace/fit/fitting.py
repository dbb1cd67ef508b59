"""From an order log to a fitted world at three stock levels, its trace, and how well the two match."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fillrate.trace.fit.facts import Facts
from fillrate.trace.fit.match import Match, match, uneven
from fillrate.trace.fit.orders import replayed
from fillrate.trace.fit.rules import rules
from fillrate.trace.fit.stock import (
    AIMS,
    BAND,
    Level,
    Measure,
    OwnDemand,
    levels,
    missed,
    misses,
    own_demand,
    supply_block,
)
from fillrate.trace.fit.world_file import parsed, world_text
from fillrate.trace.trace import Trace
from fillrate.world import World

__all__ = ["Fit", "fit", "world_name"]

LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe", "ł": "l"})


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted log, ready to be written down.

    Attributes:
        name: of the world; the other stock levels have it with their own name behind.
        facts: what the log says.
        world: the fitted world.
        trace: the log's orders, with the hash of the world.
        texts: name of the world -> text of its file, one for each stock level.
        levels: the stock levels.
        matches: sampled orders against the log.
    """

    name: str
    facts: Facts
    world: World
    trace: Trace
    texts: dict[str, str]
    levels: list[Level]
    matches: tuple[Match, ...]

    @property
    def assumptions(self) -> list[str]:
        """Everything that was assumed, one sentence each."""
        return self.facts.assumptions()

    @property
    def warnings(self) -> list[str]:
        """What to mend or to keep in mind before anything else."""
        made_up = "" if self.facts.stock is not None else missed(self.levels)
        return list(filter(None, (*self.facts.log.warnings, self.facts.unplaced, uneven(self.matches), made_up)))

    def summary(self) -> dict[str, Any]:
        """Everything that was found, in plain types."""
        log, sold = self.facts.log, self.facts.products
        return {
            "world": self.name,
            "source": log.source,
            "orders": len(log),
            "lines": log.lines,
            "units": int(log.quantity.sum()),
            "revenue": round(float((sold.line_price * log.quantity).sum()), 2),
            "rows_read": log.rows_read,
            "rejects": len(log.rejects),
            "days": self.facts.calendar.days,
            "from_to": self.facts.calendar.text,
            "sites": len(self.world.locations),
            "regions": len(self.world.regions),
            "segments": len(self.world.segments),
            "skus": len(self.world.skus),
            "rules": list(rules()),
            "stock": [vars(level) | {"name": joined(self.name, level.name)} for level in self.levels],
            "match": [dict(vars(row)) for row in self.matches],
            "warnings": self.warnings,
            "assumptions": self.assumptions,
        }


def world_name(path: str | Path) -> str:
    """The name of the world of a file.

    >>> world_name("exports/Orders 2024 (final).csv"), world_name("2024.parquet"), world_name("注文.csv")
    ('orders_2024_final', 'log_2024', 'log')
    >>> world_name("Aufträge März.csv"), world_name("Commandes été.csv")
    ('auftraege_maerz', 'commandes_ete')
    """
    stem = unicodedata.normalize("NFC", Path(path).stem.lower()).translate(LETTERS)
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", stem) if not unicodedata.combining(sign))
    name = re.sub(r"[^a-z0-9]+", "_", bare).strip("_")
    return name if name[:1].isalpha() else f"log_{name}".rstrip("_")


def joined(name: str, level: str) -> str:
    """Name of the world at a stock level."""
    return f"{name}_{level}" if level else name


def fit(facts: Facts, name: str, measure: Measure, told: Callable[[str], None] = lambda _: None) -> Fit:
    """Fit a world to a log.

    Args:
        facts: what the log says.
        name: of the world.
        measure: plays a run under the policy `distance` and returns its scorecard.
        told: hears what is going on.
    """
    trace, notes = replayed(facts)
    start = parsed(_text(facts, name, Level("", 1.0), "stock not yet set"), name)
    told("comparing sampled orders with the log")
    matches = match(start, trace)
    own = own_demand(facts, start) if uneven(matches) else None
    found = levels(facts, start, trace, measure, told, own)
    stated = replace(facts, notes=[*facts.notes, *notes, *_stock_notes(facts, found, own)])
    texts = {joined(name, level.name): _text(stated, name, level, said(stated, level), own) for level in found}
    world = parsed(texts[name], f"{name}.toml")
    return Fit(name, stated, world, replace(trace, world=world.hash), texts, found, matches)


def _text(facts: Facts, name: str, level: Level, stock: str, own: OwnDemand | None = None) -> str:
    block = supply_block(facts, level.number, own)
    return world_text(facts, joined(name, level.name), f"../traces/{name}.parquet", block, stock, rules())


def said(facts: Facts, level: Level) -> str:
    """What a stock level is, in words."""
    if facts.stock is not None:
        return "stock of the stock file" + (f" times {level.number:g}" if level.number != 1 else "")
    return f"{level.name or 'medium'} stock, of which `distance` ships {_reached(level)} in time"


def _reached(level: Level) -> str:
    """Share of units and, where it is missed, the aim."""
    aim = f"{100 * AIMS[level.name]:g} %"
    if level.fill is None:
        return f"a share that was not measured (aim: {aim})"
    return f"about {100 * level.fill:.0f} %" + (f" (aim: {aim})" if misses(level) else "")


def _stock_notes(facts: Facts, found: list[Level], own: OwnDemand | None) -> list[str]:
    base = next(level for level in found if not level.name)
    shown = "nothing" if base.fill is None else f"{100 * base.fill:.1f} % of the units"
    if facts.stock is not None:
        return [f"with the stock of the file, `distance` ships {shown} by the promised date"]
    by = ", by the units of each product in the log" if own else ""
    note = (
        f"order-up-to levels are mean demand over lead time and review plus {base.number:g} standard deviations{by}, "
        f"so that `distance` ships {shown} by the promised date"
    )
    if base.fill is not None and not BAND[0] <= base.fill <= BAND[1]:
        note += f"; no safety factor brings it into {100 * BAND[0]:g} to {100 * BAND[1]:g} %"
    return [note]

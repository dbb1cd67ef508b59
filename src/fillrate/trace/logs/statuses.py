"""What the status column says: which of its values count as sales, and which as cancelled."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from fillrate.trace.logs.roles import packaged_toml

__all__ = ["is_cancelled", "is_sent_back", "status_note"]

SHOWN = 6  # values that are named, of each kind


@cache
def _table() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """The words of `trace/data/status_words.toml`."""
    parts = packaged_toml("status_words.toml").items()
    return {part: {key: tuple(words) for key, words in lists.items()} for part, lists in parts}


def _clauses(cell: str) -> list[list[str]]:
    """The words of each part of a cell, in lower case without accents; a hyphen or underscore ends a word only."""
    plain = unicodedata.normalize("NFKD", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cell))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()
    return [re.findall(r"[^\W\d_]+", clause) for clause in re.split(r"[,;:.()/|]", bare)]


@lru_cache(maxsize=10_000)
def is_cancelled(cell: str) -> bool:
    """Whether a status means that the order was cancelled as a whole.

    >>> [is_cancelled(cell) for cell in ("Storno", "wc-cancelled", "not cancelled", "teilweise storniert", "refunded")]
    [True, True, False, False, False]
    """
    clauses = _clauses(cell)
    in_part = any(word.startswith(_table()["kept"]["part"]) for clause in clauses for word in clause)
    return not in_part and any(_cancels(clause) for clause in clauses)


def _cancels(clause: Sequence[str]) -> bool:
    """Whether a word of cancellation stands there with no "not" before it."""
    words, kept = _table()["cancelled"], _table()["kept"]
    for word in clause:
        if word in kept["not"]:
            return False
        if word in words["words"] or any(stem in word for stem in words["stems"]):
            return not word.startswith(kept["negated"])
    return False


@lru_cache(maxsize=10_000)
def is_sent_back(cell: str) -> bool:
    """Whether a status says that money or goods went back. They were asked for all the same: such orders are sales."""
    return any(word.startswith(_table()["sent_back"]["stems"]) for clause in _clauses(cell) for word in clause)


def status_note(column: str, cells: Sequence[str]) -> str:
    """Which values count as sales and which as cancelled, with the rows that have them, the most frequent first.

    Args:
        column: its name.
        cells: of the rows that are kept or cancelled; those that are set aside for other reasons are neither.
    """
    counts = Counter(cells).most_common()
    sales, gone = ([(cell, n) for cell, n in counts if is_cancelled(cell) is kind] for kind in (False, True))
    back = [(cell, n) for cell, n in sales if is_sent_back(cell)]
    said = f"rows by {column}: counted as sales {_named(sales)}; set aside as cancelled {_named(gone)}"
    return f"{said}; what was refunded or sent back is a sale, as it was asked for: {_named(back)}" if back else said


def _named(counts: Sequence[tuple[str, int]]) -> str:
    named = [f"{cell[:40]!r} ({n:,})" if cell else f"blank ({n:,})" for cell, n in counts[:SHOWN]]
    if rest := counts[SHOWN:]:
        named.append(f"{len(rest)} more (rows: {sum(n for _, n in rest):,})")
    return ", ".join(named) or "none"

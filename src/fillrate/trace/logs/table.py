"""A log as a table of text, whatever file it came from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fillrate.errors import OrderLogError
from fillrate.trace.logs.rejects import Reject

__all__ = ["Table", "clean", "read_table", "unique_header"]

_NULLS = {"null", "none", "nan", "n/a", "#n/a", "\\n", "nat", "<na>", "(null)", "(blank)"}


@dataclass(frozen=True, eq=False)
class Table:
    """The rows of a log as text.

    Attributes:
        source: name of the file, for messages.
        header: names of the columns, unique.
        rows: one tuple of cells per row, without spaces at the ends, empty where there is nothing ("NULL", "N/A" too).
        lines: for each row the line of the file on which it begins (Parquet: the row, from 1).
        rejects: rows that do not fit the header.
        notes: what was assumed in reading the file.
        delimiter: the sign between the cells; empty for Parquet.
        typed: columns that the file stores as numbers, so that their decimal mark is a point.
    """

    source: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    rejects: tuple[Reject, ...] = ()
    notes: tuple[str, ...] = ()
    delimiter: str = ","
    typed: frozenset[str] = frozenset()

    def column(self, name: str) -> list[str]:
        """The cells of a column."""
        index = self.header.index(name)
        return [row[index] for row in self.rows]


def clean(cell: str) -> str:
    """A cell without spaces at its ends; empty if it is one of the ways in which systems write "nothing".

    >>> clean("  A1 "), clean("NULL")
    ('A1', '')
    """
    text = cell.strip().strip("\u200b\ufeff")
    return "" if text.lower() in _NULLS else text


def unique_header(names: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names made unique, and what was assumed for it: a blank name becomes "column 3", a second "Total" "Total (2)"."""
    seen: dict[str, int] = {}
    header, notes = [], []
    for place, name in enumerate(names, 1):
        base = " ".join(clean(name).split()) or f"column {place}"
        seen[base] = seen.get(base, 0) + 1
        header.append(base if seen[base] == 1 else f"{base} ({seen[base]})")
        if seen[base] > 1:
            notes.append(f"the header has {base!r} more than once: column {place} is called {header[-1]!r} here")
    return tuple(header), tuple(notes)


def read_table(path: str | Path) -> Table:
    """Read a CSV file (comma, semicolon, tab or pipe; UTF-8, UTF-16 or Windows-1252) or a Parquet file as text.

    Raises:
        OrderLogError: no such file, an Excel workbook or an archive, no header, or text that is no table.
    """
    file = Path(path)
    if not file.is_file():
        raise OrderLogError(str(file), "no such file", "a CSV or Parquet file")
    with file.open("rb") as stream:
        start = stream.read(4)
    if start == b"PAR1":
        from fillrate.trace.logs.parquetfile import read_parquet

        return read_parquet(file)
    for signature, what in _NOT_TEXT.items():
        if start.startswith(signature):
            raise OrderLogError(str(file), f"is {what}", "a CSV or Parquet file; save it as one of these")
    from fillrate.trace.logs.csvfile import read_csv

    return read_csv(file)


_NOT_TEXT = {
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "compressed with gzip",
    b"%PDF": "a PDF document",
}

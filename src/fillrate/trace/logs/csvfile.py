"""CSV files: which encoding, which delimiter, and which rows do not fit the header."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from fillrate.errors import OrderLogError
from fillrate.trace.logs.rejects import Reject
from fillrate.trace.logs.table import Table, clean, unique_header

__all__ = ["decode", "read_csv", "sniff_delimiter"]

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_SAMPLE = 200  # records looked at to find the delimiter,
_HEAD = 2**20  # in so many characters at most


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file and what was assumed about its encoding (empty for UTF-8).

    A byte order mark decides; without one UTF-8 is tried, then Windows-1252 (which is Latin-1 with more signs). Zeros
    behind the first two letters are UTF-16 as Windows writes it.
    """
    if data[1:4:2] == b"\0\0" and data[:1] > b" ":
        return data.decode("utf-16-le", errors="replace"), "the file has no byte order mark: read as UTF-16"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace"), ""
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        note = f"the file is not UTF-8 (byte {error.start}): read as Windows-1252 (Latin-1)"
    try:
        return data.decode("cp1252"), note
    except UnicodeDecodeError:
        return data.decode("latin-1"), note


def sniff_delimiter(text: str) -> str:
    """The delimiter that gives most records as many cells as the header; among equals the one with most cells.

    Of those that do so for at least half of the records, one that leaves fewer records above the header goes first.
    An Excel line `sep=;` at the top decides. Empty if no delimiter gives the header two cells.
    """
    head = text if len(text) <= _HEAD else text[: text.rfind("\n", 0, _HEAD) + 1 or _HEAD]
    first = head.partition("\n")[0].strip().strip('"').lower()
    if first.startswith("sep=") and len(first) == 5:
        return first[4]
    scores = [(_score(head, delimiter), delimiter) for delimiter in _DELIMITERS]
    (*_, share, cells), best = max(scores, key=lambda score: score[0])
    return best if cells > 1 and share > 0 else ""


def _score(text: str, delimiter: str) -> tuple[bool, int, float, int]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    records = _filled(islice(reader, _SAMPLE))
    above = _above(records)
    records = records[above:]
    width = len(records[0]) if records else 0
    if width < 2:
        return False, -above, 0.0, width
    fitting = sum(len(record) == width for record in records)
    # Two near-perfect candidates are told apart by their number of cells, not by one ragged record.
    share = round(fitting / len(records), 1)
    return share >= 0.5, -above, share, width


def _filled(records: Iterable[list[str]]) -> list[list[str]]:
    """Records with anything in them, as far as they can be read: what cannot is said when the rows are read."""
    found: list[list[str]] = []
    with suppress(csv.Error):
        found.extend(filter(_says, records))
    return found


def _above(records: Sequence[list[str]]) -> int:
    """Records above the header, such as a title: those that fill fewer than half of the cells that most records do."""
    filled = [sum(map(bool, map(clean, cells))) for cells in records]
    usual = sorted(filled)[len(filled) // 2] if filled else 0
    return next((n for n, count in enumerate(filled) if 2 * count >= usual), 0)


def _records(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, int, list[str]]]:
    """First line, last line and cells of each record, blank ones too."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            place, problem = f"{path} line {before + 1}", f"cannot be read as CSV ({error}); is a quote left open?"
            raise OrderLogError(place, problem) from None
        yield before + 1, reader.line_num, cells
        before = reader.line_num


def _misfit(cells: list[str], width: int, first: int, last: int) -> str:
    """Why a record does not fit the header, or an empty string."""
    if not any(cells):
        return "the row is empty"
    if len(cells) == width:
        return ""
    reason = f"has {len(cells)} {'cell' if len(cells) == 1 else 'cells'} where the header has {width}"
    return reason + (f" (lines {first} to {last} read as one row: is a quote left open?)" if last > first else "")


class _Tidied(dict[str, str]):
    """Clean text of each distinct cell: most columns repeat themselves."""

    def __missing__(self, cell: str) -> str:
        self[cell] = text = clean(cell)
        return text


def read_csv(path: Path) -> Table:
    """Read a CSV file as text; `read_table` says what it raises."""
    text, encoding_note = decode(path.read_bytes())
    if "\x00" in text:
        raise OrderLogError(str(path), "is not a text file", "a CSV or Parquet file")
    delimiter = sniff_delimiter(text)
    if not delimiter:
        found = "is empty" if not text.strip() else f"has one column only, {text.strip().splitlines()[0][:60]!r}"
        raise OrderLogError(str(path), found, f"a header and rows separated by {', '.join(_DELIMITERS.values())}")
    records = _records(path, text, delimiter)
    above = _above(_filled(cells for _, _, cells in islice(_records(path, text, delimiter), _SAMPLE)))
    *titles, names = islice(filter(_says, (cells for _, _, cells in records)), above + 1)
    header, notes = unique_header(_without_blank_end(names))
    if titles:
        said = "; ".join(" ".join(filter(None, map(clean, cells)))[:60] for cells in titles)
        notes = (f"lines above the header, which are left out: {said}", *notes)
    rows, lines, rejects = [], [], []
    tidied = _Tidied()
    for first, last, cells in records:
        tidy = list(map(tidied.__getitem__, cells))
        while len(tidy) > len(header) and not tidy[-1]:
            tidy.pop()
        if reason := _misfit(tidy, len(header), first, last):
            rejects.append(Reject(first, reason, tuple(tidy)))
        else:
            rows.append(tuple(tidy))
            lines.append(first)
    notes = (encoding_note, *notes) if encoding_note else notes
    return Table(path.name, header, tuple(rows), tuple(lines), tuple(rejects), notes, delimiter)


def _says(cells: list[str]) -> bool:
    """Whether anything is in a record, other than Excel's word on the delimiter."""
    return any(map(clean, cells)) and not cells[0].lower().startswith("sep=")


def _without_blank_end(names: list[str]) -> list[str]:
    while names and not clean(names[-1]):
        names = names[:-1]
    return names

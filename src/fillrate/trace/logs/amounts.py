"""Numbers as shops write them: currency signs, thousands separators, decimal points or commas, trailing minus signs."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["DecimalEvidence", "Mark", "currency_of", "decimal_evidence", "parse_amount", "parse_count"]

Mark = str
"""The decimal mark, "." or ","; the other one separates thousands."""

_SIGNS = "$€£¥₹₽₩₺₴₫฿₪₦¢"
_CODES = "usd|eur|gbp|chf|cad|aud|nzd|jpy|cny|rmb|inr|sek|nok|dkk|pln|czk|huf|brl|mxn|zar|try|sgd|hkd|kr|zł|kč|ft|rs"
_CURRENCY = re.compile(rf"(?i)(?:US|A|C|R|NZ|HK|S)?[{_SIGNS}]|(?<![a-z])(?:{_CODES})(?![a-z])\.?|\br\$")
_GAP = re.compile(r"(?<=\d)[ '’\u00a0\u202f](?=\d{3}(?!\d))")
_NO_CENTS = re.compile(r"[.,][-–—]$")  # 12.- is twelve, and not minus twelve
_NUMBER = re.compile(r"[+-]?(?:\d[\d.,]*|[.,]\d+)(?:[eE][+-]?\d+)?")


@lru_cache(maxsize=10_000)
def currency_of(cell: str) -> str:
    """The currency sign or code of a cell in capitals, or an empty string.

    >>> currency_of("€ 12,50"), currency_of("12.50")
    ('€', '')
    """
    found = _CURRENCY.search(cell)
    return found.group().strip(".").upper() if found else ""


def _bare(cell: str) -> str | None:
    """Sign, digits, points and commas of a number, or None if the cell is none."""
    text = _NO_CENTS.sub("", _CURRENCY.sub("", cell).strip())
    negative = text.startswith("(") and text.endswith(")")
    text = text[1:-1].strip() if negative else text
    if text.endswith("-") and text[:1] not in "+-":
        text, negative = text[:-1].strip(), True
    text = _GAP.sub("", text.replace("\u2212", "-"))
    text = re.sub(r"^([+-])\s+", r"\1", text)
    if not _NUMBER.fullmatch(text) or (negative and text[0] in "+-"):
        return None
    return f"-{text}" if negative else text


@dataclass(frozen=True)
class DecimalEvidence:
    """What the cells of a column say about the decimal mark.

    Attributes:
        point: cells that can only be read with a decimal point.
        comma: cells that can only be read with a decimal comma.
        open: cells with one separator before exactly three digits: thousands or decimals.
        example: the first of these, empty if there is none.
        padded: the separator before three zeros that every cell has, as in quantities written 10.000; else empty.
    """

    point: int
    comma: int
    open: int
    example: str
    padded: Mark

    @property
    def mark(self) -> Mark:
        """The mark that the cells show, or an empty string if they do not."""
        if self.point != self.comma:
            return "." if self.point > self.comma else ","
        return self.padded


def decimal_evidence(cells: Iterable[str]) -> DecimalEvidence:
    """Collect what the cells of a column say about the decimal mark.

    >>> decimal_evidence(["1.234,50", "12,5", "1.000"]).mark, decimal_evidence(["1.234"]).mark
    (',', '')
    """
    votes = {".": 0, ",": 0, "?": 0, "": 0}
    example, padded, numbers = "", set(), 0
    for cell, count in sorted(Counter(cells).items()):
        text = _bare(cell)
        if text is None:
            continue
        numbers += count
        vote = _vote(text.lower().split("e")[0].lstrip("+-"))
        votes[vote] += count
        padded.add(text[-4:-3] if text[-3:] == "000" and len(text) > 4 else "")
        example = example or (cell if vote == "?" else "")
    same = padded.pop() if len(padded) == 1 and numbers > 1 else ""
    return DecimalEvidence(votes["."], votes[","], votes["?"], example, same if same in (".", ",") else "")


def _vote(digits: str) -> str:
    """The only possible decimal mark, "?" if both are possible, "" if there is no separator."""
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        return "." if digits.rfind(".") > digits.rfind(",") else ","
    if not points and not commas:
        return ""
    mark = "." if points else ","
    if points + commas > 1:
        return "," if mark == "." else "."
    before, after = digits.split(mark)
    could_be_thousands = len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0")
    return "?" if could_be_thousands else mark


def parse_amount(cell: str, mark: Mark = ".") -> float | None:
    """A number read with the given decimal mark, or None if the cell is not a finite number.

    Thousands may be grouped by the other mark, a space or an apostrophe (also 1,23,456); (5.00) and 5.00- are negative.

    >>> parse_amount("$1,234.50"), parse_amount("1.234,50 €", ","), parse_amount("12.50-"), parse_amount("n/a")
    (1234.5, 1234.5, -12.5, None)
    """
    text = _bare(cell)
    if text is None:
        return None
    other = "," if mark == "." else "."
    grouped, decimal = re.escape(other), re.escape(mark)
    shape = rf"[+-]?(?:\d+|\d{{1,3}}(?:{grouped}\d{{2,3}})*{grouped}\d{{3}})?(?:{decimal}\d*)?(?:[eE][+-]?\d+)?"
    if not re.fullmatch(shape, text):
        return None
    value = float(text.replace(other, "").replace(mark, "."))
    return value if math.isfinite(value) else None


def parse_count(cell: str, mark: Mark = ".") -> int | None:
    """A positive whole number below 2**31, or None. Decimals must be zero: 3.000 with a decimal point is 3.

    >>> parse_count("2"), parse_count("2.0"), parse_count("1,000"), parse_count("0"), parse_count("1.5")
    (2, 2, 1000, None, None)
    """
    value = parse_amount(cell, mark)
    if value is None or value != math.floor(value) or not 1 <= value < 2**31:
        return None
    return int(value)

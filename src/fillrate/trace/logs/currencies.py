"""Signs of currencies and their codes: a log may write one currency both ways."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

__all__ = ["DOLLARS", "SIGNS", "currencies"]

DOLLARS = ("USD", "CAD", "AUD")
SIGNS = {
    "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "RS": "INR", "US$": "USD", "C$": "CAD", "A$": "AUD", "R$": "BRL",
    "ZŁ": "PLN", "KČ": "CZK", "FT": "HUF",
}  # fmt: skip


def currencies(texts: Iterable[str]) -> Counter[str]:
    """How often each currency is meant, by code; a bare $ is the one dollar that has a code there, if one has.

    >>> currencies(["$", "USD", "€", "eur", "US$"])
    Counter({'USD': 3, 'EUR': 2})
    """
    codes = Counter(SIGNS.get(text.upper(), text.upper()) for text in texts if text)
    dollars = [code for code in DOLLARS if code in codes]
    if len(dollars) == 1 and "$" in codes:
        codes[dollars[0]] += codes.pop("$")
    return codes

"""How well a header's name fits a role."""

from __future__ import annotations

import re
import unicodedata

from fillrate.trace.logs.roles import Role

__all__ = ["WEAK", "name_score", "squeeze", "words"]

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BILLING = {"billing", "bill", "invoice"}
_SHORT = {
    "amt": "amount",
    "cust": "customer",
    "desc": "description",
    "dt": "date",
    "nbr": "number",
    "no": "number",
    "nr": "number",
    "num": "number",
    "ord": "order",
    "prod": "product",
    "qty": "quantity",
    "req": "requested",
}
EXACT, WEAK = 1.0, 0.6
_RANK = 0.001  # what a name loses with each name before it


def words(header: str) -> tuple[str, ...]:
    """The words of a header in lower case, without accents and signs, split at humps, usual short forms written out.

    >>> words("Order_No."), words("shipCity"), words("Stückpreis (€)")
    (('order', 'number'), ('ship', 'city'), ('stuckpreis',))
    """
    plain = unicodedata.normalize("NFKD", header).encode("ascii", "ignore").decode()
    found: list[str] = re.findall(r"[a-z0-9]+", _HUMP.sub(" ", plain).lower())
    return tuple(_SHORT.get(word, word) for word in found)


def squeeze(header: str) -> str:
    """A header's words without the spaces, for comparing: "Order ID", "order-id" and "OrderID" are the same."""
    return "".join(words(header))


def name_score(header: str, role: Role) -> float:
    """How well a name fits a role, 0 to 1: about 1 a name of the role, .6 a weak one, less if it merely contains one.

    Of two names of a role the one that stands first in its list fits a little better. A word of `role.never` makes a
    containing name 0; a billing address counts for less than a delivery address.
    """
    squeezed, parts = squeeze(header), words(header)
    for names, best_score in ((role.names, EXACT), (role.weak, WEAK)):
        same = [rank for rank, name in enumerate(names) if name.replace(" ", "") == squeezed]
        if same:
            return best_score - _RANK * same[0]
    if role.never & set(parts):
        return 0.0
    best = max((_contained(tuple(name.split()), parts) for name in role.names), default=0.0)
    return best * (0.8 if _BILLING & set(parts) else 1.0)


def _contained(name: tuple[str, ...], parts: tuple[str, ...]) -> float:
    """.5 to .9 for a name of several words inside a header, .3 to .6 for a single word: the more of it, the better."""
    found = any(parts[i : i + len(name)] == name for i in range(len(parts) - len(name) + 1))
    if not found:
        return 0.0
    share = len(name) / len(parts)
    return 0.5 + 0.4 * share if len(name) > 1 else 0.3 + 0.3 * share

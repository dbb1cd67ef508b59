"""Exports of well-known shop systems, where a name means what its maker says and not what it suggests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from fillrate.trace.logs.headers import squeeze
from fillrate.trace.logs.roles import packaged_toml

__all__ = ["Export", "exports", "known_export"]


@dataclass(frozen=True)
class Export:
    """One known export, as `trace/data/shop_exports.toml` describes it.

    Attributes:
        name: what it is called.
        signature: headers that together give it away.
        columns: role -> headers, the first one that is there and filled plays the role.
    """

    name: str
    signature: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]


@cache
def exports() -> tuple[Export, ...]:
    """Every known export."""
    return tuple(
        Export(
            table["name"], tuple(table["signature"]), {role: tuple(names) for role, names in table["columns"].items()}
        )
        for table in packaged_toml("shop_exports.toml")["export"]
    )


def known_export(header: Iterable[str]) -> Export | None:
    """The export to which a header belongs, None if it is none of those known."""
    names = {squeeze(name) for name in header}
    return next((export for export in exports() if names >= {squeeze(name) for name in export.signature}), None)

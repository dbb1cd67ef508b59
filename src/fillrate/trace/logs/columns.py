"""Which column of a log plays which role, and the file in which that is written down."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fillrate.errors import OrderLogError, nearest
from fillrate.trace.logs.headers import squeeze
from fillrate.trace.logs.roles import roles

__all__ = ["ColumnMapping", "check_columns", "columns_toml", "read_columns"]

_FORMAT = {
    "date": ("YMD", "DMY", "MDY"),
    "decimal": (".", ","),
    "country": (),
}
_FORMAT_MEANING = {
    "date": "order of day, month and year in numeric dates",
    "decimal": "decimal mark",
    "country": "country of orders that name none",
}


@dataclass(frozen=True)
class ColumnMapping:
    """Which column plays which role.

    Attributes:
        columns: role -> name of the column; a role that is missing is not in the log.
        date: order of numeric dates, "YMD", "DMY" or "MDY"; empty to decide it from the cells.
        decimal: decimal mark, "." or ","; empty to decide it from the cells.
        country: country of orders that name none; empty to decide it from the places.
        why: role -> how the column was found, for people.
    """

    columns: Mapping[str, str]
    date: str = ""
    decimal: str = ""
    country: str = ""
    why: Mapping[str, str] = field(default_factory=dict)

    def get(self, role: str) -> str:
        """The column that plays a role, empty if there is none."""
        return self.columns.get(role, "")


def check_columns(mapping: ColumnMapping, header: Iterable[str], place: str) -> None:
    """Check a mapping against a log's header.

    Raises:
        OrderLogError: a column that the log does not have, or no column for a required role.
    """
    names = list(header)
    for role, column in mapping.columns.items():
        if column not in names:
            raise OrderLogError(f"{place} {role}", f"no column {column!r}{_meant(column, names)}", ", ".join(names))
    missing = [role.name for role in roles().values() if role.required and not mapping.get(role.name)]
    if missing:
        wanted = ", ".join(f'{role} = "name of a column"' for role in missing)
        raise OrderLogError(place, f"no column for {', '.join(missing)}", f"{wanted}: {', '.join(names)}")


def _meant(column: str, names: list[str]) -> str:
    """A did-you-mean suffix that does not mind capitals and signs."""
    same = next((name for name in names if squeeze(name) == squeeze(column)), "")
    return f" (did you mean {same!r}?)" if same else nearest(column, names)


def read_columns(path: str | Path) -> ColumnMapping:
    """Read a columns.toml: `role = "Column name"`, then an optional table `[format]`.

    The file is complete: a role that it does not name is not used.

    Raises:
        OrderLogError: no such file, no TOML, an unknown role or format key, or a value that is not allowed.
    """
    file = Path(path)
    try:
        with file.open("rb") as stream:
            data = tomllib.load(stream)
    except OSError:
        raise OrderLogError(str(file), "no such file", "a columns.toml as `fillrate fit` writes it") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OrderLogError(str(file), f"is no TOML: {error}") from None
    formats = data.pop("format", {})
    if not isinstance(formats, dict):
        raise OrderLogError(f"{file} format", f"is {formats!r}", "a table [format]")
    columns = _checked(file, data, dict.fromkeys(roles(), ()), "role")
    chosen = _checked(file, formats, _FORMAT, "format key")
    return ColumnMapping(columns, **chosen, why=dict.fromkeys(columns, "given"))


def _checked(file: Path, data: Mapping[str, Any], known: Mapping[str, tuple[str, ...]], what: str) -> dict[str, str]:
    for key, value in data.items():
        if key not in known:
            raise OrderLogError(f"{file} {key}", f"no such {what}{nearest(key, known)}", ", ".join(known))
        if not isinstance(value, str) or not value:
            raise OrderLogError(f"{file} {key}", f"is {value!r}", "a text in quotes")
        if known[key] and value not in known[key]:
            raise OrderLogError(f"{file} {key}", f"is {value!r}", " or ".join(map(repr, known[key])))
    return dict(data)


def columns_toml(mapping: ColumnMapping, header: Iterable[str], source: str) -> str:
    """The text of a columns.toml: each role with its column, how it was found and, as comments, what is not used.

    `read_columns` reads it back.
    """
    used = set(mapping.columns.values())
    spare = [name for name in header if name not in used]
    title = f"Which column of {' '.join(source.split())} plays which role"
    out = [f"# {title}. Correct it and hand it back with --columns."]
    for role in roles().values():
        column = mapping.get(role.name)
        line = f"{role.name} = {_quoted(column)}" if column else f'# {role.name} = ""'
        why = f" ({mapping.why[role.name]})" if mapping.why.get(role.name) else ""
        out.append(f"{line}  # {role.meaning}{why}")
    out += ["", f"# Columns that play no role: {', '.join(map(_quoted, spare)) or 'none'}", "", "[format]"]
    for key, meaning in _FORMAT_MEANING.items():
        value: str = getattr(mapping, key)
        allowed = f": {', '.join(_FORMAT[key])}" if _FORMAT[key] else ""
        line = f"{key} = {_quoted(value)}" if value else f'# {key} = ""'
        out.append(f"{line}  # {meaning}{allowed}")
    return "\n".join(out) + "\n"


def _quoted(text: str) -> str:
    """A TOML basic string; JSON escapes all that TOML asks for but DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

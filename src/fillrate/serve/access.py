"""Who may do what: API keys by client with roles, and how fast. Keys are kept as SHA-256 only."""

from __future__ import annotations

import hashlib
import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fillrate.errors import InputError, nearest
from fillrate.serve.refusals import Refused

__all__ = ["ROLES", "Access", "Client", "read_clients"]

OPEN = frozenset({"healthz", "readyz", "page"})  # without a key
ROLES: dict[str, frozenset[str]] = {
    "shop": frozenset({"allocate", "cancel", "rank", "simulate", "explain"}),
    "warehouse": frozenset(
        {"confirm_shipment", "picking", "release", "stock/set", "stock/adjust", "stock/receive", "reoffer", "explain"}
    ),
    "viewer": frozenset({"explain", "overview", "metrics"}),
}
ROLES["operator"] = frozenset().union(*ROLES.values())
HEX = 64  # digits of a SHA-256
DEFAULT_RATE = 1_000.0  # requests a second


@dataclass(frozen=True)
class Client:
    """Somebody who calls.

    Attributes:
        name: for logs and metrics.
        key_sha256: of the key, hexadecimal.
        roles: what it may do.
        rate: requests a second.
    """

    name: str
    key_sha256: str
    roles: tuple[str, ...]
    rate: float = DEFAULT_RATE

    def __post_init__(self) -> None:
        """Check.

        Raises:
            InputError: a value is not allowed; the key itself is never shown.
        """
        place = f"client '{self.name}'"
        if len(self.key_sha256) != HEX or not set(self.key_sha256) <= set("0123456789abcdef"):
            raise InputError(f"{place}: key_sha256", f"found {len(self.key_sha256)} signs", "64 hexadecimal digits")
        for role in self.roles:
            if role not in ROLES:
                raise InputError(f"{place}: roles", f"found '{role}'{nearest(role, ROLES)}", ", ".join(ROLES))
        if not self.rate > 0.0:
            raise InputError(f"{place}: rate", f"found {self.rate:g}", "requests a second, more than 0")


@dataclass
class Bucket:
    """Requests that a client may still make at once."""

    rate: float
    left: float = field(init=False)
    since: float = 0.0

    def __post_init__(self) -> None:
        """Full at first: a second's worth."""
        self.left = max(1.0, self.rate)

    def take(self, now: float) -> float:
        """0 and one less, or the seconds until there is one."""
        self.left = min(max(1.0, self.rate), self.left + (now - self.since) * self.rate)
        self.since = now
        if self.left < 1.0:
            return (1.0 - self.left) / self.rate
        self.left -= 1.0
        return 0.0


class Access:
    """Looks a key up, checks the role, counts the rate."""

    def __init__(self, clients: tuple[Client, ...], clock: Callable[[], float] = time.monotonic) -> None:
        """Without clients everybody may do everything, as fast as they like: for a loopback address alone."""
        self.clients = {client.key_sha256: client for client in clients}
        self.clock = clock
        self.buckets = {client.name: Bucket(client.rate, since=clock()) for client in clients}

    def check(self, verb: str, key: str) -> str:
        """The name of the client.

        Args:
            verb: what it wants to do.
            key: its API key.

        Raises:
            Refused: no key, a wrong one, not its role, or too fast.
        """
        if not self.clients or verb in OPEN:
            return ""
        client = self.clients.get(hashlib.sha256(key.encode("utf-8", "replace")).hexdigest())
        if client is None:
            raise Refused("Authorization", "wrong key" if key else "missing", "Bearer, and a client's key", 401)
        if not any(verb in ROLES[role] for role in client.roles):
            allowed = ", ".join(role for role, verbs in ROLES.items() if verb in verbs)
            raise Refused(f"client '{client.name}'", f"may not {verb}", f"one with a role of: {allowed}", 403)
        if wait := self.buckets[client.name].take(self.clock()):
            raise Refused(
                f"client '{client.name}'", f"too fast, {wait:.3f} s too early", f"{client.rate:g} a second", 429
            )
        return client.name


def read_clients(path: Path) -> tuple[Client, ...]:
    """The clients of a key file: TOML with tables `[[client]]`.

    Raises:
        InputError: the file cannot be read, or says what is not allowed.
    """
    try:
        said: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise InputError(path.name, f"cannot be read ({fault})"[:200], "a TOML file of [[client]] tables") from None
    entries = said.get("client", [])
    if not isinstance(entries, list):
        raise InputError(f"{path.name}: client", f"found a {type(entries).__name__}", "tables [[client]]")
    clients = tuple(_client(path.name, n, entry) for n, entry in enumerate(entries))
    if not clients or set(said) != {"client"}:
        raise InputError(path.name, f"found {', '.join(said) or 'nothing'}", "tables [[client]], at least one")
    if len({c.name for c in clients}) < len(clients) or len({c.key_sha256 for c in clients}) < len(clients):
        raise InputError(path.name, "two clients with one name or one key", "a name and a key for each")
    return clients


def _client(file: str, n: int, entry: Any) -> Client:
    """One table of the file."""
    fields = {"name": str, "key_sha256": str, "roles": list, "rate": (int, float)}
    place = f"{file}: [[client]] {n + 1}"
    if not isinstance(entry, Mapping):
        raise InputError(place, "no table", ", ".join(fields))
    if wrong := set(entry) - set(fields):
        raise InputError(place, f"unknown key {min(wrong)}{nearest(min(wrong), fields)}", ", ".join(fields))
    if missing := set(fields) - {"rate"} - set(entry):
        raise InputError(place, f"{min(missing)} is missing", ", ".join(fields))
    for name, kind in fields.items():
        if not isinstance(entry.get(name, 1.0 if name == "rate" else None), kind):  # type: ignore[arg-type]
            raise InputError(f"{place}: {name}", f"found a {type(entry[name]).__name__}", "a text; roles: a list")
    roles = tuple(str(role) for role in entry["roles"])
    return Client(entry["name"], entry["key_sha256"], roles, float(entry.get("rate", DEFAULT_RATE)))

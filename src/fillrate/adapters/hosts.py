"""The table of hosts: to add one is to add a module with its two functions, an example, and a row here."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from fillrate.adapters.csvfile import CSV
from fillrate.adapters.host import Host
from fillrate.adapters.magento import MAGENTO
from fillrate.adapters.medusa import MEDUSA
from fillrate.adapters.saleor import SALEOR
from fillrate.adapters.shopify import SHOPIFY
from fillrate.adapters.spree import SPREE
from fillrate.adapters.vendure import VENDURE
from fillrate.errors import NotFound, nearest

__all__ = ["HOSTS", "example", "host"]

HOSTS: dict[str, Host] = {h.name: h for h in (MAGENTO, SHOPIFY, SPREE, VENDURE, SALEOR, MEDUSA, CSV)}


def host(name: str) -> Host:
    """A host by its name.

    Raises:
        NotFound: no such host.
    """
    if name not in HOSTS:
        raise NotFound(f"host '{name}'", "no such host" + nearest(name, HOSTS), ", ".join(HOSTS))
    return HOSTS[name]


def example(name: str) -> dict[str, Any]:
    """A record of a host, to try it on.

    Raises:
        NotFound: no such host.
    """
    told = files("fillrate.adapters").joinpath("examples", f"{host(name).name}.json").read_text(encoding="utf-8")
    record: dict[str, Any] = json.loads(told)
    return record

"""Calls an application without a server and without a network."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx


class Web:
    """Calls an application without a server."""

    def __init__(self, app: Any) -> None:
        self.transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    def request(self, method: str, path: str, **terms: Any) -> httpx.Response:
        async def call() -> httpx.Response:
            async with httpx.AsyncClient(transport=self.transport, base_url="http://test") as client:
                return await client.request(method, path, **terms)

        return asyncio.run(call())

    def get(self, path: str, **terms: Any) -> httpx.Response:
        return self.request("GET", path, **terms)

    def post(self, path: str, **terms: Any) -> httpx.Response:
        return self.request("POST", path, **terms)

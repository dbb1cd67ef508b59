"""Before every call: its size, its key, its role, its rate. After it: a count. Nothing of a key is ever logged."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fillrate.serve.access import Access
from fillrate.serve.metrics import Metrics
from fillrate.serve.refusals import Refused

__all__ = ["Application", "Gate", "Receive", "Scope", "Send"]

MOST_BYTES = 2_000_000  # of a body
TAIL = "explain"  # the one path with a name in it
OPEN_PATHS = {"": "page", "healthz": "healthz", "readyz": "readyz", "metrics": "metrics", "openapi.json": "readyz"}
log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Gate:
    """An ASGI application before another."""

    def __init__(self, app: Application, access: Access, metrics: Metrics, most_bytes: int = MOST_BYTES) -> None:
        """Check calls of `app`."""
        self.app, self.access, self.metrics, self.most_bytes = app, access, metrics, most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a call through, or refuse it in one line."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        verb, start = _verb(scope["path"]), time.perf_counter()
        headers = dict(scope["headers"])
        try:
            scope["fillrate.client"] = self.access.check(verb, _key(headers))
            if _stated(headers) > self.most_bytes:
                raise self._too_large()
            await self.app(scope, self._limited(receive), send)
            verb, status, seconds = scope.get("fillrate.answered", ("other", 404, time.perf_counter() - start))
            self.metrics.answered(verb, status, seconds)
            return
        except Refused as no:
            refused = no
        self.metrics.answered("refused", refused.status, time.perf_counter() - start)
        await _refuse(send, refused)

    def _too_large(self) -> Refused:
        return Refused("body", "too large", f"{self.most_bytes} bytes", 413)

    def _limited(self, receive: Receive) -> Receive:
        """Count what is read, for a body may not say how long it is."""
        read = 0

        async def limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.most_bytes:
                raise self._too_large()
            return message

        return limited


def _verb(path: str) -> str:
    parts = path.strip("/").split("/")
    if parts[0] != "v1":
        return OPEN_PATHS.get("/".join(parts), "page")
    return TAIL if parts[1:2] == [TAIL] else "/".join(parts[1:])


def _key(headers: dict[bytes, bytes]) -> str:
    scheme, _, key = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _stated(headers: dict[bytes, bytes]) -> int:
    """What a call says of its body's length; what is no number is the web server's to refuse."""
    said = headers.get(b"content-length", b"")
    return int(said) if said.isdigit() else 0


async def _refuse(send: Send, no: Refused) -> None:
    body = json.dumps({"error": str(no)}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if no.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if no.status == 429:
        headers.append((b"retry-after", b"1"))
    await send({"type": "http.response.start", "status": no.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

"""Headers and body of an answer leave together: one system call, one hand-over of the interpreter, instead of two."""

from __future__ import annotations

import asyncio
from typing import Any

__all__ = ["Corked", "one_packet"]


class Corked:
    """A transport that gathers what is written until the event loop goes on."""

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        """Nothing is gathered yet."""
        self._transport, self._loop = transport, loop
        self._parts: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        """All else is the transport's own."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send soon."""
        if not self._parts:
            self._loop.call_soon(self._flush)
        self._parts.append(data)

    def close(self) -> None:
        """Send what was gathered, then close."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        parts, self._parts = self._parts, []
        if parts and not self._transport.is_closing():
            self._transport.write(b"".join(parts))


def one_packet() -> Any:
    """Uvicorn's protocol on such a transport: httptools' where it is there."""
    try:
        from uvicorn.protocols.http import httptools_impl

        plain: Any = httptools_impl.HttpToolsProtocol
    except ImportError:
        from uvicorn.protocols.http import h11_impl

        plain = h11_impl.H11Protocol

    class Protocol(plain):  # type: ignore[misc]  # whichever of the two there is
        def connection_made(self, transport: Any) -> None:
            super().connection_made(Corked(transport, self.loop))

    return Protocol

"""What is written at one time leaves at one time, in order, and nothing is lost at the end."""

from __future__ import annotations

import asyncio

from fillrate.serve.packets import Corked


class Wire:
    """A transport that keeps what it sends."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


def test_an_answer_is_one_packet() -> None:
    wire = Wire()

    async def answer() -> None:
        corked = Corked(wire, asyncio.get_running_loop())
        for part in (b"head", b"body"):
            corked.write(part)
        assert wire.sent == []
        await asyncio.sleep(0)
        corked.write(b"next")
        corked.close()
        await asyncio.sleep(0)

    asyncio.run(answer())
    assert (wire.sent, wire.closed) == ([b"headbody", b"next"], True)

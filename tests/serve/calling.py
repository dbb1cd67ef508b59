"""A service in a process of its own, and calls to it over HTTP."""

from __future__ import annotations

import http.client
import json
import subprocess
import time
from types import TracebackType
from typing import Any

STARTS_SECONDS = 60.0


class Running:
    """Started on entry, ended on exit; `command` is followed by the port."""

    def __init__(self, command: list[str], port: int, *more: str) -> None:
        self.command, self.port = [*command, str(port), *more], port

    def __enter__(self) -> Running:
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        until = time.monotonic() + STARTS_SECONDS
        while time.monotonic() < until:
            try:
                if self.call("GET", "/readyz")[0] == 200:
                    return self
            except OSError:
                time.sleep(0.05)
        raise TimeoutError("the service did not start")

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.process.terminate()
        self.process.wait(30)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = None if body is None else json.dumps(body)
        connection.request(method, path, sent, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        said = response.read()
        connection.close()
        return response.status, json.loads(said) if said[:1] in {b"{", b"["} else said.decode()

    def post(self, path: str, body: Any, **headers: str) -> Any:
        status, answer = self.call("POST", path, body, **headers)
        assert status == 200, (status, answer)
        return answer

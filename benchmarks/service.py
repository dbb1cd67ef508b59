"""How fast the service answers: reservations on SQLite at a stated rate, sent by a second process.

The service runs a bundle in a process of its own; the load generator, another, sends orders of one line at the rate,
at times fixed beforehand, over a few kept connections, and measures each answer from the instant at which it was to be
sent: what waits behind a slow answer counts as slow. The first seconds warm up.

What is not the service's is told beside it: `disk_*_ms` is one flush of 16 kB where the ledger lies, as each commit has
one, timed after the run (with --durability full an answer waits for the flush under way and for its own);
`sent_late_*_ms` is how long after its time the load generator itself came to send a call, which counts in the answer's
time. --folder /dev/shm leaves the disk out. `stolen_percent` is processor time that the host of a virtual machine gave
to others; `unstolen_*_ms` are the answers that were due in quarters of a second in which it gave none away.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import _root  # noqa: F401 - the tests, whose builders this shares, are on the path then
from _command import run
from _theft import Theft
from tests.serve.calling import Running
from tests.serve.postgres import free_port

CONNECTIONS, WARM_SECONDS = 16, 2.0


def bundle_of(world: str, policy: str, folder: Path) -> Path:
    """A bundle made for the run."""
    words = ["export", policy, "--world", world, "--out", str(folder / "bundle"), "--replications", "0"]
    subprocess.run([sys.executable, "-m", "fillrate", *words], check=True, stdout=subprocess.DEVNULL)
    return folder / "bundle"


def shop_of(bundle: Path) -> dict[str, Any]:
    """Names, and the pairs that carry."""
    from fillrate.deploy import Allocator

    shop = Allocator.unchecked(bundle).shop
    starts = shop.pair_start.tolist()
    pairs = [
        (sku, str(shop.location[place]))
        for k, sku in enumerate(shop.sku.tolist())
        for place in shop.pair_location[starts[k] : starts[k + 1]].tolist()
    ]
    return {
        "pairs": pairs,
        "skus": shop.sku.tolist(),
        "regions": shop.region.tolist(),
        "segments": shop.segment.tolist(),
    }


async def one(stream: tuple[asyncio.StreamReader, asyncio.StreamWriter], body: bytes) -> bytes:
    """A call on a kept connection."""
    reader, writer = stream
    head = f"POST /v1/allocate HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    writer.write(head + body)
    answer = await reader.readuntil(b"\r\n\r\n")
    length = int(answer.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
    said = await reader.readexactly(length)
    if not answer.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(said.decode())
    return said


class Load(NamedTuple):
    """What became of the calls after the warm-up."""

    due: list[float]  # seconds
    took: list[float]  # milliseconds from then to the answer
    late: list[float]  # milliseconds from then to when it was sent
    answers: list[bytes]  # those of the warm-up too


async def load(port: int, rate: float, bodies: list[bytes]) -> Load:
    """Send the calls, each when it is due."""
    streams = [await asyncio.open_connection("127.0.0.1", port) for _ in range(CONNECTIONS)]
    free: asyncio.Queue[Any] = asyncio.Queue()
    for stream in streams:
        free.put_nowait(stream)
    start, calls, found = time.perf_counter() + 0.1, [], Load([], [], [], [])

    async def call(n: int, due: float) -> None:
        awake = time.perf_counter()
        stream = await free.get()
        found.answers.append(await one(stream, bodies[n]))
        free.put_nowait(stream)
        if due - start >= WARM_SECONDS:
            found.due.append(due)
            found.took.append((time.perf_counter() - due) * 1e3)
            found.late.append((awake - due) * 1e3)

    for n in range(len(bodies)):
        due = start + n / rate
        if (wait := due - time.perf_counter()) > 0.0:
            await asyncio.sleep(wait)
        calls.append(asyncio.create_task(call(n, due)))
    await asyncio.gather(*calls)
    for _, writer in streams:
        writer.close()
    return found


def flushes(folder: Path, seconds: float) -> list[float]:
    """Milliseconds of flushes of 16 kB, as often as a ledger commits, on a file of settled length."""
    took = []
    with (folder / "flushed").open("w+b", buffering=0) as file:
        file.write(bytes(4_000_000))
        os.fsync(file.fileno())
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            file.seek(len(took) % 200 * 16_384)
            file.write(bytes(16_384))
            start = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - start) * 1e3)
    return took


def percentiles(name: str, took: list[float], *which: float) -> dict[str, float]:
    """Of milliseconds."""
    took = sorted(took)
    return {f"{name}p{q:g}_ms": round(took[int(len(took) * q / 100)], 2) for q in which}


def measure(world: str, policy: str, rate: float, seconds: float, durability: str, folder: str) -> dict[str, Any]:
    """Percentiles of the answers' times."""
    with tempfile.TemporaryDirectory(dir=folder or None) as where:
        place = Path(where)
        bundle = bundle_of(world, policy, place)
        shop, chance = shop_of(bundle), random.Random(1)
        command = [sys.executable, "-m", "fillrate", "serve", str(bundle), "--ledger", str(place / "ledger.db")]
        command += ["--durability", durability, "--port"]
        with Running(command, free_port()) as service:
            entries = [{"sku": sku, "location": at, "on_hand": 10**8} for sku, at in shop["pairs"]]
            service.post("/v1/stock/set", {"entries": entries[:10_000]})
            bodies = [_order(n, shop, chance) for n in range(int(rate * (seconds + WARM_SECONDS)))]
            before = _cpu_seconds(service.process.pid)
            own = time.process_time()
            with Theft() as theft:
                found = asyncio.run(load(service.port, rate, bodies))
            own, cpu = time.process_time() - own, _cpu_seconds(service.process.pid) - before
        said, unstolen = [json.loads(answer) for answer in found.answers], theft.without(found.due, found.took)
        return {
            "world": world,
            "policy": policy,
            "requests_per_second": rate,
            "answers": len(found.took),
            **percentiles("", found.took, 50, 90, 99, 99.9),
            "stolen_percent": round(theft.percent(), 2),
            "unstolen_answers": len(unstolen),
            **(percentiles("unstolen_", unstolen, 50, 99) if unstolen else {}),
            **percentiles("sent_late_", found.late, 50, 99),
            **percentiles("disk_", flushes(place, 2.0), 50, 99),
            "by_policy": sum(d["decided_by"] == "policy" for d in said) / len(said),
            "policy_p50_microseconds": round(sorted(d["microseconds"] for d in said)[len(said) // 2], 1),
            "service_cpu_ms_a_request": round(cpu * 1e3 / len(said), 3),
            "generator_cpu_ms_a_request": round(own * 1e3 / len(said), 3),
            "durability": durability,
            "cores": os.cpu_count(),
            "load_average": round(os.getloadavg()[0], 1),
        }


def _order(n: int, shop: dict[str, Any], chance: random.Random) -> bytes:
    line = {"line": 1, "sku": chance.choice(shop["skus"]), "quantity": chance.choice((1, 1, 2)), "price": 20.0}
    where = {"region": chance.choice(shop["regions"]), "segment": chance.choice(shop["segments"])}
    return json.dumps({"id": f"order-{n}", **where, "lines": [line]}).encode()


def _cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    run(__doc__, measure, world="regional", policy="cheapest", rate=500.0, seconds=20.0, durability="full", folder="")

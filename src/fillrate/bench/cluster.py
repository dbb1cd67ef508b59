"""Work on a Ray cluster: the one that `RAY_ADDRESS` names, else one on this machine for as long as it is needed.

Ray hands batches to its workers and runs a batch again whose worker was lost. Batches are sized so that one takes about
a second: long enough to be worth sending, short enough that little is lost with a worker. Moritz et al. (2018), Ray: a
distributed framework for emerging AI applications, OSDI.
"""

from __future__ import annotations

import logging
import math
import os
import re
import signal
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from fillrate.errors import InputError, nearest

__all__ = ["CLUSTERS", "check_cluster", "connected", "on_ray"]

CLUSTERS = ("ray",)
RETRIES = 3  # of a batch whose worker was lost
BATCH_SECONDS = 1.0
KNOCK_SECONDS = 10.0
Item = TypeVar("Item")
Found = TypeVar("Found")
Work = Callable[[Sequence[Item]], list[Found]]


def check_cluster(cluster: str | None) -> None:
    """Find out before the work whether there is such a kind of cluster, and whether its package is installed.

    Raises:
        InputError: there is not, or it is not.
    """
    if cluster is None:
        return
    if cluster not in CLUSTERS:
        raise InputError("cluster", f"found '{cluster}'" + nearest(cluster, CLUSTERS), ", ".join(CLUSTERS))
    if find_spec("ray") is None:
        raise InputError("cluster ray", "the package is not installed: pip install 'fillrate[ray]'")


def on_ray(work: Work[Item, Found], items: Sequence[Item], n_jobs: int | None = None) -> Iterator[Found]:
    """Results of some work on every item, as they come, batch by batch.

    A cluster that this process is connected to already is used and left as it is.

    Args:
        work: from a batch of items to a list of results; must be picklable, and not raise what its caller wants to see.
        items: what to work on, in batches of neighbours.
        n_jobs: batches at a time; None or −1 is one for every CPU of the cluster.

    Raises:
        InputError: the cluster is out of reach, lost the same batch again and again, or cannot run the work.
    """
    import ray
    from ray.exceptions import RayError

    with _connected(n_jobs), _one_line(RayError):
        remote: Any = ray.remote(max_retries=RETRIES)(_timed)
        held: Any = ray.put(work)
        left, waiting, seconds = deque(items), list[Any](), math.inf
        try:
            while left or waiting:
                room = _room(n_jobs)
                while left and len(waiting) < room:
                    size = _size(len(left), seconds, room)
                    waiting.append(remote.remote(held, [left.popleft() for _ in range(size)]))
                (done, *_), waiting = ray.wait(waiting)
                a_piece, found = ray.get(done)
                seconds = min(seconds, a_piece)
                yield from found
        finally:
            for unfinished in waiting:
                ray.cancel(unfinished, force=True)


def _timed(work: Work[Item, Found], batch: Sequence[Item]) -> tuple[float, list[Found]]:
    """Results of a batch, after the seconds that one of its items took."""
    start = time.perf_counter()
    found = work(batch)
    return (time.perf_counter() - start) / len(batch), found


def _room(n_jobs: int | None) -> int:
    """Batches that may be under way: twice the CPUs, so that none waits for the next one (and a cluster may grow)."""
    import ray

    resources: Any = ray.cluster_resources  # ships no type information
    return n_jobs if n_jobs and n_jobs > 0 else max(1, 2 * int(resources().get("CPU", 1)))


def _size(left: int, seconds: float, room: int) -> int:
    """Items of the next batch: one until it is known how long one takes; fewer towards the end, to end together."""
    quick = int(BATCH_SECONDS / max(seconds, 1e-6))
    return max(1, min(quick, left // (2 * room)))


@contextmanager
def connected(cluster: str | None, n_jobs: int | None = None) -> Iterator[None]:
    """Connected for as long as several calls of `on_ray` need it; without a cluster nothing happens.

    Raises:
        InputError: there is no such cluster, or it is out of reach.
    """
    check_cluster(cluster)
    if cluster is None:
        yield
        return
    with _connected(n_jobs):
        yield


@contextmanager
def _connected(n_jobs: int | None) -> Iterator[None]:
    """Connected to a cluster, with Ray silent: it reports lost workers on stdout, which is not its own."""
    import ray

    if ray.is_initialized():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        try:
            _connect(os.environ.get("RAY_ADDRESS") or "local", n_jobs)
            yield
        finally:
            ray.shutdown()
            if before is not signal.getsignal(signal.SIGTERM):  # Ray sets its own
                signal.signal(signal.SIGTERM, before)


def _connect(address: str, n_jobs: int | None) -> None:
    import ray
    from ray.exceptions import RayError

    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    if address == "local":
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent to Ray's makers unless one asks for it
        cores = n_jobs if n_jobs and n_jobs > 0 else None
        options |= {"num_cpus": cores, "include_dashboard": False, "_system_config": {"task_oom_retries": RETRIES}}
    try:
        _knock(address)
        ray.init(address, **options)
    except (OSError, ValueError, RuntimeError, ImportError, RayError) as fault:
        place = "cluster ray" if address == "local" else f"RAY_ADDRESS {address}"
        raise InputError(
            place, f"no connection: {_first_line(fault)}", "a cluster that runs and can be reached"
        ) from fault


def _knock(address: str) -> None:
    """A wrong address is found out here, in seconds: Ray would try for minutes and tell about each try."""
    if host_and_port := re.fullmatch(r"(?:ray://)?\[?([^/]+?)\]?:(\d+)", address):
        with socket.create_connection((host_and_port[1], int(host_and_port[2])), timeout=KNOCK_SECONDS):
            pass


@contextmanager
def _one_line(fault_of_ray: type[Exception]) -> Iterator[None]:
    try:
        yield
    except fault_of_ray as fault:
        problem = f"a batch could not be run, {RETRIES} times anew neither: {_first_line(fault)}"
        allowed = "machines with fillrate and memory enough; finished runs are kept"
        raise InputError("cluster ray", problem, allowed) from fault


def _first_line(fault: Any) -> str:
    """What happened, in one line; an error of the work itself is wrapped by Ray in a traceback."""
    cause = getattr(fault, "cause", None) or fault
    return next(iter(str(cause).strip().splitlines()), type(cause).__name__).rstrip(".")

"""Where compiled roots are kept: files named by what they are made of, so that they are never stale."""

from __future__ import annotations

import hashlib
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

import llvmlite.binding as llvm

from fillrate.errors import InputError
from fillrate.files import written_aside
from fillrate.model.kernel.flags import FLAGS, MODE
from fillrate.model.kernel.native import Entry, load
from fillrate.model.kernel.notice import compiling

__all__ = ["Root", "cache_folder"]

logger = logging.getLogger(__name__)
PACKAGE = Path(__file__).parents[2]
SOURCES = ("decision", "draws", "model", "policy", "scorecard")
OTHER = PACKAGE / "model" / "simpy_model"  # of which nothing is compiled


class Root:
    """A function of the address of a record: loaded or compiled when it is first called."""

    def __init__(self, name: str) -> None:
        """A function of `kernel.roots`, which is imported only if it has to be compiled."""
        self.name = name
        self.entry: Entry | None = None

    def __call__(self, address: int) -> None:
        """Run it; other threads run meanwhile."""
        if self.entry is None:
            self.entry = self._ready()
        self.entry(address)

    def _ready(self) -> Entry:
        if MODE == "safe":  # what needs Numba's runtime lives in Numba's process
            from fillrate.model.kernel.build import in_process

            with compiling(self.name):
                return in_process(self._function())
        path = cache_folder() / f"{self.name}.o"
        with _alone(path.with_suffix(".lock")):
            found = _read(path) or self._built(path)
        return load(*found)

    def _built(self, path: Path) -> tuple[str, bytes]:
        from fillrate.model.kernel.build import build

        with compiling(self.name):
            found = build(self._function())
        _write(path, *found)
        return found

    def _function(self) -> Callable[[int], None]:
        from fillrate.model.kernel import roots

        function: Callable[[int], None] = getattr(roots, self.name)
        return function


@cache
def cache_folder() -> Path:
    """The folder of these sources, this Numba and this processor: below FILLRATE_CACHE, else the user's caches.

    Raises:
        InputError: neither is there, as for a user of a container that is known by a number alone.
    """
    base = _base()
    made_of = hashlib.sha256(f"{version('numba')} {version('numpy')} {sorted(FLAGS.items())}".encode())
    made_of.update(f"{llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}".encode())
    for folder in SOURCES:
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            if OTHER not in path.parents:
                made_of.update(path.read_bytes())
    return base / made_of.hexdigest()[:16]


def _base() -> Path:
    if stated := os.environ.get("FILLRATE_CACHE"):
        return Path(stated)
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fillrate"
    except RuntimeError:
        problem = "not set, and this user has no home folder"
        raise InputError("FILLRATE_CACHE", problem, "a folder where compiled code is kept") from None


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a file's lock: processes that start together compile once. Where there are no locks, each compiles."""
    with ExitStack() as held:
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            file = held.enter_context(path.open("w"))
            if sys.platform != "win32":
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _read(path: Path) -> tuple[str, bytes] | None:
    """Name and code of a root, or None if the file is not there or not whole."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    checksum, _, rest = content.partition(b"\n")
    name, _, code = rest.partition(b"\n")
    if checksum != _checksum(rest):
        logger.warning("%s is damaged: it is compiled again", path)
        return None
    return name.decode(), code


def _write(path: Path, name: str, code: bytes) -> None:
    """Keep a root; where that is not possible it is compiled again next time."""
    rest = name.encode() + b"\n" + code
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_aside(path) as aside:
            aside.write_bytes(_checksum(rest) + b"\n" + rest)
    except OSError as error:
        logger.warning("compiled code is not kept: %s", error)


def _checksum(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()

"""Compiled roots on disk: never stale, damaged or in the way, and compiled once by processes that start together."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import fillrate
from fillrate.errors import InputError
from fillrate.model.kernel import build, cache, flags
from fillrate.model.kernel.cache import SOURCES, Root, cache_folder

ROOT = "view_orders"  # the smallest
PLAY = """
import hashlib, sys
import fillrate
world = fillrate.load_world("two_warehouses")
result = fillrate.simulate(world, fillrate.sample(world, 1, days=40.0), "fcfs+cheapest", journal=True)
print(hashlib.sha256(str(result.journal.to_pydict()).encode()).hexdigest())
"""
BEYOND = """
import numpy as np
from fillrate.model.kernel.build import build
from fillrate.model.kernel.native import load
from fillrate.model.kernel.typed import view_at
from fillrate.model.kernel.views import View

PROBE = View("probe", {"at": "i8", "found": "i8"}, {"row": "i8"})
probe = view_at(PROBE)

def look(address):
    z = probe(address)
    z.found = z.row[z.at]

record, numbers, entry = np.zeros(1, PROBE.dtype), np.arange(4), load(*build(look))
PROBE.point(record[0], "row", numbers[:3])
try:
    for record["at"] in range(4):
        entry(record.ctypes.data)
    print("read", record["found"][0], "of 3")
except RuntimeError:
    print("stopped at", record["at"][0])
"""
READY = """
import logging
logging.basicConfig(level=logging.INFO)
from fillrate.model.kernel.cache import Root
Root("view_orders")._ready()
"""


@pytest.fixture(scope="module")
def made() -> tuple[str, bytes]:
    """Name and code of the root."""
    from fillrate.model.kernel import roots

    return build.build(getattr(roots, ROOT))


@pytest.fixture
def builds(made: tuple[str, bytes], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is built meanwhile, by name."""
    names: list[str] = []

    def counted(function: object) -> tuple[str, bytes]:
        names.append(str(getattr(function, "__name__", "")))
        return made

    monkeypatch.setattr(build, "build", counted)
    return names


def at(monkeypatch: pytest.MonkeyPatch, base: Path) -> Path:
    """Let the cache lie below a folder; the folder of these sources."""
    monkeypatch.setenv("FILLRATE_CACHE", str(base))
    folder = cache_folder.__wrapped__()
    monkeypatch.setattr(cache, "cache_folder", lambda: folder)
    return folder


def play(**env: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PLAY], capture_output=True, text=True, timeout=900, env={**os.environ, **env}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_root_is_built_once_and_then_read(builds: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = at(monkeypatch, tmp_path)
    for _ in range(3):
        assert callable(Root(ROOT)._ready())
    assert builds == [ROOT]
    assert (folder / f"{ROOT}.o").is_file()


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "foreign"])
def test_a_damaged_file_is_built_anew(
    damage: str, builds: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = at(monkeypatch, tmp_path) / f"{ROOT}.o"
    Root(ROOT)._ready()
    whole = path.read_bytes()
    middle = len(whole) // 2
    parts = {"cut": whole[:middle], "empty": b"", "foreign": b"\x7fELF" + whole}
    parts["changed"] = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    path.write_bytes(parts[damage])
    Root(ROOT)._ready()
    assert builds == [ROOT, ROOT]
    assert "is damaged: it is compiled again" in caplog.text
    assert path.read_bytes() == whole


def test_where_nothing_can_be_written_it_works_with_a_warning(
    builds: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    at(monkeypatch, tmp_path / "file")
    with caplog.at_level(logging.WARNING):
        assert callable(Root(ROOT)._ready())
    assert builds == [ROOT]
    assert "compiled code is not kept" in caplog.text


def test_nothing_but_the_file_and_its_lock_is_left(
    builds: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = at(monkeypatch, tmp_path)
    Root(ROOT)._ready()
    assert sorted(path.name for path in folder.iterdir()) == [f"{ROOT}.lock", f"{ROOT}.o"]


def test_an_edited_helper_is_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "fillrate"
    shutil.copytree(Path(fillrate.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(cache, "PACKAGE", package)
    found = [cache_folder.__wrapped__()]
    for source in (*SOURCES, "model/kernel"):
        path = max((package / source).glob("*.py"), key=lambda p: p.stat().st_size)
        path.write_text(path.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")
        found.append(cache_folder.__wrapped__())
    assert len(set(found)) == len(found)
    page = package / "cli" / "entry.py"
    page.write_text(page.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")
    assert cache_folder.__wrapped__() == found[-1]


def test_flags_are_part_of_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    before = cache_folder.__wrapped__()
    monkeypatch.setitem(flags.FLAGS, "fastmath", True)
    assert cache_folder.__wrapped__() != before


def test_an_unknown_mode_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import fillrate.model.kernel.flags"],
        capture_output=True,
        text=True,
        env={**os.environ, "FILLRATE_KERNEL": "quick"},
        timeout=60,
    )
    assert done.returncode != 0
    assert "FILLRATE_KERNEL: found 'quick'; allowed: fast, safe, checked" in done.stderr


def test_a_cached_run_does_not_import_numba() -> None:
    play()  # compiled by now
    code = PLAY + "\nassert 'numba' not in sys.modules, 'numba'\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_processes_that_start_together_compile_once(tmp_path: Path) -> None:
    env = {**os.environ, "FILLRATE_CACHE": str(tmp_path)}
    both = [subprocess.Popen([sys.executable, "-c", READY], env=env, stderr=subprocess.PIPE, text=True) for _ in "ab"]
    said = [process.communicate(timeout=300)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sum(text.count("compiled view_orders in") for text in said) == 1


@pytest.mark.slow(minutes=2)
def test_the_checked_mode_gives_the_same() -> None:
    assert play(FILLRATE_KERNEL="checked") == play()


@pytest.mark.parametrize(("mode", "said"), [("checked", "stopped at 3"), ("fast", "read 3 of 3")])
def test_the_checked_mode_stops_at_an_index_out_of_bounds(mode: str, said: str) -> None:
    """Four numbers, of which a view tells three."""
    env = {**os.environ, "FILLRATE_KERNEL": mode}
    done = subprocess.run([sys.executable, "-c", BEYOND], env=env, capture_output=True, text=True, timeout=120)
    assert (done.stdout.strip(), done.returncode) == (said, 0), done.stderr


def test_the_safe_mode_compiles_in_the_process(tmp_path: Path) -> None:
    env = {**os.environ, "FILLRATE_KERNEL": "safe", "FILLRATE_CACHE": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", READY], env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "compiled view_orders in" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_code_that_is_kept_is_whole(made: tuple[str, bytes], tmp_path: Path) -> None:
    cache._write(tmp_path / "x.o", *made)
    assert cache._read(tmp_path / "x.o") == made
    checksum = (tmp_path / "x.o").read_bytes().split(b"\n", 1)
    assert hashlib.sha256(checksum[1]).hexdigest().encode() == checksum[0]
    assert np.frombuffer(made[1], np.uint8).size > 1_000


def test_what_is_kept_may_be_read_by_other_users(made: tuple[str, bytes], tmp_path: Path) -> None:
    usual = tmp_path / "usual"
    usual.touch()
    cache._write(tmp_path / "x.o", *made)
    assert (tmp_path / "x.o").stat().st_mode == usual.stat().st_mode


def test_a_full_disk_keeps_no_part_of_it(
    made: tuple[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_: Path, to: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(to))

    monkeypatch.setattr(Path, "replace", full)
    cache._write(tmp_path / "x.o", *made)
    assert "compiled code is not kept" in caplog.text
    assert list(tmp_path.iterdir()) == []


def test_a_user_without_a_home_is_told_what_to_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A number that no list of users knows, as containers run under."""

    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nowhere)
    for name in ("FILLRATE_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(InputError, match=r"^FILLRATE_CACHE: not set, and this user has no home folder; allowed: a fol"):
        cache._base()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache._base() == tmp_path / "fillrate"

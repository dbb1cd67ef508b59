"""What befalls a long comparison: workers killed, itself killed, results torn, a disk that fills up."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

import pytest

from fillrate.bench.tasks import RESULTS_FILE, Metrics, Task, read_results, run_tasks
from fillrate.errors import InputError
from fillrate.files import write_whole

TASKS = [Task("p", seed, f"k{seed}") for seed in range(12)]
WORDS = [sys.executable, "-m", "fillrate", "compare", "two_warehouses", "--days", "40", "--json", "--jobs", "1", "-n"]
RUNS = 150
SMALL_DISK = 64 * 1024


@dataclass(frozen=True)
class Deadly:
    """Kills its worker at one seed, each time (`flag` None) or only the first time."""

    at: int
    flag: Path | None

    def __call__(self, policy: str, seed: int) -> Metrics:  # noqa: ARG002 - as a run is called
        if seed == self.at and not (self.flag and self.flag.exists()):
            if self.flag:
                self.flag.touch()
            time.sleep(0.3)
            os.kill(os.getpid(), signal.SIGKILL)
        return {"contribution": seed / 3}


def compare(folder: Path | None, limit: int | None = None) -> subprocess.CompletedProcess[str]:
    """`fillrate compare`, if told with a limit on the size of any file that it writes."""

    def limited() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    words = [*WORDS, str(RUNS), *([] if folder is None else ["--resume", str(folder)])]
    return subprocess.run(words, capture_output=True, text=True, timeout=300, preexec_fn=limited)


@pytest.fixture(scope="module")
def undisturbed() -> str:
    """What the comparison prints if nothing befalls it."""
    done = compare(None)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_killed_worker_is_replaced_and_its_task_run_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    found = run_tasks(Deadly(5, tmp_path / "died"), TASKS, folder=tmp_path, n_jobs=2)
    assert (tmp_path / "died").exists()
    assert list(found.values()) == [{"contribution": seed / 3} for seed in range(12)]
    assert read_results(tmp_path) == {task.key: metrics for task, metrics in found.items()}
    assert [record.getMessage() for record in caplog.records] == [
        "a worker process was killed: what it ran is run again"
    ]


def test_workers_that_are_killed_again_and_again_end_it_with_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^workers: 3 killed one after the other, as a rule because memory ran out;"):
        run_tasks(Deadly(5, None), TASKS, folder=tmp_path, n_jobs=2)
    kept = read_results(tmp_path)
    assert "k5" not in kept
    assert run_tasks(lambda _, seed: {"contribution": seed / 3}, TASKS, folder=tmp_path)[TASKS[5]] == {
        "contribution": 5 / 3
    }


def test_killed_and_torn_it_goes_on_to_the_same_numbers(tmp_path: Path, undisturbed: str) -> None:
    words = [*WORDS, str(RUNS), "--resume", str(tmp_path)]
    child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    results, deadline = tmp_path / RESULTS_FILE, time.monotonic() + 120
    while not (results.exists() and results.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.002)
    child.kill()
    child.wait(60)
    lines = results.read_bytes().splitlines(keepends=True)
    assert lines
    results.write_bytes(b"".join(lines[: RUNS // 2])[:-25])
    done = compare(tmp_path)
    assert (done.returncode, done.stdout) == (0, undisturbed)
    assert "is torn: its task is run again" in done.stderr


def full(folder: Path, limit: int | None) -> tuple[str, int]:
    """The line that a comparison ends with, and how many whole results it kept."""
    done = compare(folder, limit)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert (folder / RESULTS_FILE).read_bytes().endswith(b"}\n"), "no torn line"
    return done.stderr, len(read_results(folder))


def test_a_file_that_may_not_grow_is_one_line_and_a_later_run_goes_on(tmp_path: Path, undisturbed: str) -> None:
    """The system's limit on the size of a file: a part of a line is written first, as on a disk that fills up."""
    said, kept = full(tmp_path, SMALL_DISK)
    assert f"{RESULTS_FILE}: a result cannot be written: File too large; allowed: a place to write to" in said
    assert kept > 1
    before = (tmp_path / RESULTS_FILE).read_bytes()
    assert compare(tmp_path).stdout == undisturbed
    assert (tmp_path / RESULTS_FILE).read_bytes().startswith(before), "earlier results are as they were"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    options = ["-t", "tmpfs", "-o", f"size={SMALL_DISK}"]
    try:
        mounted = subprocess.run(["mount", *options, "tmpfs", str(tmp_path)], capture_output=True).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("only root may mount a small disk; the test before this one is much the same")
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_full_disk_is_one_line_and_a_later_run_goes_on(small_disk: Path, undisturbed: str) -> None:
    said, kept = full(small_disk, None)
    assert f"{RESULTS_FILE}: a result cannot be written: No space left on device; allowed: a place to write to" in said
    assert kept > 1
    assert full(small_disk, None)[1] == kept, "still full: nothing lost"
    subprocess.run(["mount", "-o", "remount,size=16m", str(small_disk)], check=True)
    assert compare(small_disk).stdout == undisturbed


def test_half_a_line_is_taken_back(tmp_path: Path) -> None:
    class FillsUp(FileIO):
        """Room for ten bytes more."""

        room = 10

        def write(self, line: bytes) -> int:  # type: ignore[override]
            if not self.room:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self.room -= (taken := super().write(line[: self.room]))
            return taken

    run_tasks(lambda *_: {"contribution": 1.0}, TASKS[:3], folder=tmp_path)
    path = tmp_path / RESULTS_FILE
    before = path.read_bytes()
    with FillsUp(path, "ab+") as file, pytest.raises(OSError, match="No space left"):
        write_whole(file, b'{"key": "k3"}\n', len(before))
    assert path.read_bytes() == before


def test_short_writes_are_made_whole(tmp_path: Path) -> None:
    class Sips(FileIO):
        def write(self, line: bytes) -> int:  # type: ignore[override]
            return super().write(line[:3])

    with Sips(tmp_path / "x", "ab+") as file:
        write_whole(file, b'{"key": "k3"}\n', 0)
    assert (tmp_path / "x").read_bytes() == b'{"key": "k3"}\n'


@pytest.mark.parametrize("metrics", ["[1]", "null", "{}", '{"contribution": "1"}', '{"contribution": NaN}', "true"])
def test_a_line_that_is_no_scorecard_is_run_again(metrics: str, tmp_path: Path) -> None:
    line = f'{{"key": "{TASKS[0].key}", "policy": "p", "seed": 0, "metrics": {metrics}}}\n'
    (tmp_path / RESULTS_FILE).write_text(line)
    for _ in range(2):
        found = run_tasks(lambda _, seed: {"contribution": seed / 3, "none": None}, TASKS[:2], folder=tmp_path)
        assert list(found.values()) == [{"contribution": seed / 3, "none": None} for seed in range(2)]
    assert len((tmp_path / RESULTS_FILE).read_text().splitlines()) == 3, "run again once"

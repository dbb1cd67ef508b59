"""Parallel and resumable tasks: same results for any number of workers, nothing run twice, crashes survived."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from fillrate.bench.progress import progress_bar
from fillrate.bench.tasks import RESULTS_FILE, Metrics, Task, by_policy, read_results, run_tasks, task_key
from fillrate.errors import CheckFailed, InputError

POLICIES = ("cheapest", "whole_order")


def some_tasks(seeds: Sequence[int] = range(4)) -> list[Task]:
    return [Task(p, s, task_key("world", f"hash of {p}", s, 30.0, "0.1")) for p in POLICIES for s in seeds]


def run_one(policy: str, seed: int) -> Metrics:
    draw = np.random.default_rng([seed, len(policy)]).normal()
    return {"contribution": draw, "lost_units": 3, "station_wait_days": None}


def group_is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


class Counting:
    """Counts its calls and, if told, crashes at one of them."""

    def __init__(self, crash_at: int | None = None, crash: BaseException | None = None) -> None:
        self.calls: list[tuple[str, int]] = []
        self.crash_at, self.crash = crash_at, crash or RuntimeError("the machine went away")

    def __call__(self, policy: str, seed: int) -> Metrics:
        if len(self.calls) == self.crash_at:
            raise self.crash
        self.calls.append((policy, seed))
        return run_one(policy, seed)


def test_results_come_in_the_order_of_the_tasks() -> None:
    tasks = some_tasks()
    found = run_tasks(run_one, tasks)
    assert list(found) == tasks
    assert found[tasks[5]] == run_one("whole_order", 1)
    assert by_policy(found)["cheapest"] == [run_one("cheapest", seed) for seed in range(4)]


def test_parallel_equals_serial(tmp_path: Path) -> None:
    tasks = some_tasks()
    serial = run_tasks(run_one, tasks, folder=tmp_path / "serial")
    offset = 3.0

    def slow_first(policy: str, seed: int) -> Metrics:  # a closure, and the first tasks finish last
        time.sleep(0.02 * (3 - seed))
        return {**run_one(policy, seed), "offset": offset}

    parallel = run_tasks(slow_first, tasks, folder=tmp_path / "parallel", n_jobs=2)
    assert list(parallel) == list(serial)
    assert {t: {k: v for k, v in m.items() if k != "offset"} for t, m in parallel.items()} == serial
    assert read_results(tmp_path / "parallel") == {task.key: metrics for task, metrics in parallel.items()}


def test_finished_tasks_are_not_run_again(tmp_path: Path) -> None:
    first = run_tasks(run_one, some_tasks(range(2)), folder=tmp_path)
    again = Counting()
    found = run_tasks(again, some_tasks(range(3)), folder=tmp_path)
    assert again.calls == [("cheapest", 2), ("whole_order", 2)]
    assert first.items() <= found.items()
    assert found == run_tasks(run_one, some_tasks(range(3)))


@pytest.mark.parametrize("crash", [RuntimeError("power"), KeyboardInterrupt()])
def test_a_crash_leaves_what_was_finished(tmp_path: Path, crash: BaseException) -> None:
    with pytest.raises(type(crash)):
        run_tasks(Counting(crash_at=5, crash=crash), some_tasks(), folder=tmp_path)
    assert len(read_results(tmp_path)) == 5
    again = Counting()
    assert run_tasks(again, some_tasks(), folder=tmp_path) == run_tasks(run_one, some_tasks())
    assert len(again.calls) == 3


@pytest.mark.parametrize("kept", [1, 40, -2])
def test_a_torn_last_line_is_run_again(tmp_path: Path, kept: int, caplog: pytest.LogCaptureFixture) -> None:
    expected = run_tasks(run_one, some_tasks(), folder=tmp_path)
    path = tmp_path / RESULTS_FILE
    *whole, last = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(whole) + last[:kept])
    assert len(read_results(tmp_path)) == 7
    assert "line 8 is torn" in caplog.text
    again = Counting()
    assert run_tasks(again, some_tasks(), folder=tmp_path) == expected
    assert again.calls == [("whole_order", 3)]
    assert len(read_results(tmp_path)) == 8, "the new line does not hang on the torn one"


def test_a_last_line_without_newline_is_whole(tmp_path: Path) -> None:
    run_tasks(run_one, some_tasks(), folder=tmp_path)
    path = tmp_path / RESULTS_FILE
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    again = Counting()
    run_tasks(again, some_tasks(range(5)), folder=tmp_path)
    assert again.calls == [("cheapest", 4), ("whole_order", 4)]
    assert len(read_results(tmp_path)) == 10


def test_lines_that_are_no_results_are_left_out(tmp_path: Path) -> None:
    (tmp_path / RESULTS_FILE).write_bytes(b'[1]\n{"key": "x"}\nnull\n\xff\n')
    assert read_results(tmp_path) == {}


def test_every_part_of_the_key_counts() -> None:
    keys = [
        task_key("w", "p", 1, 30.0, "0.1"),
        task_key("w!", "p", 1, 30.0, "0.1"),
        task_key("w", "p!", 1, 30.0, "0.1"),
        task_key("w", "p", 2, 30.0, "0.1"),
        task_key("w", "p", 1, 31.0, "0.1"),
        task_key("w", "p", 1, None, "0.1"),
        task_key("w", "p", 1, 30.0, "0.2"),
    ]
    assert len(set(keys)) == 7
    assert {len(key) for key in keys} == {32}


def test_tasks_with_one_key_are_run_once() -> None:
    key, counting = task_key("w", "p", 1, None, "0.1"), Counting()
    found = run_tasks(counting, [Task("cheapest", 1, key), Task("the_same", 1, key)])
    assert counting.calls == [("cheapest", 1)]
    assert found[Task("the_same", 1, key)] == run_one("cheapest", 1)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_result_that_is_not_finite_is_refused(tmp_path: Path, value: float) -> None:
    with pytest.raises(CheckFailed, match=r"policy cheapest, seed 0, metric fill: (nan|inf); allowed"):
        run_tasks(lambda *_: {"fill": value}, some_tasks(), folder=tmp_path)
    assert read_results(tmp_path) == {}


def test_whole_numbers_come_back_the_same_from_the_file(tmp_path: Path) -> None:
    tasks = some_tasks([0])
    fresh = run_tasks(lambda *_: {"units": np.float64(7), "orders": 12}, tasks, folder=tmp_path)
    stored = run_tasks(run_one, tasks, folder=tmp_path)
    assert (
        json.dumps(list(fresh.values()))
        == json.dumps(list(stored.values()))
        == '[{"units": 7.0, "orders": 12.0}, {"units": 7.0, "orders": 12.0}]'
    )


def test_an_error_in_a_worker_comes_through(tmp_path: Path) -> None:
    def fails_once(policy: str, seed: int) -> Metrics:
        if (policy, seed) == ("whole_order", 3):
            raise InputError("policies/x.toml", "broken", "a whole file")
        if (policy, seed) == ("whole_order", 2):
            time.sleep(0.5)  # so that work is going on when the error arrives: it ends without a warning
        return run_one(policy, seed)

    with pytest.raises(InputError, match=r"policies/x.toml: broken; allowed: a whole file"):
        run_tasks(fails_once, some_tasks(), folder=tmp_path, n_jobs=2)
    assert len(read_results(tmp_path)) >= 6, "what was finished before the error is kept"


def test_zero_workers_are_refused() -> None:
    with pytest.raises(InputError, match="n_jobs"):
        run_tasks(run_one, some_tasks(), n_jobs=0)


def test_no_bar_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    run_tasks(run_one, some_tasks())
    assert capsys.readouterr() == ("", "")


def test_bar_on_a_terminal_goes_to_stderr(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress_bar(3, what="runs") as advance:
        advance(3)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "runs" in shown.err
    run_tasks(run_one, some_tasks(), quiet=True)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_interrupt_leaves_finished_tasks_and_no_workers(tmp_path: Path, n_jobs: int) -> None:
    script = f"""
        import time
        from pathlib import Path
        from fillrate.bench.tasks import Task, run_tasks

        def slow(policy, seed):
            time.sleep(0.01 if seed < 4 else 60)
            return {{"contribution": float(seed)}}

        run_tasks(slow, [Task("p", s, f"k{{s}}") for s in range(8)], folder=Path({str(tmp_path)!r}), n_jobs={n_jobs})
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], stderr=subprocess.PIPE, start_new_session=True
    )
    deadline = time.monotonic() + 30
    while len(read_results(tmp_path)) < 4 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(child.pid, signal.SIGINT)  # what Ctrl-C does: the whole foreground group gets it
    _, error = child.communicate(timeout=20)
    assert child.returncode != 0
    assert b"KeyboardInterrupt" in error
    while time.monotonic() < deadline and group_is_alive(child.pid):
        time.sleep(0.05)
    assert not group_is_alive(child.pid)
    assert len(read_results(tmp_path)) == 4


@pytest.mark.skipif(sys.platform == "win32", reason="a process is told there of no other parent")
@pytest.mark.parametrize("sent", ["SIGTERM", "SIGKILL"])
def test_workers_end_with_a_parent_that_is_told_to(tmp_path: Path, sent: str) -> None:
    script = f"""
        import os, time
        from pathlib import Path
        from fillrate.bench.tasks import Task, run_tasks

        def slow(policy, seed):
            Path({str(tmp_path)!r}, str(os.getpid())).touch()
            time.sleep(60)

        run_tasks(slow, [Task("p", s, f"k{{s}}") for s in range(4)], n_jobs=2)
    """
    child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], start_new_session=True)
    deadline = time.monotonic() + 30
    while len(list(tmp_path.iterdir())) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    child.send_signal(getattr(signal, sent))
    assert child.wait(timeout=20) == -getattr(signal, sent)
    while time.monotonic() < deadline and group_is_alive(child.pid):
        time.sleep(0.05)
    left = group_is_alive(child.pid)
    if left:
        os.killpg(child.pid, signal.SIGKILL)
    assert len(list(tmp_path.iterdir())) == 2
    assert not left

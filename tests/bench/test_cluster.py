"""Tasks on Ray: the same results, lost workers made good, Ctrl-C without leftovers, nothing said but what matters."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from fillrate.bench import cluster
from fillrate.bench.cluster import check_cluster
from fillrate.bench.tasks import RESULTS_FILE, read_results
from fillrate.errors import InputError

needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="optional here: ray")
START = """
    import os, signal, time
    from pathlib import Path
    from fillrate.bench.tasks import Task, run_tasks
    from fillrate.errors import CheckFailed
    folder = Path({folder!r})
    tasks = [Task("p", seed, f"k{{seed}}") for seed in range(8)]
"""
WORDS = ["compare", "two_warehouses", "-n", "6", "--days", "20", "--json"]


def script(folder: Path, rest: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(START.format(folder=str(folder))) + textwrap.dedent(rest)]


def clean() -> dict[str, str]:
    """The environment without a cluster in it."""
    return {key: value for key, value in os.environ.items() if not key.startswith("RAY_")}


def run(words: list[str], **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, env=clean() | more, timeout=300)


def ray_processes(session: int) -> list[int]:
    """Living processes of a session (the driver started with one of its own)."""
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended since
            continue
        if fields[0] != "Z" and int(fields[3]) == session:
            found.append(int(folder.name))
    return found


@pytest.mark.parametrize("name", ["rya", "dask", ""])
def test_another_cluster_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"cluster: found '.*allowed: ray$"):
        check_cluster(name)


def test_a_missing_package_is_one_line_that_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "find_spec", lambda _: None)
    with pytest.raises(InputError) as caught:
        check_cluster("ray")
    assert str(caught.value) == "cluster ray: the package is not installed: pip install 'fillrate[ray]'"


@pytest.mark.parametrize(
    ("left", "seconds", "room", "size"),
    [
        (1000, float("inf"), 4, 1),  # nothing is known yet
        (1000, 0.1, 4, 10),  # a second's worth
        (1000, 0.0, 4, 125),  # at most what leaves something for the others
        (10, 0.001, 4, 1),
        (1000, 30.0, 4, 1),
    ],
)
def test_batches_take_about_a_second_and_end_together(left: int, seconds: float, room: int, size: int) -> None:
    assert cluster._size(left, seconds, room) == size


@needs_ray
@pytest.mark.parametrize("address", ["127.0.0.1:1", "ray://127.0.0.1:1"])
def test_a_cluster_out_of_reach_is_one_line_soon(address: str) -> None:
    start = time.monotonic()
    done = run([sys.executable, "-m", "fillrate", *WORDS, "--cluster", "ray"], RAY_ADDRESS=address)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"fillrate compare: RAY_ADDRESS {address}: no connection: ")
    assert done.stderr.count("\n") == 1
    assert time.monotonic() - start < 30


@needs_ray
@pytest.mark.slow
def test_the_same_bits_as_here_and_json_alone_on_stdout(tmp_path: Path) -> None:
    here = run([sys.executable, "-m", "fillrate", *WORDS, "--jobs", "1"])
    there = run(
        [sys.executable, "-m", "fillrate", *WORDS, "--cluster", "ray", "--jobs", "2", "--resume", str(tmp_path)]
    )
    assert (there.returncode, there.stderr) == (0, "")
    assert there.stdout == here.stdout
    again = run([sys.executable, "-m", "fillrate", *WORDS, "--jobs", "1", "--resume", str(tmp_path)])
    assert again.stdout == here.stdout
    assert len((tmp_path / RESULTS_FILE).read_bytes().splitlines()) == 6 * len(json.loads(here.stdout)["policies"])


@needs_ray
@pytest.mark.slow
def test_a_lost_worker_is_made_good_in_silence(tmp_path: Path) -> None:
    rest = """
        def dies_once(policy, seed):
            flag = folder / "died"
            if seed == 3 and not flag.exists():
                flag.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            print("noise")
            return {"contribution": seed / 3}

        found = run_tasks(dies_once, tasks, folder=folder, n_jobs=2, cluster="ray")
        print([metrics["contribution"] for metrics in found.values()] == [seed / 3 for seed in range(8)])
    """
    done = run(script(tmp_path, rest))
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")
    assert (tmp_path / "died").exists()
    assert len(read_results(tmp_path)) == 8


@needs_ray
@pytest.mark.slow
def test_a_task_that_always_kills_its_worker_ends_the_run_with_one_line(tmp_path: Path) -> None:
    rest = """
        from fillrate.errors import InputError

        def dies(policy, seed):
            if seed == 7:
                time.sleep(0.5)
                os.kill(os.getpid(), signal.SIGKILL)
            return {"contribution": 1.0}

        try:
            run_tasks(dies, tasks, folder=folder, n_jobs=2, cluster="ray")
        except InputError as error:
            print(error)
    """
    done = run(script(tmp_path, rest))
    assert done.stdout.startswith("cluster ray: a batch could not be run, 3 times anew neither: ")
    assert done.stdout.count("\n") == 1
    assert len(read_results(tmp_path)) == 7


@needs_ray
@pytest.mark.slow
def test_an_error_of_a_task_comes_through_and_other_code_is_refused(tmp_path: Path) -> None:
    rest = """
        import fillrate.bench.workers as workers

        def fails(policy, seed):
            if seed == 5:
                raise CheckFailed("stock is negative")
            return {"contribution": 1.0}

        for prepare in (lambda: None, lambda: setattr(workers, "code_version", lambda: "other")):
            prepare()
            try:
                run_tasks(fails, tasks, folder=folder, n_jobs=1, cluster="ray")
            except Exception as error:
                print(type(error).__name__, error)
    """
    done = run(script(tmp_path, rest))
    assert done.stdout.splitlines() == [
        "CheckFailed stock is negative",
        "InputError cluster: a machine runs other code of fillrate; allowed: the same version on all of them",
    ]
    assert len(read_results(tmp_path)) == 5


@pytest.fixture
def slow_run(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Four quick tasks are done; four slow ones are under way."""
    rest = """
        def slow(policy, seed):
            time.sleep(0.01 if seed < 4 else 300)
            return {"contribution": float(seed)}

        run_tasks(slow, tasks, folder=folder, n_jobs=2, cluster="ray")
    """
    child = subprocess.Popen(
        script(tmp_path, rest),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=clean(),
        start_new_session=True,
    )
    deadline = time.monotonic() + 90
    while len(read_results(tmp_path)) < 4 and time.monotonic() < deadline:
        time.sleep(0.05)
    yield child
    for process in ray_processes(child.pid):
        os.kill(process, signal.SIGKILL)


def left(session: int, sent: signal.Signals) -> list[int]:
    """Processes that should not be there; after a kill, two agents of Ray wait until someone reaps their parent."""
    found = ray_processes(session)
    return found if sent is signal.SIGINT else [p for p in found if b"Agent" not in said_of(p)]


def said_of(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b"Agent"  # it has ended since


@needs_ray
@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_or_killed_it_keeps_what_is_done_and_leaves_no_process(
    tmp_path: Path, slow_run: subprocess.Popen[str], sent: signal.Signals
) -> None:
    if sent is signal.SIGINT:
        os.killpg(slow_run.pid, sent)  # what Ctrl-C does: the whole foreground group gets it
    else:
        slow_run.send_signal(sent)
    out, err = slow_run.communicate(timeout=60)
    assert out == ""
    if sent is signal.SIGINT:
        assert err.rstrip().endswith("KeyboardInterrupt")
    deadline = time.monotonic() + 30
    while left(slow_run.pid, sent) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not left(slow_run.pid, sent)
    assert len(read_results(tmp_path)) == 4

"""The command as a process: quick to start, exit codes, broken pipes and Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "fillrate"]
HELP_SECONDS = 0.5


def fillrate(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *words], capture_output=True, text=True)


@pytest.mark.parametrize("words", [(), ("--help",), ("-h",), ("simulate", "--help"), ("--version",)])
def test_help_is_no_error(words: tuple[str, ...]) -> None:
    done = fillrate(*words)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: fillrate" in done.stdout or done.stdout.startswith("fillrate ")


def test_every_verb_has_help_in_one_line() -> None:
    from fillrate.cli.verbs import VERBS

    lines = fillrate("--help").stdout.partition("Commands:")[2].splitlines()
    for verb in VERBS:
        (line,) = [line for line in lines if line.startswith(f"  {verb} ")]
        assert line.endswith(".")
        assert not line.endswith("...")


@pytest.mark.parametrize(
    ("words", "absent"),
    [
        (["--help"], {"numpy", "rich", "scipy", "matplotlib", "pyarrow", "simpy"}),
        (["simulate", "--help"], {"numpy", "rich", "scipy", "matplotlib", "pyarrow", "simpy"}),
        (["worlds", "--json"], {"numpy", "rich", "scipy", "matplotlib", "pyarrow", "simpy"}),
        (["policies"], {"numpy", "scipy", "matplotlib", "pyarrow", "simpy"}),
        (["show", "cheapest"], {"scipy", "matplotlib", "pyarrow", "simpy"}),
        (["simulate", "two_warehouses", "--days", "3"], {"scipy", "matplotlib", "joblib"}),
        (["compare", "two_warehouses", "-n", "1", "--days", "3", "--jobs", "1"], {"matplotlib", "joblib"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_verb_loads_only_what_it_needs(words: list[str], absent: set[str]) -> None:
    code = "import sys; from fillrate.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    assert not absent & set(done.stderr.split())


def test_help_is_quick() -> None:
    """The best of several tries, measured inside: the bound is on the code, not on what else the machine does."""
    code = (
        "import time; t = time.process_time(); from fillrate.cli import main; main([]); print(time.process_time() - t)"
    )
    tries = (subprocess.run([sys.executable, "-c", code], capture_output=True, text=True) for _ in range(5))
    assert any(float(done.stdout.splitlines()[-1]) < HELP_SECONDS for done in tries)


def test_wrong_input_is_one_line_and_exit_code_two() -> None:
    done = fillrate("simulate", "two_warehouses", "cheapst")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("fillrate simulate: policy 'cheapst': no such name (did you mean 'cheapest'?)")
    assert done.stderr.count("\n") == 1


def test_json_stands_alone_on_stdout_with_workers_too() -> None:
    import json

    done = fillrate("compare", "two_warehouses", "-n", "2", "--days", "5", "--jobs", "2", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["replications"] == 2


@pytest.mark.skipif(os.name == "nt", reason="pipes and signals of POSIX")
@pytest.mark.parametrize("verb", ["policies", "worlds"])
def test_a_reader_that_leaves_early_is_no_error(verb: str) -> None:
    process = subprocess.Popen([*COMMAND, verb], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert (process.stderr.read(), process.wait(30)) == ("", 0)
    process.stderr.close()


@pytest.mark.skipif(os.name == "nt", reason="pipes and signals of POSIX")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_is_one_line_and_keeps_finished_runs(jobs: str, tmp_path: Path) -> None:
    words = ["compare", "two_warehouses", "-n", "500", "--days", "300", "--jobs", jobs, "--resume", str(tmp_path)]
    process = subprocess.Popen(
        [*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    results = tmp_path / "results.jsonl"
    deadline = time.monotonic() + 60
    while not (results.exists() and results.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err == "fillrate compare: interrupted; finished runs are kept, the same command goes on\n"
    assert all(line.endswith("}") for line in results.read_text().splitlines()[:-1])


@pytest.mark.skipif(os.name == "nt", reason="pipes and signals of POSIX")
@pytest.mark.parametrize(
    "command", [COMMAND, [str(Path(sys.executable).with_name("fillrate"))]], ids=["module", "script"]
)
def test_ctrl_c_while_modules_are_loaded_is_one_line_too(command: list[str], tmp_path: Path) -> None:
    """A module that is needed at once, whose place is taken by one that the user interrupts."""
    (tmp_path / "typer.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run([*command, "worlds"], capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "fillrate: interrupted\n")


LINGERING = """
import threading, time
from fillrate.cli import main
from fillrate.cli.verbs import VERBS

def worlds() -> None:
    threading.Thread(target=time.sleep, args=({seconds},)).start()  # the process does not end before it
    print("at work", flush=True)
    time.sleep(60)

VERBS["worlds"] = worlds
raise SystemExit(main())
"""


def lingering(seconds: float) -> subprocess.Popen[str]:
    """A command that was interrupted and said so, and still takes its time to end."""
    command = [sys.executable, "-c", LINGERING.format(seconds=seconds), "worlds"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    assert process.stderr.readline() == "fillrate worlds: interrupted\n"
    return process


@pytest.mark.skipif(os.name == "nt", reason="pipes and signals of POSIX")
def test_more_ctrl_c_while_the_process_ends_says_nothing_more() -> None:
    process = lingering(2.0)
    for _ in range(5):
        process.send_signal(signal.SIGINT)
        time.sleep(0.05)
    assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == 130


@pytest.mark.skipif(os.name == "nt", reason="pipes and signals of POSIX")
def test_a_process_that_does_not_end_can_still_be_told_to() -> None:
    process = lingering(600.0)
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == -signal.SIGTERM


def test_a_caller_of_the_command_line_keeps_its_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    from fillrate.cli import main
    from fillrate.cli.verbs import VERBS

    def interrupted() -> None:
        raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setitem(VERBS, "worlds", interrupted)
    assert main(["worlds"]) == 130
    assert signal.getsignal(signal.SIGINT) is before


def test_a_terminal_that_lacks_signs_still_shows_the_rest() -> None:
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    words = ["compare", "two_warehouses", "-n", "2", "--days", "5", "--jobs", "1"]
    done = subprocess.run([*COMMAND, *words], capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert "cheapest" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX")
@pytest.mark.parametrize(
    ("closed", "words", "code", "out"),
    [
        ("2>&-", "simulate nope --json", 2, ""),
        ("2>&-", "compare two_warehouses -n 2 --days 5 --jobs 2 --json", 0, "{"),
        (">&-", "worlds --json", 0, ""),
        (">&-", "policies", 0, ""),
        ("<&- >&- 2>&-", "simulate two_warehouses --days 5 --journal journal.csv", 0, ""),
    ],
)
def test_a_stream_that_is_closed_takes_nothing_and_spoils_nothing(
    closed: str, words: str, code: int, out: str, tmp_path: Path
) -> None:
    line = f"{sys.executable} -m fillrate {words} {closed}"
    done = subprocess.run(line, shell=True, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stdout[:1], done.stderr) == (code, out, "")
    for written in tmp_path.iterdir():
        assert written.read_text().startswith('"')


@pytest.mark.skipif(sys.platform != "linux", reason="arguments that are bytes")
def test_a_name_that_is_no_text_is_refused_before_the_work(tmp_path: Path) -> None:
    words = [*map(os.fsencode, COMMAND), *b"simulate two_warehouses --days 5 --journal".split(), b"j\xfc.csv"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, env=os.environ | {"PYTHONUTF8": "1"})
    assert (done.returncode, done.stdout, [*tmp_path.iterdir()]) == (2, "", [])
    assert done.stderr.startswith("fillrate simulate: 'j?.csv': is no text in UTF-8; allowed: ")


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
@pytest.mark.parametrize("limit", [1_000, 5_000])
def test_a_workspace_that_finds_no_room_is_not_begun(limit: int, tmp_path: Path) -> None:
    """The first file is larger than one limit, the fourth than the other."""
    import resource

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    words = [*COMMAND, "init", "shop"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, preexec_fn=limited)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("fillrate init: shop/")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert subprocess.run(words, capture_output=True, cwd=tmp_path).returncode == 0

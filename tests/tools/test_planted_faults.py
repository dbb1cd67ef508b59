"""The runner of planted faults, on a tiny tree of its own: what is caught, missed, stale or cannot be judged."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CODE = '''"""Adding up."""


def add(a, b):
    """The sum."""
    return a + b


def spare(a):
    """Called by no test."""
    return a * 2
'''
TESTS = """from sums import add


def test_add():
    assert add(2, 3) == 5
"""
CAUGHT = {"find": "return a + b", "replace": "return a - b"}
MISSED = {"find": "a * 2", "replace": "a * 3"}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout with one module and one test."""
    for name, text in {"src/sums.py": CODE, "tests/test_sums.py": TESTS}.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def write_list(tree: Path, *changes: dict[str, str]) -> None:
    common = {"package": "sums", "file": "src/sums.py"}
    entries = [
        "\n".join(
            [
                "[[fault]]",
                *(f"{key} = '{value}'" for key, value in (common | change).items()),
                "tests = ['tests/test_sums.py']",
            ]
        )
        for change in changes
    ]
    (tree / "tests" / "planted_faults.toml").write_text("\n\n".join(entries), encoding="utf-8")


def run(repository: Path, tree: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(repository / "tools" / "planted_faults.py"), "--root", str(tree), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def verdicts(done: subprocess.CompletedProcess[str]) -> list[str]:
    answer: dict[str, Any] = json.loads(done.stdout)
    return [row["verdict"] for row in answer["faults"]]


def test_a_fault_that_a_test_notices_is_caught_and_the_tree_stays_as_it_was(repository: Path, tree: Path) -> None:
    write_list(tree, CAUGHT)
    done = run(repository, tree, "--json")
    assert (done.returncode, verdicts(done)) == (0, ["caught"]), done.stderr
    assert (tree / "src" / "sums.py").read_text(encoding="utf-8") == CODE


def test_missed_and_stale_faults_fail_the_run_in_the_order_of_the_list(repository: Path, tree: Path) -> None:
    twice = {"find": "return a", "replace": "return b"}
    gone = {"find": "a / b", "replace": "a"}
    write_list(tree, MISSED, twice, CAUGHT, gone)
    done = run(repository, tree, "--json", "--jobs", "2")
    assert (done.returncode, verdicts(done)) == (1, ["missed", "stale", "caught", "stale"])


def test_a_fault_that_breaks_the_import_is_caught_but_one_that_does_not_parse_proves_nothing(
    repository: Path, tree: Path
) -> None:
    write_list(tree, {"find": "spare(a)", "replace": "spare(a=1 / 0)"}, {"find": "(a, b):", "replace": "(a, b:"})
    assert verdicts(run(repository, tree, "--json")) == ["caught", "stale"]


def test_nothing_is_judged_when_the_tests_fail_without_a_fault(repository: Path, tree: Path) -> None:
    write_list(tree, CAUGHT)
    (tree / "tests" / "test_sums.py").write_text(TESTS.replace("5", "6"), encoding="utf-8")
    done = run(repository, tree, "--json")
    assert (done.returncode, verdicts(done)) == (1, ["broken"])
    assert "assert 5 == 6" in done.stderr


def test_only_chooses_a_package(repository: Path, tree: Path) -> None:
    write_list(tree, MISSED, CAUGHT | {"package": "other"})
    done = run(repository, tree, "--only", "other")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "1 caught")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"find": "a + b", "replace": "a + b"}, "and differ"),
        ({**CAUGHT, "line": "3"}, "exactly"),
        ({"find": "", "replace": "x"}, "parts of one line"),
    ],
)
def test_a_wrong_list_is_named_in_one_line(repository: Path, tree: Path, change: dict[str, str], says: str) -> None:
    write_list(tree, CAUGHT, change)
    done = run(repository, tree)
    assert done.returncode == 2
    assert "fault 2" in done.stderr
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_unknown_package_or_an_absent_list_is_an_error(repository: Path, tree: Path) -> None:
    assert run(repository, tree).returncode == 2
    write_list(tree, CAUGHT)
    done = run(repository, tree, "--only", "sum")
    assert (done.returncode, "allowed: sums" in done.stderr) == (2, True)


def test_a_dry_run_plants_nothing_and_names_what_is_stale(repository: Path, tree: Path) -> None:
    write_list(tree, MISSED)
    assert run(repository, tree, "--dry-run").stdout.endswith("1 ready\n")
    write_list(tree, MISSED, {"find": "a / b", "replace": "a"})
    done = run(repository, tree, "--dry-run", "--json")
    assert (done.returncode, verdicts(done)) == (1, ["ready", "stale"])
    text = (
        (tree / "tests" / "planted_faults.toml").read_text(encoding="utf-8").replace(".py']", ".py::test_add[1]']", 1)
    )
    (tree / "tests" / "planted_faults.toml").write_text(text.replace(".py']", ".py::test_sub']"), encoding="utf-8")
    assert "no such test: tests/test_sums.py::test_sub" in run(repository, tree, "--dry-run").stdout


def test_every_fault_of_the_project_can_still_be_planted(repository: Path) -> None:
    if not (repository / "tests" / "planted_faults.toml").exists():
        pytest.skip("the project lists no faults yet")
    done = run(repository, repository, "--dry-run", "--json")
    stale = [row for row in json.loads(done.stdout)["faults"] if row["verdict"] == "stale"]
    assert not [f"{row['file']}: {row['detail']}" for row in stale]

"""The maker of mutants, on a small module and on the engines themselves; planting them takes too long for here."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

CODE = '''"""1 + 1 in a text is left alone."""

ONE = 1


def add(a, b):
    """0 < 1."""
    if a < b and b != 0:
        a += b
        print(a, "x + y")
    return min(a + b, 1)
'''
LOAD = "import sys; sys.path.insert(0, 'tools'); import json, mutants; "


def ask(repository: Path, expression: str, *given: str) -> object:
    """What the tool says in a process of its own: tools are no package."""
    code = LOAD + f"print(json.dumps({expression}))"
    command = [sys.executable, "-c", code, *given]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=repository)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_one_line_of_a_function_changes_and_the_module_still_parses(repository: Path) -> None:
    expression = (
        "[[m.line, m.rule, mutants.planted(sys.argv[1], m)] for m in mutants.mutants_of(sys.argv[1], 'e', 'f')]"
    )
    found = ask(repository, expression, CODE)
    assert isinstance(found, list)
    assert sorted((line, rule) for line, rule, _ in found) == [
        (8, "!= -> =="),
        (8, "0 -> 1"),
        (8, "< -> <="),
        (8, "and -> or"),
        (9, "+= -> -="),
        (9, "left out"),
        (10, "left out"),
        (11, "+ -> -"),
        (11, "1 -> 0"),
        (11, "min -> max"),
    ]
    for line, _, text in found:
        ast.parse(text)
        pairs = zip(CODE.splitlines(), text.splitlines(), strict=True)
        assert [n for n, (a, b) in enumerate(pairs, 1) if a != b] == [line]


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_fifty_different_mutants_of_each_engine_the_same_each_time(repository: Path, engine: str) -> None:
    if not (repository / "src/fillrate/model").is_dir():
        pytest.skip("no sources beside the tests")
    expression = "[m.key for m in mutants.drawn(mutants.Path('.'), sys.argv[1])]"
    keys = ask(repository, expression, engine)
    assert isinstance(keys, list)
    assert len(set(keys)) == len(keys) == 50
    assert ask(repository, expression, engine) == keys


def test_equivalent_mutants_do_not_count(repository: Path) -> None:
    said = ask(
        repository, "mutants.report({'simpy': {'a': 'equivalent', 'b': 'caught', 'c': 'missed', 'd': 'caught'}})"
    )
    assert said == ["simpy: 4 mutants, 1 change no result of the probe set; 2 of the other 3 are caught"]


def test_the_command_lists_without_planting(repository: Path) -> None:
    command = [sys.executable, str(repository / "tools" / "mutants.py"), "--list", "--only", "simpy", "--limit", "3"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 3), done.stderr

"""Wrong input ends with exit code 2 and one line that names the place; bad_input.toml has the cases."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

LIST = Path(__file__).with_name("bad_input.toml")
GROUPS: list[dict[str, Any]] = tomllib.loads(LIST.read_text(encoding="utf-8"))["group"]
CASES = [
    pytest.param(group, case, id=f"{group['name']}-{case['fault']}".replace(" ", "_"))
    for group in GROUPS
    for case in group["case"]
]


def put_files(workspace: Path, group: dict[str, Any]) -> None:
    for name, text in group.get("files", {}).items():
        (workspace / name).write_text(text.lstrip("\n"), encoding="utf-8")


def break_file(workspace: Path, group: dict[str, Any], case: dict[str, Any]) -> None:
    if not {"find", "text", "bytes"} & set(case):
        return
    path = workspace / case.get("file", group.get("file", ""))
    if "bytes" in case:
        path.write_bytes(bytes.fromhex(case["bytes"]))
    elif "text" in case:
        path.write_text(case["text"].lstrip("\n"), encoding="utf-8")
    else:
        whole = path.read_text(encoding="utf-8")
        assert whole.count(case["find"]) == 1, f"{case['find']!r} is not in {path.name} exactly once"
        path.write_text(whole.replace(case["find"], case["replace"]), encoding="utf-8")


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("group", "case"), CASES)
def test_one_line_names_the_place_and_nothing_is_written(
    group: dict[str, Any], case: dict[str, Any], workspace: Path, run: Callable[..., Any]
) -> None:
    put_files(workspace, group)
    break_file(workspace, group, case)
    before, words = snapshot(workspace), case.get("args", group["good"])
    done = run(*words)
    verb = f" {words[0]}" if words[0].isalpha() and "no such verb" not in case["place"] else ""
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert done.err.endswith("\n")
    assert done.err.startswith(f"fillrate{verb}: {case['place']}")
    assert case.get("says", "") in done.err
    after, drafted = snapshot(workspace), case.get("written", [])  # drafts to be filled in, which the line names
    assert [name for name in drafted if after.pop(name, b"") and name in done.err] == drafted
    assert after == before


@pytest.mark.parametrize("group", GROUPS, ids=[group["name"].replace(" ", "_") for group in GROUPS])
def test_the_same_command_is_right_without_the_fault(
    group: dict[str, Any], workspace: Path, run: Callable[..., Any]
) -> None:
    put_files(workspace, group)
    done = run(*group["good"])
    assert (done.code, done.err) == (0, "")
    assert done.out


def test_the_list_is_long_and_says_everything_once() -> None:
    faults = [(group["name"], case["fault"]) for group in GROUPS for case in group["case"]]
    assert len(faults) == len(set(faults)) >= 40
    known = {"fault", "place", "says", "args", "find", "replace", "text", "bytes", "file", "written"}
    assert not [case for group in GROUPS for case in group["case"] if set(case) - known]

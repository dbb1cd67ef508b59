#!/usr/bin/env python3
"""Plant one-line faults, one at a time, and see whether the tests notice.

The list is a TOML file of entries

    [[fault]]
    package = "draws"                        # for --only
    file = "src/fillrate/draws/laws.py"      # from the root of the checkout
    find = "-mean * math.log1p(-u)"          # a part of one line that occurs exactly once in the file
    replace = "-mean * math.log1p(u)"
    tests = ["tests/draws/test_laws.py"]     # paths or node ids that are expected to fail

The working tree is never touched: each fault goes into a temporary copy of it, where the named tests run with that
copy's `src` first on the path. Without any fault the same tests must pass, or a failure would say nothing.

Exit code: 0 every fault is caught; 1 one is missed, no longer applies or cannot be judged; 2 the list is wrong.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

KEYS = {"package", "file", "find", "replace", "tests"}
NOT_COPIED = (".git", ".venv*", "build", "dist", "__pycache__", ".*_cache", ".hypothesis", ".cache", "shared")
VERDICTS = ("ready", "caught", "missed", "stale", "broken")
GOOD = {"ready", "caught"}
ALL_PASSED, SOME_FAILED, STOPPED_EARLY = 0, 1, 2  # pytest's exit codes; 2 also means that collecting raised


class ListError(Exception):
    """The list of faults is wrong; the message says where and why."""


@dataclass(frozen=True)
class Fault:
    """A one-line fault: where it goes, what it changes, and the tests that are expected to notice."""

    package: str
    file: str
    find: str
    replace: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of a fault.

    `caught`, `missed`, `stale` (it cannot be planted), `broken` (nothing can be said) or, in a dry run, `ready`.
    """

    fault: Fault
    verdict: str
    detail: str
    seconds: float


def read_faults(path: Path) -> list[Fault]:
    """The faults of a TOML list.

    Raises:
        ListError: the file is absent or no TOML, an entry has other keys than the five, or a value is no plain text.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ListError(f"{path}: {error}") from error
    if set(table) - {"fault"}:
        raise ListError(f"{path}: unknown keys {sorted(set(table) - {'fault'})}; allowed: [[fault]]")
    return [_fault(f"{path}: fault {number}", entry) for number, entry in enumerate(table.get("fault", []), 1)]


def _fault(place: str, entry: dict[str, object]) -> Fault:
    if set(entry) != KEYS:
        raise ListError(f"{place}: keys {sorted(entry)}; allowed: exactly {sorted(KEYS)}")
    tests = entry["tests"]
    texts = {key: value for key, value in entry.items() if key != "tests" and isinstance(value, str)}
    if not (isinstance(tests, list) and tests and all(isinstance(t, str) for t in tests)) or len(texts) < len(KEYS) - 1:
        raise ListError(f"{place}: text is allowed, and for tests a list of texts that is not empty")
    if "\n" in texts["find"] + texts["replace"] or not texts["find"] or texts["find"] == texts["replace"]:
        raise ListError(f"{place}: find and replace must be parts of one line, and differ")
    return Fault(**texts, tests=tuple(tests))


def why_stale(fault: Fault, root: Path) -> str:
    """Why a fault cannot be planted any more; empty if it can."""
    if absent := [name for name in (fault.file, *fault.tests) if not (root / name.split("::")[0]).exists()]:
        return f"no such file: {', '.join(absent)}"
    if lost := [name for name in fault.tests if not _is_there(name, root)]:
        return f"no such test: {', '.join(lost)}"
    text = (root / fault.file).read_text(encoding="utf-8")
    if (count := text.count(fault.find)) != 1:
        return f"{fault.find!r} occurs {count} times in {fault.file}, must be once"
    return "" if _parses(fault, text) else f"{fault.file} does not parse with {fault.replace!r}, which proves nothing"


def _is_there(test: str, root: Path) -> bool:
    """Whether the function of a test's name is in its file, where the name goes as far as that."""
    file, _, name = test.partition("::")
    function = name.split("[")[0].rpartition("::")[2]
    return not function or f"def {function}(" in (root / file).read_text(encoding="utf-8")


def _parses(fault: Fault, text: str) -> bool:
    if not fault.file.endswith(".py"):
        return True
    try:
        ast.parse(text.replace(fault.find, fault.replace))
    except SyntaxError:
        return False
    return True


def copy_tree(root: Path, target: Path) -> Path:
    """A copy of the working tree without what Git, environments and caches hold."""
    return Path(shutil.copytree(root, target / "tree", ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True))


def run_tests(tree: Path, tests: tuple[str, ...], timeout: float) -> tuple[int | None, str]:
    """Pytest's exit code (None after `timeout` seconds) and the end of what it printed."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    environment = os.environ | {"PYTHONPATH": str(tree / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, check=False, cwd=tree, env=environment, capture_output=True, text=True, timeout=timeout
        )
    except subprocess.TimeoutExpired:
        return None, f"still running after {timeout:.0f} s"
    lines = (done.stdout + done.stderr).strip().splitlines()
    return done.returncode, "\n".join(lines[-12:])


def plant(fault: Fault, root: Path, timeout: float) -> Outcome:
    """Plant one fault in a copy of the tree and run its tests; a run that never ends counts as caught."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="planted-fault-") as folder:
        tree = copy_tree(root, Path(folder))
        text = (tree / fault.file).read_text(encoding="utf-8")
        (tree / fault.file).write_text(text.replace(fault.find, fault.replace), encoding="utf-8")
        code, said = run_tests(tree, fault.tests, timeout)
    verdict = {None: "caught", SOME_FAILED: "caught", STOPPED_EARLY: "caught", ALL_PASSED: "missed"}.get(code, "broken")
    return Outcome(fault, verdict, said.splitlines()[-1] if said else "", time.perf_counter() - start)


def clean_run(faults: list[Fault], root: Path, timeout: float) -> str:
    """What the named tests print if they fail without any fault; empty if all of them pass."""
    tests = tuple(sorted({name for fault in faults for name in fault.tests}))
    with tempfile.TemporaryDirectory(prefix="planted-fault-") as folder:
        code, said = run_tests(copy_tree(root, Path(folder)), tests, timeout * len(tests))
    return "" if code == ALL_PASSED else said


def inspect(faults: list[Fault], root: Path) -> list[Outcome]:
    """Which faults can be planted, without planting any."""
    reasons = [why_stale(fault, root) for fault in faults]
    return [Outcome(f, "stale" if reason else "ready", reason, 0.0) for f, reason in zip(faults, reasons, strict=True)]


def judge(faults: list[Fault], root: Path, *, jobs: int, timeout: float) -> list[Outcome]:
    """The outcome of every fault, in the order of the list."""
    stale = {outcome.fault: outcome for outcome in inspect(faults, root) if outcome.verdict == "stale"}
    fresh = [fault for fault in faults if fault not in stale]
    if fresh and (said := clean_run(fresh, root, timeout)):
        print(f"without any fault the tests fail:\n{said}", file=sys.stderr)
        return [
            Outcome(fault, "broken", "its tests fail without it, or others of this run do", 0.0) for fault in faults
        ]
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        planted = dict(zip(fresh, pool.map(lambda fault: plant(fault, root, timeout), fresh), strict=True))
    return [(planted | stale)[fault] for fault in faults]


def report(outcomes: list[Outcome], *, as_json: bool) -> None:
    """Print one line a fault and a closing line, or the same as JSON."""
    counts = {verdict: sum(o.verdict == verdict for o in outcomes) for verdict in VERDICTS}
    if as_json:
        rows = [asdict(o.fault) | {"verdict": o.verdict, "detail": o.detail, "seconds": o.seconds} for o in outcomes]
        print(json.dumps({"faults": rows, **counts}, indent=1))
        return
    for o in outcomes:
        print(f"{o.verdict:7} {o.seconds:6.1f} s  {o.fault.file}: {o.fault.find!r} -> {o.fault.replace!r}")
        if o.verdict not in GOOD:
            print(f"{'':18}{o.detail}")
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count) or "no faults")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    here = Path(__file__).resolve().parents[1]
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--root", type=Path, default=here, help="the tree to copy (default: this checkout)")
    parser.add_argument("--list", type=Path, help="the list of faults (default: tests/planted_faults.toml of the tree)")
    parser.add_argument(
        "--only", action="append", metavar="PACKAGE", help="only the faults of this package; repeatable"
    )
    parser.add_argument("--jobs", type=int, default=1, help="faults tried at the same time (default: 1)")
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds a fault's tests may take (default: 600)")
    parser.add_argument("--dry-run", action="store_true", help="only see which faults can be planted")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    try:
        faults = read_faults(given.list or given.root / "tests" / "planted_faults.toml")
        packages = sorted({fault.package for fault in faults})
        if strange := sorted(set(given.only or ()) - set(packages)):
            raise ListError(f"--only {', '.join(strange)}: no fault of that package; allowed: {', '.join(packages)}")
    except ListError as error:
        print(error, file=sys.stderr)
        return 2
    chosen = [fault for fault in faults if not given.only or fault.package in given.only]
    root = given.root.resolve()
    if given.dry_run:
        outcomes = inspect(chosen, root)
    else:
        outcomes = judge(chosen, root, jobs=max(1, given.jobs), timeout=given.timeout)
    report(outcomes, as_json=given.json)
    return 0 if all(outcome.verdict in GOOD for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())

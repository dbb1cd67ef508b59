#!/usr/bin/env python3
"""Change single lines of one engine at a time and count which changes the tests between the engines notice.

Mutants are made by rule from the engines' own code (`<` for `<=`, `+` for `-`, 0 for 1, `and` for `or`, a statement
left out) and drawn with a fixed seed. Each is planted in a copy of the tree. One that leaves every result of a probe
set as it was (worlds and policies that the tests do not play; the changed engine against itself unchanged) is
equivalent and does not count. Of the others it is counted how many the tests notice. What is done is kept in a file, so
that a run that was stopped goes on; a mutant of the compiled engine takes a compilation.

Exit code: 0 every mutant that changes a result is caught; 1 one is missed; 2 the tree cannot be judged.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import tokenize
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from planted_faults import copy_tree

HERE = Path(__file__).resolve().parents[1]
ENGINES = {"simpy": "simpy_model", "compiled": "kernel"}
NO_RULES = {  # modules that decide nothing
    *(
        "__init__",
        "ahead",
        "build",
        "cache",
        "explaining",
        "flags",
        "jit",
        "lift",
        "memory",
        "native",
        "notice",
        "typed",
        "views",
    ),
}
SWAPS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "+": "-", "-": "+", "+=": "-=", "-=": "+="}
SWAPS |= {"and": "or", "or": "and", "min": "max", "max": "min", "0": "1", "1": "0", "0.0": "1.0", "True": "False"}
TESTS = (  # the quick ones first: runs made by hand, which both engines play
    *sorted(str(path.relative_to(HERE)) for path in HERE.glob("tests/model/test_exact*.py")),
    "tests/model/test_planning.py",
    "tests/model/kernel/test_same_catalogue.py",
    "tests/model/kernel/test_same_random.py",
)
MEMORY = 8 * 2**30  # bytes of addresses: a run that a mutant makes endless ends here
EACH, SEED = 50, 2027
PROBE_SECONDS, TEST_SECONDS = 400, 800  # of processor time: what takes longer under a mutant is endless

PROBE = """
import hashlib, json, sys
from dataclasses import replace
from hypothesis import HealthCheck, Phase, given, seed, settings
from fillrate import load_world, sample, simulate
from fillrate.errors import FillrateError
from fillrate.testing import runs
from tests.model.kernel.test_same_catalogue import last_orders, short

engine, told = sys.argv[1], []

def play(world, trace, policy):
    try:
        result = simulate(world, trace, policy, engine=engine, journal=True)
        said = str(result.journal.to_pydict()) + repr(dict(result.scorecard)) + repr(result.totals.counts.tolist())
    except FillrateError as error:
        said = repr(error)
    told.append(hashlib.sha256(said.encode()).hexdigest())

for name in ("two_warehouses", "regional", "omnichannel", "peak_season", "disruption", "tight_cash"):
    world = short(load_world(name), 100)
    for policy in world.defaults.baselines[:2]:
        play(world, last_orders(sample(world, 4711), 100), policy)

@seed(4711)
@settings(max_examples=60, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck])
@given(runs())
def randomly(run):
    play(run.world, run.trace, run.policy)

randomly()
print(json.dumps(told))
"""


@dataclass(frozen=True)
class Mutant:
    """One changed line: the engine, the file below `src/fillrate/model`, the line, and what it becomes."""

    engine: str
    file: str
    line: int
    column: int
    rule: str
    before: str
    after: str

    @property
    def key(self) -> str:
        """What it is known by in the file of results."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Copy:
    """A copy of the tree, and the folder in which its code is kept when it is compiled."""

    tree: Path
    cache: Path

    def run(self, command: list[str], seconds: int) -> tuple[int, str]:
        """Run Python on the copy, for so much processor time: exit code (a signal's, if it was more), and output."""
        environment = os.environ | {"PYTHONPATH": f"{self.tree / 'src'}{os.pathsep}{self.tree}"}
        environment |= {"FILLRATE_CACHE": str(self.cache), "PYTHONDONTWRITEBYTECODE": "1"}
        limits = f"limit(resource.RLIMIT_AS, ({MEMORY},) * 2); limit(resource.RLIMIT_CPU, ({seconds},) * 2)"
        start = f"import resource, runpy, sys; limit = resource.setrlimit; {limits}; sys.argv.pop(0)"
        start += "; runpy.run_path(sys.argv[0], run_name='__main__')"
        (self.tree / "build").mkdir(exist_ok=True)
        whole = [sys.executable, "-c", start, *command]
        done = subprocess.run(whole, cwd=self.tree, env=environment, check=False, capture_output=True, text=True)
        return done.returncode, done.stdout if done.returncode == 0 else done.stderr[-500:]


def mutants_of(text: str, engine: str, file: str) -> Iterator[Mutant]:
    """Every mutant of a module: swaps, then statements left out."""
    lines = text.splitlines()
    for line, column, rule, after in (*_swaps(text), *_dropped(text)):
        yield Mutant(engine, file, line, column, rule, lines[line - 1], after)


def _swaps(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Tokens inside functions replaced by their counterpart."""
    inside, lines = _body_lines(text), text.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        (row, start), end = token.start, token.end[1]
        if token.string in SWAPS and row in inside and token.type != tokenize.STRING:
            other = SWAPS[token.string]
            yield row, start, f"{token.string} -> {other}", lines[row - 1][:start] + other + lines[row - 1][end:]


def _dropped(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Calls and assignments of one line left out."""
    inside = _body_lines(text)
    for node in ast.walk(ast.parse(text)):
        effect = isinstance(node, ast.AugAssign) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call))
        if isinstance(node, ast.stmt) and effect and node.lineno == node.end_lineno and node.lineno in inside:
            yield node.lineno, node.col_offset, "left out", " " * node.col_offset + "pass"


def _body_lines(text: str) -> set[int]:
    """Lines of the statements of functions."""
    functions = (n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef))
    return {line for f in functions for line in range(f.body[0].lineno, (f.end_lineno or 0) + 1)}


def planted(text: str, mutant: Mutant) -> str:
    """The module with one line changed."""
    lines = text.splitlines(keepends=True)
    lines[mutant.line - 1] = mutant.after + "\n"
    return "".join(lines)


def drawn(root: Path, engine: str, count: int = EACH, seed: int = SEED) -> list[Mutant]:
    """So many mutants of an engine, drawn with a seed."""
    folder, found = root / "src/fillrate/model" / ENGINES[engine], []
    for path in sorted(folder.glob("*.py")):
        if path.stem not in NO_RULES:
            name = f"{ENGINES[engine]}/{path.name}"
            found += [*mutants_of(path.read_text(encoding="utf-8"), engine, name)]
    return random.Random(seed).sample(found, min(count, len(found)))


def probe(copy: Copy, engine: str) -> str:
    """What the probe set came to in an engine of a copy; its end where it did not end well."""
    script = copy.tree / "build" / "probe.py"
    script.parent.mkdir(exist_ok=True)
    script.write_text(PROBE, encoding="utf-8")
    code, said = copy.run([str(script), engine], PROBE_SECONDS)
    return said if code == 0 else f"ended with {code}: {said}"


def tests_pass(copy: Copy) -> bool:
    """Whether the tests between the engines pass on a copy."""
    script = copy.tree / "build" / "tests.py"
    script.parent.mkdir(exist_ok=True)
    script.write_text("import sys, pytest; sys.exit(pytest.main(sys.argv[1:]))", encoding="utf-8")
    options = ["-q", "-x", "-p", "no:cacheprovider", "-m", "not slow", "--hypothesis-profile=unshrunk"]
    return copy.run([str(script), *options, *TESTS], TEST_SECONDS)[0] == 0


def judge(mutant: Mutant, copy: Copy, clean: str) -> str:
    """`equivalent`, `caught` or `missed`; the copy is left as it was."""
    path = copy.tree / "src/fillrate/model" / mutant.file
    text = path.read_text(encoding="utf-8")
    path.write_text(planted(text, mutant), encoding="utf-8")
    try:
        if probe(copy, mutant.engine) == clean:
            return "equivalent"
        return "missed" if tests_pass(copy) else "caught"
    finally:
        path.write_text(text, encoding="utf-8")


def report(verdicts: dict[str, dict[str, str]]) -> list[str]:
    """A line an engine: how many change a result, and how many of these are caught."""
    told = []
    for engine, found in verdicts.items():
        count = {name: sum(v == name for v in found.values()) for name in ("equivalent", "caught", "missed")}
        changed = count["caught"] + count["missed"]
        told.append(
            f"{engine}: {len(found)} mutants, {count['equivalent']} change no result of the probe set; "
            f"{count['caught']} of the other {changed} are caught"
        )
    return told


def work(root: Path, engine: str, mutants: list[Mutant], kept: Path) -> dict[str, str]:
    """Judge mutants of an engine, those apart that the file of results knows.

    Raises:
        RuntimeError: the probe set does not run in the unchanged tree, or the tests do not pass there.
    """
    known = dict(json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()) if kept.exists() else {}
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Copy(copy_tree(root, Path(folder)), Path(folder) / "cache")
        open_ones = [m for m in mutants if m.key not in known]
        clean = probe(copy, engine) if open_ones else ""
        if clean.startswith("ended with"):
            raise RuntimeError(f"the probe set of the unchanged tree {clean}")
        if open_ones and not tests_pass(copy):
            raise RuntimeError("the tests do not pass in the unchanged tree")
        for mutant in open_ones:
            known[mutant.key] = judge(mutant, copy, clean)
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps([mutant.key, known[mutant.key]]) + "\n")
            print(
                f"{known[mutant.key]:10} {mutant.file}:{mutant.line} {mutant.rule:12} {mutant.before.strip()}",
                flush=True,
            )
    return {m.key: known[m.key] for m in mutants}


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--root", type=Path, default=HERE, help="the tree to copy (default: this checkout)")
    parser.add_argument("--only", choices=[*ENGINES], help="only mutants of this engine")
    parser.add_argument("--limit", type=int, default=EACH, help=f"mutants of each engine (default: {EACH})")
    parser.add_argument("--results", type=Path, help="what is done already (default: build/mutants.jsonl of the tree)")
    parser.add_argument("--list", action="store_true", help="only list the mutants")
    given = parser.parse_args(arguments)
    chosen = {e: drawn(given.root, e)[: given.limit] for e in ENGINES if given.only in {None, e}}
    if given.list:
        print("\n".join(f"{m.file}:{m.line} {m.rule:12} {m.before.strip()}" for each in chosen.values() for m in each))
        return 0
    kept: Path = given.results or given.root / "build" / "mutants.jsonl"
    kept.parent.mkdir(parents=True, exist_ok=True)
    try:
        verdicts = {engine: work(given.root.resolve(), engine, each, kept) for engine, each in chosen.items()}
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(report(verdicts)))
    return int(any(verdict == "missed" for found in verdicts.values() for verdict in found.values()))


if __name__ == "__main__":
    sys.exit(main())

"""What the two engines share is a closed list of definitions, none of which imports Numba (design, section 3)."""

from __future__ import annotations

import ast
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SHARED = {
    "fillrate.decision.chain": "the rows that share the largest score",
    "fillrate.decision.columns": "the columns of candidate tables",
    "fillrate.decision.facts": "what a column says of the rest of an order, and of a receipt",
    "fillrate.decision.joining": "which parcels an order's units join",
    "fillrate.decision.limits": "periods, and formulas of quotas",
    "fillrate.decision.network": "the layers of a network",
    "fillrate.decision.offer": "the layout of an offer, and its codes",
    "fillrate.decision.question": "what custom policies are shown",
    "fillrate.decision.rounding": "from a plan's shares to one location a line",
    "fillrate.decision.scaling": "what a network sees of a column",
    "fillrate.decision.walk": "row by row through an offer",
    "fillrate.draws": "keyed draws and inverse laws",
    "fillrate.model.chance": "which key each draw has",
    "fillrate.model.costs": "amounts of money",
    "fillrate.model.custom": "answers of custom policies, checked",
    "fillrate.model.delays": "instants and durations",
    "fillrate.model.events": "kinds of events at one instant, and their order",
    "fillrate.model.journal": "the journal as an Arrow table",
    "fillrate.model.planning": "what a planner is shown and what it answers",
    "fillrate.model.purchasing": "how much a purchase order may be",
    "fillrate.policy.replenish": "formulas of purchases",
    "fillrate.scorecard.journal": "kinds of rows, and accounts that move no cash",
    "fillrate.world.law": "laws as tables",
}
"""Every module that both engines may import when they run, and what for."""
LOAD = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps([*sys.modules]))
"""


def folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    assert spec is not None
    return Path(next(iter(spec.submodule_search_locations or ())))


def run_time(nodes: list[ast.AST]) -> Iterator[ast.ImportFrom | ast.Import]:
    """Imports that run: not those for typing."""
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from run_time([*node.orelse])
        else:
            yield from run_time([*ast.iter_child_nodes(node)])


def is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def named(node: ast.ImportFrom | ast.Import) -> set[str]:
    """Modules of fillrate that an import names."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names if alias.name.split(".")[0] == "fillrate"}
    if (node.module or "").split(".")[0] != "fillrate":
        return set()
    below = {f"{node.module}.{alias.name}" for alias in node.names}
    modules = {name for name in below if is_module(name)}
    return modules | ({str(node.module)} if below - modules else set())


def imports(engine: str) -> set[str]:
    """Modules of fillrate outside an engine that its modules import when they run."""
    paths = sorted(folder(f"fillrate.model.{engine}").rglob("*.py"))
    nodes = [node for path in paths for node in run_time([ast.parse(path.read_text(encoding="utf-8"))])]
    found = set().union(*(named(node) for node in nodes))
    return {name for name in found if not name.startswith(f"fillrate.model.{engine}")}


@pytest.fixture(scope="module")
def both() -> tuple[set[str], set[str]]:
    return imports("kernel"), imports("simpy_model")


def test_the_engines_share_the_closed_list_and_nothing_else(both: tuple[set[str], set[str]]) -> None:
    assert sorted(both[0] & both[1] - set(SHARED)) == []


def test_what_is_on_the_list_is_shared(both: tuple[set[str], set[str]]) -> None:
    """An entry that nobody needs opens the list."""
    assert sorted(set(SHARED) - (both[0] & both[1])) == []


def test_no_engine_imports_the_other(both: tuple[set[str], set[str]]) -> None:
    assert not [name for name in both[0] if name.startswith("fillrate.model.simpy_model")]
    assert not [name for name in both[1] if name.startswith("fillrate.model.kernel")]


def test_shared_definitions_load_neither_numba_nor_an_engine() -> None:
    done = subprocess.run([sys.executable, "-c", LOAD, *SHARED], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout))
    assert not loaded & {"numba", "llvmlite", "simpy", "fillrate.model.kernel", "fillrate.model.simpy_model"}
    assert set(SHARED) <= loaded


def test_everything_lifted_is_a_shared_definition_or_a_helper_of_one() -> None:
    """What the kernel compiles of other packages lies where the cache looks for changes."""
    from fillrate.model.kernel import machine, roots
    from fillrate.model.kernel.cache import SOURCES
    from fillrate.model.kernel.lift import _lifted

    assert machine.advance is not None
    assert roots.drive is not None
    modules = {function.__module__ for function in _lifted}
    assert len(modules) > 5
    assert {module.split(".")[1] for module in modules} <= set(SOURCES)
    assert not [module for module in modules if ".kernel" in module or ".simpy_model" in module]

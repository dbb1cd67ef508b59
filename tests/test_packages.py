"""The package table: which package may import what, checked in the code and in `sys.modules` of a fresh process.

What a row may bring along is read from the metadata of the installed distributions (matplotlib brings Pillow, and so
on), so the table names only what the code itself imports.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


@dataclass(frozen=True)
class Row:
    """One row of the table: a package and the distributions that its own modules may import.

    Attributes:
        name: package or module below `fillrate`.
        adds: distributions that it may import anywhere.
        later: distributions that it may import inside functions only, because they are slow to load or optional.
        only_in: distribution -> the modules or subpackages that alone may import it.
    """

    name: str
    adds: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    only_in: tuple[tuple[str, str], ...] = ()


def row(name: str, adds: str = "", later: str = "", **only_in: str) -> Row:
    return Row(name, frozenset(adds.split()), frozenset(later.split()), tuple(only_in.items()))


# Ground floor first: a package imports only those above it.
TABLE = [
    row("errors"),
    row("files"),
    row("catalogue"),
    row("draws"),
    row("world", "numpy", later="pydantic", pydantic="read strict"),
    row("trace", "numpy pyarrow"),
    row("decision", "numpy"),
    row("policy", "numpy"),
    row("scorecard", "numpy"),
    row("model", "simpy numba llvmlite pyarrow", later="rich", numba="kernel", llvmlite="kernel"),
    row("plan", "scipy highspy"),
    row("simulate"),
    row("bench", "joblib scipy matplotlib pyarrow rich", later="ray"),
    row("deploy", "numpy", later="onnx onnxruntime", onnx="export", onnxruntime="onnx_scores"),
    row("gym", "gymnasium matplotlib stable-baselines3"),
    row("learn", "torch stable-baselines3 sb3-contrib scipy rich tensorboard", later="optuna ray"),
    row("adapters"),
    row("serve", "fastapi starlette sqlalchemy uvicorn prometheus-client onnxruntime pydantic"),
    row("testing", "hypothesis typing-extensions"),  # Hypothesis looks whether it is there
    row("books", "scipy highspy pyarrow matplotlib sqlalchemy"),
    row("process", "matplotlib pyarrow"),
    row("cli", "typer rich"),
]
ORDER = [r.name for r in TABLE]
ROWS = {r.name: r for r in TABLE}
NO_FUTURE = {"decision": {"trace", "plan"}, "policy": {"trace", "plan"}}  # no policy sees the future, nor solves
PRODUCTION = ["decision", "policy", "deploy"]  # run on a host that has NumPy and nothing else
START_UP_SECONDS = 0.15

IMPORT_ALL = """
import importlib, json, pkgutil, sys
before, name = set(sys.modules), sys.argv[1]
module = importlib.import_module(name)
alone = sorted(set(sys.modules) - before)
for found in pkgutil.walk_packages(getattr(module, "__path__", ()), name + "."):
    if name != "fillrate" and not found.name.endswith("__main__"):
        importlib.import_module(found.name)
names = list(getattr(module, "__all__", ())) if name != "fillrate" else []
absent = [n for n in names if not hasattr(module, n)] + [n for n in set(names) if names.count(n) > 1]
print(json.dumps({"alone": alone, "all": sorted(set(sys.modules) - before), "absent": absent}))
"""


@cache
def package_folder() -> Path:
    """Where fillrate lies: in the working tree or, for a wheel, among the installed packages."""
    spec = find_spec("fillrate")
    assert spec is not None, "fillrate is not importable: install it, or set PYTHONPATH=src"
    return Path(next(iter(spec.submodule_search_locations or ())))


def modules_of(package: str) -> list[Path]:
    folder = package_folder() / package
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


def present() -> list[str]:
    """The packages of the table that exist; a folder without a module in it does not."""
    return [name for name in ORDER if any(path.is_file() for path in modules_of(name))]


PRESENT = present()


@dataclass(frozen=True)
class Import:
    """An import statement found in the code: the module it names, where it stands, and whether it runs at once."""

    module: str
    path: Path
    line: int
    at_once: bool

    def __str__(self) -> str:
        return f"{self.path.relative_to(package_folder())}:{self.line} imports {self.module}"


def named(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The modules that an import statement names (relative imports are none of ours: ruff bans them)."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if node.module == "fillrate":
        return [f"fillrate.{alias.name}" for alias in node.names]
    return [node.module or ""]


def imports_in(path: Path, nodes: Iterable[ast.AST], at_once: bool = True) -> Iterator[Import]:
    """Every import in or below `nodes` that can run; imports for typing do not count."""
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (Import(name, path, node.lineno, at_once) for name in named(node))
        elif isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            yield from imports_in(path, node.orelse, at_once)
        else:
            runs_later = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from imports_in(path, ast.iter_child_nodes(node), at_once and not runs_later)


@cache
def imports_of(package: str) -> tuple[Import, ...]:
    found: list[Import] = []
    for path in modules_of(package):
        found += imports_in(path, [ast.parse(path.read_text(encoding="utf-8"))])
    return tuple(found)


def own_packages(package: str) -> set[str]:
    """The other packages of fillrate that a package imports, at once or later."""
    words = [found.module.split(".") for found in imports_of(package)]
    return {w[1] for w in words if w[0] == "fillrate" and len(w) > 1} & set(ORDER) - {package}


def may_import(package: str) -> frozenset[str]:
    """Distributions that a package may load: its own row's, and those of the packages it imports."""
    above = [name for name in own_packages(package) if ORDER.index(name) < ORDER.index(package)]
    return ROWS[package].adds.union(*(may_import(name) for name in above))


IF_THERE = {  # what a distribution loads where it finds it
    "fastapi": "sniffio trio python-multipart",
    "hypothesis": "trio pytest",  # trio calls itself a plugin of Hypothesis, and itself looks for pytest
    "numba": "scipy coverage pyyaml colorama charset-normalizer",
    "stable-baselines3": "tensorboard absl-py protobuf rich tqdm",
}


@cache
def brought_by(distribution: str) -> frozenset[str]:
    """A distribution and all that it requires, with the extras left out; empty if it is not installed."""
    try:
        needed = [Requirement(text) for text in requires(distribution) or ()]
    except PackageNotFoundError:
        return frozenset()
    kept = [r for r in needed if r.marker is None or r.marker.evaluate({"extra": ""})]
    others = IF_THERE.get(canonicalize_name(distribution), "").split()
    return frozenset({canonicalize_name(distribution)}).union(
        *(brought_by(name) for name in (*others, *(r.name for r in kept)))
    )


@cache
def distributions() -> dict[str, set[str]]:
    """Top-level import name -> canonical names of the distributions that provide it."""
    return {name: {canonicalize_name(d) for d in found} for name, found in packages_distributions().items()}


@cache
def imported(package: str) -> dict[str, list[str]]:
    """What a fresh process loads: modules after importing a package alone and with all its modules; absent names."""
    command = [sys.executable, "-c", IMPORT_ALL, package]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    answer: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return answer


def third_parties(modules: Iterable[str]) -> dict[str, set[str]]:
    """Top-level names among the loaded modules that a distribution other than fillrate provides."""
    known = distributions()
    tops = {module.split(".")[0] for module in modules}
    return {top: known[top] for top in tops if top in known and known[top] != {"fillrate"}}


def not_installed(package: str) -> list[str]:
    """Top-level names that the modules of a package import at once and that this environment lacks."""
    names = [package, *own_packages(package)]
    tops = {found.module.split(".")[0] for name in names for found in imports_of(name) if found.at_once}
    return sorted(top for top in tops - {"fillrate"} if find_spec(top) is None)


def skip_if_optional(package: str) -> None:
    if missing := not_installed(package):
        pytest.skip(f"optional here: {', '.join(missing)}")


@pytest.mark.parametrize("package", PRESENT)
def test_a_package_loads_only_what_its_row_allows(package: str) -> None:
    skip_if_optional(package)
    allowed = frozenset().union(*(brought_by(name) for name in may_import(package)))
    found = third_parties(imported(f"fillrate.{package}")["all"])
    surplus = sorted(top for top, provided_by in found.items() if not provided_by & allowed)
    assert not surplus, f"the row of {package} allows {sorted(may_import(package))}"


@pytest.mark.parametrize("package", PRESENT)
def test_a_package_imports_only_packages_above_it(package: str) -> None:
    above = {f"fillrate.{name}" for name in ORDER[: ORDER.index(package) + 1]}
    mine = [found for found in imports_of(package) if found.module.split(".")[0] == "fillrate"]
    upwards = [found for found in mine if ".".join(found.module.split(".")[:2]) not in above]
    assert not [str(found) for found in upwards if not found.module.startswith("fillrate.__")]  # its version or folder


@pytest.mark.parametrize("package", PRESENT)
def test_a_package_names_only_distributions_of_its_row(package: str) -> None:
    """Also inside functions, where `sys.modules` after an import sees nothing."""
    allowed = may_import(package) | ROWS[package].later
    strange = []
    for found in imports_of(package):
        top = found.module.split(".")[0]
        provided_by = distributions().get(top, {canonicalize_name(top)})
        if top != "fillrate" and top not in sys.stdlib_module_names and not provided_by & allowed:
            strange.append(str(found))
    assert not strange, f"the row of {package} allows {sorted(allowed)}"


@pytest.mark.parametrize("package", PRESENT)
def test_slow_and_optional_distributions_are_imported_inside_functions(package: str) -> None:
    later = {name.replace("-", "_") for name in ROWS[package].later}
    assert not [str(found) for found in imports_of(package) if found.at_once and found.module.split(".")[0] in later]


@pytest.mark.parametrize("package", PRESENT)
def test_a_distribution_stays_in_its_module(package: str) -> None:
    homes = dict(ROWS[package].only_in)
    astray = []
    for found in imports_of(package):
        inside = "".join(found.path.relative_to(package_folder()).with_suffix("").parts[1:2])
        if (home := homes.get(found.module.split(".")[0])) is not None and inside not in home.split():
            astray.append(f"{found}, which only {home} of {package} may")
    assert not astray


@pytest.mark.parametrize("package", [name for name in PRESENT if name in NO_FUTURE])
def test_no_policy_sees_the_future(package: str) -> None:
    forbidden = {f"fillrate.{name}" for name in NO_FUTURE[package]}
    assert not [str(found) for found in imports_of(package) if ".".join(found.module.split(".")[:2]) in forbidden]
    assert not forbidden & set(imported(f"fillrate.{package}")["all"])


@pytest.mark.parametrize("package", [name for name in PRESENT if name in PRODUCTION])
def test_production_packages_start_with_numpy_alone(package: str) -> None:
    assert set(third_parties(imported(f"fillrate.{package}")["all"])) <= {"numpy"}


@pytest.mark.parametrize("package", PRESENT)
def test_public_names_exist_and_are_listed_once(package: str) -> None:
    skip_if_optional(package)
    assert not imported(f"fillrate.{package}")["absent"]


def test_every_package_is_in_the_table() -> None:
    folder = package_folder()
    found = {p.stem for p in folder.glob("*.py")} | {p.parent.name for p in folder.glob("*/__init__.py")}
    assert found - {"__init__", "__main__", "_version"} <= set(ORDER)


def test_importing_fillrate_loads_no_third_party() -> None:
    assert not third_parties(imported("fillrate")["alone"])


def test_importing_fillrate_is_quick() -> None:
    """The best of several tries: the bound is on the code, not on what else the machine does."""
    code = "import time; t = time.perf_counter(); import fillrate; print(time.perf_counter() - t)"
    command = [sys.executable, "-c", code]
    tries = (subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(10))
    assert any(float(seconds) < START_UP_SECONDS for seconds in tries)

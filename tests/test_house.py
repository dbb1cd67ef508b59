"""The house style's two limits that no linter knows: lines of a module, and lines of a function."""

from __future__ import annotations

import ast
from importlib.util import find_spec
from pathlib import Path

MODULE_LINES = 400
FUNCTION_LINES = 40


def sources() -> dict[str, str]:
    """Name -> text of every module of the package under test."""
    spec = find_spec("fillrate")
    assert spec is not None, "fillrate is not importable: install it, or set PYTHONPATH=src"
    folder = Path(next(iter(spec.submodule_search_locations or ())))
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py"))}


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement to the last, without the docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def long_functions(text: str) -> list[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, kinds)]
    return [f"{f.name}, line {f.lineno}: {lines_of(f)} lines" for f in functions if lines_of(f) > FUNCTION_LINES]


def test_no_module_has_outgrown_its_idea() -> None:
    lines = {name: text.count("\n") for name, text in sources().items()}
    assert not {name: count for name, count in lines.items() if count > MODULE_LINES}


def test_no_function_has_outgrown_its_idea() -> None:
    assert not [f"{name}: {found}" for name, text in sources().items() for found in long_functions(text)]


def test_a_docstring_does_not_count_and_an_inner_function_does() -> None:
    body = "    x = 1\n" * FUNCTION_LINES
    documented = 'def f():\n    """Long.\n' + "\n" * FUNCTION_LINES + '    """\n' + body
    assert not long_functions(documented)
    assert long_functions(documented + "    x = 2\n") == [f"f, line 1: {FUNCTION_LINES + 1} lines"]
    assert long_functions("async def g():\n" + body + "    x = 2\n") == [f"g, line 1: {FUNCTION_LINES + 1} lines"]

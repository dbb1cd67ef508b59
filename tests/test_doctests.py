"""Examples in docstrings do what they show, in the package under test (the working tree or an installed wheel)."""

from __future__ import annotations

import doctest
import importlib
from importlib.util import find_spec
from pathlib import Path

import pytest


def modules_with_examples() -> list[str]:
    """Dotted names of the modules whose text holds an example."""
    spec = find_spec("fillrate")
    assert spec is not None, "fillrate is not importable: install it, or set PYTHONPATH=src"
    folder = Path(next(iter(spec.submodule_search_locations or ())))
    paths = [path for path in sorted(folder.rglob("*.py")) if ">>> " in path.read_text(encoding="utf-8")]
    dotted = (".".join(path.relative_to(folder.parent).with_suffix("").parts) for path in paths)
    return [name.removesuffix(".__init__") for name in dotted]


@pytest.mark.parametrize("name", modules_with_examples())
def test_examples_in_docstrings(name: str) -> None:
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("fillrate"):
            raise
        pytest.skip(f"optional here: {error.name}")
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert result.attempted > 0, "an example that stands in no docstring is never run"
    assert result.failed == 0

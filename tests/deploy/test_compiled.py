"""What `make compiled` compiles is what its list says."""

from __future__ import annotations

import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from tests.needs import COMPILED, NEEDS

ROOT = Path(__file__).parents[2]


def modules() -> list[str]:
    said = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = said["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["custom"]["packages"]
    return [f"fillrate.{p.replace('/', '.')}.{name}" for p, names in packages.items() for name in names.split()]


@pytest.mark.skipif(not COMPILED and "compiled" not in NEEDS, reason="not the compiled wheel")
def test_what_is_to_be_compiled_is() -> None:
    for name in modules():
        import_module(name)
    assert [name for name in modules() if str(sys.modules[name].__file__).endswith(".py")] == []


def test_what_is_to_be_compiled_exists() -> None:
    assert [name for name in modules() if not (ROOT / "src" / f"{name.replace('.', '/')}.py").exists()] == []

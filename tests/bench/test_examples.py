"""The examples in the docstrings of the benchmark package say what it really does."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize("module", ["figures", "report.drawing", "statistics", "tasks", "verdicts"])
def test_examples(module: str) -> None:
    found = doctest.testmod(import_module(f"fillrate.bench.{module}"))
    assert found.attempted > 0
    assert found.failed == 0

"""Bundles made once for all tests of this folder, and runs of the laboratory to compare with."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fillrate.deploy.export import Terms, export_bundle
from fillrate.world import load_world

Make = Callable[..., Path]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """A bundle of a policy, made once: `made("cheapest", "two_warehouses", 100.0)`."""
    kept: dict[Any, Path] = {}

    def make(policy: str, world: str = "two_warehouses", days: float = 200.0, **terms: Any) -> Path:
        key = policy, world, days, *sorted(terms.items())
        if key not in kept:
            folder = tmp_path_factory.mktemp("bundles") / "bundle"
            kept[key] = export_bundle(policy, load_world(world).over(days), folder, Terms(replications=0, **terms))
        return kept[key]

    return make


@pytest.fixture
def copied(made: Make, tmp_path: Path) -> Path:
    """A bundle of one's own, to be spoilt."""
    return Path(shutil.copytree(made("cheapest"), tmp_path / "bundle"))

"""What lists say of a world's size is what the world has, also where its file leaves a table out."""

from __future__ import annotations

from pathlib import Path

import pytest

from fillrate.cli.listing import listed_worlds
from fillrate.world import load_world

SMALL = """
[world]
name = "small"
horizon_days = 1.0
[[location]]
name = "a"
[[region]]
name = "r"
[[sku]]
name = "x"
"""


def test_sizes_are_those_of_the_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "small.toml").write_text(SMALL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    rows = {row["name"]: row for row in listed_worlds()}
    for name in ("small", "two_warehouses"):
        world = load_world(name)
        sizes = {key: len(getattr(world, key)) for key in ("locations", "regions", "skus", "segments")}
        assert {key: rows[name][key] for key in sizes} == sizes

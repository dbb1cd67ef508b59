"""The leaderboard's page says what the results say."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def page(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(repository / "tools"))
    import leaderboard_page

    folder = tmp_path / "experiments" / "leaderboard" / "results"
    folder.mkdir(parents=True)

    def made(said: dict[str, Any] | None) -> str:
        if said is not None:
            (folder / "matrix.json").write_text(json.dumps(said), encoding="utf-8")
        return leaderboard_page.leaderboard(tmp_path)

    yield made
    sys.modules.pop("leaderboard_page", None)


def cell(policy: str, case: str, behind: float, *, worse: bool = True, gap: float | None = None) -> dict[str, Any]:
    said = {"policy": policy, "case": case, "mean": 1000.0 - behind, "half_width": 4.0, "behind": behind}
    return said | {"share": behind / 100, "worse": worse, "gap": gap}


def test_without_results_it_says_so(page: Any) -> None:
    assert "No results yet: `fillrate run leaderboard`." in page(None)


def test_it_marks_the_best_the_equal_and_the_missing(page: Any) -> None:
    cells = [cell("a", "x", 0.0), cell("b", "x", 2.0, worse=False), cell("c", "x", 30.0), cell("a", "y", 0.0)]
    cells += [{"policy": "b", "case": "y", "skipped": "no suppliers"}, {"policy": "c", "case": "y", "skipped": "slow"}]
    said = {"seed": 0, "replications": 10, "cases": ["x", "y"], "bounds": {}, "cells": cells}
    text = page(said)
    assert "| `a` | **best** | **best** |\n| `b` | ≈ 2.00 | – |\n| `c` | 30.0 | – |" in text
    assert "| `x` | `a` | 1,000 ± 4 | `b` | – |" in text
    assert "| `y` | `b` | no suppliers |\n| `y` | `c` | slow |" in text
    assert "Gap to the bound" not in text


def test_gaps_stand_where_a_bound_was_computed(page: Any) -> None:
    cells = [cell("a", "x", 0.0, gap=0.0123), cell("a", "y", 0.0)]
    bounds = {"x": {"kind": "static", "mean": 1010.0}}
    text = page({"seed": 0, "replications": 10, "cases": ["x", "y"], "bounds": bounds, "cells": cells})
    assert "| policy | `x` |\n|---|---|\n| `a` | 1.23 |" in text
    assert "| `x` | `a` | 1,000 ± 4 |  | 1,010 (static) |" in text


def test_many_equal_figures_are_told(page: Any) -> None:
    cells = [cell(policy, "x", 0.0 if policy == "a" else 3.0) for policy in "abcdef"]
    cells += [cell(policy, "y", float(n)) for n, policy in enumerate("abcdef")]
    text = page({"seed": 0, "replications": 10, "cases": ["x", "y"], "bounds": {}, "cells": cells})
    assert "- `x`: 5 of 6 at 997\n" in text
    assert "- `y`" not in text

"""The card of a bundle for people: figures as comparisons print them, and what `export` says beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from fillrate.cli import main
from fillrate.deploy.export.apart import apart
from fillrate.deploy.export.benchmark import METRICS
from fillrate.deploy.export.card import _level, card_text
from fillrate.policy import load_policy
from fillrate.simulate import bound_of
from fillrate.world import load_world

MONEY = {"mean": 42_380.4, "low": 42_220.1, "high": 42_540.7}
SHARE = {"mean": 0.98765, "low": 0.9812, "high": 0.9941}
PAIR = {"a": "mine", "b": "other", "difference": -1_234.56, "low": -2_345.6, "high": -123.4}


def test_figures_are_written_as_everywhere_else() -> None:
    worth = {key: SHARE if key in {"unit_fill_rate", "on_time_in_full", "split_rate"} else MONEY for key in METRICS}
    terms = {"replications": 3, "seed": 0, "days": 100.0, "bound": None, "pairs": [PAIR]}
    said: dict[str, Any] = {
        "name": "mine",
        "world": {"name": "w", "hash": "0", "currency": "EUR"},
        "policy": {
            "parts": dict.fromkeys(("rank", "source", "replenish"), ""),
            "about": "",
            "source": {"method": "chain"},
        },
        "columns": [],
        "fallback": {"name": "cheapest"},
        "training": None,
        "versions": {},
        "guardrails": {"max_age_minutes": None, "deadline_ms": None, "require": []},
        "benchmark": terms | {"policies": {"mine": worth}},
        "apart": ["One thing.", "Another."],
    }
    text = card_text(said, 200)
    assert "| `mine` | 42,380 (42,220 to 42,541) |" in text
    assert "98.77 (98.12 to 99.41)" in text
    assert "| contribution, EUR |" in text
    assert "other`, EUR: −1,235 (95 % interval −2,346 to −123)." in text
    assert "\n\nOne thing.\n\nAnother.\n\n## Where it comes from" in text
    assert not re.search(r"\de[+-]\d", text)


@pytest.mark.parametrize(
    ("policy", "world", "said"),
    [
        ("bid_price", "limited_edition_daily", ["the prices of the first plan stay"]),
        ("bid_price_static", "limited_edition_daily", []),
        ("weighted_score", "limited_edition", ["decides each on receipt"]),
        ("critical_level", "peak_season", ["looked at again every 24 hours"]),
        ("cheapest", "two_warehouses", []),
    ],
)
def test_what_a_service_does_not_do_is_said(policy: str, world: str, said: list[str]) -> None:
    """A plan that is made anew, waves, re-evaluation: what the benchmark is of besides."""
    place = load_world(world)
    found = apart(place, bound_of(load_policy(policy, place), place))
    assert [part for part in said if any(part in sentence for sentence in found)] == said
    assert len(found) == len(said)


def test_an_interval_ends_where_its_metric_does() -> None:
    """Two runs say little: of 0.954 ± 0.099 a share is at most 1, while money may be anything."""
    wide = {"mean": 0.954, "low": 0.855, "high": 1.053}
    assert _level(wide, "unit_fill_rate") == "95.4 (85.5 to 100.0)"
    assert _level({"mean": 0.01, "low": -0.05, "high": 0.07}, "split_rate") == "1.0 (0.0 to 7.0)"
    assert _level({"mean": 1.0, "low": -5.0, "high": 7.0}, "lost_units") == "1.0 (0.0 to 7.0)"
    assert _level({"mean": 1.0, "low": -5.0, "high": 7.0}, "contribution") == "1.0 (−5.0 to 7.0)"
    assert _level(wide, "storage_utilization") == "95.4 (85.5 to 105.3)"
    assert _level({"mean": 0.5, "low": None, "high": None}, "unit_fill_rate") == "50"


def test_a_policy_without_a_source_rule_is_exported_with_the_worlds_which_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--world", "two_warehouses", "--days", "20", "--replications", "0", "--out"]
    assert main(["export", "fcfs", *words, str(tmp_path / "a")]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "fcfs names no source rule: cheapest, the default of two_warehouses, decides." in out
    assert main(["export", "cheapest", *words, str(tmp_path / "b")]) == 0
    assert "names no source rule" not in capsys.readouterr().out
    waves = ["--world", "limited_edition", "--replications", "0", "--out"]
    assert main(["export", "weighted_score", *waves, str(tmp_path / "c")]) == 0
    assert "a service decides each on receipt" in " ".join(capsys.readouterr().out.split())
    assert "a service decides each on receipt" in (tmp_path / "c" / "card.md").read_text()

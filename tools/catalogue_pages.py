"""Pages made from the files of the catalogue."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from markdown import code, page

PARTS = {
    "rank": "Rank: who is offered first",
    "source": "Source: from where, or hold",
    "replenish": "Replenish: what to buy",
    "modifier": "Modifiers",
    "whole": "Whole policies",
}
COUNTED = {"location": "locations", "region": "regions", "sku": "SKUs", "segment": "segments"}


def worlds(root: Path) -> str:
    """Every world: what it is for, where its numbers come from, what is known of its optimum, how it is run."""
    body: list[str] = []
    for path in sorted((root / "envs").glob("*.toml")):
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        head = said.get("world", {})
        facts = {"Source": head.get("source"), "Optimum": head.get("optimum"), "Size": _size(said), **_defaults(said)}
        body += [f"## {path.stem}", "", *_paragraphs(head.get("title"), head.get("about"))]
        body += [*(f"- {name}: {text}" for name, text in facts.items() if text), ""]
    return page("Worlds", "envs/*.toml", body)


def policies(root: Path) -> str:
    """Every policy by the part that it plays: what it does, when it is good, where it comes from, an example."""
    folder = root / "policies"
    paths = sorted([*folder.glob("*.toml"), *folder.glob("*/policy.toml")])
    said = [tomllib.loads(path.read_text(encoding="utf-8")) for path in paths]
    body: list[str] = []
    for part, title in PARTS.items():
        entries = [entry for entry in said if entry.get("policy", {}).get("part") == part]
        body += [f"## {title}", ""] if entries else []
        body += [line for entry in entries for line in _policy(entry)]
    return page("Policies", "policies/", body)


def _policy(said: dict[str, Any]) -> list[str]:
    head = said["policy"]
    facts = {
        "Kind": head.get("kind", "rule"),
        "For": ", ".join(code(name) for name in head.get("worlds", [])),
        "Reference": head.get("reference"),
        "Example": said.get("example", {}).get("says"),
    }
    lines = [f"- {name}: {text}" for name, text in facts.items() if text]
    return [f"### {head['name']}", "", *_paragraphs(head.get("title"), head.get("about")), *lines, ""]


def _paragraphs(*texts: str | None) -> list[str]:
    return [line for text in texts if text for line in (text, "")]


def _size(said: dict[str, Any]) -> str:
    counts = [f"{name} {len(said[key])}" for key, name in COUNTED.items() if key in said]
    days = said.get("world", {}).get("horizon_days")
    return ", ".join(counts + ([f"days {days:,.10g}"] if days else []))


def _defaults(said: dict[str, Any]) -> dict[str, str]:
    given = said.get("defaults", {})
    names = [given.get(part) for part in ("rank", "source", "replenish")] + given.get("modifiers", [])
    return {
        "Default policy": " + ".join(code(name) for name in names if name),
        "Baselines": ", ".join(code(name) for name in given.get("baselines", [])),
    }

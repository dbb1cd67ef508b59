#!/usr/bin/env python3
"""Write the generated pages of docs/reference, or with --check say which of them are out of date.

A page is made from the catalogue or from the tables that the code itself reads, so it cannot say anything else than
they do. Exit code: 0 written or up to date, 1 a page is out of date.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import catalogue_pages
import command_page
import leaderboard_page
import table_pages

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "reference"
BOARD = ROOT / "docs" / "leaderboard.md"


def pages() -> dict[Path, str]:
    """Every generated page: where it lies and what it says."""
    texts = {
        "columns": table_pages.columns(),
        "commands": command_page.commands(),
        "experiment_file": table_pages.experiment_file(),
        "metrics": table_pages.metrics(),
        "policies": catalogue_pages.policies(ROOT),
        "policy_file": table_pages.policy_file(),
        "records": table_pages.records(),
        "world_file": table_pages.world_file(),
        "worlds": catalogue_pages.worlds(ROOT),
    }
    found = {FOLDER / f"{name}.md": text for name, text in texts.items()}
    return {**found, BOARD: leaderboard_page.leaderboard(ROOT)}


def out_of_date(wanted: dict[Path, str]) -> list[str]:
    """Pages that are absent or differ, and pages in the folder that nothing generates."""
    there = {path: path.read_text(encoding="utf-8") for path in [*FOLDER.glob("*.md"), BOARD] if path.is_file()}
    return sorted(str(p.relative_to(ROOT)) for p in wanted.keys() | there.keys() if wanted.get(p) != there.get(p))


def main() -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 if a page is out of date")
    check, wanted = parser.parse_args().check, pages()
    stale = out_of_date(wanted)
    if check:
        print(
            "\n".join(f"{name} is out of date: run `make docs`" for name in stale) or "generated pages are up to date"
        )
        return 1 if stale else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.md"):
        if path not in wanted:
            path.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    print("\n".join(f"wrote {name}" for name in stale) or "nothing to write")
    return 0


if __name__ == "__main__":
    sys.exit(main())

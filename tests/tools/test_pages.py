"""Generated pages: they say what the tables say, and a page that no longer does is named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fillrate.cli.verbs import VERBS
from fillrate.decision.columns import COLUMNS
from fillrate.scorecard.metrics import COMPARED, METRICS


@pytest.fixture(scope="module")
def tree(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with the tools and the catalogue, its pages written."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("tools", "envs", "policies", "experiments"):
        if (repository / name).is_dir():
            shutil.copytree(repository / name, folder / name)
    assert run(folder).returncode == 0
    return folder


def run(tree: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(tree / "tools" / "pages.py"), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=os.environ | environment)


def test_pages_that_were_just_written_are_up_to_date(tree: Path) -> None:
    done = run(tree, "--check")
    assert (done.returncode, done.stdout) == (0, "generated pages are up to date\n")


def test_a_changed_page_and_a_page_that_nothing_makes_are_named_and_mended(tree: Path) -> None:
    folder = tree / "docs" / "reference"
    with (folder / "worlds.md").open("a", encoding="utf-8") as page:
        page.write("one line more\n")
    (folder / "leftover.md").write_text("made once\n", encoding="utf-8")
    done = run(tree, "--check")
    assert done.returncode == 1
    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        "docs/reference/leftover.md",
        "docs/reference/worlds.md",
    ]
    assert run(tree).returncode == 0
    assert run(tree, "--check").returncode == 0
    assert not (folder / "leftover.md").exists()


def test_the_pages_name_every_column_metric_world_and_policy(tree: Path) -> None:
    said = {path.stem: path.read_text(encoding="utf-8") for path in (tree / "docs" / "reference").glob("*.md")}
    columns = [f"| `{c.name}` | {c.unit} | {c.default:g} | {c.definition} |" for c in COLUMNS]
    listed = (METRICS | COMPARED).values()
    metrics = [f"| `{m.key}` | {m.title} | {m.unit} | {m.better} | {m.definition} |" for m in listed]
    worlds = [f"\n## {path.stem}\n" for path in (tree / "envs").glob("*.toml")]
    policies = [f"\n### {path.stem}\n" for path in (tree / "policies").glob("*.toml")]
    assert not [row for row in columns if row not in said["columns"]]
    assert not [row for row in metrics if row not in said["metrics"]]
    assert not [title for title in worlds if title not in said["worlds"]]
    assert not [title for title in policies if title not in said["policies"]]


def test_the_page_of_the_command_line_has_every_verb_and_no_width_of_its_own(tree: Path) -> None:
    page = (tree / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    assert not [verb for verb in VERBS if f"\n## {verb}\n\n```text\nUsage: fillrate {verb}" not in page]
    assert run(tree, "--check", COLUMNS="60").returncode == 0


def test_the_page_of_the_world_file_speaks_toml(tree: Path) -> None:
    page = (tree / "docs" / "reference" / "world_file.md").read_text(encoding="utf-8")
    assert '| `carries` | array of string |  | `["*"]` |  | SKUs of the assortment; * = all |' in page
    assert "| `latitude` | float | degrees | `0.0` | -90 to 90 | latitude |" in page
    assert '| `charge` | `"time_average"`, `"period_end"` |  | `"time_average"` |' in page
    assert "## [[location]]" in page
    assert "## [money]" in page
    assert "## Law" in page

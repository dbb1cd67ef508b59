"""The page in a headless browser: what an operator sees, from a service that has decided something."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.needs import NEEDS
from tests.serve.calling import Running
from tests.serve.postgres import free_port

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not CHROMIUM and "chromium" not in NEEDS, reason="no Chromium here")
SERVER = Path(__file__).with_name("server.py")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("page")
    command = [sys.executable, str(SERVER), str(folder / "ledger.db")]
    with Running(command, free_port()) as running:
        entries = [{"sku": "lamp", "location": at, "on_hand": n} for at, n in (("north", 4), ("<b>south</b>", 3))]
        running.post("/v1/stock/set", {"entries": entries})
        for n in range(5):
            lines = [{"line": 1, "sku": "lamp", "quantity": 2}]
            running.post("/v1/allocate", {"id": f"order {n}", "segment": "loyal", "lines": lines})
        yield running


def seen(service: Running, folder: Path, path: str = "/", *words: str) -> str:
    """The document as it stands once the page has loaded its data."""
    assert CHROMIUM is not None
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", f"--user-data-dir={folder}"]
    options += ["--virtual-time-budget=4000", "--window-size=1320,900", *(words or ["--dump-dom"])]
    command = [CHROMIUM, *options, f"http://127.0.0.1:{service.port}{path}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env={**os.environ, "HOME": str(folder)})
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def text_of(html: str, name: str) -> list[str]:
    """Texts of the cells below an element, row by row."""
    body = re.search(
        rf'<(tbody|div) [^>]*id="{name}"[^>]*>(.*?)</\1>(?=\s*</(?:table|main)|\s*<div class="columns")',
        html,
        re.DOTALL,
    )
    assert body is not None, name
    rows = re.findall(r"<tr.*?</tr>|<div class=\"tile.*?</div>", body[2], re.DOTALL)
    return [" | ".join(t for t in re.split(r"\s*<[^>]+>\s*", row) if t) for row in rows]


def test_an_operator_sees_stock_decisions_and_rates(service: Running, tmp_path: Path) -> None:
    html = seen(service, tmp_path)
    assert 'data-ready="yes"' in html
    assert "greedy, bundle stub" in html
    assert [row.split(" | ")[:5] for row in text_of(html, "stock")] == [
        ["lamp", "&lt;b&gt;south&lt;/b&gt;", "3", "3", "0"],
        ["lamp", "north", "4", "4", "0"],
    ]
    told = text_of(html, "decisions")
    assert [row.split(" | ")[0] for row in told] == [f"order {n}/1" for n in (4, 3, 2, 1, 0)]
    assert told[1].split(" | ")[1:5] == ["loyal", "north 1", "1", "greedy"]
    tiles = text_of(html, "tiles")
    assert [tile.split(" | ")[:2] for tile in tiles[:2]] == [["Fallback rate", "0 %"], ["Units held", "30 %"]]
    assert tiles[2].split(" | ") == ["Shadow agreement", "–", "no challenger"]
    assert text_of(html, "waiting") == ["lamp | loyal | 3"]


def test_a_decision_is_explained_where_it_stands(service: Running, tmp_path: Path) -> None:
    html = seen(service, tmp_path, "/#order%203/1")
    assert re.search(r'<tr class="why" id="why">', html)
    assert "2 × lamp: 1 from north, 1 held" in html
    assert '"because": "greedy"' in html


def test_the_page_can_be_looked_at(service: Running, tmp_path: Path) -> None:
    picture = tmp_path / "page.png"
    seen(service, tmp_path, "/", f"--screenshot={picture}")
    time.sleep(0.1)
    assert picture.read_bytes().startswith(b"\x89PNG")

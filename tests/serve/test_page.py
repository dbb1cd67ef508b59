"""The page in a headless browser: what an operator sees, from a service that has decided something."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.needs import NEEDS
from tests.serve.calling import Running
from tests.serve.postgres import free_port

import fillrate.serve

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not CHROMIUM and "chromium" not in NEEDS, reason="no Chromium here")
SERVER = Path(__file__).with_name("server.py")
PAGE = Path(fillrate.serve.__file__).parent / "page" / "index.html"


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


PLACES = ("nowhere", "rotterdam 12", "warsaw 1, rotterdam 2")
BROKEN = """
const told = () => {
  const broken = new Set(), range = document.createRange(), root = document.documentElement;
  for (const cell of document.querySelectorAll("td")) {
    const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) for (const word of walk.currentNode.data.matchAll(/[^\\s-]+/g)) {
      range.setStart(walk.currentNode, word.index);
      range.setEnd(walk.currentNode, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map(r => r.top)).size > 1) broken.add(word[0]);
    }
  }
  document.title = JSON.stringify([...broken, root.scrollWidth - root.clientWidth]);
};
setTimeout(told, 1000);
"""  # the words that a line ends within, and how far the page is wider than its window


def overview() -> dict[str, Any]:
    """What the service says where one reason, one order and one SKU are long and all names short."""
    reason = "request A3: region: found 'wasaw' (did you mean 'warsaw'?); allowed: paris, ruhr, berlin, milan, munich"
    told: dict[str, Any] = {"time": 0.0, "segment": "marketplace", "policy": "shop_rule", "decided_by": "policy"}
    rows = [told | {"decision": f"L{n}/1", "reason": None, "lines": _from(place)} for n, place in enumerate(PLACES)]
    rows[0] |= {"decision": "order-2026-0000000017-de/1", "decided_by": "fallback", "reason": reason}
    stock = {
        "sku": "a-sku-of-very-many-words-in-one-name-for-a-very-small-lamp",
        "location": "rotterdam",
        "on_hand": 500,
        "reserved": 18,
        "available": 482,
    }
    waiting = [{"sku": f"p{n:02}", "segment": "marketplace", "units": 30 - n} for n in range(25)]
    return {
        "policy": "shop_rule", "bundle": "0", "now": 0.1, "decisions": rows, "stock": [stock], "pairs": 1,
        "waits": 25, "waiting": waiting, "counted": 3,
        "fallback_share": 0.3, "fallback_reasons": {"schema": 1}, "held_share": 0.1,
        "shadow": {"policy": "other", "agreement": 0.5, "cost_difference": -1.5}, "log_entries": 4, "events_waiting": 0,
    }  # fmt: skip


def _from(places: str) -> list[dict[str, Any]]:
    parts = [part.split() for part in places.split(", ") if part != "nowhere"]
    return [{"held": 1, "allocated": [{"location": name, "quantity": int(units)} for name, units in parts]}]


@pytest.mark.parametrize("width", [1500, 1110, 800])
def test_a_long_reason_leaves_names_in_one_piece(width: int, tmp_path: Path) -> None:
    assert CHROMIUM is not None
    html = PAGE.read_text(encoding="utf-8")
    answer = json.dumps(overview())
    stub = f"<script>fetch = async () => ({{ok: true, status: 200, json: async () => ({answer})}});</script>"
    (tmp_path / "page.html").write_text(
        html.replace("<script>", f"{stub}<script>", 1).replace("</body>", f"<script>{BROKEN}</script></body>"),
        encoding="utf-8",
    )
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", f"--user-data-dir={tmp_path / 'home'}"]
    options += ["--virtual-time-budget=4000", f"--window-size={width},900", "--dump-dom"]
    command = [CHROMIUM, *options, str(tmp_path / "page.html")]
    html = subprocess.run(command, capture_output=True, text=True, timeout=120).stdout
    assert 'data-ready="yes"' in html
    assert "<title>[0]</title>" in html, re.search("<title>.*?</title>", html)
    assert "The first 20 of 25, most units first." in html
    notes = [tile.split(" | ")[-1] for tile in text_of(html, "tiles")]
    assert [notes[0], notes[2]] == ["by guard: schema 1", "other, 1.50 cheaper a decision"]


def test_the_page_can_be_looked_at(service: Running, tmp_path: Path) -> None:
    picture = tmp_path / "page.png"
    seen(service, tmp_path, "/", f"--screenshot={picture}")
    time.sleep(0.1)
    assert picture.read_bytes().startswith(b"\x89PNG")

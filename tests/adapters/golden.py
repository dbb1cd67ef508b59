"""Golden files: a host's example, its requests and the answer. `python tests/adapters/golden.py` writes them.

Look at the difference before you commit it: what the files say was checked by hand against each host's documentation.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fillrate.adapters import HOSTS, Ranking, in_order, translate
from fillrate.adapters.hosts import example

FOLDER = Path(__file__).with_name("golden")


def made(name: str) -> dict[str, Any]:
    done = translate(HOSTS[name], example(name), in_order)
    orders = [list(one.locations) for one in done.found if isinstance(one, Ranking)]
    return {"requests": done.requests, "orders": orders, "answer": done.answer}


def write() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in HOSTS:
        text = json.dumps(made(name), indent=1, ensure_ascii=False)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()

"""Gains that outlast an offer: kept or made anew, the answers are the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from fillrate.decision.columns import COLUMNS
from fillrate.model.simpy_model import answers
from fillrate.model.simpy_model.facts import lasting
from fillrate.simulate import simulate
from fillrate.trace import sample
from fillrate.world import load_world

LASTING = [column.name for column in COLUMNS if lasting(((column.name, 1.0),), planned=False)]


def test_what_lasts_hangs_on_no_stock_and_no_time() -> None:
    assert {"net_value", "loss_cost", "box_cost", "home", "one"} <= set(LASTING)
    assert not {"available", "days_to_receipt", "expected_lateness", "units_waiting", "quantity"} & set(LASTING)
    assert not lasting((("net_value", 1.0),), planned=True)


@pytest.mark.parametrize("name", ["omnichannel", "regional"])
def test_kept_gains_answer_as_fresh_ones(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, terms = tmp_path / "all.toml", [f"{column} = {0.01 + 0.01 * n}" for n, column in enumerate(LASTING)]
    said = '[policy]\nname = "all"\npart = "source"\nkind = "priced"\ntitle = "All that lasts"\nabout = "For a test."\n'
    path.write_text(
        f'{said}[source]\nmethod = "prices"\nvalue = {{ {", ".join(terms)} }}\nbox = {{ box_cost = 1.0 }}\n'
    )
    world = load_world(name)
    trace = sample(world, 3, 12.0)
    kept = simulate(world, trace, path, "simpy", journal=True)
    monkeypatch.setattr(answers, "lasting", lambda *_: False)
    assert kept.journal == simulate(world, trace, path, "simpy", journal=True).journal
    monkeypatch.undo()
    monkeypatch.setattr(answers, "MOST", 3)  # most of them are forgotten again
    assert kept.journal == simulate(world, trace, path, "simpy", journal=True).journal

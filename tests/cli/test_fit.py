"""`fillrate fit` as a user meets it: a shop's log becomes a workspace that runs, or one line says what is wrong."""

from __future__ import annotations

import csv
import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.trace.fit.shop import HEADER, SITES, rows, write

from fillrate.model.invariants import check_journal
from fillrate.simulate import simulate
from fillrate.trace import load_trace, orders_of
from fillrate.world import load_world

Run = Callable[..., Any]
SUPERSTORE = Path(__file__).parents[3] / "shared" / "data" / "superstore.csv"
FIVE = "New York,40.71,-74.01;Los Angeles,34.05,-118.24;Chicago,41.88,-87.63;Dallas,32.78,-96.80;Atlanta,33.75,-84.39"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a shop's log, where commands are started."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    write(tmp_path / "orders.csv", rows(120, 40))
    return tmp_path


def test_a_log_becomes_a_workspace_that_runs(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run("fit", "orders.csv", "--sites", SITES, "--out", "shop")
    assert (done.code, done.err) == (0, "")
    assert "120 orders" in done.out
    said = [line.strip() for line in done.out.splitlines()]
    first, second = said[-2:]
    assert first.startswith("cd shop && fillrate compare orders --policies distance,")
    monkeypatch.chdir(folder / "shop")
    words = shlex.split(first.partition("&& fillrate ")[2])
    compared = run(*words, "--days", "10", "--json")
    assert compared.code == 0
    found = json.loads(compared.out)
    assert (found["days"], found["replications"], len(found["policies"])) == (10.0, 5, 9)
    assert second == "fillrate run stock_levels"
    path = folder / "shop" / "experiments" / "stock_levels.toml"
    path.write_text(path.read_text().replace("replications = 5", "replications = 2\ndays = 10.0"))
    done = run(*shlex.split(second)[1:], "--jobs", "1")
    assert done.code == 0
    assert "All cases together" in done.out
    assert "The best policy" in done.out
    assert all(name in done.out for name in ("orders_lean", "orders_rich", "fewest_splits"))


@pytest.mark.parametrize("place", [0, 57, 119])
def test_an_order_is_explained_by_its_number_in_the_log(
    place: int, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("fit", "orders.csv", "--sites", SITES, "--out", "shop")
    monkeypatch.chdir(folder / "shop")
    number = f"A-{place:04d}"
    head, what, *_ = run("simulate", "orders", "--explain", number).out.splitlines()
    asked = [dict(zip(HEADER, row, strict=True)) for row in rows(120, 40) if row[0] == number]
    assert head.startswith(f"Order {number}: received on day {place // 3}.")
    assert what.strip() == ", ".join(f"{r['Quantity']} × {r['SKU']} at {float(r['Price']):g}" for r in asked)


def test_an_order_that_is_not_there_is_not_explained(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("fit", "orders.csv", "--sites", SITES, "--out", "shop")
    monkeypatch.chdir(folder / "shop")
    for wrong in ("119", "-1", "A-0120", ""):
        done = run("simulate", "orders", "--explain", wrong)
        allowed = "the number in the order log of an order that this run plays"
        assert (done.code, done.out) == (2, "")
        assert done.err == (
            f"fillrate simulate: --explain: found {wrong}: the log has no such order; allowed: {allowed}\n"
        )


def test_a_sampled_order_is_called_by_its_place_in_time(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("fit", "orders.csv", "--sites", SITES, "--out", "shop")
    monkeypatch.chdir(folder / "shop")
    command = ("simulate", "orders", "--sampled")
    count = json.loads(run(*command, "--json").out)["orders"]
    assert run(*command, "--explain", str(count - 1)).out.startswith(f"Order {count - 1}: received on day 39.")
    done = run(*command, "--explain", str(count))
    assert done.err == f"fillrate simulate: --explain: found {count}; allowed: 0 to {count - 1}\n"


def test_an_order_that_the_replay_does_not_play_is_not_taken_for_another(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [[row[0].removeprefix("A-").lstrip("0") or "0", *row[1:]] for row in rows(120, 40)]
    for row in lines:
        row[7] = "many" if row[0] == "20" else row[7]
    write(folder / "orders.csv", lines)
    first = next(n for n, row in enumerate(lines) if row[0] == "20")
    run("fit", "orders.csv", "--sites", SITES, "--out", "shop")
    monkeypatch.chdir(folder / "shop")
    said = run("simulate", "orders", "--explain", "20").err
    why = f"(line {first + 2}: Quantity 'many' is not a positive whole number)"
    assert f"found 20: it was set aside {why}, see {folder / 'shop' / 'rejects.csv'}; allowed: " in said
    said = run("simulate", "orders", "--days", "10", "--explain", "90").err
    assert "--explain: found 90: it comes on day 30." in said
    assert ", and this run plays 10 days; allowed: " in said
    assert run("simulate", "orders", "--days", "10", "--explain", "21").out.startswith("Order 21: received on day 7.")
    (folder / "shop" / "rejects.csv").unlink()
    assert "found 20: the log has no such order" in run("simulate", "orders", "--explain", "20").err


def test_the_workspace_replays_the_log_and_samples_if_asked(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("fit", "orders.csv", "--sites", SITES, "--out", "shop").code == 0
    monkeypatch.chdir(folder / "shop")
    replays = [json.loads(run("simulate", "orders", "distance", "--seed", seed, "--json").out) for seed in "07"]
    sampled = json.loads(run("simulate", "orders", "distance", "--sampled", "--json").out)
    assert [record["orders"] for record in replays] == [120, 120]
    assert replays[0]["trace_hash"] != replays[1]["trace_hash"]  # the seed draws the rest
    assert sampled["orders"] != 120
    short = json.loads(run("simulate", "orders", "distance", "--days", "20", "--json").out)
    assert 50 <= short["orders"] <= 70
    too_long = run("simulate", "orders", "distance", "--days", "41")
    assert (too_long.code, too_long.out) == (2, "")
    assert too_long.err == (
        "fillrate simulate: days: found 41; allowed: at most 40, the days of orders.parquet; more can only be sampled\n"
    )


def test_json_has_everything(run: Run, folder: Path) -> None:
    done = run("fit", "orders.csv", "--sites", SITES, "--out", "shop", "--json")
    found = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert (found["orders"], found["sites"], found["rejects"], found["skus"]) == (120, 2, 0, 8)
    assert found["revenue"] == pytest.approx(sum(int(row[7]) * float(row[8]) for row in rows(120, 40)))
    assert {"assumptions", "warnings", "kept", "match", "stock", "files", "next", "seconds"} <= set(found)
    assert {row["word"] for row in found["match"]} <= {"good", "fair", "poor"}
    assert 0.85 <= found["stock"][1]["fill"] <= 0.95
    assert json.loads((folder / "shop" / "fit.json").read_text())["match"] == found["match"]


def test_a_log_whose_orders_have_no_place_says_so_at_once(run: Run, folder: Path) -> None:
    header = tuple({"Postal Code": "Ziel", "Segment": "Sitz des Kunden"}.get(name, name) for name in HEADER)
    write(folder / "orders.csv", rows(60), header)
    done = run("fit", "orders.csv", "--sites", SITES, "--out", "shop")
    top = " ".join(done.out.partition("Assumed")[0].split())
    assert "No order could be placed on the map" in top
    assert "rules cannot differ by the distance" in top
    assert "that are not used: Sitz des Kunden, Ziel." in top
    write(folder / "orders.csv", rows(60))
    assert "could be placed" not in run("fit", "orders.csv", "--sites", SITES, "--out", "shop").out


def test_a_log_without_prices_is_not_headlined_with_made_up_money(run: Run, folder: Path) -> None:
    lines = [[*row[:8], "x", row[9]] for row in rows(60)]
    write(folder / "orders.csv", lines)
    units = sum(int(row[7]) for row in lines)
    out = " ".join(run("fit", "orders.csv", "--sites", SITES, "--out", "shop").out.split())
    assert f"orders.csv: {units} units, taken at 20 USD each, as the log has no prices; 0 of " in out


def test_a_log_that_is_probably_wrong_says_so_at_once(run: Run, folder: Path) -> None:
    lines = rows(60)
    lines[0][1] = lines[0][2] = "1987-03-04"
    write(folder / "orders.csv", [row for row in lines if row[0] != "A-0000" or row is lines[0]])
    done = run("fit", "orders.csv", "--sites", SITES, "--out", "shop")
    top = " ".join(done.out.partition("Assumed")[0].split())
    assert "Note: A few orders lie far from all others" in top
    warnings = json.loads((folder / "shop" / "fit.json").read_text())["warnings"]
    assert any("1987-03-04 (orders: 1)" in warning for warning in warnings)


def test_bad_rows_are_set_aside_with_the_reason(run: Run, folder: Path) -> None:
    lines = rows(60)
    lines[3][7], lines[5][1], lines[9][8] = "many", "someday", "free"
    write(folder / "orders.csv", lines)
    found = json.loads(run("fit", "orders.csv", "--sites", SITES, "--out", "shop", "--json").out)
    with (folder / "shop" / "rejects.csv").open(encoding="utf-8", newline="") as file:
        rejects = list(csv.DictReader(file))
    assert found["rejects"] == len(rejects) == 3
    assert [reject["line"] for reject in rejects] == ["5", "7", "11"]
    assert found["lines"] + found["rejects"] == found["rows_read"] == len(lines)
    assert all(reject["reason"] for reject in rejects)
    said = run("fit", "orders.csv", "--sites", SITES, "--out", "shop").out
    assert f"3 of {len(lines)} rows were set aside, see shop/rejects.csv" in " ".join(said.split())


def test_a_changed_world_is_kept_and_named(run: Run, folder: Path) -> None:
    assert "kept beside" not in run("fit", "orders.csv", "--sites", SITES, "--out", "shop").out
    path = folder / "shop" / "envs" / "orders.toml"
    path.write_text(path.read_text().replace("box = 5.0", "box = 9.9"))
    done = run("fit", "orders.csv", "--sites", SITES, "--out", "shop")
    assert "kept beside the new files: envs/orders.toml.bak" in " ".join(done.out.split())
    assert "box = 9.9" in path.with_name("orders.toml.bak").read_text()
    assert "box = 5.0" in path.read_text()


def test_the_guessed_columns_can_be_corrected_and_handed_back(run: Run, folder: Path) -> None:
    assert run("fit", "orders.csv", "--sites", SITES, "--out", "shop").code == 0
    path = folder / "shop" / "columns.toml"
    kept = [line for line in path.read_text().splitlines() if not line.startswith("unit_cost =")]
    path.write_text("\n".join(kept))
    done = run("fit", "orders.csv", "--sites", SITES, "--columns", str(path), "--out", "shop", "--json")
    assert done.code == 0
    assert any("products without a cost" in note for note in json.loads(done.out)["assumptions"])


def test_a_log_without_a_known_number_is_fitted_by_what_the_error_names(run: Run, folder: Path) -> None:
    write(folder / "known.csv", rows(60))
    write(folder / "orders.csv", rows(60), ("Kennung", *HEADER[1:]))
    done = run("fit", "orders.csv", "--sites", SITES, "--out", "shop")
    assert (done.code, done.out) == (2, "")
    assert 'allowed: order_id = "..." in shop/columns.toml, where all else that was guessed stands now' in done.err
    assert [path.name for path in (folder / "shop").iterdir()] == ["columns.toml"]
    draft = folder / "shop" / "columns.toml"
    draft.write_text(draft.read_text().replace('# order_id = ""', 'order_id = "Kennung"'))
    filled = draft.read_text()
    run(
        "fit", "orders.csv", "--sites", SITES, "--out", "shop"
    )  # once more without --columns: what was filled in is kept
    assert (folder / "shop" / "columns.toml.bak").read_text() == filled
    draft.write_text(filled)
    command = ("fit", "orders.csv", "--sites", SITES, "--out", "shop", "--columns", str(draft), "--json")
    found, known = (
        json.loads(run(*words).out) for words in (command, ("fit", "known.csv", *command[2:5], "k", "--json"))
    )
    for key in ("orders", "lines", "units", "revenue", "segments", "warnings"):
        assert found[key] == known[key], key


def test_a_columns_file_that_leaves_out_what_is_there_is_noted(run: Run, folder: Path) -> None:
    lines = ('order_id = "Order ID"', 'order_date = "Order Date"', 'sku = "SKU"', 'segment = "Ship Mode"')
    (folder / "few.toml").write_text("\n".join(lines))
    command = ("fit", "orders.csv", "--sites", SITES, "--out", "shop", "--json")
    said, *_ = json.loads(run(*command, "--columns", "few.toml").out)["warnings"]
    roles = (
        "ship_date = Ship Date, quantity = Quantity, unit_price = Price, unit_cost = Cost, postal_code = Postal Code"
    )
    assert said.startswith(f"few.toml leaves out what would have been guessed: {roles}. ")
    run(*command)
    again = json.loads(run(*command, "--columns", "shop/columns.toml").out)["warnings"]
    assert not any("leaves out" in said for said in again)


def test_parquet_gives_the_same_orders(run: Run, folder: Path) -> None:
    columns = dict(zip(HEADER, map(list, zip(*rows(120, 40), strict=True)), strict=True))
    typed = {**columns, "Quantity": list(map(int, columns["Quantity"])), "Price": list(map(float, columns["Price"]))}
    pq.write_table(pa.table(typed), folder / "orders.parquet")
    for name in ("orders.csv", "orders.parquet"):
        assert run("fit", name, "--sites", SITES, "--out", name.replace(".", "_")).code == 0
    a, b = (load_trace(folder / f"orders_{kind}" / "traces" / "orders.parquet") for kind in ("csv", "parquet"))
    assert a.hash == b.hash
    worlds = [folder / f"orders_{kind}" / "envs" / "orders.toml" for kind in ("csv", "parquet")]
    assert load_world(worlds[0]).hash == load_world(worlds[1]).hash


def test_a_stock_file_takes_the_place_of_made_up_stock(run: Run, folder: Path) -> None:
    lines = [f"{site},P{k},6" for site in ("Boston", "Denver") for k in range(8)]
    (folder / "stock.csv").write_text("\n".join(["location,sku,units", *lines]))
    done = run("fit", "orders.csv", "--sites", SITES, "--stock", "stock.csv", "--out", "shop", "--json")
    found = json.loads(done.out)
    assert [level["number"] for level in found["stock"]] == [0.7, 1.0, 1.4]
    assert found["stock"][1]["fill"] is not None
    assert load_world(folder / "shop" / "envs" / "orders.toml").supply.safety_factor is None


def test_a_second_fit_writes_the_same_bytes(run: Run, folder: Path) -> None:
    for name in ("one", "two"):
        assert run("fit", "orders.csv", "--sites", SITES, "--out", name).code == 0
    files = [path.relative_to(folder / "one") for path in (folder / "one").rglob("*") if path.is_file()]
    assert len(files) == 9
    for path in files:
        assert (folder / "one" / path).read_bytes() == (folder / "two" / path).read_bytes(), path


@pytest.mark.slow
@pytest.mark.skipif(not SUPERSTORE.is_file(), reason="../shared/data/superstore.csv is not there")
def test_superstore_from_end_to_end(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run("fit", str(SUPERSTORE), "--sites", FIVE, "--out", str(tmp_path / "shop"), "--json")
    found = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert (found["orders"], found["lines"], found["units"], found["rejects"]) == (5009, 9994, 37873, 0)
    assert found["revenue"] == pytest.approx(2_297_200.86)
    assert (found["sites"], found["skus"], found["days"]) == (5, 1862, 1458)
    assert 0.85 <= found["stock"][1]["fill"] <= 0.95
    assert len(found["rules"]) >= 8
    assert not [row["figure"] for row in found["match"] if row["word"] == "poor"]
    monkeypatch.chdir(tmp_path / "shop")
    world = load_world("superstore").over(200.0)
    trace = orders_of(world, 1)
    assert (trace.orders.time < 200.0).all()
    result = simulate(world, trace, "distance", journal=True)
    assert check_journal(world, trace, result.journal) == []
    whole = orders_of(load_world("superstore_lean"), 0).orders
    assert (len(whole), whole.lines) == (5009, 9994)
    assert float((whole.price * whole.quantity).sum()) == pytest.approx(2_297_200.8603, abs=0.05)
    assert np.unique(whole.key).size == 5009

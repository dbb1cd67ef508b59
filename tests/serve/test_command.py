"""`fillrate serve` as a command: what it refuses before it serves."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

pytest.importorskip("uvicorn")

from tests.serve.stub import Greedy

from fillrate.cli import main
from fillrate.deploy.export import Terms, export_bundle
from fillrate.deploy.guards import Guards
from fillrate.serve.bundled import load_bundle
from fillrate.serve.service import Service
from fillrate.serve.settings import Settings
from fillrate.world import load_world


@pytest.fixture(autouse=True)
def _ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is refused, the service is closed instead of serving."""
    monkeypatch.setattr("fillrate.serve.server.run", lambda service, *_: service.close())


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = load_world("two_warehouses").over(20.0)
    return export_bundle("cheapest", world, tmp_path_factory.mktemp("bundles") / "bundle", Terms(replications=0))


def test_a_port_in_use_is_refused_before_anything_is_made_or_said(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = tmp_path / "ledger.db"
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["serve", str(bundle), "--port", str(port), "--ledger", str(ledger)]) == 2
    assert capsys.readouterr().err == f"fillrate serve: port {port}: in use; allowed: another --port\n"
    assert not ledger.exists()


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("sofa,NORTH,5", "stock.csv: line 2: sku: found 'sofa', which the bundle does not know; allowed: one of its 1"),
        (
            "SKU,MOON,5",
            "stock.csv: line 2: location: found 'MOON', which the bundle does not know; allowed: one of its 2",
        ),
    ],
)
def test_stock_that_the_bundle_does_not_know_is_refused(
    bundle: Path, row: str, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world, stock = load_world("two_warehouses"), tmp_path / "stock.csv"
    row = row.replace("SKU", world.skus[0].name).replace("NORTH", world.locations[0].name)
    stock.write_text(f"sku,location,on_hand\n{row}\n", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    words = ["serve", str(bundle), "--port", str(port), "--ledger", str(tmp_path / "ledger.db")]
    assert main([*words, "--stock", str(stock)]) == 2
    assert capsys.readouterr().err == f"fillrate serve: {line}\n"


def serving(bundle: Path, ledger: Path, *words: str) -> int:
    """The exit code."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    return main(["serve", str(bundle), "--port", str(port), "--ledger", str(ledger), *words])


def test_a_canary_without_a_challenger_is_refused(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert serving(bundle, tmp_path / "ledger.db", "--canary", "5") == 2
    assert capsys.readouterr().err == "fillrate serve: --canary: there is no challenger; allowed: --challenger DIR\n"


def test_bundles_of_another_world_are_refused(bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a challenger, and beside a ledger that has stock."""
    world, ledger = load_world("two_warehouses"), tmp_path / "ledger.db"
    other = export_bundle("cheapest", load_world("regional").over(5.0), tmp_path / "other", Terms(replications=0))
    assert serving(bundle, ledger, "--challenger", str(other)) == 2
    line = f"challenger {other}: does not know sku '{world.skus[0].name}'; allowed: a bundle of the same world"
    assert capsys.readouterr().err == f"fillrate serve: {line}\n"
    stock = tmp_path / "stock.csv"
    stock.write_text(f"sku,location,on_hand\n{world.skus[0].name},{world.locations[0].name},5\n", encoding="utf-8")
    assert serving(bundle, ledger, "--stock", str(stock)) == 0
    capsys.readouterr()
    assert serving(other, ledger) == 2
    said = f"its SKUs ('{world.skus[0].name}') are unknown to the bundle; allowed: the bundle's own ledger"
    assert capsys.readouterr().err == f"fillrate serve: ledger sqlite+pysqlite:///{ledger}: {said}\n"


def test_entries_of_a_ledger_that_the_bundle_does_not_know_are_told(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger, item = tmp_path / "ledger.db", load_world("two_warehouses").skus[0].name
    service = Service(str(ledger), Greedy, Settings())
    entries = [
        {"sku": sku, "location": at, "on_hand": 1} for sku, at in ((item, "north"), (item, "moon"), ("x", "north"))
    ]
    service.submit("stock/set", {"entries": entries}, "").result(10.0)
    service.close()
    assert serving(bundle, ledger) == 0
    line = f"fillrate serve: {ledger} has 2 entries of a SKU or location that {bundle} does not know\n"
    assert line in capsys.readouterr().err


def test_a_bundle_keeps_its_own_deadline(tmp_path: Path) -> None:
    terms = Terms(replications=0, guards=Guards(deadline_ms=7.0))
    made = export_bundle("cheapest", load_world("two_warehouses").over(5.0), tmp_path / "bundle", terms)
    assert [load_bundle(made).deadline_ms, load_bundle(made, 9.0).deadline_ms] == [7.0, 9.0]

"""The ledger: what the database itself refuses, the log that only grows, and the audit that counts again."""

from __future__ import annotations

import gc
import socket
import threading
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import SQLAlchemyError
from tests.serve.conftest import Shop, shop_at

from fillrate.errors import CheckFailed, InputError
from fillrate.serve.ledger.chain import verify_chain
from fillrate.serve.ledger.database import open_database
from fillrate.serve.ledger.ledger import Ledger
from fillrate.serve.ledger.stock import reserve, ship, unreserve
from fillrate.serve.ledger.tables import LINES, LOG, RESERVATIONS, STOCK


def test_a_unit_is_promised_once(shop: Shop) -> None:
    shop.stock(north=3)
    with shop.ledger.writing() as book:
        assert reserve(book, "lamp", "north", 2)
        assert not reserve(book, "lamp", "north", 2)
        assert reserve(book, "lamp", "north", 1)
        assert not reserve(book, "lamp", "nowhere", 1)
        assert not unreserve(book, "lamp", "north", 4)
        assert ship(book, "lamp", "north", 3)
        assert not ship(book, "lamp", "north", 1)


def test_safety_stock_is_not_promised(shop: Shop) -> None:
    shop.do("stock/set", entries=[{"sku": "lamp", "location": "north", "on_hand": 3, "safety": 2}])
    with shop.ledger.writing() as book:
        assert not reserve(book, "lamp", "north", 2)
        assert reserve(book, "lamp", "north", 1)


@pytest.mark.parametrize("values", [{"reserved": 9}, {"reserved": -1}, {"on_hand": 0, "reserved": 1}, {"safety": -1}])
def test_the_database_refuses_stock_that_cannot_be(shop: Shop, values: dict[str, int]) -> None:
    shop.stock(north=3)
    with pytest.raises(SQLAlchemyError), shop.ledger.database.writer.begin() as connection:
        connection.execute(update(STOCK).values(**values))


def test_the_database_refuses_a_line_whose_units_are_nowhere(shop: Shop) -> None:
    shop.stock(north=3)
    shop.order("a", 2, 1.0)
    for values in ({"reserved": 1}, {"held": 1}, {"held": -1, "dropped": 1}):
        with pytest.raises(SQLAlchemyError), shop.ledger.database.writer.begin() as connection:
            connection.execute(update(LINES).values(**values))


def test_the_log_only_grows(shop: Shop) -> None:
    shop.stock(north=3)
    for statement in (update(LOG).values(payload="{}"), delete(LOG)):
        with pytest.raises(SQLAlchemyError, match="append only"), shop.ledger.database.writer.begin() as connection:
            connection.execute(statement)


def test_whoever_gets_round_the_log_is_found_out(lite: Shop) -> None:
    lite.stock(north=3)
    lite.order("a", 2, 1.0)
    lite.order("b", 1, 1.5)
    with lite.ledger.reading() as run:
        assert verify_chain(run) == 3
    with lite.ledger.database.writer.begin() as connection:
        connection.execute(text("drop trigger log_refuses_update"))
        connection.execute(update(LOG).where(LOG.c.seq == 2).values(time=1.25))
    with lite.ledger.reading() as run, pytest.raises(CheckFailed, match="entry 2"):
        verify_chain(run)
    with lite.ledger.database.writer.begin() as connection:
        connection.execute(update(LOG).where(LOG.c.seq == 2).values(time=1.0))
        connection.execute(text("drop trigger log_refuses_delete"))
        connection.execute(delete(LOG).where(LOG.c.seq == 2))
    with lite.ledger.reading() as run, pytest.raises(CheckFailed, match="entry 2: missing"):
        verify_chain(run)


def test_an_audit_sees_stock_that_the_log_does_not_explain(shop: Shop) -> None:
    shop.stock(north=3)
    shop.order("a", 2, 1.0)
    assert shop.audit() == {"entries": 2, "pairs": 1, "on_hand": 3, "reserved": 2, "shipped": 0}
    with shop.ledger.database.writer.begin() as connection:
        connection.execute(update(STOCK).values(on_hand=4))
    with pytest.raises(CheckFailed, match="stock and log"):
        shop.audit()


def test_an_audit_sees_reservations_that_lines_do_not_explain(shop: Shop) -> None:
    shop.stock(north=3)
    shop.order("a", 2, 1.0)
    with shop.ledger.database.writer.begin() as connection:
        connection.execute(update(RESERVATIONS).values(open=1))
    with pytest.raises(CheckFailed, match="lines and reservations"):
        shop.audit()


def test_an_audit_sees_units_that_wait_in_another_segment(lite: Shop) -> None:
    lite.order("a", 2, 1.0, segment="vip")
    lite.audit()
    with lite.ledger.writing() as book:
        book.run.run(text("update waiting set segment = 'other'"))
    with pytest.raises(CheckFailed, match="held lines and waiting"):
        lite.audit()


def test_a_transaction_that_fails_leaves_nothing(shop: Shop) -> None:
    shop.stock(north=3)

    def fail() -> None:
        with shop.ledger.writing() as book:
            assert reserve(book, "lamp", "north", 2)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert shop.free() == {"north": 3}
    shop.stock(south=1)  # the next one begins anew
    assert shop.free() == {"north": 3, "south": 1}


def test_two_ledgers_on_one_database_take_turns(place: str) -> None:
    """As two services would: the second sees what the first committed."""
    one, two = Ledger(place), Ledger(place)
    with one.database.writer.begin() as connection:
        row = {"sku": "lamp", "location": "north", "on_hand": 1, "reserved": 0, "safety": 0, "inbound": 0, "as_of": 0.0}
        connection.execute(insert(STOCK).values(**row, next_receipt=None))
    done = []
    for ledger in (one, two):
        with ledger.writing() as book:
            done.append(reserve(book, "lamp", "north", 1))
        ledger.close()
    assert done == [True, False]


def test_a_ledger_of_an_earlier_release_is_given_what_it_lacks(place: str) -> None:
    older = open_database(place)
    with older.writer.begin() as connection:
        connection.execute(text("alter table stock drop column opportunity"))
    older.close()
    shop = shop_at(place)
    shop.stock(north=2)
    assert shop.free() == {"north": 2}
    shop.ledger.close()


@pytest.mark.parametrize("place", ["mysql://a:secret@b/c", "nonsense://", "postgresql://u:secret@127.0.0.1:1/none"])
def test_a_wrong_place_is_refused_without_its_password(place: str) -> None:
    with pytest.raises(InputError) as fault:
        open_database(place)
    assert "secret" not in str(fault.value)


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # the driver's, of a connection that was never made
def test_a_server_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the connection, and then no word comes, nor that it has gone."""
    pytest.importorskip("pg8000")
    monkeypatch.setattr("fillrate.serve.ledger.database.SILENT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        gives_up = threading.Timer(3.0, silent.shutdown, [socket.SHUT_RDWR])  # if nobody else does
        gives_up.start()
        with pytest.raises(InputError, match="timed out"):
            open_database(f"postgresql://shop@127.0.0.1:{silent.getsockname()[1]}/shop")
        gives_up.cancel()
    gc.collect()


def test_a_folder_is_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unable to open"):
        open_database(str(tmp_path))

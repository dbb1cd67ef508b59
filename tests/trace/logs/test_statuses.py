"""Which orders a status column cancels, and that the log says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from fillrate.trace.logs import read_order_log
from fillrate.trace.logs.statuses import SHOWN, is_cancelled, is_sent_back, status_note

CANCELLED = (
    "Cancel",
    "Canceled",
    "CANCELLED",
    "Cancellation",
    "Cancelled by customer",
    "wc-cancelled",
    "orderCancelled",
    "Cancelled - not paid",
    "not paid, cancelled",
    "aborted",
    "Void",
    "voided",
    "failed",
    "Storno",
    "Stornierung",
    "storniert, nicht bezahlt",
    "Auftragsstorno",
    "annulliert",
    "Abgebrochen",
    "Annulé",
    "annulation",
    "Anulado",
    "cancelación",
    "annullato",
    "geannuleerd",
)
KEPT = (
    "",
    "versandt",
    "shipped",
    "partially cancelled",
    "cancelled_partly",
    "teilweise storniert",
    "teilstorniert",
    "partiellement annulé",
    "not cancelled",
    "not yet cancelled",
    "nicht storniert",
    "niet geannuleerd",
    "non annulé",
    "uncancelled",
    "non-cancelled",
    "refunded",
    "Rückgabe",
)


@pytest.mark.parametrize("status", CANCELLED)
def test_a_word_of_cancellation_cancels(status: str) -> None:
    assert is_cancelled(status)


@pytest.mark.parametrize("status", KEPT)
def test_parts_and_denials_keep_an_order(status: str) -> None:
    assert not is_cancelled(status)


@pytest.mark.parametrize(
    ("status", "back"),
    [("partially_refunded", True), ("Rückerstattet", True), ("remboursé", True), ("Retoure", True), ("sent", False)],
)
def test_what_went_back_is_known(status: str, back: bool) -> None:
    assert is_sent_back(status) is back


def test_the_log_says_what_counts_as_a_sale_and_what_as_cancelled(tmp_path: Path) -> None:
    values = ["shipped", "Storno", "shipped", "refunded", "", "not cancelled", "Storno", "shipped"]
    lines = "".join(f"A{n},2024-01-05,K1,1,{value}\n" for n, value in enumerate(values))
    path = tmp_path / "orders.csv"
    path.write_text("order id,order date,sku,qty,status\n" + lines, encoding="utf-8")
    log = read_order_log(path)
    assert log.order_ids == ("A0", "A2", "A3", "A4", "A5", "A7")
    assert (
        "rows by status: counted as sales 'shipped' (3), 'refunded' (1), blank (1), 'not cancelled' (1); set aside as "
        "cancelled 'Storno' (2); what was refunded or sent back is a sale, as it was asked for: 'refunded' (1)"
    ) in log.assumptions


def test_rows_that_are_set_aside_for_another_reason_are_no_sales(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    lines = ("A,2024-01-05,K1,1,sent", "B,2024-01-05,K1,-1,Retoure", "C,soon,K1,1,sent", "D,2024-01-05,K1,-1,Storno")
    path.write_text("\n".join(["order id,order date,sku,qty,status", *lines]), encoding="utf-8")
    said = next(note for note in read_order_log(path).assumptions if note.startswith("rows by status"))
    assert said == "rows by status: counted as sales 'sent' (1); set aside as cancelled 'Storno' (1)"


def test_rare_values_are_counted_together() -> None:
    note = status_note("State", [f"step {n}" for n in range(SHOWN) for _ in range(2)] + ["last", "end"])
    assert f"'step {SHOWN - 1}' (2), 2 more (rows: 2); set aside as cancelled none" in note

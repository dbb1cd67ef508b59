"""Encodings, delimiters and headers of CSV files."""

from __future__ import annotations

from pathlib import Path

import pytest

from fillrate.trace.logs import Table, read_table
from fillrate.trace.logs.csvfile import decode, sniff_delimiter


def table(tmp_path: Path, data: bytes) -> Table:
    path = tmp_path / "log.csv"
    path.write_bytes(data)
    return read_table(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    found = table(tmp_path, "order,straße\n1,Köln\n".encode(encoding))
    assert found.header == ("order", "straße")
    assert found.column("straße") == ["Köln"]
    assert bool(found.notes) == (encoding in ("cp1252", "latin-1"))


def test_a_byte_outside_windows_1252_is_still_read() -> None:
    text, note = decode(b"a,\x81\xe9\n")
    assert text == "a,\x81é\n"
    assert "byte 2" in note


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(delimiter: str, tmp_path: Path) -> None:
    rows = ["id|price|note", "1|2x5|a", "2|3x5|b"]
    text = "\n".join(rows).replace("|", delimiter).replace("x", "." if delimiter == "," else ",")
    found = table(tmp_path, text.encode())
    assert found.delimiter == delimiter
    assert len(found.rows) == 2
    assert found.header == ("id", "price", "note")


def test_commas_inside_quotes_and_decimal_commas_do_not_mislead() -> None:
    assert sniff_delimiter('a;b;c\n1;2,5;3,5\n2;"x, y";4,5\n') == ";"
    assert sniff_delimiter('a,b,c\n1,"x; y",3\n') == ","
    assert sniff_delimiter('"sep=|"\na|b\n') == "|"
    assert sniff_delimiter("single\n1\n") == ""


def test_one_ragged_row_does_not_hide_the_delimiter() -> None:
    body = "".join(f"{i},x; y,z\n" for i in range(50))
    assert sniff_delimiter("a,b,c\n" + body + "1,2\n") == ","


def test_lines_are_counted_over_cells_that_span_several(tmp_path: Path) -> None:
    found = table(tmp_path, b'id,note\n1,"a\nb"\n\n2,c\n')
    assert found.lines == (2, 5)
    assert found.rows[0] == ("1", "a\nb")
    assert [(reject.line, reject.reason) for reject in found.rejects] == [(4, "the row is empty")]


def test_blank_and_repeated_headers_get_names(tmp_path: Path) -> None:
    found = table(tmp_path, b"id,,Total,Total,,\n1,2,3,4,,\n")
    assert found.header == ("id", "column 2", "Total", "Total (2)")
    assert found.rows == (("1", "2", "3", "4"),)
    assert found.notes == ("the header has 'Total' more than once: column 4 is called 'Total (2)' here",)


def test_cells_lose_their_margins_and_words_for_nothing(tmp_path: Path) -> None:
    found = table(tmp_path, "id,a,b,c\n 1 ,NULL,\u00a0x\u00a0,N/A\n".encode())
    assert found.rows == (("1", "", "x", ""),)


def test_windows_line_ends(tmp_path: Path) -> None:
    found = table(tmp_path, b"id,a\r\n1,x\r\n2,y\r\n")
    assert found.column("a") == ["x", "y"]
    assert found.lines == (2, 3)
    assert found.rejects == ()


@pytest.mark.parametrize(
    ("above", "said"),
    [
        ("Orders 2025;;;\n", "Orders 2025"),
        ("Orders 2025\nmade on 1 July\n\n", "Orders 2025; made on 1 July"),
        ("sep=;\n;;;Orders\n", "Orders"),
        ("Order;;;;Line;;;\n", "Order Line"),
    ],
)
def test_lines_above_the_header_are_named_and_left_out(above: str, said: str, tmp_path: Path) -> None:
    names = "id;date;sku;units" + ";a;b;c;d" * above.startswith("Order;")
    body = "\n".join(f"{n};2024-03-0{n};K;1,5" + ";1;2;3;4" * above.startswith("Order;") for n in range(1, 9))
    found = table(tmp_path, f"{above}{names}\n{body}\n".encode())
    assert found.header == tuple(names.split(";"))
    assert found.notes == (f"lines above the header, which are left out: {said}",)
    assert found.lines == tuple(range(above.count("\n") + 2, above.count("\n") + 10))
    assert found.rejects == ()


def test_a_header_with_blank_names_is_no_title(tmp_path: Path) -> None:
    found = table(tmp_path, b"id,,sku,\n1,a,K,x\n2,b,K,y\n")
    assert found.header == ("id", "column 2", "sku")
    assert not any("above" in note for note in found.notes)


def test_utf_16_without_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    found = table(tmp_path, "id;straße\n1;Köln\n".encode("utf-16-le"))
    assert found.column("straße") == ["Köln"]
    assert found.notes == ("the file has no byte order mark: read as UTF-16",)


def test_lines_above_the_header_do_not_hide_the_delimiter() -> None:
    assert sniff_delimiter("Orders\na;b;c\n" + "1,5;2,5;3,5\n" * 9) == ";"
    assert sniff_delimiter("Orders\n\na,b,c\n" + '1,"x; y; z; w",3\n' * 9) == ","

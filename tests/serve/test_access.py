"""Key files, addresses and stock files: what is read, and what is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from fillrate.errors import InputError
from fillrate.serve.access import Access, Client, read_clients
from fillrate.serve.refusals import Refused
from fillrate.serve.server import clients_of
from fillrate.serve.settings import Clock, Settings
from fillrate.serve.stockfile import read_stock

HASH = "a" * 64
GOOD = f'[[client]]\nname = "web"\nkey_sha256 = "{HASH}"\nroles = ["shop"]\n'


def test_a_key_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text(GOOD + "rate = 5\n", encoding="utf-8")
    assert read_clients(tmp_path / "keys.toml") == (Client("web", HASH, ("shop",), 5.0),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "found nothing"),
        ("[[client]]\n", "key_sha256 is missing"),
        (GOOD.replace("shop", "shpo"), "did you mean 'shop'"),
        (GOOD.replace(HASH, "secret"), "found 6 signs"),
        (GOOD + "key = 1\n", "unknown key key"),
        (GOOD + "rate = 0\n", "found 0"),
        (GOOD + GOOD, "one name or one key"),
        (GOOD.replace('["shop"]', '"shop"'), "found a str"),
        ("client = [1]\n", "no table"),
        ("client = 5\n", "keys.toml: client: found a int; allowed: tables [[client]]"),
        ("[client]\n" + GOOD.partition("\n")[2], "client: found a dict"),
        ("[", "cannot be read"),
    ],
)
def test_a_wrong_key_file_is_refused_without_its_keys(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as fault:
        read_clients(tmp_path / "keys.toml")
    assert said in str(fault.value)
    assert "secret" not in str(fault.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "10.1.2.3", "::", "shop.example"])
def test_without_keys_only_this_machine_may_call(host: str) -> None:
    assert clients_of(None, "127.0.0.1") == clients_of(None, "::1") == clients_of(None, "localhost") == ()
    with pytest.raises(InputError, match="without --keys"):
        clients_of(None, host)


def test_a_client_may_make_its_calls_a_second_and_no_more() -> None:
    import hashlib

    now = [0.0]
    access = Access((Client("web", hashlib.sha256(b"k").hexdigest(), ("shop",), 2.0),), lambda: now[0])
    assert [access.check("allocate", "k") for _ in range(2)] == ["web", "web"]
    with pytest.raises(Refused, match=r"0\.500 s too early"):
        access.check("allocate", "k")
    now[0] = 0.5
    access.check("allocate", "k")
    with pytest.raises(Refused):
        access.check("allocate", "k")


KNOWN = {"sku": {"a"}, "location": {"n", "s"}}


def test_stock_comes_from_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    text = "sku,location,on_hand,inbound,next_receipt_days,opportunity\na,n,3,,,\na,s,0,5,1.5,2.25\n"
    path.write_text(text, encoding="utf-8")
    assert read_stock(path, KNOWN) == [
        {"sku": "a", "location": "n", "on_hand": 3},
        {"sku": "a", "location": "s", "on_hand": 0, "inbound": 5, "next_receipt_days": 1.5, "opportunity": 2.25},
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sku,location,onhand\n", "did you mean 'on_hand'"),
        ("sku,location\n", "no column 'on_hand'"),
        ("sku,location,on_hand\na,n,x\n", "line 2: on_hand: found 'x'"),
        ("sku,location,on_hand\na,n,-1\n", "found '-1'"),
        (f"sku,location,on_hand\na,n,{10**9 + 1}\n", "found '1000000001'; allowed: whole units, at most 1,000,000,000"),
        ("sku,location,on_hand,opportunity\na,n,1,-2\n", "opportunity: found '-2'; allowed: a number, 0 or more"),
        (f"sku,location,on_hand,safety\na,n,1,{10**22}\n", "line 2: safety: found '1000"),
        ("sku,location,on_hand\na,n,1\na,n,2\n", "twice"),
        ("sku,location,on_hand\na,,1\n", "line 2: location: empty"),
        ("sku,location,on_hand\na,n,1,5\n", "more or fewer"),
        ("sku,location,on_hand\nb,n,1\n", "line 2: sku: found 'b', which the bundle does not know"),
    ],
)
def test_a_wrong_stock_file_names_the_line(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "stock.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"stock\.csv") as fault:
        read_stock(tmp_path / "stock.csv", KNOWN)
    assert said in str(fault.value)


@pytest.mark.parametrize("terms", [{"deadline_ms": 0.0}, {"patience_days": -1.0}, {"canary_percent": 101.0}])
def test_settings_out_of_range_are_refused(terms: dict[str, float]) -> None:
    with pytest.raises(InputError):
        Settings(**terms)  # type: ignore[arg-type]


def test_a_clock_never_goes_back() -> None:
    clock = Clock()
    assert [clock.now(t) for t in (1.0, 3.0, 2.0, None, True)] == [1.0, 3.0, 3.0, 3.0, 3.0]

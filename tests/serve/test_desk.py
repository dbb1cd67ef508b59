"""The desk: reserving, holding, shipping, releasing, and what becomes of who waits."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from tests.serve.conftest import Shop, shop_at
from tests.serve.stub import Greedy

from fillrate.serve.ledger.book import Book
from fillrate.serve.ledger.stock import Level, levels
from fillrate.serve.refusals import Refused
from fillrate.serve.settings import Settings


def given(answer: dict[str, Any]) -> list[tuple[str, int]]:
    """What the first line got, from where."""
    return [(part["location"], part["quantity"]) for part in answer["lines"][0]["allocated"]]


def offered(answer: dict[str, Any]) -> list[tuple[str, list[tuple[str, int]], int]]:
    return [(d["decision"], given(d), d["lines"][0]["held"]) for d in answer["offered"]]


def test_an_order_takes_what_is_there_and_waits_for_the_rest(shop: Shop) -> None:
    shop.stock(north=2, south=1)
    answer = shop.order("a", 5, 1.0, patience_days=2)
    assert given(answer) == [("north", 2), ("south", 1)]
    assert (answer["lines"][0]["held"], answer["waits_until"], answer["decision"]) == (2, 3.0, "a/1")
    assert shop.free() == {"north": 0, "south": 0}
    assert shop.audit()["reserved"] == 3


def test_a_repeated_call_reserves_once(shop: Shop) -> None:
    shop.stock(north=5)
    first = shop.order("a", 2, 1.0)
    assert shop.order("a", 2, 9.0) == first
    assert shop.free() == {"north": 3}
    ship = {"order": "a", "lines": [{"line": 1, "location": "north", "quantity": 1}]}
    assert shop.do("confirm_shipment", "k", **ship) == shop.do("confirm_shipment", "k", **ship)
    assert shop.audit()["shipped"] == 1


def test_a_key_is_for_one_request(shop: Shop) -> None:
    shop.stock(north=5)
    shop.order("a", 2, 1.0)
    with pytest.raises(Refused) as no:
        shop.order("a", 3, 1.0)
    assert no.value.status == 409
    lines = [{"line": 1, "sku": "lamp", "quantity": 2}]
    with pytest.raises(Refused, match="allocated before"):
        shop.do("allocate", "another", id="a", lines=lines)
    kept = shop.do("allocate", "mine", id="b", lines=lines)
    assert shop.do("allocate", "mine", id="b", lines=lines) == kept
    assert shop.do("allocate", id="b", lines=lines) == kept
    with pytest.raises(Refused, match="key mine"):
        shop.do("allocate", "mine", id="c", lines=lines)
    assert shop.free() == {"north": 1}


def test_what_comes_in_goes_to_who_waits_in_order_of_arrival(shop: Shop) -> None:
    shop.stock(north=0)
    for n, name in enumerate("cab"):
        shop.order(name, 2, 1.0 + n)
    answer = shop.do("stock/receive", entries=[{"sku": "lamp", "location": "north", "quantity": 3}], now=5.0)
    assert offered(answer) == [("c/2", [("north", 2)], 0), ("a/2", [("north", 1)], 1)]
    answer = shop.do("stock/adjust", entries=[{"sku": "lamp", "location": "north", "by": 9}], now=6.0)
    assert offered(answer) == [("a/3", [("north", 1)], 0), ("b/2", [("north", 2)], 0)]
    assert shop.audit()["reserved"] == 6


def test_a_second_offer_says_what_the_first_placed(shop: Shop) -> None:
    shop.stock(north=1)
    shop.order("a", 3, 1.0, region="east")
    shop.order("b", 4, 2.0)
    shop.do("stock/receive", entries=[{"sku": "lamp", "location": "south", "quantity": 1}], now=5.0)
    asked = shop.desk.decider.chooser.asked  # type: ignore[attr-defined]
    again = next(request for request in asked if request["id"] == "a" and request["now"] == 5.0)
    assert again["lines"] == [{"line": 1, "sku": "lamp", "quantity": 2, "ships_from": ["north"]}]
    assert (again["ships_from"], again["joins"], again["received"], again["region"]) == (
        ["north"],
        ["north"],
        1.0,
        "east",
    )
    assert again["waiting"] == [{"sku": "lamp", "segment": "", "units": 4}]  # its own units do not wait for themselves
    assert [s["reserved"] for s in again["stock"]] == [1, 0]


def test_a_parcel_that_is_being_picked_is_joined_no_more(shop: Shop) -> None:
    shop.stock(north=1)
    shop.order("a", 3, 1.0)
    shop.do("picking", order="a", location="north", now=2.0)
    shop.do("stock/receive", entries=[{"sku": "lamp", "location": "north", "quantity": 1}], now=5.0)
    again = shop.desk.decider.chooser.asked[-1]  # type: ignore[attr-defined]
    assert again["ships_from"] == ["north"]
    assert "joins" not in again


def test_patience_ends_and_frees_nobody_elses_stock(shop: Shop) -> None:
    shop.stock(north=1)
    shop.order("a", 3, 1.0, patience_days=2)
    shop.order("b", 1, 2.0)
    answer = shop.do("stock/receive", entries=[{"sku": "lamp", "location": "north", "quantity": 1}], now=3.0)
    assert offered(answer) == [("a/2", [("north", 1)], 1)]  # stock that comes in at that instant comes first
    answer = shop.do("stock/receive", entries=[{"sku": "lamp", "location": "north", "quantity": 1}], now=3.5)
    assert offered(answer) == [("b/2", [("north", 1)], 0)]
    assert shop.do("cancel", order="a", now=4.0)["cancelled"] == [{"line": "1", "sku": "lamp", "quantity": 2}]


def test_no_patience_at_all_is_lost_at_once(shop: Shop) -> None:
    shop.stock(north=1)
    assert shop.order("a", 3, 1.0, patience_days=0)["waits_until"] is None
    answer = shop.do("stock/receive", entries=[{"sku": "lamp", "location": "north", "quantity": 9}], now=2.0)
    assert offered(answer) == []


def committed(place: str, aside: int, **settings: Any) -> Shop:
    """Orders that keep what there is aside while they wait for the rest: of the line (1), or of the order (2)."""
    chooser = Greedy()
    chooser.aside = aside
    shop = shop_at(place, chooser, **settings)
    entries = [{"sku": sku, "location": "north", "on_hand": 2} for sku in ("lamp", "desk")]
    shop.do("stock/set", entries=entries, now=0.0)
    return shop


def lines(**units: int) -> list[dict[str, Any]]:
    return [{"line": sku, "sku": sku, "quantity": n} for sku, n in units.items()]


@pytest.mark.parametrize(("aside", "kept"), [(0, {"lamp": 2, "desk": 1}), (1, {"desk": 1}), (2, {})])
def test_what_was_kept_aside_in_vain_goes_back_when_patience_ends(aside: int, kept: dict[str, int], place: str) -> None:
    """Of three lamps two are there, and the desk; who waits for lamps is offered at once what was kept."""
    shop = committed(place, aside)
    shop.do("allocate", id="a", lines=lines(lamp=3, desk=1), now=1.0, patience_days=2)
    assert shop.audit()["reserved"] == 3
    shop.do("allocate", id="b", lines=lines(lamp=1), now=1.5)
    shop.do("allocate", id="c", lines=lines(desk=9), now=3.0)
    shop.audit()
    with nullcontext() if aside else pytest.raises(Refused, match="nothing of it is reserved"):
        shop.do("confirm_shipment", order="b", now=3.0)
    released = shop.do("cancel", order="a", now=4.0)["released"]
    assert {part["sku"]: part["quantity"] for part in released} == kept
    shop.ledger.close()


def test_what_is_picked_already_is_not_kept_aside_any_more(lite: Shop) -> None:
    lite.desk.decider.spare.aside = 2  # type: ignore[attr-defined]
    lite.stock(north=2)
    lite.order("a", 3, 1.0, patience_days=2)
    lite.do("picking", order="a", location="north", now=2.0)
    lite.order("b", 1, 3.0)
    assert lite.audit()["reserved"] == 2


@pytest.mark.parametrize(("aside", "promised"), [(0, [2, 1]), (1, [0, 1]), (2, [0, 0])])
def test_without_patience_nothing_is_kept_aside(aside: int, promised: list[int], tmp_path: Path) -> None:
    shop = committed(str(tmp_path / "ledger.db"), aside)
    answer = shop.do("allocate", id="a", lines=lines(lamp=3, desk=1), now=1.0, patience_days=0)
    assert [line["quantity"] - line["held"] for line in answer["lines"]] == promised
    assert [len(line["allocated"]) for line in answer["lines"]] == [int(n > 0) for n in promised]
    assert shop.audit()["reserved"] == sum(promised)


def test_a_reservation_that_lapses_when_patience_ends_is_given_back_once(tmp_path: Path) -> None:
    shop = committed(str(tmp_path / "ledger.db"), 2, reservation_days=2.0)
    shop.do("allocate", id="a", lines=lines(lamp=3), now=1.0, patience_days=2)
    shop.do("allocate", id="b", lines=lines(lamp=2), now=3.0)
    assert shop.audit() | {"entries": 0} == {"entries": 0, "pairs": 2, "on_hand": 4, "reserved": 2, "shipped": 0}


def test_a_reservation_that_is_not_confirmed_lapses(place: str) -> None:
    shop = shop_at(place, reservation_days=1.0)
    shop.stock(north=2)
    assert shop.order("a", 2, 1.0)["expires"] == 2.0
    shop.order("b", 1, 1.5)
    shop.do("confirm_shipment", order="a", lines=[{"line": 1, "location": "north", "quantity": 1}], now=1.75)
    shop.order("c", 5, 2.0)
    asked = shop.desk.decider.chooser.asked  # type: ignore[attr-defined]
    assert [request["id"] for request in asked] == ["a", "b", "b", "c"]  # who waited is offered first what lapsed
    assert shop.audit() | {"entries": 0} == {"entries": 0, "pairs": 1, "on_hand": 1, "reserved": 1, "shipped": 1}
    shop.ledger.close()


@pytest.mark.parametrize("aside", [0, 1, 2])
def test_an_order_whose_reservation_lapses_waits_no_longer(aside: int, tmp_path: Path) -> None:
    """Else who left a basket of three with two lamps in stock would get these two again, before who came later."""
    shop = committed(str(tmp_path / "ledger.db"), aside, reservation_days=1.0)
    shop.do("allocate", id="left", lines=lines(lamp=3), now=1.0, patience_days=5)
    shop.do("allocate", id="buyer", lines=lines(lamp=2), now=1.5)
    answer = shop.do("reoffer", now=2.0)
    assert answer["offered"] == []
    assert [part["sku"] for part in shop.do("confirm_shipment", order="buyer", now=2.5)["shipped"]] == ["lamp"]
    assert shop.do("cancel", order="left", now=3.0)["cancelled"] == []
    assert shop.audit()["shipped"] == 2
    shop.ledger.close()


def test_what_is_being_picked_lapses_no_more(shop: Shop) -> None:
    """Else it would be promised to who waits while it is in a picker's hands."""
    shop.desk.settings = Settings(reservation_days=1.0)
    shop.stock(north=2, south=1)
    shop.order("a", 3, 1.0)
    shop.do("picking", order="a", location="north", now=1.5)
    assert given(shop.order("b", 3, 2.0)) == [("south", 1)]
    assert shop.do("confirm_shipment", order="a", now=3.5)["shipped"][0]["quantity"] == 2
    assert shop.audit()["on_hand"] == 1


def test_only_what_is_reserved_there_ships(shop: Shop) -> None:
    shop.stock(north=2, south=2)
    shop.order("a", 3, 1.0)
    for line in ({"line": 1, "location": "south", "quantity": 2}, {"line": 2, "location": "north", "quantity": 1}):
        with pytest.raises(Refused, match="reserved there"):
            shop.do("confirm_shipment", order="a", lines=[line])
    shop.do("confirm_shipment", order="a")
    with pytest.raises(Refused, match="nothing of it is reserved"):
        shop.do("confirm_shipment", order="a")
    with pytest.raises(Refused, match="there is none"):
        shop.do("confirm_shipment", order="z")
    assert shop.audit() | {"entries": 0} == {"entries": 0, "pairs": 2, "on_hand": 1, "reserved": 0, "shipped": 3}


def test_release_restores_what_was_there(shop: Shop) -> None:
    shop.stock(north=2, south=2)
    shop.order("a", 3, 1.0)
    done = shop.do("release", order="a", lines=[{"line": 1, "location": "north", "quantity": 2}], now=2.0)
    assert (done["waits"], done["offered"]) == (False, [])
    assert shop.free() == {"north": 2, "south": 1}
    done = shop.do("release", order="a", again=True, now=3.0)
    assert (done["waits"], done["offered"]) == (True, [])  # it waits, behind whoever else does
    assert shop.free() == {"north": 2, "south": 2}
    assert offered(shop.do("reoffer", now=4.0)) == [("a/2", [("north", 1)], 0)]


def test_stock_of_a_product_is_looked_up_once_for_all_who_wait_for_it(
    lite: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []

    def counted(book: Book, sku: str) -> list[Level]:
        looked_up.append(sku)
        return levels(book, sku)

    lite.stock(north=0)
    for name in "abcde":
        lite.order(name, 1, 1.0)
    monkeypatch.setattr("fillrate.serve.desk.levels", counted)
    lite.stock(2.0, north=2)
    assert looked_up == ["lamp"]
    assert lite.free() == {"north": 0}


def test_a_short_pick_writes_the_unit_off_and_offers_the_order_again(shop: Shop) -> None:
    shop.stock(north=2, south=1)
    shop.order("a", 2, 1.0)
    shop.order("b", 2, 1.5)
    part = {"line": 1, "location": "north", "quantity": 1}
    assert offered(shop.do("release", order="a", lines=[part], missing=True, now=2.0)) == []
    shop.do("stock/receive", entries=[{"sku": "lamp", "location": "west", "quantity": 1}], now=3.0)
    assert shop.audit()["on_hand"] == 3
    assert shop.free() == {"north": 0, "south": 0, "west": 0}


def test_a_cancelled_order_gives_held_units_first(shop: Shop) -> None:
    shop.stock(north=2)
    shop.order("a", 3, 1.0)
    shop.order("b", 1, 1.5)
    done = shop.do("cancel", order="a", lines=[{"line": 1, "quantity": 2}], now=2.0)
    assert [part["quantity"] for part in done["released"]] == [1]
    assert offered(done) == [("b/2", [("north", 1)], 0)]
    with pytest.raises(Refused, match="which have not shipped"):
        shop.do("cancel", order="a", lines=[{"line": 1, "quantity": 2}])
    with pytest.raises(Refused, match="line 7"):
        shop.do("cancel", order="a", lines=[{"line": 7}])


def test_stock_below_what_is_promised_is_refused_as_a_whole(shop: Shop) -> None:
    shop.stock(north=2, south=5)
    shop.order("a", 2, 1.0)
    entries = [{"sku": "lamp", "location": "south", "on_hand": 9}, {"sku": "lamp", "location": "north", "on_hand": 1}]
    with pytest.raises(Refused, match="2 or more"):
        shop.do("stock/set", entries=entries)
    with pytest.raises(Refused, match="2 or more"):
        shop.do("stock/adjust", entries=[{"sku": "lamp", "location": "north", "by": -1}])
    assert shop.free() == {"north": 0, "south": 5}


def test_what_is_on_its_way_is_told_and_becomes_less_as_it_comes_in(shop: Shop) -> None:
    entry = {"sku": "lamp", "location": "north", "on_hand": 0, "inbound": 5, "next_receipt_days": 2.0}
    shop.do("stock/set", entries=[entry], now=1.0)
    shop.order("a", 1, 1.5)
    shop.do("stock/receive", entries=[{"sku": "lamp", "location": "north", "quantity": 3}], now=2.0)
    shop.order("b", 9, 2.0)
    asked = [request["stock"][0] for request in shop.desk.decider.chooser.asked]  # type: ignore[attr-defined]
    assert [(s["inbound"], s.get("next_receipt_days")) for s in asked] == [(5, 1.5), (2, 1.0), (2, 1.0)]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"next_receipt_days": 4.0}, (5, 4.0)),
        ({"inbound": 7}, (7, 2.0)),
        ({"inbound": 0}, (0, None)),
        ({"on_hand": 1}, (5, 2.0)),
    ],
)
def test_of_what_is_on_its_way_what_is_left_out_stays(lite: Shop, said: Any, told: tuple[int, float | None]) -> None:
    pair = {"sku": "lamp", "location": "north"}
    lite.do("stock/set", entries=[pair | {"on_hand": 0, "inbound": 5, "next_receipt_days": 2.0}], now=1.0)
    lite.do("stock/set", entries=[pair | said], now=1.0)
    lite.order("a", 1, 1.0)
    stock = lite.desk.decider.chooser.asked[-1]["stock"][0]  # type: ignore[attr-defined]
    assert (stock["inbound"], stock.get("next_receipt_days")) == told


def test_a_planners_price_is_told_until_another_is_stated(shop: Shop) -> None:
    north, south = {"sku": "lamp", "location": "north"}, {"sku": "lamp", "location": "south"}
    said = [
        [north],
        [north | {"opportunity": 2.5}, south | {"opportunity": 0.0}],
        [north | {"on_hand": 0, "safety": 1}],
    ]
    for n, entries in enumerate([*said, [north | {"opportunity": 1.5}]]):
        shop.do("stock/set", entries=entries)
        shop.order(f"order {n}", 1, 1.0, patience_days=0)
    asked = shop.desk.decider.chooser.asked  # type: ignore[attr-defined]
    assert [[s.get("opportunity") for s in a["stock"]] for a in asked] == [[None], [2.5, 0.0], [2.5, 0.0], [1.5, 0.0]]


def test_an_order_whose_lines_share_a_sku_is_answered_line_by_line(shop: Shop) -> None:
    shop.stock(north=3)
    lines = [{"line": name, "sku": "lamp", "quantity": 2} for name in ("x", "y")]
    answer = shop.do("allocate", id="a", lines=lines, now=1.0)
    assert [line["held"] for line in answer["lines"]] == [0, 1]
    assert shop.audit()["reserved"] == 3


def test_that_nothing_is_taken_yet_is_said(tmp_path: Path) -> None:
    """Where quotas look at what was taken, silence would be a missing fact."""
    chooser = Greedy()
    shop = shop_at(str(tmp_path / "ledger.db"), chooser)
    shop.ledger.quota_days = 1.0
    shop.stock(north=3)
    shop.order("a", 1, 0.5)
    shop.order("b", 1, 0.6)
    first, second = (asked["taken"] for asked in chooser.asked)
    told = [[(entry["units"], entry["in_period"], entry["asked"]) for entry in taken] for taken in (first, second)]
    assert told == [[(0, 0, 1)], [(1, 1, 2)]]
    shop.ledger.close()


def test_a_policy_is_told_of_no_place_or_segment_that_it_does_not_know(lite: Shop) -> None:
    """Else one order of a segment that there is not would keep it from every other order of the product."""
    chooser: Any = lite.desk.decider.chooser
    lite.ledger.quota_days = 1.0
    lite.stock(moon=1, north=1)
    lite.order("a", 3, 1.0, segment="nobody")
    lite.do("release", order="a", lines=[{"line": 1, "location": "north", "quantity": 1}], now=2.0)
    chooser.names = {"location": ("north",), "segment": ("vip",)}
    lite.order("b", 2, 3.0, segment="vip")
    asked = chooser.asked[-1]
    assert [(s["location"], s["on_hand"]) for s in asked["stock"]] == [("north", 1)]
    assert (asked["waiting"], [entry["segment"] for entry in asked["taken"]]) == ([], ["vip"])
    assert lite.free() == {"moon": 0, "north": 0}


@pytest.mark.parametrize("said", [{}, {"again": None}])
def test_what_was_not_found_is_waited_for_unless_the_call_says_no(lite: Shop, said: dict[str, Any]) -> None:
    lite.stock(north=2)
    lite.order("a", 2, 1.0)
    assert lite.do("release", order="a", missing=True, now=2.0, **said)["waits"]
    lite.stock(3.0, north=2)
    assert lite.audit()["reserved"] == 2


@pytest.mark.parametrize(("verb", "units"), [("set", "on_hand"), ("adjust", "by"), ("receive", "quantity")])
def test_stock_at_a_place_that_the_policy_does_not_know_is_refused(lite: Shop, verb: str, units: str) -> None:
    lite.desk.decider.spare.names = {"location": ("north", "south")}
    entries = [{"sku": "lamp", "location": at, units: 9} for at in ("south", "nroth")]
    line = r"entries\.1\.location: found 'nroth' \(did you mean 'north'\?\); allowed: a location of the bundle"
    with pytest.raises(Refused, match=line) as no:
        lite.do(f"stock/{verb}", entries=entries)
    assert (no.value.status, lite.free()) == (422, {})


def test_a_patience_of_null_is_that_of_the_service(tmp_path: Path) -> None:
    shop = shop_at(str(tmp_path / "ledger.db"), patience_days=2.0)
    assert shop.order("a", 1, 1.0, patience_days=None)["waits_until"] == 3.0
    shop.ledger.close()


def test_units_that_a_line_gives_up_go_to_another_line_of_its_order(shop: Shop) -> None:
    shop.stock(north=2)
    asked = [{"line": name, "sku": "lamp", "quantity": 2} for name in "xy"]
    shop.do("allocate", id="a", lines=asked, now=1.0)
    done = shop.do("cancel", order="a", lines=[{"line": "x"}], now=2.0)
    assert offered(done) == [("a/2", [("north", 2)], 0)]
    assert shop.audit()["reserved"] == 2

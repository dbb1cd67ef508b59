"""Each host: golden files, the case that its documentation gives, and what is particular to its records."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from tests.adapters.golden import FOLDER, made

from fillrate.adapters import HOSTS, Names, Ranking, Record, host, in_order, translate
from fillrate.adapters.hosts import example
from fillrate.errors import InputError

NAMES = list(HOSTS)


def answer(name: str, change: Callable[[Any], object] = lambda _: None, decide: Any = in_order) -> Any:
    record = copy.deepcopy(example(name))
    change(record)
    return translate(HOSTS[name], record, decide).answer


def changed(name: str, change: Callable[[Any], object]) -> Any:
    record = copy.deepcopy(example(name))
    change(record)
    return record


def requests(name: str, change: Callable[[Any], object] = lambda _: None) -> Any:
    record = copy.deepcopy(example(name))
    change(record)
    return translate(HOSTS[name], record, in_order).requests


@pytest.mark.parametrize("name", NAMES)
def test_the_example_comes_out_as_the_golden_file_says(name: str) -> None:
    assert made(name) == json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def test_each_host_has_a_golden_file_and_says_where_its_records_are_documented() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == sorted(NAMES)
    assert all(url.startswith("https://") for h in HOSTS.values() for url in h.reference)
    assert {h.name for h in HOSTS.values() if not h.reference} == {"csv"}


@pytest.mark.parametrize("name", NAMES)
def test_a_record_is_not_changed(name: str) -> None:
    record, before = example(name), example(name)
    translate(HOSTS[name], record, in_order)
    assert record == before


@pytest.mark.parametrize("name", NAMES)
def test_a_record_that_lacks_a_part_is_refused_with_its_place(name: str) -> None:
    for key in set(example(name)) - {"algorithmCode", "id", "inventoryLevels"}:
        record = example(name)
        del record[key]
        with pytest.raises(InputError, match=rf"^{name}\.{key}: missing"):
            translate(HOSTS[name], record, in_order)


def test_magento_gives_the_result_of_its_own_api_test() -> None:
    """magento/inventory, InventorySourceSelectionApi, SourceSelectionServiceTest."""
    assert answer("magento") == {
        "source_selection_items": [
            {"source_code": "eu-1", "sku": "SKU-1", "qty_to_deduct": 5.5, "qty_available": 5.5},
            {"source_code": "eu-2", "sku": "SKU-1", "qty_to_deduct": 2.5, "qty_available": 3},
            {"source_code": "eu-2", "sku": "SKU-4", "qty_to_deduct": 4, "qty_available": 6},
        ],
        "shippable": True,
    }


def test_magento_says_when_it_cannot_ship() -> None:
    def more(record: Any) -> None:
        record["inventoryRequest"]["items"][0]["qty"] = 8.75

    found = answer("magento", more)
    assert [item["qty_to_deduct"] for item in found["source_selection_items"]] == [5.5, 3, 4]
    assert found["shippable"] is False


def test_magento_scales_a_sku_by_its_own_decimals_only() -> None:
    scales = {line["sku"]: line["quantity"] for line in requests("magento")[0]["lines"]}
    assert scales == {"SKU-1": 80, "SKU-4": 4}


def test_magento_compares_skus_without_case_and_takes_plain_lists() -> None:
    def other(record: Any) -> None:
        record["inventoryRequest"]["items"][0]["sku"] = "sku-1"
        record["sources"] = record["sources"]["items"]

    found = answer("magento", other)["source_selection_items"]
    assert [(item["sku"], item["qty_to_deduct"]) for item in found] == [("sku-1", 5.5), ("sku-1", 2.5), ("SKU-4", 4)]


def test_magento_follows_the_priorities_of_the_stock() -> None:
    def turned(record: Any) -> None:
        for link in record["stock_source_links"]["items"]:
            link["priority"] = -link["priority"]

    found = answer("magento", turned)["source_selection_items"]
    assert [(item["source_code"], item["qty_to_deduct"]) for item in found] == [("eu-2", 3), ("eu-2", 4), ("eu-1", 5)]


def test_magento_refuses_more_decimals_than_it_keeps() -> None:
    def fine(record: Any) -> None:
        record["inventoryRequest"]["items"][0]["qty"] = "0.00001"

    with pytest.raises(InputError, match=r"quantity of SKU-1: found 0.00001; allowed: at most 4 decimal places"):
        answer("magento", fine)


def test_magento_spells_a_sku_as_the_request_does_first() -> None:
    def twice(record: Any) -> None:
        record["inventoryRequest"]["items"] = [{"sku": "SKU-1", "qty": 5}, {"sku": "sku-1", "qty": 3}]

    found = answer("magento", twice)
    assert [(row["sku"], row["qty_to_deduct"]) for row in found["source_selection_items"]] == [
        ("SKU-1", 5.5),
        ("SKU-1", 2.5),
    ]
    assert found["shippable"]


def test_magento_takes_a_flag_as_the_database_has_it() -> None:
    def shut(record: Any) -> None:
        record["sources"] = [{**s, "enabled": "0"} for s in record["sources"]["items"]]

    assert answer("magento", shut) == {"source_selection_items": [], "shippable": False}


def test_a_second_entry_of_stock_is_refused() -> None:
    def twice(record: Any) -> None:
        record["source_items"]["items"] *= 2

    with pytest.raises(InputError, match="magento: stock: a second entry of 'SKU-1' at 'eu-1'"):
        answer("magento", twice)


def test_locations_that_a_request_names_go_under_the_bundles_names() -> None:
    def pinned(record: Any) -> None:
        record["fillrate"] = {"locations": {"eu-1": "north"}, "request": {"pin": "eu-1", "joins": ["eu-1", "x"]}}

    (found,) = requests("magento", pinned)
    assert (found["pin"], found["joins"]) == ("north", ["north", "x"])


def test_vendure_keeps_back_what_all_variants_keep_back() -> None:
    def of_all(record: Any) -> None:
        record["orderLine"]["productVariant"] |= {"useGlobalOutOfStockThreshold": True, "outOfStockThreshold": 1}
        record["globalSettings"] = {"outOfStockThreshold": 2}

    assert [row["safety"] for row in requests("vendure", of_all)[0]["stock"]] == [2, 2, 2]


@pytest.mark.parametrize(("own", "of_all"), [("FALSE", True), ("INHERIT", False)])
def test_vendure_counts_no_stock_of_what_is_not_tracked(own: str, of_all: bool) -> None:
    def untracked(record: Any) -> None:
        record["orderLine"]["productVariant"]["trackInventory"] = own
        record["globalSettings"] = {"trackInventory": of_all}

    assert answer("vendure", untracked) == [{"location": {"id": "1", "name": "Main"}, "quantity": 6}]


def test_saleor_counts_no_stock_of_what_is_not_tracked_and_needs_no_sku() -> None:
    def untracked(record: Any) -> None:
        line = record["order"]["lines"][0]
        line["productSku"] = None
        line["variant"] |= {"id": "variant-1", "trackInventory": False}
        line["quantityToFulfill"] = 900

    (line,) = answer("saleor", untracked)["input"]["lines"]
    assert [entry["quantity"] for entry in line["stocks"]] == [900]


def test_medusa_reserves_nothing_for_what_it_does_not_manage() -> None:
    def others(record: Any) -> None:
        record["items"][0]["variant"]["manage_inventory"] = False
        record["items"].append({"id": "custom", "quantity": 1, "unit_price": 5, "variant": None})

    assert {item["line_item_id"] for item in answer("medusa", others)} == {"item_wheel"}


def test_spree_counts_no_stock_of_what_is_not_tracked() -> None:
    def untracked(record: Any) -> None:
        record["order"]["line_items"][0]["quantity"] = 900
        record["order"]["line_items"][0]["variant"]["track_inventory"] = False

    (found,) = translate(HOSTS["spree"], changed("spree", untracked), in_order).found
    assert [line["held"] for line in found.decision["lines"]] == [0, 0]


def test_shopify_ranks_only_a_groups_own_locations_and_shares_the_stock() -> None:
    first, second = [op["rank"] for op in answer("shopify")["operations"]]
    assert first["fulfillmentGroupHandle"] == "group-1"
    assert [r["locationHandle"] for r in first["rankings"]] == ["lyon", "leipzig", "warsaw"]
    assert [r["locationHandle"] for r in second["rankings"]] == ["warsaw", "lyon"]  # group 1 took lyon's two mugs
    assert [r["rank"] for r in first["rankings"]] == [0, 1, 2]


def test_shopify_without_levels_takes_a_stocking_location_for_full() -> None:
    found = requests("shopify", lambda record: record.pop("inventoryLevels"))[0]["stock"]
    assert {(row["location"], row["sku"], row["on_hand"]) for row in found} == {
        (at, sku, units) for at in ("leipzig", "lyon", "warsaw") for sku, units in (("mug", 5), ("pot", 1))
    }  # both groups want mugs


def test_shopify_without_levels_sends_a_second_group_with_the_first() -> None:
    def again(record: Any) -> None:
        del record["inventoryLevels"]
        record["fulfillmentGroups"][1] = {**record["fulfillmentGroups"][0], "handle": "group-2"}

    first, second = [op["rank"]["rankings"] for op in answer("shopify", again)["operations"]]
    assert first == second  # nothing is known that would send it elsewhere


def test_shopify_sells_what_is_available_not_what_is_on_hand() -> None:
    rows = {(row["location"], row["sku"]): row for row in requests("shopify")[0]["stock"]}
    assert rows["leipzig", "mug"] == {"location": "leipzig", "sku": "mug", "on_hand": 6, "reserved": 2}
    assert rows["leipzig", "pot"] == {"location": "leipzig", "sku": "pot", "on_hand": 3, "reserved": 3}
    assert rows["lyon", "mug"]["inbound"] == 24


def test_spree_leaves_inactive_locations_out_and_keeps_its_identifiers() -> None:
    assert answer("spree") == [{"location": 7, "rank": 0}, {"location": 9, "rank": 1}]


def test_vendure_keeps_its_threshold_at_each_location_and_returns_the_locations_handed_in() -> None:
    assert answer("vendure") == [
        {"location": {"id": "1", "name": "Main"}, "quantity": 3},  # 10 - 6 - 1
        {"location": {"id": "2", "name": "Shop"}, "quantity": 2},  # 4 - 1 - 1
    ]


def test_vendures_negative_threshold_keeps_nothing_back() -> None:
    def negative(record: Any) -> None:
        record["orderLine"]["productVariant"]["outOfStockThreshold"] = -5

    assert [entry["quantity"] for entry in answer("vendure", negative)] == [4, 2]


def test_vendures_money_is_in_minor_units() -> None:
    assert requests("vendure")[0]["lines"][0]["price"] == 12.5


def test_saleor_counts_the_orders_own_allocation_as_free() -> None:
    """9 there, 7 allocated of which 5 are this line's, 3 reserved for checkouts: 4 may be fulfilled."""
    found = answer("saleor")["input"]["lines"]
    assert found[0]["stocks"] == [
        {"quantity": 4, "warehouse": "V2FyZWhvdXNlOjE="},
        {"quantity": 1, "warehouse": "V2FyZWhvdXNlOjI="},
    ]
    assert len(found) == 1  # the second line has nothing to fulfil


def test_saleor_with_nothing_to_fulfil_asks_nobody() -> None:
    def done(record: Any) -> None:
        record["order"]["lines"][0]["quantityToFulfill"] = 0

    assert answer("saleor", done) == {"order": "T3JkZXI6MQ==", "input": {"lines": []}}


def test_medusa_reserves_only_where_the_sales_channel_has_locations() -> None:
    def fewer(record: Any) -> None:
        record["stock_locations"] = [{"id": "sloc_south"}]

    assert {item["location_id"] for item in answer("medusa", fewer)} == {"sloc_south"}


def test_medusa_reserves_the_parts_of_a_kit() -> None:
    parts: dict[tuple[str, str], int] = {}
    for item in answer("medusa"):
        key = item["line_item_id"], item["inventory_item_id"]
        parts[key] = parts.get(key, 0) + item["quantity"]
    assert parts == {("item_bike", "iitem_frame"): 2, ("item_bike", "iitem_wheel"): 4}  # no wheel is left for the third


def test_medusa_shares_a_kits_price_among_its_parts() -> None:
    assert [line["price"] for line in requests("medusa")[0]["lines"]] == [100.0, 100.0, 60.0]  # 300 / (1 + 2)


def test_csv_orders_share_the_stock_in_the_files_order() -> None:
    rows = [line.split(",") for line in answer("csv").splitlines()[1:]]
    assert rows == [
        ["1001", "a", "p01", "leipzig", "3", "0"],
        ["1001", "b", "p02", "lyon", "1", "0"],
        ["1002", "a", "p01", "leipzig", "1", "0"],  # 6 - 1 reserved - 1 safety - 3
        ["1002", "a", "p01", "lyon", "2", "0"],
        ["1002", "a", "p01", "", "0", "1"],
    ]


@pytest.mark.parametrize(
    ("name", "find", "replace", "says"),
    [
        ("orders", "quantity", "quantty", "column 'quantty' (did you mean 'quantity'?)"),
        ("orders", "1001,a,p01,3", "1001,a,p01,3.5", "line 2.quantity: found 3.5; allowed: a whole number"),
        ("orders", "1001,a,p01,3", "1001,a,p01,1e9999999", "quantity: found '1e9999999'; allowed: a number, at most"),
        ("orders", "20.5,munich", "1e400,munich", "line 2.price: found '1e400'; allowed: a number, at most"),
        ("orders", "7,,", "7,vienna,", "line 3.region: found vienna; allowed: munich, as on the order's first line"),
        ("orders", ",line,", ";line;", "csv.orders: columns parted by a semicolon; allowed: a CSV file with commas"),
        ("stock", ",sku,", "\tsku\t", "csv.stock: columns parted by a tab; allowed: a CSV file with commas"),
        ("orders", "line,sku", "line,line", "column 'line' there twice"),
        ("stock", "1,1,,,yes", "1,1,,,offen", "stock line 2.open: found 'offen'; allowed: true, 1, yes"),
        ("stock", "lyon,p02,1", "lyon,p01,1", "csv: stock: a second entry of 'p01' at 'lyon'"),
        ("orders", "1001,b", "1001,a", "csv: line 'a': there twice"),
        ("orders", "1001,a,p01,3", "1001,a,p01,-3", "csv: line 'a': found -3 units; allowed: 0 or more"),
        ("stock", "lyon,p02,1", "lyon,,1", "csv.stock line 5.sku: missing"),
        ("orders", "1001,a,p01,3", "1001,a,p01,3,1,234.50", "csv.orders line 2: more or fewer cells than columns"),
        ("stock", "lyon,p02,1", "lyon,p02", "csv.stock line 5: more or fewer cells than columns"),
        ("stock", "lyon,p02,1", "\nlyon,,1", "csv.stock line 6.sku: missing"),
    ],
)
def test_csv_says_which_cell_is_wrong(name: str, find: str, replace: str, says: str) -> None:
    def broken(record: Any) -> None:
        assert find in record[name]
        record[name] = record[name].replace(find, replace, 1)

    with pytest.raises(InputError) as fault:
        answer("csv", broken)
    assert says in str(fault.value)


class Read(dict[str, Any]):
    """A decision that counts how often its lines are asked for."""

    times = 0

    def __getitem__(self, key: str) -> Any:
        self.times += key == "lines"
        return super().__getitem__(key)


def test_what_orders_took_is_counted_once_however_many_come_after_them() -> None:
    """Twenty orders of a unit share ten; no decision is read again for those that follow."""
    told = "order,line,sku,quantity\n" + "".join(f"{n},a,p01,1\n" for n in range(20))
    record = {"orders": told, "stock": "location,sku,on_hand\nlyon,p01,10\n"}
    done = translate(HOSTS["csv"], record, lambda asked: Read(in_order(asked)))
    assert {one.times for one in done.found} == {1}
    assert [line["held"] for one in done.found for line in one["lines"]] == [0] * 10 + [1] * 10


def test_csv_may_begin_with_a_byte_order_mark_and_tell_days_as_numbers() -> None:
    def other(record: Any) -> None:
        record["orders"] = "\ufefforder,line,sku,quantity,now\n1,a,p01,1,0.5\n2,a,p01,1,2026-01-05T08:00:00Z\n"

    assert [request["now"] for request in requests("csv", other)] == [0.5, "2026-01-05T08:00:00Z"]


@pytest.mark.parametrize("said", ["No", "closed", "FALSE", "0"])
def test_csv_knows_a_shut_site_by_each_word_for_it(said: str) -> None:
    shut = requests("csv", lambda record: record.update(stock=record["stock"].replace(",no\n", f",{said}\n")))
    assert [site["open"] for site in shut[0]["sites"]] == [True, False, True]


def test_what_is_decided_about_is_the_records() -> None:
    def other(record: Any) -> None:
        record["fillrate"] = {"request": {"lines": []}}

    with pytest.raises(InputError, match=r"csv\.fillrate\.request\.lines: stands in the record"):
        answer("csv", other)


def test_what_the_host_does_not_know_is_handed_on_under_the_bundles_names() -> None:
    asked: list[Record] = []

    def listening(request: Record) -> Record:
        asked.append(request)
        return in_order(request)

    def known(record: Any) -> None:
        record["fillrate"] = {
            "request": {"region": "munich", "now": 3.5},
            "locations": {"1": "leipzig", "2": "milan", "3": "lyon"},
            "skus": {"lamp": "p01"},
        }

    found = answer("vendure", known, listening)
    assert (asked[0]["region"], asked[0]["now"]) == ("munich", 3.5)
    assert {row["location"] for row in asked[0]["stock"]} == {"leipzig", "milan", "lyon"}
    assert asked[0]["lines"][0]["sku"] == "p01"
    assert [entry["location"]["name"] for entry in found] == ["Main", "Shop"]


def test_names_are_read_backwards_for_rankings_too() -> None:
    def known(record: Any) -> None:
        record["fillrate"] = {"locations": {"7": "north", "9": "south"}}

    assert answer("spree", known) == [{"location": 7, "rank": 0}, {"location": 9, "rank": 1}]


def test_names_that_cannot_be_read_backwards_are_refused() -> None:
    with pytest.raises(InputError, match="two names stand for the same one"):
        Names({"a": "x", "b": "x"})


def test_a_wrong_host_is_told_the_nearest() -> None:
    with pytest.raises(InputError, match=r"host 'magneto': no such host \(did you mean 'magento'\?\)"):
        host("magneto")


def test_a_ranking_host_is_answered_by_rankings() -> None:
    for one in HOSTS.values():
        done = translate(one, example(one.name), in_order)
        assert all(isinstance(found, Ranking) == (one.mode == "rank") for found in done.found)


@pytest.mark.parametrize(
    ("name", "key", "value", "says"),
    [
        ("csv", "fillrate", [], "csv.fillrate: found list; allowed: an object"),
        ("csv", "fillrate", {"locations": ["a"]}, "csv.fillrate.locations: found list; allowed: an object"),
    ],
)
def test_what_is_no_object_is_refused(name: str, key: str, value: Any, says: str) -> None:
    with pytest.raises(InputError, match=re.escape(says)):
        translate(HOSTS[name], {**example(name), key: value}, in_order)


def test_shopify_merchandise_that_is_no_object_is_refused() -> None:
    def broken(record: Any) -> None:
        record["fulfillmentGroups"][0]["lines"][0]["merchandise"] = "x"

    with pytest.raises(InputError, match=r"merchandise: found str; allowed: an object"):
        answer("shopify", broken)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ({"locations": {"leipzig": "lyon"}}, "locations: another name stands for 'lyon'"),
        ({"skus": {"p01": "p02"}}, "skus"),
    ],
)
def test_a_name_that_another_one_stands_for_cannot_be_read_backwards(names: Any, said: str) -> None:
    """The answer would say that units of `lyon` come from `leipzig`."""
    with pytest.raises(InputError, match=rf"^csv\.fillrate\.{said}.*; allowed: a name of its own for each"):
        answer("csv", lambda record: record.update(fillrate=names))


def test_names_may_change_places() -> None:
    swapped = {"locations": {"leipzig": "lyon", "lyon": "leipzig"}}
    assert answer("csv", lambda record: record.update(fillrate=swapped)) == answer("csv")


def test_less_than_no_safety_stock_would_sell_what_nobody_has() -> None:
    record = {"orders": "order,line,sku,quantity\n1,a,x,5\n", "stock": "location,sku,on_hand,safety\nhere,x,0,-5\n"}
    with pytest.raises(InputError, match=r"^safety stock of 'x' at 'here': found -5; allowed: 0 or more units"):
        translate(HOSTS["csv"], record, in_order)

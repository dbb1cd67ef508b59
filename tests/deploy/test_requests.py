"""What a request may say: what is wrong is refused in one line, what is absent takes a default and is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from fillrate.deploy.allocator import Allocator
from fillrate.deploy.fields import REQUEST, decision_schema, request_schema
from fillrate.errors import RequestError

Request = dict[str, Any]
HUGE = 10**400  # no float


@pytest.fixture(scope="module")
def allocator(made: Any) -> Allocator:
    return Allocator.load(made("cheapest"))


def request(**changes: Any) -> Request:
    """Two units for the north, of which there is enough."""
    said: Request = {
        "id": "A1",
        "now": 1.0,
        "region": "hamburg",
        "segment": "standard",
        "lines": [{"line": 1, "sku": "item", "quantity": 2, "price": 30.0}],
        "stock": [{"location": place, "sku": "item", "on_hand": 5} for place in ("north", "south")],
    }
    return {key: value for key, value in {**said, **changes}.items() if value is not None}


def line(**changes: Any) -> Request:
    return {"line": 1, "sku": "item", "quantity": 2, "price": 30.0, **changes}


def stock(**changes: Any) -> Request:
    return {"location": "north", "sku": "item", "on_hand": 5, **changes}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"region": "nowhere"}, "request A1: region: found 'nowhere'; allowed: hamburg, munich"),
        ({"region": "hambrg"}, "did you mean 'hamburg'?"),
        ({"region": None}, "request A1: region: missing; allowed: a region, or coordinates"),
        ({"region": None, "coordinates": [1.0]}, "request A1: coordinates: found [1.0]"),
        ({"region": None, "coordinates": ["x", 1.0]}, "request A1: coordinates: found 'x'"),
        ({"region": None, "coordinates": [HUGE, 1.0]}, "request A1: coordinates: found a number of more than 308"),
        ({"region": None, "coordinates": [152.2, 21.0]}, "found [152.2, 21]; allowed: latitude from -90 to 90, long"),
        ({"region": None, "coordinates": [-90.5, 21.0]}, "request A1: coordinates: found [-90.5, 21]"),
        ({"region": None, "coordinates": [21.0, 180.5]}, "request A1: coordinates: found [21, 180.5]"),
        ({"region": None, "coordinates": [21.0, -181]}, "request A1: coordinates: found [21, -181]"),
        ({"segment": "vip"}, "request A1: segment: found 'vip'"),
        ({"channel": "telex"}, "request A1: channel: found 'telex'"),
        ({"now": "soon"}, "request A1: now: found 'soon'"),
        ({"now": float("nan")}, "request A1: now: found nan"),
        ({"now": True}, "request A1: now: found True"),
        ({"now": HUGE}, "request A1: now: found a number of more than 308 digits; allowed: days after day 0"),
        ({"id": None}, "request: id: missing"),
        ({"id": 1.5}, "request: id: found 1.5"),
        ({"lines": [line(quantity=-1)]}, "request A1: lines[0]: quantity: found -1; allowed: whole units, 0 or more"),
        ({"lines": [line(quantity=1.5)]}, "request A1: lines[0]: quantity: found 1.5"),
        ({"lines": [line(quantity=float("inf"))]}, "request A1: lines[0]: quantity: found inf"),
        ({"lines": [line(quantity=True)]}, "request A1: lines[0]: quantity: found True"),
        ({"lines": [line(quantity=2**53 + 1)]}, "lines[0]: quantity: found 9007199254740993; allowed: whole units"),
        ({"lines": [line(price="3")]}, "request A1: lines[0]: price: found '3'"),
        ({"lines": [line(price=HUGE)]}, "request A1: lines[0]: price: found a number of more than 308 digits"),
        ({"lines": [line(sku=["item"])]}, "request A1: lines[0]: sku: found ['item']; allowed: a text"),
        ({"lines": [line(), line()]}, "request A1: lines: two lines of one name"),
        ({"lines": {}}, "request A1: lines: found {}"),
        ({"lines": [line(quantty=2)]}, "request A1: lines: quantty: unknown field (did you mean 'quantity'?)"),
        ({"lines": ["item"]}, "request A1: lines: found 'item'"),
        ({"stok": []}, "request A1: stok: unknown field (did you mean 'stock'?)"),
        ({"stock": None}, "request A1: stock: missing"),
        ({"stock": [stock(on_hand=1.5)]}, "request A1: stock[0]: found 1.5; allowed: whole units"),
        ({"stock": [stock(on_hand=float("inf"))]}, "request A1: stock[0]: found inf"),
        (
            {"stock": [stock(on_hand=HUGE, reserved=1.0)]},
            "request A1: stock[0]: found a number of more than 308 digits",
        ),
        (
            {"stock": [stock(on_hand=0, reserved=-2)]},
            "request A1: stock[0]: reserved: found -2; allowed: whole units, 0",
        ),
        ({"stock": [stock(on_hand=0, safety=-2)]}, "request A1: stock[0]: safety: found -2; allowed: whole units, 0"),
        ({"stock": [stock(sku="other", safety=-2)]}, "request A1: stock[0]: safety: found -2; allowed: whole units, 0"),
        ({"stock": [{"location": "north", "sku": "item"}]}, "request A1: stock[0]: on_hand: missing"),
        ({"stock": [stock(), stock()]}, "request A1: stock[1]: a second entry of 'north' and 'item'"),
        ({"stock": [stock(sku=["item"])]}, "request A1: stock[0]: found {'location': 'north', 'sku': ['item']"),
        ({"stock": [stock(here=1)]}, "request A1: stock: here: unknown field"),
        ({"sites": [{"open": False}]}, "request A1: sites[0]: location: missing"),
        ({"sites": [{"location": "north", "open": 0}]}, "request A1: sites[0]: open: found 0; allowed: true or false"),
        ({"sites": [{"location": "north", "shut": True}]}, "request A1: sites: shut: unknown field"),
        ({"split": "some"}, "request A1: split: found 'some'; allowed: none, lines, units"),
        ({"ship_complete": True}, "request A1: ship_complete: found True; allowed: no, line, order"),
        ({"promised": {"delivery": "x"}}, "request A1: promised.delivery: found 'x'"),
        ({"ships_from": "north"}, "request A1: ships_from, joins: found 'north'"),
    ],
)
def test_a_wrong_request_is_refused_in_one_line(allocator: Allocator, changed: Request, said: str) -> None:
    for answer in (allocator.allocate, lambda asked: allocator.rank([asked])):
        with pytest.raises(RequestError) as caught:
            answer(request(**changed))
        assert said in str(caught.value)
        assert "\n" not in str(caught.value)


def test_the_ends_of_the_earth_are_on_it(allocator: Allocator) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    for latitude, longitude, right in ((90, -180.0, True), (-90.0, 180, True), (91.0, 0.0, False), (0.0, 181.0, False)):
        asked = request(region=None, coordinates=[latitude, longitude])
        assert jsonschema.Draft202012Validator(request_schema()).is_valid(asked) == right
        if right:
            assert allocator.allocate(asked)["decided_by"] == "policy"


def test_a_request_is_answered_as_the_schema_says(allocator: Allocator) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    asked = request()
    jsonschema.validate(asked, request_schema())
    decision = allocator.allocate(asked)
    jsonschema.validate(decision, decision_schema())
    assert json.loads(json.dumps(decision)) == decision
    assert decision["lines"] == [
        {"line": 1, "sku": "item", "quantity": 2, "allocated": [{"location": "north", "quantity": 2}], "held": 0}
    ]
    assert (decision["decided_by"], decision["reason"], decision["defaults"]) == ("policy", None, [])
    assert (decision["bundle"], decision["policy"]) == (allocator.bundle.id, "bundle")


def test_all_fields_are_read_and_none_is_refused(allocator: Allocator) -> None:
    """Each optional field at a value that it may have."""
    times = {"now": 1.0, "received": 0.5, "as_of": 0.9, "promised": {"ship": 2.0, "delivery": 3.0}}
    terms = {"split": "units", "ship_complete": "no", "ships_from": ["north"], "joins": ["north"], "pin": "north"}
    more = {"next_review_days": 0.5, "horizon_share": 0.25, "channel": "web", "coordinates": [1.0, 2.0]}
    tables = {
        "lines": [line(at_most=2, ships_from=["north"], joins=["north"])],
        "stock": [stock(reserved=1, safety=1, inbound=3, next_receipt_days=1.5, opportunity=0.5)],
        "sites": [{"location": "north", "open": True, "queue_minutes": 3.0, "queue_days": 0.1, "cut_off": 1.5}],
        "waiting": [{"sku": "item", "segment": "standard", "units": 2}],
        "taken": [{"sku": "item", "segment": "standard", "units": 2, "in_period": 1, "asked": 3}],
    }
    asked = request(**times, **terms, **more, **tables)
    assert {*asked} == {field.name for field in REQUEST["request"]}
    for table in ("lines", "stock", "sites", "waiting", "taken"):
        assert {*asked[table][0]} == {field.name for field in REQUEST[table]}
    assert allocator.allocate(asked)["lines"][0]["allocated"] == [{"location": "north", "quantity": 2}]


def test_two_lines_of_one_sku_are_merged_and_served_in_their_order(allocator: Allocator) -> None:
    asked = request(lines=[line(line="a"), line(line="b")], stock=[stock(on_hand=3)])
    first, second = allocator.allocate(asked)["lines"]
    assert (first["allocated"], first["held"]) == ([{"location": "north", "quantity": 2}], 0)
    assert (second["allocated"], second["held"]) == ([{"location": "north", "quantity": 1}], 1)


@pytest.mark.parametrize(
    ("changed", "taken"),
    [
        ({"stock": [stock(on_hand=5, reserved=4)]}, {"north": 1}),
        ({"stock": [stock(on_hand=5, safety=4)]}, {"north": 1}),
        ({"stock": [stock(on_hand=-3)]}, {}),
        ({"sites": [{"location": "north", "open": False}]}, {"south": 2}),
        ({"pin": "south"}, {"south": 2}),
        ({"lines": [line(at_most=1)]}, {"north": 1}),
        ({"lines": [line(quantity=7)]}, {"north": 5, "south": 2}),
        ({"lines": [line(quantity=7)], "split": "none"}, {"north": 5}),
        ({"lines": [line(quantity=11)], "ship_complete": "line"}, {}),
        ({"lines": [line(quantity=7)], "ships_from": ["south"], "split": "none"}, {"south": 5}),
        ({"lines": [line(ships_from=["south"])], "split": "lines"}, {"south": 2}),
    ],
)
def test_what_there_is_is_what_may_be_given(allocator: Allocator, changed: Request, taken: dict[str, int]) -> None:
    found = allocator.allocate(request(**changed))["lines"][0]["allocated"]
    assert {part["location"]: part["quantity"] for part in found} == taken


def test_coordinates_and_dates_are_as_good_as_names_and_days(made: Any) -> None:
    """The nearest region, and instants by the clock of the bundle."""
    folder = made("cheapest", "regional", 2.0, t0="2026-03-01T00:00:00+00:00")
    allocator = Allocator.unchecked(folder)
    case = json.loads((folder / "example.json").read_text())
    shop = allocator.shop
    at = shop.ids["region"][case["region"]]
    there = {key: value for key, value in case.items() if key not in {"region", "now", "received", "promised"}}
    dated = {**there, "coordinates": shop.coordinates[at].tolist(), "now": "2026-03-02T12:00:00+00:00"}
    asked = allocator.read(dated)
    assert (asked.region, asked.now, asked.received) == (at, 1.5, 1.5)
    with pytest.raises(RequestError, match="ISO 8601 with a time zone"):
        allocator.read({**dated, "now": "2026-03-02T12:00:00"})


@pytest.mark.parametrize("deadline", [float("nan"), -float("inf"), "50", True, [50.0], HUGE])
def test_a_deadline_is_a_number(deadline: Any, allocator: Allocator) -> None:
    with pytest.raises(RequestError, match=r"deadline_ms: found .*; allowed: milliseconds as a number"):
        allocator.allocate(request(), deadline_ms=deadline)


@pytest.mark.parametrize(
    ("deadline", "by"), [(60_000, "policy"), (1e308, "policy"), (float("inf"), "policy"), (-1, "fallback")]
)
def test_a_deadline_may_be_far_or_have_passed(deadline: float, by: str, allocator: Allocator) -> None:
    assert allocator.allocate(request(), deadline_ms=deadline)["decided_by"] == by


@pytest.mark.parametrize("asked", [None, 7, "A1", [1]])
def test_what_is_no_request_is_refused_by_each_verb(asked: Any, allocator: Allocator) -> None:
    for verb in (allocator.allocate, allocator.explain, allocator.rank):
        with pytest.raises(RequestError, match=r"request.*: found .*; allowed: "):
            verb(asked)


Fields = Callable[[Request], Request]


@pytest.mark.parametrize(
    ("without", "told"),
    [
        (lambda r: {**r, "waiting": None}, "waiting"),
        (lambda r: {**r, "horizon_share": None}, "horizon_share"),
        (lambda r: {**r, "received": None}, "received"),
        (lambda r: {**r, "sites": r["sites"][1:]}, "queue_minutes"),
        (lambda r: {**r, "stock": [{k: v for k, v in s.items() if k != "inbound"} for s in r["stock"]]}, "inbound"),
        (lambda r: {**r, "lines": [{k: v for k, v in x.items() if k != "price"} for x in r["lines"]]}, "price"),
    ],
)
def test_absent_fields_that_the_policy_looks_at_are_told(without: Fields, told: str, wide: Allocator) -> None:
    case = json.loads((wide.bundle.folder / "example.json").read_text())
    assert wide.allocate(case)["defaults"] == []
    changed = {key: value for key, value in without(case).items() if value is not None}
    assert wide.allocate(changed)["defaults"] == [told]


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Allocator:
    """A policy that looks at every column of an environment's observation."""
    from fillrate.deploy.export import Terms, export_bundle
    from fillrate.testing.networks import random_policy
    from fillrate.world import load_world

    folder = tmp_path_factory.mktemp("wide") / "bundle"
    world = load_world("peak_season").over(1.0)
    return Allocator.load(export_bundle(random_policy(4), world, folder, Terms(replications=0)))


@pytest.mark.parametrize(
    ("caps", "taken"), [((0, 3), (0, 3)), ((None, 1), (3, 1)), ((1, None), (1, 3)), ((4, 1), (3, 2)), ((0, 0), (0, 0))]
)
def test_a_cap_holds_for_its_own_line_of_a_product_that_is_there_twice(
    allocator: Allocator, caps: tuple[int | None, ...], taken: tuple[int, ...]
) -> None:
    lines = [line(line=n, quantity=3, at_most=cap) for n, cap in enumerate(caps)]
    decision = allocator.allocate(request(lines=lines))
    given = [sum(part["quantity"] for part in said["allocated"]) for said in decision["lines"]]
    assert (tuple(given), decision["decided_by"]) == (taken, "policy")

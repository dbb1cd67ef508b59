"""More stock or more servers is never worse under the same trace, where theory says so for every path."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fillrate.simulate import Result, simulate
from fillrate.testing.by_hand import HandOrder, order, trace_of, world_of

WORLD = """
[world]
name = "hand"
horizon_days = 6.0
[[location]]
name = "a"
station = {{ servers = {servers}, law = "{service}", setup_minutes = {minutes} }}
[[location]]
name = "b"
[[region]]
name = "r"
[[lane]]
location = "b"
region = "r"
box = 1.0
[[sku]]
name = "x"
price = 10.0
[[segment]]
name = "s"
{patience}
[[supply.item]]
location = "a"
units = {stock}
base_stock = {stock}
[[supply.item]]
location = "b"
units = {other}
base_stock = 0
[[supply.supplier]]
name = "f"
locations = ["a"]
lead_time_days = {{ mean = 0.75 }}
[defaults]
replenish = "{replenish}"
"""
BASE = {
    "servers": 0,
    "service": "deterministic",
    "minutes": 0.0,
    "patience": "",
    "stock": 2,
    "other": 0,
    "replenish": "",
}
FOREVER = "waits_forever = true"

times = st.lists(st.integers(0, 40).map(lambda n: n / 8.0), min_size=1, max_size=25).map(sorted)
orders = times.flatmap(
    lambda found: st.lists(st.integers(1, 3), min_size=len(found), max_size=len(found)).map(
        lambda units: [order(time, ("x", n)) for time, n in zip(found, units, strict=True)]
    )
)
single = times.map(lambda found: [order(time, ("x", 1)) for time in found])


def play(placed: list[HandOrder], source: str = "distance", **terms: Any) -> Result:
    world = world_of(WORLD.format(**(BASE | terms)))
    return simulate(world, trace_of(world, *placed, seed=11), source, journal=True)


def number(result: Result, key: str) -> float:
    value = result.scorecard[key]
    assert value is not None
    return value


def waits(result: Result) -> list[float]:
    """Days from queueing to picking of every order, in trace order."""
    assert result.journal is not None
    rows = result.journal.to_pylist()
    joined = {row["order"]: row["time"] for row in rows if row["kind"] == "queued"}
    begun = {row["order"]: row["time"] for row in rows if row["kind"] == "picking"}
    return [begun[row] - joined[row] for row in sorted(joined)]


@settings(max_examples=30)
@given(orders, st.integers(0, 12), st.integers(0, 4))
def test_stock_that_is_not_refilled_serves_as_many_units_as_there_are(
    placed: list[HandOrder], stock: int, other: int
) -> None:
    """First come, first served over two sites, lost sales: min(stock, demand), whatever the sites."""
    asked = sum(units for o in placed for _, units in o.lines)
    filled = number(play(placed, stock=stock, other=other), "eventual_unit_fill_rate") * asked
    assert round(filled, 9) == min(stock + other, asked)


@settings(max_examples=30)
@given(orders, st.integers(0, 6))
def test_more_base_stock_means_fewer_backorders(placed: list[HandOrder], stock: int) -> None:
    """With backorders and a constant lead time unit n is served by the order that demand n - S triggered."""
    terms: dict[str, Any] = {"patience": FOREVER, "replenish": "base_stock"}
    less, more = (
        play(placed, "fixed_primary", stock=stock, **terms),
        play(placed, "fixed_primary", stock=stock + 1, **terms),
    )
    assert number(more, "backorder_units") <= number(less, "backorder_units")
    assert number(more, "immediate_unit_fill_rate") >= number(less, "immediate_unit_fill_rate")
    assert number(more, "on_hand_units") >= number(less, "on_hand_units")


@settings(max_examples=30)
@given(single, st.integers(0, 5))
def test_more_base_stock_means_fewer_lost_sales(placed: list[HandOrder], stock: int) -> None:
    """A loss system with constant service: were A(S + 1) first to fall below A(S), it would have been below before.

    A(t) counts the orders served up to t; a new one is lost if S were served in the last lead time.
    """
    less, more = (play(placed, "fixed_primary", stock=n, replenish="base_stock") for n in (stock, stock + 1))
    assert number(more, "lost_units") <= number(less, "lost_units")


@settings(max_examples=30)
@given(single, st.integers(1, 3), st.sampled_from(["deterministic", "exponential", "lognormal"]))
def test_more_servers_mean_that_nobody_waits_longer(placed: list[HandOrder], servers: int, service: str) -> None:
    """First come, first served, G/G/c: the ordered workload vector falls with c (Kiefer and Wolfowitz 1955)."""
    terms: dict[str, Any] = {"stock": 30, "service": service, "minutes": 300.0, "patience": FOREVER}
    less, more = play(placed, servers=servers, **terms), play(placed, servers=servers + 1, **terms)
    assert all(b <= a for a, b in zip(waits(less), waits(more), strict=True))


def test_these_properties_can_fail() -> None:
    """Fewer servers do make somebody wait longer, less stock does lose units."""
    placed = [order(0.0, ("x", 1)) for _ in range(6)]
    terms: dict[str, Any] = {"stock": 30, "minutes": 300.0, "patience": FOREVER}
    assert sum(waits(play(placed, servers=1, **terms))) > sum(waits(play(placed, servers=2, **terms))) > 0.0
    assert number(play(placed, stock=2), "lost_units") == 4.0

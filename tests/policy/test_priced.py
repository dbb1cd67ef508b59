"""Priced policies: what their constants and columns make of an order, against all answers and under more stock."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from fillrate.decision.chain import scores
from fillrate.decision.columns import BY_NAME
from fillrate.decision.whole_order import solve_whole_order
from fillrate.draws import snap
from fillrate.policy.read import read_entry

ROWS = 3
stock = st.lists(st.integers(0, 3), min_size=2 * ROWS, max_size=2 * ROWS)
money = st.integers(0, 30).map(float)


def priced(name: str, facts: list[dict[str, float]]) -> tuple[list[float], list[float]]:
    """Value of a unit and cost of a box, by row, as the policy's file says."""
    rule = read_entry(name).source
    assert rule is not None
    rows = [{column.name: column.default for column in BY_NAME.values()} | fact for fact in facts]

    def column(name: str) -> list[float]:
        return [row[name] for row in rows]

    value, box = (scores(tuple(terms.items()), column) for terms in (rule.value, rule.box))
    return [snap(v) for v in value], [snap(b) for b in box]


@given(stock, st.lists(st.integers(0, 12_000).map(float), min_size=ROWS, max_size=ROWS), st.sets(st.integers(0, 2)))
@settings(max_examples=60)
def test_fewest_splits_ships_most_units_then_fewest_new_parcels_then_nearest(
    available: list[int], distance: list[float], joins: set[int]
) -> None:
    quantity = [3, 2]
    facts = [{"distance_km": km, "joins": float(r in joins)} for r, km in enumerate(distance)]
    value, box = priced("fewest_splits", facts)
    cover = solve_whole_order(quantity, available, value * 2, [0.0] * 6, box, 2, 0, ROWS)

    def worth(take: tuple[int, ...]) -> tuple[float, ...]:
        used = [r for r in range(ROWS) if any(take[r::ROWS])]
        return sum(take), -len([r for r in used if r not in joins]), -sum(distance[r] for r in used)

    every = [
        take
        for take in product(*[range(n + 1) for n in available])
        if sum(take[:ROWS]) <= quantity[0] and sum(take[ROWS:]) <= quantity[1]
    ]
    assert worth(tuple(n for row in cover.take for n in row)) == max(map(worth, every))


@given(
    *(stock, st.lists(money, min_size=ROWS, max_size=ROWS), st.lists(money, min_size=ROWS, max_size=ROWS)),
    *(money, st.integers(0, 5), st.integers(0, 2), st.integers(0, 2), st.integers(1, ROWS)),
)
@settings(max_examples=150)
def test_more_stock_is_never_worse_for_the_whole_order(
    available: list[int],
    net_value: list[float],
    box_cost: list[float],
    loss: float,
    more: int,
    split: int,
    complete: int,
    most: int,
) -> None:
    facts = [
        {"net_value": v - 15.0, "box_cost": b, "loss_cost": loss} for v, b in zip(net_value, box_cost, strict=True)
    ]
    value, box = priced("whole_order", facts)
    richer = [n + (at == more) for at, n in enumerate(available)]
    gains = [
        solve_whole_order([3, 2], units, value * 2, [0.0] * 6, box, split, complete, most).gain
        for units in (available, richer)
    ]
    assert 0.0 <= gains[0] <= gains[1]


def test_a_unit_is_shipped_if_that_costs_less_than_losing_it() -> None:
    """Shipping loses 3.00 besides a box of 2.00: worth it against a loss of 6.00, not against one of 4.00."""
    for loss, units in ((6.0, 1), (4.0, 0)):
        value, box = priced("whole_order", [{"net_value": -3.0, "box_cost": 2.0, "loss_cost": loss}])
        assert solve_whole_order([1], [1], value, [5.0], box, 2, 0, 1).take == [[units]]

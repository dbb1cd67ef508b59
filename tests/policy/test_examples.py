"""The worked example of every policy file, shown on the generated pages, run through the code that runs the policy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fillrate.catalogue import built_in
from fillrate.decision.chain import choose, order_key, pick, scores
from fillrate.decision.columns import BY_NAME, ORDER_COLUMNS
from fillrate.decision.rounding import SCHEMES, draws_needed, round_shares
from fillrate.decision.whole_order import solve_whole_order
from fillrate.model.simpy_model.orders import arrivals
from fillrate.plan.lookahead import surest
from fillrate.policy.read import read_entry
from fillrate.policy.replenish import ALWAYS, levels_of, order_quantity
from fillrate.policy.spec import Entry
from fillrate.testing.by_hand import order
from fillrate.world import World

ALL = sorted(path.stem for path in built_in("policies").glob("*.toml") if "__" not in path.stem)
# RULE__WORLD is a rule with tuned numbers: its example is the rule's.
WORLD_KEYS = (
    *("segments", "serves", "price", "rate_per_day", "horizon_days", "lead_time_days", "review_days"),
    *("holding_per_day", "item"),
)


@pytest.mark.parametrize("name", ALL)
def test_the_example_says_what_the_policy_does(name: str, small: Any) -> None:
    entry = read_entry(name)
    example = entry.example
    assert example["says"].strip().endswith(".")
    next(run for keys, run in KINDS if keys <= set(example))(entry, example, small)


def values(given: dict[str, float], columns: dict[str, Any]) -> dict[str, float]:
    """Columns that an example leaves out have their defaults."""
    unknown = set(given) - set(columns)
    assert not unknown
    return {name: column.default for name, column in columns.items()} | given


def chain(entry: Entry, example: dict[str, Any], _: Any) -> None:
    rule = entry.source
    assert rule is not None
    rows = [values(row, BY_NAME) for row in example["rows"]]
    legal = [r for r, row in enumerate(rows) if row["available"] > 0]
    steps = [tuple(step.items()) for step in rule.steps]
    row = choose(steps, lambda name: [row[name] for row in rows], legal, len(rows), rule.hold)
    assert ("hold" if row == len(rows) else row) == example["answer"]


def prices(entry: Entry, example: dict[str, Any], _: Any) -> None:
    rule = entry.source
    assert rule is not None
    lines = [[values(row, BY_NAME) for row in line] for line in example["rows"]]
    value = [v for line in lines for v in summed(rule.value, line)]
    box = summed(rule.box, lines[0])
    available = [int(row["available"]) for line in lines for row in line]
    cover = solve_whole_order(example["quantity"], available, value, [0.0] * len(value), box, 2, 0, len(box))
    assert cover.take == example["answer"]


def summed(weights: dict[str, float], rows: list[dict[str, Any]]) -> list[float]:
    return scores(tuple(weights.items()), lambda name: [row[name] for row in rows])


def rank(entry: Entry, example: dict[str, Any], _: Any) -> None:
    assert entry.rank is not None
    orders = [values(said, {c.name: c for c in ORDER_COLUMNS}) for said in example["orders"]]
    steps = [tuple(step.items()) for step in entry.rank.steps]
    keys = [(*order_key(steps, said.__getitem__), n) for n, said in enumerate(orders)]
    assert sorted(range(len(orders)), key=lambda n: keys[n]) == example["answer"]


def branches(_entry: Entry, example: dict[str, Any], _: Any) -> None:
    assert surest(np.array(example["branches"])) == example["answer"]


def draws(_entry: Entry, example: dict[str, Any], _: Any) -> None:
    rows = [pick(u, example["legal"], len(example["legal"]), example["rows"]) for u in example["draws"]]
    assert ["hold" if row == example["rows"] else row for row in rows] == example["answer"]


def rounded(_entry: Entry, example: dict[str, Any], _: Any) -> None:
    lines, width = len(example["shares"]), example["locations"] + 1
    share = [part for line in example["shares"] for part in [*line, 1.0 - sum(line)]]
    drawn = [0] * lines
    scheme = SCHEMES[example["scheme"]]
    assert len(example["draws"]) == draws_needed(scheme, lines, width)
    round_shares(scheme, lines, width, share, example["draws"], [0.0] * width, drawn)
    assert drawn == example["answer"]


def world_of(example: dict[str, Any], small: Any, stock: list[list[int]]) -> World:
    said = {key: example[key] for key in WORLD_KEYS if key in example}
    said |= {"price": [said["price"]] * len(stock)} if isinstance(said.get("price"), float) else {}
    world: World = small.world(stock, regions=len(stock[0]), **said)
    return world


def reserves(entry: Entry, example: dict[str, Any], small: Any) -> None:
    world = world_of(example, small, [example["stock"]])
    who = [{"segment": sees.get("segment", ""), "region": f"r{sees.get('region', 0)}"} for sees in example["sees"]]
    sim = small.simulation(world, entry.policy.name, *(order(0.0, ("k0", 1), **terms) for terms in who))
    for asked, sees in zip(orders_in(sim), example["sees"], strict=True):
        rows = sim.desk.rows(asked, 0)
        free = sim.desk.limits.available(asked, asked.lines, rows)
        assert dict(zip(rows.location, free, strict=True)) == dict(enumerate(sees["units"]))


def orders_in(sim: Any) -> list[Any]:
    """The orders of a trace, received and not offered."""
    found: list[Any] = []
    sim.desk.offer = found.append
    sim.env.process(arrivals(sim))
    sim.env.run()
    return found


def quotas(entry: Entry, example: dict[str, Any], small: Any) -> None:
    world = world_of(example, small, [example["stock"]])
    sim = small.simulation(world, entry.policy.name)
    ids = world.tables.ids["segment"]
    for segment, units in example["taken"].items():
        sim.stock.reserved[0] += units
        sim.desk.limits.use(ids[segment], 0, units)
    free = sim.stock.free(0)
    may_take = {segment: min(free, sim.desk.limits.quota(ids[segment], 0)) for segment in example["may_take"]}
    assert may_take == example["may_take"]


def levels(entry: Entry, example: dict[str, Any], small: Any) -> None:
    assert entry.replenish is not None
    world = world_of({"lead_time_days": 0.0} | example, small, [[0]])
    found = levels_of(world, entry.replenish)
    row = {"s": found.s[0], "S": found.S[0], "lot": found.lot[0], "cap": found.cap[0]}
    assert row == {"cap": ALWAYS} | row | example.get("levels", {})
    assert order_quantity(example["position"], *row.values()) == example["answer"]


def taken(entry: Entry, example: dict[str, Any], small: Any) -> None:
    price = example.get("price", [10.0] * len(example["quantity"]))
    world = small.world(example["available"], price=price)
    policy = entry.policy.name if entry.policy.part == "source" else f"cheapest+{entry.policy.name}"
    assert small.taken(world, policy, example["quantity"]) == example["answer"]
    if "without" in example:
        assert small.taken(world, "cheapest", example["quantity"]) == example["without"]
        assert example["without"] != example["answer"]


def strategies(_entry: Entry, example: dict[str, Any], _: Any) -> None:
    """Run by tests/model/test_reevaluation.py, on a world with pick stations; here its sums are checked."""
    assert sum(said["has"] for said in example["orders"]) == sum(example["after"]) == example["stock"]


KINDS = (
    ({"branches", "answer"}, branches),
    ({"draws", "legal", "answer"}, draws),
    ({"shares", "draws", "answer"}, rounded),
    ({"rows", "quantity", "answer"}, prices),
    ({"rows", "answer"}, chain),
    ({"orders", "after"}, strategies),
    ({"orders", "answer"}, rank),
    ({"stock", "sees"}, reserves),
    ({"stock", "may_take"}, quotas),
    ({"position", "answer"}, levels),
    ({"available", "answer"}, taken),
)  # keys that an example must have -> how it is run

"""Planners' programs: pure, ordered as theory says, and better than looking no further than the order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.model.kernel.twins import same

from fillrate.bench.reach import served_by_nearest
from fillrate.errors import PolicyError
from fillrate.model.opening import stated_opening
from fillrate.model.planning import Kinds, Snapshot, received
from fillrate.plan import patterns, program
from fillrate.plan.bound import hindsight
from fillrate.plan.classes import classes_of, known_demand
from fillrate.plan.dlp import deterministic_lp
from fillrate.plan.kept import Kept
from fillrate.plan.patterns import Patterns
from fillrate.plan.planner import planner_of
from fillrate.plan.program import Program
from fillrate.plan.programs import DlpPlanner, PatternPlanner, drifted
from fillrate.plan.shares import shares_of
from fillrate.policy import load_policy
from fillrate.policy.read import read_entry
from fillrate.policy.spec import PlannerRule
from fillrate.simulate import Replications, bound_of, simulate
from fillrate.testing.by_hand import world_of
from fillrate.testing.future import other_orders
from fillrate.trace import sample
from fillrate.world import World, load_world
from fillrate.world.demand import Basket
from fillrate.world.literature import instance


def stock_of(world: World) -> Any:
    return np.array(stated_opening(world).units, np.float64)


def seen(world: World, now: float = 0.0, **terms: Any) -> Snapshot:
    pairs = len(world.tables.pair_sku)
    free = np.array(stated_opening(world).units, np.int64)
    none = np.zeros(pairs, np.int64)
    return replace(
        Snapshot(now, free, none, np.zeros((0, 3), np.int64), None, -1.0, none, np.zeros(0, np.int8)), **terms
    )


@pytest.fixture(scope="module")
def small() -> World:
    return instance(3, horizon=400.0)


def test_a_solve_depends_on_nothing_but_what_is_handed_in(small: World) -> None:
    program = Program(small, classes_of(small))
    demand = known_demand(small, program.classes, 0.0, small.days)
    first = program.solve(stock_of(small), demand)
    again = [Program(small, program.classes).solve(stock_of(small) // 2, demand / 3, first.basis)]
    program.solve(stock_of(small) * 0.9, demand)
    again.append(program.solve(stock_of(small) // 2, demand / 3, first.basis))
    cold = program.solve(stock_of(small) // 2, demand / 3)
    assert (again[0].price == again[1].price).all()
    assert (again[0].sent == again[1].sent).all()
    assert again[0].value == pytest.approx(cold.value, rel=1e-9)


@pytest.mark.parametrize("part", [0.3, 1.0])
def test_a_large_program_is_solved_nearly_and_says_what_its_prices_prove(
    small: World, part: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact, stock = Program(small, classes_of(small)), stock_of(small) * part
    demand = known_demand(small, exact.classes, 0.0, small.days)
    optimum = exact.solve(stock, demand)
    monkeypatch.setattr(program, "MANY", 0)
    near = Program(small, exact.classes)
    found = near.solve(stock, demand)
    assert optimum.value * 0.999 < found.value < optimum.value
    orders = np.bincount(near.item, found.sent, near.items)
    assert (orders <= demand[near.classes.of] * (1.0 + 1e-12)).all()
    assert (found.price >= 0.0).all()
    less, more = (exact.solve(stock + each, demand).value - optimum.value for each in (-1.0, 1.0))
    assert -more * 0.99 < found.price.sum() < less * 1.01, "between what a unit more saves and a unit less costs"
    assert len(found.basis) == near.memory == 0
    again = near.solve(stock, demand, found.basis)
    assert (again.price == found.price).all()
    assert (again.sent == found.sent).all()


@pytest.mark.parametrize("every", [1, 2, 3])
def test_what_is_not_there_is_left_out_of_a_large_program_and_has_the_price_at_which_nobody_wants_it(
    small: World, every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact, stock = Program(small, classes_of(small)), stock_of(small)
    stock[::every] = 0.0
    demand = known_demand(small, exact.classes, 0.0, small.days)
    optimum = exact.solve(stock, demand)
    monkeypatch.setattr(program, "MANY", 0)
    near = Program(small, exact.classes)
    found = near.solve(stock, demand)
    assert optimum.value * 0.999 < found.value <= optimum.value * (1.0 + 1e-12)
    assert not found.sent[stock[near.pair] == 0.0].any()
    for pair in range(0, near.pairs, 5 * every):
        more = stock.copy()
        more[pair] = 1.0
        assert optimum.value - exact.solve(more, demand).value <= found.price[pair] * 1.01, "what a unit would save"


def test_a_large_program_whose_first_steps_come_to_no_end_is_solved_exactly(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact, stock = Program(small, classes_of(small)), stock_of(small)
    demand = known_demand(small, exact.classes, 0.0, small.days)
    monkeypatch.setattr(program, "MANY", 0)
    monkeypatch.setattr(program, "FIRST_ORDER", program.FIRST_ORDER | {"pdlp_iteration_limit": 10})
    found = Program(small, exact.classes).solve(stock, demand)
    assert found.value == pytest.approx(exact.solve(stock, demand).value, rel=1e-9)


def test_what_is_proven_is_below_the_optimum_however_early_the_steps_stop(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact, stock = Program(small, classes_of(small)), stock_of(small)
    demand = known_demand(small, exact.classes, 0.0, small.days)
    optimum = exact.solve(stock, demand).value
    monkeypatch.setattr(program, "MANY", 0)
    for tolerance in (0.03, 0.1, 0.3):
        monkeypatch.setattr(program, "FIRST_ORDER", program.FIRST_ORDER | {"kkt_tolerance": tolerance})
        assert Program(small, exact.classes).solve(stock, demand).value <= optimum, tolerance


def test_shares_are_the_optimum_and_sum_to_at_most_one(small: World) -> None:
    program = Program(small, classes_of(small))
    demand = known_demand(small, program.classes, 0.0, small.days)
    solved = program.solve(stock_of(small), demand)
    share = shares_of(program, Kinds(small), solved.sent, demand)
    assert share.shape == (10 * (75 + 20), 5)
    assert share.sum(axis=1).max() < 1.0 + 1e-9
    c = program.classes
    row = (c.region[c.of] * 95 + c.number)[program.item]
    expected = solved.sent / demand[program.of]
    assert np.abs(share[row, program.place] - expected).max() < 1e-12


def test_whole_orders_cost_more_than_orders_cut_up_and_less_than_any_policy(small: World) -> None:
    program = Program(small, classes_of(small))
    demand = known_demand(small, program.classes, 0.0, small.days)
    value, price, pool = Patterns(program).solve(stock_of(small), demand)
    cut = deterministic_lp(small).value
    assert cut * 1.001 < value < cut * 1.1
    assert (price >= 0.0).all()
    less = stock_of(small)
    dear = int(price.argmax())
    less[dear] -= 1.0
    assert Patterns(program).solve(less, demand, pool)[0] - value == pytest.approx(price[dear], abs=2.0)
    again, same, _ = Patterns(program).solve(stock_of(small), demand, pool)
    assert again == pytest.approx(value)
    assert np.allclose(same, price)


@pytest.mark.parametrize("part", [0.3, 1.0])
@pytest.mark.parametrize("name", ["instance 3", "omnichannel"])
def test_many_classes_are_served_in_groups_and_nearly_as_well(
    small: World, name: str, part: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The value is what the prices prove, and less than a ten-thousandth below the optimum."""
    world = small if name == "instance 3" else load_world(name).over(20.0)
    program, stock = Program(world, classes_of(world)), np.floor(stock_of(world) * part)
    demand = known_demand(world, program.classes, 0.0, world.days)
    exact = Patterns(program)
    optimum, prices, _ = exact.solve(stock, demand)
    monkeypatch.setattr(patterns, "MANY", 0)
    grouped = Patterns(program)
    assert grouped.groups < exact.groups == len(demand)
    value, price, pool = grouped.solve(stock, demand)
    assert optimum * (1.0 - 2e-4) < value <= optimum + 1e-9 * abs(optimum)
    assert value == pytest.approx(float(demand @ (grouped.best(price)[0] + program.loss_of) - price @ stock))
    assert (price >= 0.0).all()
    assert np.abs(price - prices).mean() < 0.2 * prices.mean()
    assert len(pool.of) <= grouped.groups + grouped.pairs, "columns in use alone are kept"
    less = np.maximum(0.0, stock - np.arange(len(stock)) % 3)
    optimum = exact.solve(less, demand * 0.9)[0]
    again, same = (Patterns(program).solve(less, demand * 0.9, pool) for _ in range(2))
    assert optimum * (1.0 - 2e-4) < again[0] <= optimum + 1e-9 * abs(optimum)
    assert (again[1] == same[1]).all()


def test_shares_of_a_group_may_change_between_plans(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns say who is served from where, not how many there are of each."""
    monkeypatch.setattr(patterns, "MANY", 0)
    program, stock = Program(small, classes_of(small)), stock_of(small)
    demand = known_demand(small, program.classes, 0.0, small.days)
    grouped = Patterns(program)
    pool = grouped.solve(stock, demand)[2]
    other = demand * np.random.default_rng(1).uniform(0.0, 2.0, len(demand))
    other[program.classes.region == 1] = 0.0
    assert grouped.solve(stock, other, pool)[0] == pytest.approx(grouped.solve(stock, other)[0], rel=2e-4)


def test_columns_in_use_travel_with_the_run_from_plan_to_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """So both engines decide the same, and a plan without them would come to other prices."""
    monkeypatch.setattr(patterns, "MANY", 0)
    world = instance(5, horizon=150.0)
    rule = PlannerRule("patterns", times=50)
    policy = replace(read_entry("bid_price"), planner=rule)
    planner = planner_of(world, rule, shares=False)
    assert isinstance(planner, PatternPlanner)
    first = planner(seen(world))
    assert first is not None
    assert len(first.memory) == planner.memory > 0
    started: list[bytes] = []
    solve = Patterns.solve

    def watched(self: Patterns, stock: Any, demand: Any, pool: Any = None) -> Any:
        value, price, met = solve(self, stock, demand, pool)
        started.append(b"" if pool is None else pool.packed(self.memory).tobytes())
        ended.append(met.packed(self.memory).tobytes())
        return value, price, met

    ended = [first.memory.tobytes()]
    monkeypatch.setattr(Patterns, "solve", watched)
    for engine in ("compiled", "simpy"):
        simulate(world, sample(world, 1), policy, engine=engine)
    assert started[:49] == ended[:49], "each starts from what the last one had in use"
    assert started[49:] == started[:49]
    assert same(world, sample(world, 2), policy)


def test_orders_of_one_item_are_whole_in_any_case() -> None:
    world = instance(1, horizon=300.0)
    one = tuple(replace(b, skus=b.skus[:1]) for b in world.demand.basket)
    world = replace(world, demand=replace(world.demand, basket=one))
    program = Program(world, classes_of(world))
    demand = known_demand(world, program.classes, 0.0, world.days)
    stock = np.floor(stock_of(world) * 0.7)
    assert Patterns(program).solve(stock, demand)[0] == pytest.approx(program.solve(stock, demand).value, rel=1e-9)


def test_a_clairvoyant_pays_more_on_average_than_the_deterministic_program(small: World) -> None:
    values = [hindsight(small, sample(small, seed)).cost for seed in range(12)]
    assert np.mean(values) > deterministic_lp(small).value


def test_starts_are_solved_once_and_later_plans_start_from_the_last(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner = DlpPlanner(small, PlannerRule("dlp", times=10), shares=False)
    solved: list[bool] = []
    solve = Program.solve

    def noted(*args: Any, **terms: Any) -> Any:
        solved.append(len(args) > 3)
        return solve(*args, **terms)

    monkeypatch.setattr(Program, "solve", noted)
    monkeypatch.setattr(program, "STARTS", Kept())
    first = planner(seen(small))
    assert first is not None
    planner(seen(small))
    DlpPlanner(small, PlannerRule("dlp"), shares=True)(seen(small))
    assert solved == [False], "another planner of the world starts from the same"
    planner(seen(small, 40.0, planned_at=0.0, memory=first.memory))
    assert solved == [False, True]
    assert len(first.memory) == planner.memory > 0


def test_stock_on_its_way_counts(small: World) -> None:
    planner = DlpPlanner(small, PlannerRule("dlp"), shares=False)
    free = np.array(stated_opening(small).units, np.int64)
    there, coming = (planner(seen(small, free=f, inbound=free - f)) for f in (free, free // 2))
    assert there is not None
    assert coming is not None
    assert (there.price == coming.price).all()
    assert there.price.max() > 0.0


def test_primal_dual_prices_rise_from_nothing_to_the_most_that_a_unit_can_be_worth() -> None:
    """The near site has no other customer than one who pays 4 for the box there, and 9 at the far one or 20 if lost."""
    lanes = "".join(
        f"[[lane]]\nlocation = '{site}'\nregion = 'r'\nbox = {box}\nrate = 0.0\n"
        for site, box in (("near", 4), ("far", 9))
    )
    world = world_of(
        "[world]\nname = 'curve'\nhorizon_days = 10.0\n[[location]]\nname = 'near'\n[[location]]\nname = 'far'\n"
        "[[region]]\nname = 'r'\n[[sku]]\nname = 'pen'\nprice = 20.0\n[[segment]]\nname = 's'\n" + lanes
        + "[supply]\nitem = [{ location = '*', sku = '*', units = 4 }]\n"
    )  # fmt: skip
    planner = planner_of(world, PlannerRule("primal_dual"), shares=False)
    begun = planner(seen(world))
    assert begun is not None
    half = planner(seen(world, 5.0, planned_at=0.0, memory=begun.memory, free=np.array([2, 4])))
    gone = planner(seen(world, 9.0, planned_at=0.0, memory=begun.memory, free=np.array([0, 0])))
    assert begun.price.tolist() == [0.0, 0.0]
    assert half is not None
    assert gone is not None
    assert half.price == pytest.approx([5.0 * (np.sqrt(np.e) - 1.0) / (np.e - 1.0), 0.0])
    assert gone.price[0] == pytest.approx(5.0)


def test_a_planner_is_made_once_for_a_world_and_rule(small: World) -> None:
    rule = PlannerRule("dlp")
    assert planner_of(small, rule, shares=True) is planner_of(small, rule, shares=True)
    assert planner_of(small, rule, shares=True) is not planner_of(small, rule, shares=False)
    assert isinstance(planner_of(small, PlannerRule("best"), shares=False), PatternPlanner)
    assert isinstance(planner_of(load_world("regional"), PlannerRule("best"), shares=False), DlpPlanner)
    with pytest.raises(PolicyError, match="draws from shares"):
        planner_of(small, PlannerRule("patterns"), shares=True)
    with pytest.raises(PolicyError, match="order types"):
        planner_of(load_world("regional"), PlannerRule("patterns"), shares=False)


def test_only_drift_makes_a_drift_planner_solve(small: World) -> None:
    planner = DlpPlanner(small, PlannerRule("dlp", every_hours=24.0, drift=3.0), shares=False)
    begun = np.full(len(small.tables.pair_sku), 100, np.int64)
    as_planned = seen(small, 200.0, planned_at=0.0, planned_free=begun, free=begun // 2)
    assert planner(as_planned) is None
    assert not drifted(as_planned, 400.0, 3.0)
    off = begun // 2
    off[4] -= 22  # 50 are used by then, give or take 7.07
    assert drifted(replace(as_planned, free=off), 400.0, 3.0)
    assert not drifted(replace(as_planned, free=off), 400.0, 3.2)


@pytest.mark.slow
def test_prices_that_follow_beat_those_that_do_not_and_both_beat_none() -> None:
    """Means over instances, as in GROUND_TRUTH F; the same orders for all."""
    names = ("whole_order", "bid_price_static", "bid_price", "independent_rounding", "dilated_rounding")
    ratio: dict[str, list[float]] = {name: [] for name in names}
    for number in range(6):
        world = instance(number, horizon=1000.0)
        least, feeds = deterministic_lp(world).value, None
        played = Replications(world, {name: _load(name) for name in names})
        feeds = [played.feed(sample(world, seed)) for seed in range(2)]
        for name in names:
            cards = played.scorecards(name, feeds)
            ratio[name].append(-float(np.mean([card["contribution"] or 0.0 for card in cards])) / least)
    mean = {name: np.mean(found) for name, found in ratio.items()}
    assert 1.0 < mean["bid_price"] < mean["bid_price_static"] < mean["whole_order"]
    assert mean["dilated_rounding"] < mean["independent_rounding"]


ONE_SITE = """
[world]
name = "one"
horizon_days = 30.0
[[location]]
name = "a"
[[region]]
name = "r"
[[sku]]
name = "x"
price = 10.0
[[sku]]
name = "y"
price = 10.0
[[segment]]
name = "standard"
[[segment]]
name = "gold"
price_factor = 3.0
[[lane]]
location = "a"
region = "r"
box = 0.0
rate = 1.0
[supply]
item = [{ units = 20 }]
review_days = 1.0
"""
TYPES = """
[[demand.basket]]
probability = 0.5
skus = ["x"]
[[demand.basket]]
probability = 0.5
skus = ["y"]
"""


def periodic(days: float, period: float) -> World:
    """As many orders for x at the start of each period as bring 50 units, half of them gold's."""
    demand = f"[demand]\nprocess = 'periodic'\nperiod_days = {period}\ncount = {{ mean = 50.0 }}\n"
    one = ONE_SITE.replace('[[sku]]\nname = "y"\nprice = 10.0\n', "").replace("30.0", str(days), 1)
    return world_of(one + demand)


@pytest.mark.parametrize(
    ("now", "ahead", "price"),
    [
        (0.0, 1.0, 9.0),  # fifty units are asked for at once: the last of twenty stays for gold
        (7.0, 1.0, 9.0),
        (1.0, 1.0, 0.0),
        (7.5, 0.0, 0.0),  # nobody comes any more
    ],
)
def test_demand_that_comes_at_the_start_of_periods_is_expected_then(now: float, ahead: float, price: float) -> None:
    world = periodic(10.5, 7.0)
    planner = DlpPlanner(world, PlannerRule("dlp", days=ahead), shares=False)
    plan = planner(seen(world, now, free=np.array([40])))
    assert plan is not None
    assert plan.price.tolist() == [price]


def test_the_program_expects_every_period_that_begins() -> None:
    """Fifty orders at 0 and at 7 for forty units: sixty are lost, half of all bring 10 a unit and half of them 30."""
    world = replace(periodic(10.5, 7.0), supply=replace(periodic(10.5, 7.0).supply, review_days=0.0))
    basket = (Basket(1.0, ("x",)),)
    world = replace(world, demand=replace(world.demand, basket=basket))
    assert deterministic_lp(world).value == pytest.approx(50 * 10.0 + 30 * 30.0 + 20 * 1.0)


def wave_world(days: float, promotion: tuple[float, float]) -> World:
    """Ten orders a day, a hundred while a promotion runs, ranked every day."""
    raised = f"[[demand.promotion]]\nfrom_day = {promotion[0]}\nto_day = {promotion[1]}\nfactor = 10.0\n"
    text = ONE_SITE.replace("30.0", str(days), 1).replace('[[sku]]\nname = "y"\nprice = 10.0\n', "")
    demand = "[demand]\nprocess = 'poisson'\nrate_per_day = 10.0\n" + raised
    return world_of(text + demand + "[timing]\nmode = 'wave'\nwave_hours = 24.0\n")


@pytest.mark.parametrize("forecast", ["known", "seasonal_naive"])
@pytest.mark.parametrize(("promotion", "orders"), [((1.0, 2.0), 100.0), ((2.0, 3.0), 10.0)])
def test_a_plan_at_the_last_wave_is_for_what_came_since_the_one_before(
    forecast: Any, promotion: tuple[float, float], orders: float
) -> None:
    world = wave_world(3.0, promotion)
    trace = sample(world, 2)
    orders_seen = trace.orders if forecast == "known" else received(trace.orders, 2.0, True)
    planner = DlpPlanner(world, PlannerRule("dlp", forecast=forecast), shares=False)
    _, demand = planner.looked_at(seen(world, 2.0, orders=orders_seen))
    exact = np.diff(np.searchsorted(trace.orders.time, [1.0, 2.0]))[0]
    assert demand.sum() == pytest.approx(orders if forecast == "known" else exact)


def test_prices_in_waves_keep_stock_for_nobody_who_is_not_offered() -> None:
    """The promotion after the last wave made a bid price refuse whom there was stock for."""
    for promotion, days in (((2.0, 3.0), 3.0), ((0.0, 1.0), 2.0)):
        world = wave_world(days, promotion)
        earned = {
            policy: sum(simulate(world, sample(world, n), policy).scorecard["contribution"] or 0.0 for n in range(10))
            for policy in ("whole_order", "bid_price")
        }
        assert earned["bid_price"] >= earned["whole_order"] * (1.0 if days == 3.0 else 1.3)


SUPPLIER = "[[supply.supplier]]\nname = 's'\nskus = ['y']\nlead_time_days = { mean = 1.0 }\n"
STORE = "[[location]]\nname = 'b'\n[[lane]]\nlocation = 'b'\nregion = 'r'\nbox = 0.0\nrate = 5.0\n"
TRANSFER = STORE + "[[supply.supplier]]\nname = 't'\nfrom_location = 'b'\nlocations = ['a']\n"
DEFAULTS = "[defaults]\nsource = 'cheapest'\nreplenish = 'base_stock'\n"


@pytest.mark.parametrize("types", ["", TYPES])
@pytest.mark.parametrize(
    ("supply", "buys", "dear"),
    [("", False, "xy"), (SUPPLIER, True, "x"), (SUPPLIER, False, "xy"), (TRANSFER, True, "xy")],
)
def test_what_nobody_delivers_has_to_last_to_the_end(types: str, supply: str, buys: bool, dear: str) -> None:
    """Thirty units for gold and thirty for others against twenty at a site; what comes in a day is not short."""
    demand = "[demand]\nprocess = 'poisson'\nrate_per_day = 6.0\n" + types
    world = world_of(ONE_SITE + supply + demand + (DEFAULTS if buys else ""))
    plan = bound_of(load_policy("bid_price"), world).planner(seen(world))
    prices = dict(zip(world.tables.pair_sku.tolist(), plan.price.tolist(), strict=False))
    assert [price > 8.0 for _, price in sorted(prices.items())] == ["x" in dear, "y" in dear]


def _load(name: str) -> Any:
    from fillrate.policy import load_policy

    return load_policy(name)


@pytest.mark.parametrize("forecast", ["known", "seasonal_naive", "smoothing", "croston"])
def test_later_orders_change_no_earlier_answer(forecast: Any) -> None:
    world = load_world("regional")
    trace = sample(world, 4, 3.0)
    at = 2.25
    entry = read_entry("bid_price")
    policy = replace(entry, planner=PlannerRule("dlp", forecast=forecast, every_hours=12.0))
    journals = [simulate(world, t, policy, journal=True).journal for t in (trace, other_orders(trace, at))]
    before = [j.slice(0, int(np.searchsorted(j["time"].to_numpy(), at, "right"))) for j in journals if j is not None]
    assert before[0].num_rows > 1000
    assert before[0].equals(before[1])


def test_orders_that_nobody_can_serve_cost_what_losing_them_does(small: World) -> None:
    cut_off = served_by_nearest(small, 0)
    program = Program(cut_off, classes_of(cut_off))
    demand = known_demand(cut_off, program.classes, 0.0, cut_off.days)
    value, price, _ = Patterns(program).solve(stock_of(small), demand)
    assert value == pytest.approx(float(demand @ program.loss_of))
    assert (price == 0.0).all()

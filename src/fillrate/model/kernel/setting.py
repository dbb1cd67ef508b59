"""A world under a policy as arrays: what stays the same over all its runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fillrate.decision.columns import COLUMNS, ORDER_COLUMNS
from fillrate.decision.rounding import SCHEMES
from fillrate.decision.weights import ARRAYS
from fillrate.draws import name_key, seed_key, snap
from fillrate.model.chance import SERVICE, stated_windows
from fillrate.model.custom import sets_prices
from fillrate.model.delays import cut_offs
from fillrate.model.kernel import layout
from fillrate.model.kernel.codes import CHAIN, CUSTOM, HOLD, LEVY, NETWORK, PRICES, RANDOM, ROUNDING
from fillrate.model.kernel.memory import settled
from fillrate.model.kernel.room import Room
from fillrate.model.planning import Kinds, planner_in
from fillrate.policy.replenish import ALWAYS
from fillrate.world.law import Law, law_table, mean_of

if TYPE_CHECKING:
    from fillrate.model.kernel.blueprint import Blueprint
    from fillrate.policy import Bound
    from fillrate.world import World

__all__ = ["Setting"]

METHODS = {
    "chain": CHAIN,
    "prices": PRICES,
    "random": RANDOM,
    "hold": HOLD,
    "network": NETWORK,
    "priced_network": PRICES,
    "rounding": ROUNDING,
}
STRATEGIES = {name: n for n, name in enumerate(("win", "gain", "improve", "redistribute", "fill", "lose", "skip"))}
COLUMN = {column.name: n for n, column in enumerate(COLUMNS)}
ORDER_COLUMN = {column.name: n for n, column in enumerate(ORDER_COLUMNS)}
Steps = Any


class Setting:
    """The arrays, and the record that points at them; `record.ctypes.data` is what a run reads."""

    def __init__(self, world: World, policy: Bound) -> None:
        """Turn every table into an array.

        Raises:
            PolicyError: the policy needs a planner and nobody handed one in.
        """
        planner = planner_in(policy)
        self.world, self.policy, self.tables = world, policy, world.tables
        self.laws: dict[Law, int] = {}
        self.kinds = Kinds(world) if planner is not None and planner.shares else None
        self.room = Room()
        self.blueprint: Blueprint | None = None  # of the memory of its runs
        self.record = np.zeros(1, layout.SETTING.dtype)
        self.arrays = {**self._places(), **self._lanes(), **self._goods(), **self._customers(), **self._rules()}
        self.arrays |= self._law_arrays()
        self.arrays = {name: settled(array) for name, array in self.arrays.items()}
        for name, array in self.arrays.items():
            layout.SETTING.point(self.record[0], name, array)
        for name, value in {**self._sizes(), **self._clocks(), **self._policy_terms()}.items():
            self.record[0][name] = value

    def _law(self, law: Law | None) -> int:
        """Number of a law, -1 for none."""
        return -1 if law is None else self.laws.setdefault(law, len(self.laws))

    def _law_arrays(self) -> dict[str, Any]:
        table = law_table(list(self.laws))
        laws = np.zeros(len(self.laws), layout.LAW)
        for name in ("code", "first", "count", "mean", "cv"):
            laws[name] = getattr(table, name)
        return {"law": laws, "law_value": table.values, "law_cumulative": table.cumulative}

    def _sizes(self) -> dict[str, Any]:
        world = self.world
        return {
            "places": len(world.locations),
            "skus": len(world.skus),
            "segments": len(world.segments),
            "regions": len(world.regions),
            "pairs": len(self.tables.pair_sku),
            "suppliers": len(world.supply.supplier),
            "rows": world.header.max_candidates,
        }

    def _clocks(self) -> dict[str, Any]:
        world, timing, money = self.world, self.world.timing, self.world.money
        quotas, reserves = self.policy.quotas, self.policy.reserves
        return {
            "wave": timing.mode == "wave",
            "wave_days": timing.wave_hours / 24.0,
            "reoffer_days": timing.reoffer_hours / 24.0,
            "reevaluate_days": timing.reevaluate_hours / 24.0,
            "charge_days": money.period_days,
            "at_end": money.charge == "period_end",
            "review_days": world.supply.review_days,
            "quota_days": quotas.period_days if quotas else 0.0,
            "reserve_days": reserves.period_days if reserves else 1.0,
            "plan_days": self.policy.plan_days,
            "reassign_days": self.policy.reassign_days,
            "warm_up": snap(world.header.warm_up_days),
            "warm_up_raw": world.header.warm_up_days,
            "has_cash": money.opening_cash is not None,
            "opening_cash": 0.0 if money.opening_cash is None else snap(money.opening_cash),
            "salvage": money.salvage,
            "return_fee": snap(money.return_fee),
            "return_law": self.laws[money.return_days],
            "caps_at_storage": world.supply.caps_at_storage,
        }

    def _policy_terms(self) -> dict[str, Any]:
        policy, source = self.policy, self.policy.source
        custom_rank, custom_buy = policy.custom_rank is not None, policy.custom_replenish is not None
        active = policy.levels is not None or custom_buy
        return {
            "hidden": policy.network.hidden if policy.network else 0,
            "outputs": policy.network.outputs if policy.network else 0,
            "columns": len(policy.network.columns) if policy.network else 0,
            "method": self._method(),
            "rank_custom": custom_rank,
            "foresees": policy.is_custom,
            "replenish_custom": custom_buy,
            "has_hold": source.hold is not None,
            "hold": source.hold or 0.0,
            "source_steps": len(policy.source_steps),
            "rank_steps": 1 if custom_rank else len(policy.rank_steps),
            "most": policy.most,
            "least": policy.shipment_value,
            "strategies": policy.strategies,
            "ranks": any(p.station.servers for p in self.world.locations),
            "any_outage": any(p.outage.windows or p.outage.mean_up_days for p in self.world.locations),
            "active": active,
            "continuous": active and self.world.supply.review_days == 0.0,
            "has_quotas": policy.quotas is not None,
            "pro_rata": policy.quotas is not None and policy.quotas.pro_rata,
            "quota_periods": len(policy.quotas.planned) + 1 if policy.quotas else 1,
            "has_reserves": policy.reserves is not None,
            "reserve_periods": len(policy.reserves.units) if policy.reserves else 1,
            "rated": bool(self.arrays["pair"]["holding"].any() or self.arrays["pair"]["capital"].any()),
            "policy_key": seed_key(source.seed, "policy"),
            "plans": policy.planner is not None,
            "assigns": policy.planner is not None and policy.planner.assigns,
            "plans_at_waves": policy.plan is not None and policy.plan.at_waves,
            "scheme": SCHEMES.get(source.scheme, 0),
            "fallback": source.fallback,
            "items": self.kinds.count if self.kinds else 0,
        }

    def _method(self) -> int:
        """Who answers an offer, and how."""
        custom = self.policy.custom_source
        if custom is not None:
            return LEVY if sets_prices(custom) else CUSTOM
        return METHODS[self.policy.source.method]  # any other asks, and somebody has to be there

    # --- tables -------------------------------------------------------------------------------------------------------

    def _places(self) -> dict[str, Any]:
        places, hours = np.zeros(len(self.world.locations), layout.PLACE), [0.0]
        for n, site in enumerate(self.world.locations):
            station, cuts = site.station, cut_offs(site.cut_off_hours)
            places[n] = self._row(
                layout.PLACE,
                servers=station.servers or 10**9,
                finite=station.servers > 0,
                pick_law=SERVICE[station.law],
                third_party=site.kind == "third_party",
                first_hour=len(hours),
                hours=len(cuts),
                key=self.tables.keys["location"][n],
                setup=station.setup_minutes,
                line_minutes=station.line_minutes,
                unit_minutes=station.unit_minutes,
                cv=station.cv,
                short_pick=site.short_pick_probability,
                rating=site.rating,
                sales=site.sales_history,
                storage=site.storage_units,
                mean_down=snap(site.outage.mean_down_days) if site.outage.mean_up_days > 0.0 else 0.0,
                handling_box=snap(site.handling_per_parcel),
                handling_unit=snap(site.handling_per_unit),
                fee_box=snap(site.fee_per_parcel),
                fee_unit=snap(site.fee_per_unit),
            )
            hours += cuts
        return {"place": places, "hour": np.array(hours, np.float64)}

    def _row(self, kind: Any, **values: Any) -> tuple[Any, ...]:
        return tuple(values.get(name, 0) for name in kind.names)

    def _lanes(self) -> dict[str, Any]:
        tables, world = self.tables, self.world
        lanes = np.zeros(tables.box.shape, layout.LANE)
        lanes["box"], lanes["rate"], lanes["per_kg"] = tables.box, tables.rate, tables.rate_per_kg
        lanes["transit_mean"] = tables.transit_mean_days
        lanes["distance"] = tables.distance_km[None]
        lanes["transit_law"] = [[[self._law(law) for law in row] for row in block] for block in tables.transit_law]
        regions = np.zeros(len(world.regions), layout.REGION)
        regions["fast"] = [region.fast for region in world.regions]
        regions["first_lane"] = [order[0] if order else 0 for order in tables.region_order]
        position = np.full((len(world.regions), len(world.locations)), len(world.locations), np.int32)
        for region, order in enumerate(tables.region_order):
            position[region, list(order)] = np.arange(len(order))
        rows = np.empty((len(world.regions), len(tables.pair_sku)), np.int32)
        for region in range(len(world.regions)):
            place = position[region, tables.pair_location]
            rows[region] = np.lexsort((place, tables.pair_sku))
            rows[region][place[rows[region]] == len(world.locations)] = -1
        return {"lane": lanes.ravel(), "region": regions, "position": position.ravel(), "row": rows.ravel()}

    def _goods(self) -> dict[str, Any]:
        world, tables = self.world, self.tables
        skus = np.zeros(len(world.skus), layout.SKU)
        skus["cost"], skus["raw_cost"] = tables.unit_cost, [s.cost for s in world.skus]
        skus["weight"], skus["key"] = [s.weight_kg for s in world.skus], tables.keys["sku"]
        skus["first"], skus["last"] = tables.pair_start[:-1], tables.pair_start[1:]
        if self.policy.quotas:
            skus["bought"] = self.policy.quotas.bought
        pairs = np.zeros(len(tables.pair_sku), layout.TERMS)
        pairs["sku"], places = tables.pair_sku, np.array(tables.pair_location, np.int32)
        pairs["home_rate"] = tables.home_rate
        money = world.money
        stated = [money.holding_per_day + money.holding_rate_per_year * s.cost / 365.0 for s in world.skus]
        held = [h if s.holding_per_day is None else s.holding_per_day for h, s in zip(stated, world.skus, strict=True)]
        pairs["holding"] = np.array([snap(h) for h in held])[tables.pair_sku]
        capital = [snap(money.capital_rate_per_year * s.cost / 365.0) for s in world.skus]
        pairs["capital"] = np.array(capital)[tables.pair_sku]
        self._levels(pairs)
        return {"sku": skus, "pair": pairs, "place_of": places, **self._suppliers(pairs)}

    def _levels(self, pairs: Any) -> None:
        """Write the replenish rule's numbers; without one nothing is ever ordered by level."""
        levels = self.policy.levels
        for name, otherwise in (("s", -ALWAYS), ("S", 0), ("lot", 1), ("cap", 0), ("expedite", -ALWAYS)):
            pairs[name] = getattr(levels, name) if levels else otherwise

    def _suppliers(self, pairs: Any) -> dict[str, Any]:
        world, tables = self.world, self.tables
        stated: list[tuple[float, float]] = []
        suppliers = np.zeros(len(world.supply.supplier), layout.SUPPLIER)
        for n, terms in enumerate(world.supply.supplier):
            fast = terms.expedite_lead_time_days
            windows = stated_windows(terms.outage)
            suppliers[n] = self._row(
                layout.SUPPLIER,
                lead_law=self._law(terms.lead_time_days),
                fast_law=self._law(fast),
                minimum=terms.minimum_units,
                lot=terms.lot_units,
                capacity=terms.capacity_units,
                transfer=bool(terms.from_location),
                first_stated=len(stated),
                stated=len(windows),
                key=name_key(terms.from_location or terms.name),
                lead_mean=snap(mean_of(terms.lead_time_days)),
                fast_mean=snap(mean_of(fast)) if fast else 0.0,
                order_cost=snap(terms.order_cost),
                cost_factor=terms.cost_factor,
                freight=snap(terms.freight_per_unit),
                expedite=snap(terms.expedite_per_unit),
                mean_down=snap(terms.outage.mean_down_days),
            )
            stated += windows
        pairs["supplier"], pairs["sender"] = tables.supplier, tables.sender
        return {"supplier": suppliers, "stated": np.array(stated, layout.WINDOW)}

    def _customers(self) -> dict[str, Any]:
        world, tables, policy = self.world, self.tables, self.policy
        segments, scope = np.zeros(len(world.segments), layout.SEGMENT), world.timing.reevaluate_segments
        for n, terms in enumerate(world.segments):
            segments[n] = self._row(
                layout.SEGMENT,
                priority=terms.priority,
                loyalty=terms.loyalty,
                contract=terms.contract,
                late_rate=snap(terms.lateness_per_unit_day),
                waiting_rate=snap(terms.backorder_per_unit_day),
                higher_share=tables.higher_share[n],
                return_chance=terms.return_probability,
                ship_within=terms.ship_within_days,
                deliver_within=terms.deliver_within_days,
                split=policy.split[n],
                complete=policy.complete[n],
                commit=policy.commit[n],
                strategy=STRATEGIES[terms.strategy],
                in_scope="*" in scope or terms.name in scope,
                service=tables.segment_service[n],
                forever=terms.waits_forever,
                patience_law=self._law(terms.patience_days),
            )
        self._law(world.money.return_days)
        return {"segment": segments, "loss": np.array(tables.loss, np.float64).ravel()}

    def _rules(self) -> dict[str, Any]:
        policy, source = self.policy, self.policy.source
        step, term = _terms(policy.source_steps, COLUMN)
        rank_step, rank_term = _terms(policy.rank_steps, ORDER_COLUMN)
        _, value = _terms((tuple(source.value.items()),) if source.value else (), COLUMN)
        _, box = _terms((tuple(source.box.items()),) if source.box else (), COLUMN)
        reserves = policy.reserves.units if policy.reserves else np.zeros(1)
        return {
            "step": step,
            "term": term,
            "rank_step": rank_step,
            "rank_term": rank_term,
            "value_term": value,
            "box_term": box,
            "reserve": np.ascontiguousarray(reserves, np.float64).ravel(),
            "item_of": self.kinds.item_of.ravel() if self.kinds else np.zeros(0, np.int32),
            **self._quotas(),
            **self._network(),
        }

    def _network(self) -> dict[str, Any]:
        """Weights of a network, and of which columns it looks at; empty arrays without one."""
        net = self.policy.network
        looked = net.columns if net else ()
        floats = {f"net_{name}": getattr(net, name).ravel() if net else np.zeros(0) for name in ARRAYS}
        return {
            "net_column": np.array([COLUMN[name] for name in looked], np.int64),
            "net_scale": np.array(net.scale if net else (), np.float64),
            "net_hold": np.array(net.hold if net else (), np.float64),
            "net_of_order": np.array(net.of_order if net else (), np.uint8),
            **floats,
        }

    def _quotas(self) -> dict[str, Any]:
        quotas = self.policy.quotas
        if quotas is None:
            return {"quota": np.zeros(0, layout.GRANT), "limited": np.zeros(0, np.uint8)}
        periods = len(quotas.planned) + 1
        grants = np.zeros((periods, *quotas.limited.shape), layout.GRANT)
        for n in range(periods):
            grants["granted"][n], grants["rest"][n] = quotas.granted(n), quotas.rest(n)
            grants["weight"][n], grants["soon"][n] = quotas.weights(n), quotas.soon(n)
        return {"quota": grants.ravel(), "limited": quotas.limited.astype(np.uint8).ravel()}

    @property
    def shares(self) -> int:
        """Entries of a plan's shares."""
        return self.kinds.cells if self.kinds else 0


def _terms(steps: Steps, number: dict[str, int]) -> tuple[Any, Any]:
    """Starts of a chain's steps, and their terms one after the other."""
    starts = np.cumsum([0, *[len(step) for step in steps]]).astype(np.int64)
    terms = [(number[name], weight) for step in steps for name, weight in step]
    return starts, np.array(terms, layout.TERM)

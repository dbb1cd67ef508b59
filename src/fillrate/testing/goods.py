"""Random supply: opening stock, levels, suppliers with every option, transfers."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from fillrate.testing.values import durations, money, or_else, outages, pick, seldom, subsets
from fillrate.world.supply import Item, Supplier, Supply

__all__ = ["supplies"]


@cache
@st.composite
def supplies(draw: st.DrawFn, locations: tuple[str, ...], skus: tuple[str, ...]) -> Supply:
    """Supply of a world; one in four has no supplier at all."""
    suppliers: list[Supplier] = []
    if not draw(seldom(4)):
        if len(locations) > 1 and draw(seldom(2)):
            suppliers.append(draw(_suppliers("shuttle", locations[1:], skus, locations[0])))
        suppliers += [draw(_suppliers(f"factory{n}", locations, skus, "")) for n in range(draw(st.integers(1, 2)))]
    return Supply(
        review_days=draw(pick(0.0, 0.0, 0.25, 1.0)),
        opening=draw(pick("units", "base_stock", "coverage", "horizon")),
        opening_days=draw(pick(0.5, 2.0)),
        opening_z=draw(pick(0.0, 1.0)),
        service_level=draw(pick(0.8, 0.95)),
        item=draw(_items(locations, skus)),
        supplier=tuple(suppliers),
        caps_at_storage=draw(st.booleans()),
    )


@cache
@st.composite
def _suppliers(draw: st.DrawFn, name: str, locations: tuple[str, ...], skus: tuple[str, ...], sender: str) -> Supplier:
    return Supplier(
        name,
        locations=locations if sender else draw(subsets(locations)),
        skus=draw(subsets(skus)),
        from_location=sender,
        lead_time_days=draw(durations(2.0)),
        order_cost=draw(money(3.0)),
        cost_factor=draw(pick(1.0, 0.9, 1.1)),
        freight_per_unit=draw(money()) if sender else 0.0,
        minimum_units=(least := draw(pick(0, 0, 4))),
        lot_units=(lot := draw(pick(1, 1, 3))),
        capacity_units=draw(pick(0, 0, 5 if least % lot == 0 else 7)),  # the smallest order fits
        expedite_per_unit=draw(money(2.0)),
        expedite_lead_time_days=draw(or_else(None, durations(0.5), odds=2)),
        outage=draw(outages()),
    )


@cache
@st.composite
def _items(draw: st.DrawFn, locations: tuple[str, ...], skus: tuple[str, ...]) -> tuple[Item, ...]:
    """Numbers for all pairs, and now and then others for one."""
    general = Item(
        units=draw(pick(None, 0, 3, 12)),
        base_stock=draw(pick(None, 2, 8)),
        reorder_point=draw(pick(None, 1, 4)),
        order_up_to=draw(pick(None, 10)),
        order_quantity=draw(pick(None, 3)),
        cap=draw(pick(None, 2)),
        expedite_below=draw(pick(None, 0, 2)),
    )
    own = Item(draw(pick(*locations)), draw(pick(*skus)), units=draw(st.integers(0, 6)))
    return (general, own) if draw(seldom(2)) else (general,)

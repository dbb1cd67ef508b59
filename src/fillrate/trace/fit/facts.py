"""Everything that is read out of a log for its world, before anything is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import OrderLogError
from fillrate.trace.fit.assumptions import Assumptions
from fillrate.trace.fit.calendar import Calendar, calendar
from fillrate.trace.fit.groups import Groups, groups, plain, unique
from fillrate.trace.fit.products import Products, products
from fillrate.trace.logs import Labels, OrderLog, Regions, Sites, Stock, regions
from fillrate.trace.logs.currencies import DOLLARS, SIGNS
from fillrate.trace.logs.sphere import distances_km, mean_point, vectors

__all__ = ["Facts", "facts"]


@dataclass(frozen=True, eq=False)
class Facts:
    """What a log, its sites and its stock file say.

    Attributes:
        log: the orders.
        sites: the locations.
        regions: where the orders go.
        region_names: (regions,) as the world names them.
        calendar: when they came.
        products: what was sold.
        groups: to whom.
        stock: (sites, skus) units on hand, -1 where the stock file has no row; None without a file.
        delivery_days: promised days from dispatch to delivery.
        assumed: what the log does not say.
        notes: what the stock file leaves open.
    """

    log: OrderLog
    sites: Sites
    regions: Regions
    region_names: list[str]
    calendar: Calendar
    products: Products
    groups: Groups
    stock: NDArray[np.int64] | None
    delivery_days: int
    assumed: Assumptions
    notes: list[str] = field(default_factory=list)

    @property
    def currency(self) -> str:
        """What most orders say; a guess by where they go if they say nothing, or dollars."""
        said = _commonest(self.log.currency)
        guess = CURRENCIES.get(_commonest(self.log.places.country).lower().replace(".", ""), "EUR")
        if said == "$":
            return guess if guess in DOLLARS else "USD"
        return SIGNS.get(said, said) or guess

    @property
    def loss(self) -> float:
        """Cost of a lost unit, money."""
        return round(self.assumed.loss_share * self.products.mean_price, 2)

    @property
    def waiting(self) -> float:
        """Cost of a unit that waits a day, money."""
        return round(self.assumed.waiting_share * self.products.mean_price, 2)

    @property
    def unplaced(self) -> str:
        """What follows if no order could be placed, in words; empty otherwise."""
        if (self.log.places.source != 0).any():
            return ""
        unused = [name for name in self.log.header if name not in self.log.columns.columns.values()]
        named = f" Columns of the log that are not used: {', '.join(unused)}." if unused else ""
        return (
            "No order could be placed on the map: all go to one region in the middle of the sites, and rules cannot "
            f"differ by the distance to the customer.{named} Degrees, or ZIP codes or states of the United States, "
            "place orders; columns.toml says which column has them."
        )

    def assumptions(self) -> list[str]:
        """Everything that was assumed, one sentence each."""
        return [
            *self.log.assumptions,
            *self.regions.assumptions,
            *self.products.notes,
            *self.groups.notes,
            *self._times(),
            f"delivery is promised {_days(self.delivery_days)} after the promised dispatch, unless the log dates it",
            *self.notes,
            self.assumed.lanes(),
            self.assumed.supply(),
            self.assumed.waiting(self.loss, self.waiting),
            self.assumed.carrying(),
            f"amounts are taken to be in {self.currency}; orders are not tied to a location",
        ]

    def _times(self) -> list[str]:
        found, calendar = [], self.calendar
        if self.log.dates_only:
            found.append(
                "the time of day of an order is drawn evenly over its day by a key of its number: the same in every "
                "run, and whatever other orders there are"
            )
        for said, profile in (("week", calendar.weekday_profile), ("year", calendar.season_profile)):
            if not profile:
                few = f"{_days(calendar.days)} {'is' if calendar.days == 1 else 'are'} too few"
                found.append(f"{few} for a profile of the {said}: sampled orders have none")
        return found


CURRENCIES = {
    **dict.fromkeys(("us", "usa", "united states", "united states of america"), "USD"),
    **dict.fromkeys(("gb", "uk", "united kingdom", "great britain", "england"), "GBP"),
    **dict.fromkeys(("ca", "canada"), "CAD"),
    **dict.fromkeys(("ch", "switzerland", "schweiz"), "CHF"),
    **dict.fromkeys(("au", "australia"), "AUD"),
    **dict.fromkeys(("in", "india"), "INR"),
    **dict.fromkeys(("br", "brazil", "brasil"), "BRL"),
}


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _commonest(labels: Labels) -> str:
    """The text that most orders have; empty if none has one."""
    counts = np.bincount(labels.code[labels.code >= 0], minlength=1)
    return labels.names[int(counts.argmax())] if labels.names else ""


def facts(
    log: OrderLog, sites: Sites, stock: Stock | None = None, most_regions: int = 40, assumed: Assumptions | None = None
) -> Facts:
    """Read the facts out of a log with at least one order.

    Args:
        log: the orders.
        sites: the locations.
        stock: units on hand by site and product; None to make a stock up.
        most_regions: number of regions, at most.
        assumed: what the log does not say.

    Raises:
        OrderLogError: the stock file names no product of the log.
    """
    assumed = assumed or Assumptions()
    centre = mean_point(sites.latitude, sites.longitude, np.ones(len(sites.names)))
    where = regions(log, most_regions, fallback=centre)
    sold = products(log, assumed)
    units, notes = (None, list[str]()) if stock is None else _units(stock, sites, sold.names)
    names = unique(map(plain, where.names))
    days = _delivery_days(where, sites, assumed)
    return Facts(log, sites, where, names, calendar(log), sold, groups(log, sold), units, days, assumed, notes)


def _delivery_days(where: Regions, sites: Sites, assumed: Assumptions) -> int:
    """Whole days in which the nearest site delivers on average, rounded up."""
    site, region = (vectors(at.latitude, at.longitude) for at in (sites, where))
    km = distances_km(region, site).min(axis=1)
    mean = float((km * where.orders).sum() / where.orders.sum())
    return int(np.ceil(assumed.transit_days + assumed.transit_days_per_1000_km * mean / 1000))


def _units(stock: Stock, sites: Sites, skus: Sequence[str]) -> tuple[NDArray[np.int64], list[str]]:
    """(sites, skus) units by the stock file, -1 where it has no row, and what it leaves open."""
    known = {name: k for k, name in enumerate(skus)}
    column = np.array([known.get(name, -1) for name in stock.skus], np.int64)[stock.sku]
    row = np.array([sites.names.index(name) for name in stock.locations], np.int64)[stock.location]
    used = column >= 0
    if not used.any():
        example = f"none of its products is in the log, such as {stock.skus[0]!r}"
        raise OrderLogError("stock file", example, ", ".join(skus[:12]) + (", ..." if len(skus) > 12 else ""))
    units = np.full((len(sites.names), len(skus)), -1, np.int64)
    units[row[used], column[used]] = stock.units[used]
    unsold = len(set(stock.sku[~used].tolist()))
    absent = (units < 0).all(axis=0)
    units[:, absent] = 0
    levels = "opening stock and order-up-to levels are the units of the stock file; a site carries what it names there"
    notes = [*stock.notes, levels]
    if absent.any():
        said = "products of the log that the stock file does not name, which every site carries with no stock"
        notes.append(f"{said}: {absent.sum()}")
    if unsold:
        notes.append(f"products of the stock file that the log does not sell, which are left out: {unsold}")
    return units, notes

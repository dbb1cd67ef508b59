"""What an order log does not say and a world needs: each number stated, with the sentence that tells the user."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Assumptions"]


@dataclass(frozen=True)
class Assumptions:
    """Numbers taken for granted. Money is in the currency of the log.

    Parcel prices are of the size of ground parcels in a large country, carrying costs of the 20 to 25 % a year of
    inventory textbooks (Silver, Pyke and Thomas 2017, section 1.3); none is measured, all stand in the world file.
    """

    price: float = 20.0  # money/unit, for a log without prices
    cost_share: float = 0.6  # of the price, where the log has no cost
    box: float = 5.0  # money/parcel
    box_per_km: float = 0.0015  # money/parcel/km
    rate: float = 0.5  # money/unit
    rate_per_km: float = 0.0003  # money/unit/km
    transit_days: float = 1.0  # mean, at distance 0
    transit_cv: float = 0.3
    transit_days_per_1000_km: float = 1.0
    lead_time_days: float = 7.0  # mean, of the one supplier of every site
    lead_time_cv: float = 0.3
    review_days: float = 7.0
    patience_days: float = 14.0  # from the first offer, then a held unit is lost
    loss_share: float = 0.25  # of the mean price, cost of a lost unit
    waiting_share: float = 0.005  # of the mean price, cost of a unit that waits a day
    holding_rate_per_year: float = 0.12
    capital_rate_per_year: float = 0.08
    charge_days: float = 30.0  # between bookings of holding and capital costs

    def supply(self) -> str:
        """The sentence on lead times and reviews."""
        return (
            f"every site buys from one supplier: lead time {self.lead_time_days:g} days in the mean (gamma law, "
            f"coefficient of variation {self.lead_time_cv:g}), stock looked at every {self.review_days:g} days"
        )

    def lanes(self) -> str:
        """The sentence on lanes."""
        return (
            f"every site serves every region; a parcel costs {self.box:g} + {1000 * self.box_per_km:g} per 1,000 km, "
            f"plus {self.rate:g} + {1000 * self.rate_per_km:g} per 1,000 km for each unit in it, and travels "
            f"{self.transit_days:g} + {self.transit_days_per_1000_km:g} per 1,000 km days in the mean (lognormal law, "
            f"coefficient of variation {self.transit_cv:g}), by great circle; picking takes no time and costs nothing"
        )

    def waiting(self, loss: float, waiting: float) -> str:
        """The sentence on customers' patience."""
        return (
            f"orders may be split freely; units that are not there wait up to {self.patience_days:g} days, at "
            f"{waiting:g} a unit and day, and are lost then, at {loss:g} a unit besides their margin "
            f"({100 * self.waiting_share:g} % and {100 * self.loss_share:g} % of the mean price)"
        )

    def carrying(self) -> str:
        """The sentence on the cost of stock."""
        return (
            f"stock costs {100 * self.holding_rate_per_year:g} % of its cost a year to hold and "
            f"{100 * self.capital_rate_per_year:g} % in capital, and what is left at the end is worth its cost"
        )

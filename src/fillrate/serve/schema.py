"""What the service takes and gives, as JSON: checked on the way in, published as OpenAPI.

Of an order only what the ledger needs is checked here; the rest is for the bundle's own reader, whose no leads to the
fallback rule instead of an error. Types are strict, for what is checked goes on as it was sent: a text that reads like
"false" would be true there.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

__all__ = ["BODIES", "MOST_UNITS", "Fault"]

MOST_LINES, MOST_UNITS, MOST_ENTRIES = 1_000, 1_000_000_000, 10_000

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
Id = Annotated[int, Field(ge=0, le=2**53)] | Name
Units = Annotated[int, Field(ge=1, le=MOST_UNITS)]
Count = Annotated[int, Field(ge=0, le=MOST_UNITS)]
Days = Annotated[float, Field(ge=0.0, le=1e6, allow_inf_nan=False)]
Money = Annotated[float, Field(ge=0.0, le=1e12, allow_inf_nan=False)]
Instant = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]


class Given(BaseModel):
    """Fields that there are not are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class OrderLine(BaseModel):
    """An order line; see the bundle's `request.schema.json` for what else it may say."""

    model_config = ConfigDict(extra="allow", strict=True)
    line: Id
    sku: Name
    quantity: Count


class Order(BaseModel):
    """An order; see the bundle's `request.schema.json` for what else it may say."""

    model_config = ConfigDict(extra="allow", strict=True)
    id: Id
    lines: Annotated[list[OrderLine], Field(min_length=1, max_length=MOST_LINES)]

    @model_validator(mode="after")
    def _lines_have_names_of_their_own(self) -> Order:
        if len({str(line.line) for line in self.lines}) < len(self.lines):
            raise ValueError("two lines have the same name")
        return self


class Allocate(Order):
    """Decide where an order comes from, and reserve it. Stock comes from the ledger."""

    patience_days: Days | None = None  # how long held units wait
    as_of: Instant | Name | None = None  # the ledger compares it with its own counts
    now: Instant | Name | None = None  # only a service that replays a day looks at it, in days after t0


class Simulate(Order):
    """Decide on an order with the stock that it states; nothing is reserved."""

    stock: Annotated[list[dict[str, Any]], Field(max_length=MOST_ENTRIES)]


class Rank(Given):
    """Which of these orders is to be served first."""

    orders: Annotated[list[Order], Field(max_length=MOST_ENTRIES)]


class Context(Given):
    """Facts of the instant, for offers that follow."""

    sites: Annotated[list[dict[str, Any]], Field(max_length=MOST_ENTRIES)] | None = None
    next_review_days: float | None = None
    horizon_share: float | None = None
    now: Instant | None = None


class Part(Given):
    """Units of a line at a location."""

    line: Id
    location: Name
    quantity: Units


class Confirm(Given):
    """Reserved units have left; without lines all of the order's."""

    order: Id
    lines: Annotated[list[Part], Field(min_length=1, max_length=MOST_LINES)] | None = None
    now: Instant | None = None


class Picking(Given):
    """Picking has begun at a location: what is placed there later needs a parcel of its own."""

    order: Id
    location: Name
    now: Instant | None = None


class Release(Context):
    """Reserved units go back into the pool; without lines all of the order's."""

    order: Id
    lines: Annotated[list[Part], Field(min_length=1, max_length=MOST_LINES)] | None = None
    again: bool | None = None  # the order waits for them again; without it only if they are missing
    missing: bool = False  # they were not found: no longer on hand


class Give(Given):
    """Units of a line; without quantity all that have not shipped."""

    line: Id
    quantity: Units | None = None


class Cancel(Context):
    """Units that have not shipped are given up; without lines all of the order's."""

    order: Id
    lines: Annotated[list[Give], Field(min_length=1, max_length=MOST_LINES)] | None = None


class Level(Given):
    """What a location has of a SKU; what is left out stays as it is."""

    sku: Name
    location: Name
    on_hand: Count | None = None
    safety: Count | None = None
    inbound: Count | None = None
    next_receipt_days: Days | None = None
    opportunity: Money | None = None  # a planner's price of a unit here; until one is stated, the bundle's
    as_of: Instant | Name | None = None


class SetStock(Context):
    """Stock as it was counted."""

    entries: Annotated[list[Level], Field(min_length=1, max_length=MOST_ENTRIES)]


class Change(Given):
    """Units found (more) or missed (less)."""

    sku: Name
    location: Name
    by: Annotated[int, Field(ge=-MOST_UNITS, le=MOST_UNITS)]


class Adjust(Context):
    """Stock as it was corrected."""

    entries: Annotated[list[Change], Field(min_length=1, max_length=MOST_ENTRIES)]


class Receipt(Given):
    """Units that came in."""

    sku: Name
    location: Name
    quantity: Units


class Receive(Context):
    """Stock as it came in; who waits for it is offered it in rank order."""

    entries: Annotated[list[Receipt], Field(min_length=1, max_length=MOST_ENTRIES)]


class Reoffer(Context):
    """Offer waiting orders again: of some SKUs, or all."""

    skus: Annotated[list[Name], Field(max_length=MOST_ENTRIES)] | None = None


class Fault(BaseModel):
    """Why a request was refused: one line that says where, what was found and what is allowed."""

    error: str


BODIES: dict[str, type[BaseModel]] = {
    "allocate": Allocate,
    "confirm_shipment": Confirm,
    "picking": Picking,
    "release": Release,
    "cancel": Cancel,
    "stock/set": SetStock,
    "stock/adjust": Adjust,
    "stock/receive": Receive,
    "reoffer": Reoffer,
    "rank": Rank,
    "simulate": Simulate,
}  # verb -> what its body says

"""A request as ids and numbers: what the desk works on."""

from __future__ import annotations

from fillrate.deploy.blocks import Block

__all__ = ["Asked", "Group"]


class Group:
    """Lines of one SKU, merged for the decision."""

    __slots__ = (
        "block",
        "counted",
        "elsewhere",
        "free",
        "inbound",
        "joins",
        "lines",
        "opportunity",
        "price",
        "receipt",
        "row_of",
        "ships_from",
        "sku",
        "spare",
        "units",
        "withheld",
    )

    def __init__(self, sku: int, block: Block | None) -> None:
        """No lines and no stock yet; without a block the SKU is not known."""
        self.sku, self.block = sku, block
        self.lines: list[int] = []  # positions in the request
        self.units = 0
        self.spare = 0  # units by which caps of the lines so far are above what these ask for
        self.withheld: dict[int, int] = {}  # position in the request -> units of the line that may not be placed
        self.price = 0.0  # of the first line, money/unit
        self.row_of: dict[str, int] = block.row_of if block is not None else {}
        rows = len(self.row_of)
        self.free: list[int] = [0] * rows  # (rows,) on hand - reserved - the host's safety stock
        self.counted: set[int] = set()  # rows with an entry of stock
        self.elsewhere = 0  # the same over locations that are no rows, none negative
        self.inbound: list[float] = [0.0] * rows
        self.receipt: list[float] = [0.0] * rows
        self.opportunity: list[float] = block.opportunity if block is not None else []
        self.ships_from: list[int] = []
        self.joins: list[int] = []


class Asked:
    """An order with its open lines, and what is known of the shop at that instant."""

    __slots__ = (
        "absent",
        "complete",
        "deliver_by",
        "down",
        "groups",
        "horizon_share",
        "joins",
        "keeps_aside",
        "name",
        "next_cut_off",
        "now",
        "order_lines",
        "pin",
        "queue",
        "received",
        "region",
        "review_days",
        "segment",
        "service",
        "ship_by",
        "ships_from",
        "split",
        "taken",
        "unknown",
        "waiting",
    )

    name: str | int
    now: float  # days
    received: float  # days
    ship_by: float  # days
    deliver_by: float  # days; nan = receipt + mean transit of the lane
    segment: int
    service: int
    region: int
    pin: int  # location, -1 = free; as all locations named here: their number if it is not known
    split: int
    complete: int  # 0 no, 1 line, 2 order, of what is asked now
    keeps_aside: int  # the same of the order as a whole: units may be kept until the rest is there
    ships_from: list[int]
    joins: list[int]
    order_lines: list[tuple[str | int, str, int, float]]  # name, SKU, units, price, as asked
    groups: list[Group]
    down: set[int]
    queue: dict[int, float]  # location -> days of work
    next_cut_off: dict[int, float]  # location -> days
    waiting: dict[int, list[int]]  # SKU -> units of other orders by segment
    taken: dict[
        int, list[list[int]]
    ]  # SKU -> units since the start, in this period, and asked at this wave, by segment
    review_days: float
    horizon_share: float
    absent: set[str]  # optional fields that the policy looks at and the request lacks
    unknown: str  # what the bundle does not know, in words

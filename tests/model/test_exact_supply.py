"""Everything that happens to stock in worlds small enough to follow by hand: reviews, transfers, outages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fillrate.testing.by_hand import lines, order

Play = Callable[..., list[str]]


def test_lead_time_0(play: Play) -> None:
    """A continuous review after each offer; what is ordered is there before the next order arrives."""
    journal = play(
        """
        [[segment]]
        name = "s"
        waits_forever = true
        [[supply.item]]
        units = 1
        base_stock = 1
        [[supply.supplier]]
        name = "f"
        """,
        order(0.5, ("x", 3)),
        order(0.5, ("x", 1)),
        policy="base_stock",
        without=("money",),
    )
    assert journal == lines(
        """
        0 opening x@a 1
        0.5 received #0:0 x 3
        0.5 checked #0:0 x 1
        0.5 reserved #0:0 x@a 1
        0.5 held #0:0 x 2
        0.5 ordered x@a 3
        0.5 stocked x@a 3
        0.5 ranked #0 1
        0.5 checked #0:0 x 3
        0.5 reserved #0:0 x@a 2
        0.5 received #1:1 x 1
        0.5 checked #1:1 x 1
        0.5 reserved #1:1 x@a 1
        0.5 ordered x@a 1
        0.5 stocked x@a 1
        0.5 dispatched #0:0 x@a 1
        0.5 shipped #0 @a 1
        0.5 dispatched #0:0 x@a 2
        0.5 shipped #0 @a 2
        0.5 dispatched #1:1 x@a 1
        0.5 shipped #1 @a 1
        0.5 delivered #0:0 x@a 1
        0.5 delivered #0:0 x@a 2
        0.5 delivered #1:1 x@a 1
        4 closing x@a 1
        """
    )


def test_periods(play: Play) -> None:
    """Charge, receipt, backlog, review, then demand; charged is what stands at the end of a period."""
    journal = play(
        """
        [[segment]]
        name = "s"
        backorder_per_unit_day = 4.0
        waits_forever = true
        [supply]
        review_days = 1.0
        [[supply.item]]
        units = 2
        base_stock = 4
        [[supply.supplier]]
        name = "f"
        lead_time_days = { mean = 1.0 }
        [money]
        charge = "period_end"
        holding_per_day = 1.0
        """,
        order(0.0, ("x", 3)),
        order(1.0, ("x", 1)),
        order(1.0, ("x", 1)),
        order(2.5, ("x", 4)),
        policy="base_stock",
    )
    assert journal == lines(
        """
        0 opening x@a 2
        0 ordered x@a 2
        0 received #0:0 x 3
        0 checked #0:0 x 2
        0 reserved #0:0 x@a 2
        0 held #0:0 x 1
        0 dispatched #0:0 x@a 2
        0 revenue #0:0 x@a +20
        0 goods #0:0 x@a -8
        0 shipped #0 @a 2
        0 delivered #0:0 x@a 2
        1 backorder -4
        1 stocked x@a 2
        1 ranked #0 1
        1 checked #0:0 x 2
        1 reserved #0:0 x@a 1
        1 ordered x@a 3
        1 received #1:1 x 1
        1 checked #1:1 x 1
        1 reserved #1:1 x@a 1
        1 received #2:2 x 1
        1 checked #2:2 x 0
        1 held #2:2 x 1
        1 dispatched #0:0 x@a 1
        1 revenue #0:0 x@a +10
        1 goods #0:0 x@a -4
        1 shipped #0 @a 1
        1 dispatched #1:1 x@a 1
        1 revenue #1:1 x@a +10
        1 goods #1:1 x@a -4
        1 shipped #1 @a 1
        1 delivered #0:0 x@a 1
        1 delivered #1:1 x@a 1
        2 backorder -4
        2 stocked x@a 3
        2 ranked #2 1
        2 checked #2:2 x 3
        2 reserved #2:2 x@a 1
        2 ordered x@a 2
        2 dispatched #2:2 x@a 1
        2 revenue #2:2 x@a +10
        2 goods #2:2 x@a -4
        2 shipped #2 @a 1
        2 delivered #2:2 x@a 1
        2.5 received #3:3 x 4
        2.5 checked #3:3 x 2
        2.5 reserved #3:3 x@a 2
        2.5 held #3:3 x 2
        2.5 dispatched #3:3 x@a 2
        2.5 revenue #3:3 x@a +20
        2.5 goods #3:3 x@a -8
        2.5 shipped #3 @a 2
        2.5 delivered #3:3 x@a 2
        3 backorder -8
        3 stocked x@a 2
        3 ranked #3 1
        3 checked #3:3 x 2
        3 reserved #3:3 x@a 2
        3 ordered x@a 4
        3 dispatched #3:3 x@a 2
        3 revenue #3:3 x@a +20
        3 goods #3:3 x@a -8
        3 shipped #3 @a 2
        3 delivered #3:3 x@a 2
        4 stocked x@a 4
        4 closing x@a 4
        """
    )


def test_transfers(play: Play) -> None:
    """Site b refills a, as far as it has free stock, and needs nobody itself."""
    journal = play(
        """
        [[location]]
        name = "b"
        [[lane]]
        location = "b"
        region = "r"
        rate = 1.0
        [[supply.item]]
        location = "a"
        units = 2
        base_stock = 2
        [[supply.item]]
        location = "b"
        units = 3
        [[supply.supplier]]
        name = "truck"
        locations = ["a"]
        from_location = "b"
        lead_time_days = { mean = 0.5 }
        freight_per_unit = 0.25
        order_cost = 1.0
        """,
        order(0.5, ("x", 1)),
        order(0.75, ("x", 2)),
        order(0.75, ("x", 3)),
        policy="fixed_primary+base_stock",
    )
    assert journal == lines(
        """
        0 opening x@a 2
        0 opening x@b 3
        0.5 received #0:0 x 1
        0.5 checked #0:0 x 2
        0.5 reserved #0:0 x@a 1
        0.5 transferred x@b 1
        0.5 awaited x@a 1
        0.5 transfer_freight x@a -0.25
        0.5 order_cost x@a -1
        0.5 dispatched #0:0 x@a 1
        0.5 revenue #0:0 x@a +10
        0.5 goods #0:0 x@a -4
        0.5 shipped #0 @a 1
        0.5 delivered #0:0 x@a 1
        0.75 received #1:1 x 2
        0.75 checked #1:1 x 1
        0.75 reserved #1:1 x@a 1
        0.75 lost #1:1 x 1
        0.75 transferred x@b 1
        0.75 awaited x@a 1
        0.75 transfer_freight x@a -0.25
        0.75 order_cost x@a -1
        0.75 received #2:2 x 3
        0.75 checked #2:2 x 0
        0.75 lost #2:2 x 3
        0.75 dispatched #1:1 x@a 1
        0.75 revenue #1:1 x@a +10
        0.75 goods #1:1 x@a -4
        0.75 shipped #1 @a 1
        0.75 delivered #1:1 x@a 1
        1 stocked x@a 1
        1.25 stocked x@a 1
        4 closing x@a 2
        4 closing x@b 1
        """
    )


def test_expedite(play: Play) -> None:
    """At a position of 0 or less the fast option is taken, and paid for; orders may cross."""
    journal = play(
        """
        [[segment]]
        name = "s"
        waits_forever = true
        [[supply.item]]
        units = 2
        base_stock = 3
        expedite_below = 0
        [[supply.supplier]]
        name = "f"
        lead_time_days = { mean = 1.0 }
        expedite_lead_time_days = { mean = 0.25 }
        expedite_per_unit = 1.5
        order_cost = 1.0
        cost_factor = 1.25
        """,
        order(0.5, ("x", 1)),
        order(0.75, ("x", 3)),
        policy="base_stock",
    )
    assert journal == lines(
        """
        0 opening x@a 2
        0 ordered x@a 1
        0 purchase_variance x@a -1
        0 order_cost x@a -1
        0.5 received #0:0 x 1
        0.5 checked #0:0 x 2
        0.5 reserved #0:0 x@a 1
        0.5 ordered x@a 1
        0.5 purchase_variance x@a -1
        0.5 order_cost x@a -1
        0.5 dispatched #0:0 x@a 1
        0.5 revenue #0:0 x@a +10
        0.5 goods #0:0 x@a -4
        0.5 shipped #0 @a 1
        0.5 delivered #0:0 x@a 1
        0.75 received #1:1 x 3
        0.75 checked #1:1 x 1
        0.75 reserved #1:1 x@a 1
        0.75 held #1:1 x 2
        0.75 expedited x@a 3
        0.75 purchase_variance x@a -3
        0.75 order_cost x@a -1
        0.75 expedite x@a -4.5
        0.75 dispatched #1:1 x@a 1
        0.75 revenue #1:1 x@a +10
        0.75 goods #1:1 x@a -4
        0.75 shipped #1 @a 1
        0.75 delivered #1:1 x@a 1
        1 stocked x@a 1
        1 stocked x@a 3
        1 ranked #1 1
        1 checked #1:1 x 4
        1 reserved #1:1 x@a 2
        1 dispatched #1:1 x@a 2
        1 revenue #1:1 x@a +20
        1 goods #1:1 x@a -8
        1 shipped #1 @a 2
        1 delivered #1:1 x@a 2
        1.5 stocked x@a 1
        4 closing x@a 3
        """
    )


def test_an_outage_of_the_supplier(play: Play) -> None:
    """What is ordered while the supplier is down starts when it is up again; two windows that touch are one."""
    journal = play(
        """
        [[supply.item]]
        units = 1
        base_stock = 1
        [[supply.supplier]]
        name = "f"
        lead_time_days = { mean = 0.5 }
        outage = { windows = [[0.5, 1.0], [1.0, 1.5]] }
        """,
        order(0.25, ("x", 1)),
        order(0.75, ("x", 1)),
        order(1.0, ("x", 1)),
        order(2.0, ("x", 1)),
        policy="base_stock",
        without=("money",),
    )
    assert journal == lines(
        """
        0 opening x@a 1
        0.25 received #0:0 x 1
        0.25 checked #0:0 x 1
        0.25 reserved #0:0 x@a 1
        0.25 ordered x@a 1
        0.25 dispatched #0:0 x@a 1
        0.25 shipped #0 @a 1
        0.25 delivered #0:0 x@a 1
        0.75 stocked x@a 1
        0.75 received #1:1 x 1
        0.75 checked #1:1 x 1
        0.75 reserved #1:1 x@a 1
        0.75 ordered x@a 1
        0.75 dispatched #1:1 x@a 1
        0.75 shipped #1 @a 1
        0.75 delivered #1:1 x@a 1
        1 received #2:2 x 1
        1 checked #2:2 x 0
        1 lost #2:2 x 1
        2 stocked x@a 1
        2 received #3:3 x 1
        2 checked #3:3 x 1
        2 reserved #3:3 x@a 1
        2 ordered x@a 1
        2 dispatched #3:3 x@a 1
        2 shipped #3 @a 1
        2 delivered #3:3 x@a 1
        2.5 stocked x@a 1
        4 closing x@a 1
        """
    )


def test_a_sender_is_refilled_in_its_turn(play: Play) -> None:
    """What b sends to a lowers its own position, so the same review buys one for b."""
    journal = play(
        """
        [[location]]
        name = "b"
        [[lane]]
        location = "b"
        region = "r"
        rate = 1.0
        [[supply.item]]
        units = 2
        base_stock = 2
        [[supply.supplier]]
        name = "truck"
        locations = ["a"]
        from_location = "b"
        lead_time_days = { mean = 0.5 }
        [[supply.supplier]]
        name = "factory"
        lead_time_days = { mean = 1.0 }
        """,
        order(0.5, ("x", 1)),
        policy="base_stock",
        without=("money",),
    )
    assert journal == lines(
        """
        0 opening x@a 2
        0 opening x@b 2
        0.5 received #0:0 x 1
        0.5 checked #0:0 x 4
        0.5 reserved #0:0 x@a 1
        0.5 transferred x@b 1
        0.5 awaited x@a 1
        0.5 ordered x@b 1
        0.5 dispatched #0:0 x@a 1
        0.5 shipped #0 @a 1
        0.5 delivered #0:0 x@a 1
        1 stocked x@a 1
        1.5 stocked x@b 1
        4 closing x@a 2
        4 closing x@b 2
        """
    )


def test_a_constant_order_is_placed_when_its_own_line_is_served(play: Play) -> None:
    """Under continuous review: always below its level, and yet not ordered again after other orders."""
    journal = play(
        """
        [[sku]]
        name = "y"
        price = 10.0
        cost = 5.0
        [[segment]]
        name = "s"
        [[supply.item]]
        units = 2
        order_quantity = 1
        [[supply.supplier]]
        name = "f"
        """,
        order(0.5, ("x", 1)),
        order(1.0, ("y", 1)),
        policy="constant",
        without=("money",),
    )
    ordered = [event for event in journal if "ordered" in event]
    assert ordered == ["0 ordered x@a 1", "0 ordered y@a 1", "0.5 ordered x@a 1", "1 ordered y@a 1"]


def test_a_location_sends_only_what_it_carries(play: Play) -> None:
    """The truck from b comes first and takes x; b does not carry y, so the factory serves that."""
    journal = play(
        """
        [[sku]]
        name = "y"
        price = 10.0
        cost = 5.0
        [[location]]
        name = "b"
        carries = ["x"]
        [[segment]]
        name = "s"
        [[supply.item]]
        units = 2
        base_stock = 2
        [[supply.supplier]]
        name = "truck"
        locations = ["a"]
        from_location = "b"
        lead_time_days = { mean = 0.5 }
        [[supply.supplier]]
        name = "factory"
        lead_time_days = { mean = 1.0 }
        """,
        order(0.5, ("x", 1), ("y", 1)),
        policy="fixed_primary+base_stock",
        without=("money",),
    )
    supply = {"transferred", "awaited", "ordered", "stocked"}
    assert [event for event in journal if event.split()[1] in supply] == lines(
        """
        0.5 transferred x@b 1
        0.5 awaited x@a 1
        0.5 ordered y@a 1
        0.5 ordered x@b 1
        1 stocked x@a 1
        1.5 stocked y@a 1
        1.5 stocked x@b 1
        """
    )


@pytest.mark.parametrize(("policy", "bought"), [("base_stock", 2), ("capped_base_stock", 1)])
def test_who_sends_a_transfer_orders_once_a_review(policy: str, bought: int, play: Play) -> None:
    """At 1.5 site a sells one and sends one to b, which went short at 0: one order for both, cut at the cap if any."""
    journal = play(
        """
        [[location]]
        name = "b"
        [[lane]]
        location = "b"
        region = "r"
        rate = 1.0
        [[segment]]
        name = "s"
        [[supply.item]]
        location = "a"
        base_stock = 2
        [[supply.item]]
        location = "b"
        base_stock = 1
        [[supply.item]]
        cap = 1
        [[supply.supplier]]
        name = "truck"
        locations = ["b"]
        from_location = "a"
        lead_time_days = { mean = 0.25 }
        [[supply.supplier]]
        name = "factory"
        lead_time_days = { mean = 1.0 }
        """,
        order(0.25, ("x", 1)),
        order(1.5, ("x", 1)),
        policy=f"cheapest+{policy}",
        without=("money",),
    )
    supply = {"transferred", "awaited", "ordered"}
    assert [event for event in journal if event.startswith("1.5") and event.split()[1] in supply] == [
        "1.5 transferred x@a 1",
        "1.5 awaited x@b 1",
        f"1.5 ordered x@a {bought}",
    ]

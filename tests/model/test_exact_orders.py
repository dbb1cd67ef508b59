"""Everything that happens to orders in worlds small enough to follow by hand: ties, merged lines, the close."""

from __future__ import annotations

from collections.abc import Callable

from fillrate.testing.by_hand import lines, order

Play = Callable[..., list[str]]


def test_plain(play: Play) -> None:
    """Two orders of two units, three in stock: what happens, and what it earns."""
    journal = play(
        """
        [shipping]
        box = 2.0
        rate = 0.5
        transit_days = { mean = 0.25 }
        [[supply.item]]
        units = 3
        [money]
        holding_per_day = 0.5
        salvage = 0.5
        """,
        order(0.5, ("x", 2)),
        order(1.0, ("x", 2)),
    )
    assert journal == lines(
        """
        0 opening x@a 3
        0 opening_value x@a +6
        0.5 received #0:0 x 2
        0.5 checked #0:0 x 3
        0.5 reserved #0:0 x@a 2
        0.5 dispatched #0:0 x@a 2
        0.5 revenue #0:0 x@a +20
        0.5 goods #0:0 x@a -8
        0.5 shipped #0 @a 2
        0.5 freight #0 @a -3
        0.75 delivered #0:0 x@a 2
        1 holding @a -1
        1 received #1:1 x 2
        1 checked #1:1 x 1
        1 reserved #1:1 x@a 1
        1 lost #1:1 x 1
        1 dispatched #1:1 x@a 1
        1 revenue #1:1 x@a +10
        1 goods #1:1 x@a -4
        1 shipped #1 @a 1
        1 freight #1 @a -2.5
        1.25 delivered #1:1 x@a 1
        """
    )


def test_receipt_patience_end_and_arrival_at_one_instant(play: Play) -> None:
    """At 2.0 a unit comes in, then backlog, then patience ends, then an order arrives: each in this order."""
    journal = play(
        """
        [[segment]]
        name = "s"
        patience_days = { mean = 2.0 }
        [supply]
        review_days = 8.0
        [[supply.item]]
        units = 0
        base_stock = 1
        [[supply.supplier]]
        name = "f"
        lead_time_days = { mean = 2.0 }
        """,
        order(0.0, ("x", 1)),
        order(0.0, ("x", 1)),
        order(2.0, ("x", 1)),
        policy="base_stock",
        without=("money",),
    )
    assert journal == lines(
        """
        0 ordered x@a 1
        0 received #0:0 x 1
        0 checked #0:0 x 0
        0 held #0:0 x 1
        0 received #1:1 x 1
        0 checked #1:1 x 0
        0 held #1:1 x 1
        2 stocked x@a 1
        2 ranked #0 1
        2 checked #0:0 x 1
        2 reserved #0:0 x@a 1
        2 ranked #1 2
        2 checked #1:1 x 0
        2 held #1:1 x 1
        2 lost #1:1 x 1
        2 received #2:2 x 1
        2 checked #2:2 x 0
        2 held #2:2 x 1
        2 dispatched #0:0 x@a 1
        2 shipped #0 @a 1
        2 delivered #0:0 x@a 1
        4 lost #2:2 x 1
        """
    )


def test_one_sku_on_two_lines(play: Play) -> None:
    """Merged for the decision, their units go to the lines in trace order; a receipt wakes the one that waits."""
    journal = play(
        """
        [[segment]]
        name = "s"
        waits_forever = true
        [supply]
        review_days = 8.0
        [[supply.item]]
        units = 2
        base_stock = 3
        [[supply.supplier]]
        name = "f"
        lead_time_days = { mean = 1.25 }
        [timing]
        reoffer_hours = 12.0
        """,
        order(0.75, ("x", 1), ("x", 2)),
        policy="base_stock",
        without=("money",),
    )
    assert journal == lines(
        """
        0 opening x@a 2
        0 ordered x@a 1
        0.75 received #0:0 x 1
        0.75 received #0:1 x 2
        0.75 checked #0:0 x 2
        0.75 reserved #0:0 x@a 1
        0.75 reserved #0:1 x@a 1
        0.75 held #0:1 x 1
        0.75 dispatched #0:0 x@a 1
        0.75 dispatched #0:1 x@a 1
        0.75 shipped #0 @a 2
        0.75 delivered #0:0 x@a 1
        0.75 delivered #0:1 x@a 1
        1 ranked #0 1
        1 checked #0:0 x 0
        1 held #0:1 x 1
        1.25 stocked x@a 1
        1.25 ranked #0 1
        1.25 checked #0:0 x 1
        1.25 reserved #0:1 x@a 1
        1.25 dispatched #0:1 x@a 1
        1.25 shipped #0 @a 1
        1.25 delivered #0:1 x@a 1
        """
    )


def test_close_with_open_parcels(play: Play) -> None:
    """A parcel on its way is delivered late after the close; who waits is lost; what is left is written down."""
    journal = play(
        """
        [[segment]]
        name = "s"
        waits_forever = true
        loss_per_unit = 2.0
        lateness_per_unit_day = 3.0
        deliver_within_days = 1.0
        [[supply.item]]
        units = 3
        base_stock = 3
        [[supply.supplier]]
        name = "f"
        lead_time_days = { mean = 1.0 }
        [shipping]
        transit_days = { mean = 1.0 }
        [money]
        salvage = 0.75
        holding_per_day = 0.5
        """,
        order(3.0, ("x", 3)),
        order(3.25, ("x", 1)),
        order(3.5, ("x", 5)),
        policy="base_stock",
        site="station = { servers = 1, setup_minutes = 720.0 }",
    )
    assert journal == lines(
        """
        0 opening x@a 3
        0 opening_value x@a +3
        1 holding @a -1.5
        2 holding @a -1.5
        3 holding @a -1.5
        3 received #0:0 x 3
        3 checked #0:0 x 3
        3 reserved #0:0 x@a 3
        3 queued #0 @a
        3 picking #0 @a
        3 ordered x@a 3
        3.25 received #1:1 x 1
        3.25 checked #1:1 x 0
        3.25 held #1:1 x 1
        3.25 ordered x@a 1
        3.5 received #2:2 x 5
        3.5 checked #2:2 x 0
        3.5 held #2:2 x 5
        3.5 ordered x@a 5
        3.5 picked #0 @a
        3.5 dispatched #0:0 x@a 3
        3.5 revenue #0:0 x@a +30
        3.5 goods #0:0 x@a -12
        3.5 shipped #0 @a 3
        4 holding @a -0.75
        4 stocked x@a 3
        4 lost #1:1 x 1
        4 loss #1:1 x -2
        4 lost #2:2 x 5
        4 loss #2:2 x -10
        4 closing x@a 9
        4 write_down x@a -9
        4.5 delivered #0:0 x@a 3
        4.5 lateness #0:0 x@a -4.5
        """
    )


def test_every_kind_at_one_instant(play: Play) -> None:
    """At 1.0 in the order of their kinds, from the charge of a period to a delivery: eleven events, eleven kinds."""
    journal = play(
        """
        [[location]]
        name = "b"
        outage = { windows = [[0.5, 1.0]] }
        [[location]]
        name = "c"
        [[sku]]
        name = "y"
        [[sku]]
        name = "z"
        [[lane]]
        location = "a"
        region = "r"
        box = 0.0
        [[segment]]
        name = "calm"
        waits_forever = true
        [[segment]]
        name = "hasty"
        patience_days = { mean = 0.5 }
        [shipping]
        box = 9.0
        transit_days = { mean = 0.5 }
        [timing]
        reevaluate_hours = 24.0
        [supply]
        review_days = 1.0
        [[supply.item]]
        units = 0
        base_stock = 0
        [[supply.item]]
        location = "a"
        sku = "x"
        units = 2
        base_stock = 3
        [[supply.item]]
        location = "c"
        sku = "y"
        units = 2
        [[supply.supplier]]
        name = "f"
        lead_time_days = { mean = 1.0 }
        [money]
        holding_per_day = 1.0
        """,
        order(0.0, ("x", 1)),
        order(0.5, ("y", 1)),
        order(0.5, ("z", 1), segment="hasty"),
        order(0.75, ("x", 1)),
        order(0.75, ("x", 1)),
        order(1.0, ("y", 1)),
        policy="base_stock",
        without=("revenue", "goods", "freight"),
        site="cut_off_hours = [24.0]\nstation = { servers = 1, setup_minutes = 360.0 }",
    )
    assert [line for line in journal if line.startswith("1 ")] == lines(
        """
        1 holding @a -2
        1 holding @c -1.5
        1 outage_ended @b
        1 stocked x@a 1
        1 ranked #4 1
        1 checked #4:4 x 1
        1 reserved #4:4 x@a 1
        1 queued #4 @a
        1 ordered x@a 3
        1 ordered z@a 1
        1 lost #2:2 z 1
        1 received #5:5 y 1
        1 checked #5:5 y 1
        1 reserved #5:5 y@c 1
        1 released #4:4 x@a 1
        1 checked #4:4 x 1
        1 reserved #4:4 x@a 1
        1 queued #4 @a
        1 picked #3 @a
        1 picking #4 @a
        1 dispatched #5:5 y@c 1
        1 shipped #5 @c 1
        1 dispatched #0:0 x@a 1
        1 shipped #0 @a 1
        1 dispatched #3:3 x@a 1
        1 shipped #3 @a 1
        1 delivered #1:1 y@c 1
        """
    )

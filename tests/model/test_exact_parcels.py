"""Everything that happens to parcels in worlds small enough to follow by hand: stations, cut-offs, outages, returns."""

from __future__ import annotations

from collections.abc import Callable

from fillrate.testing.by_hand import lines, order

Play = Callable[..., list[str]]


def test_short_picks(play: Play) -> None:
    """Every pick misses one unit: it is written off and its line offered again, until the stock is gone."""
    journal = play(
        """
        [[segment]]
        name = "s"
        loss_per_unit = 1.0
        patience_days = { mean = 1.0 }
        [[supply.item]]
        units = 3
        """,
        order(0.5, ("x", 2)),
        site="short_pick_probability = 1.0",
    )
    assert journal == lines(
        """
        0 opening x@a 3
        0.5 received #0:0 x 2
        0.5 checked #0:0 x 3
        0.5 reserved #0:0 x@a 2
        0.5 short_picked #0:0 x@a 1
        0.5 write_off #0:0 x@a -4
        0.5 dispatched #0:0 x@a 1
        0.5 revenue #0:0 x@a +10
        0.5 goods #0:0 x@a -4
        0.5 shipped #0 @a 1
        0.5 ranked #0 1
        0.5 checked #0:0 x 1
        0.5 reserved #0:0 x@a 1
        0.5 short_picked #0:0 x@a 1
        0.5 write_off #0:0 x@a -4
        0.5 ranked #0 1
        0.5 checked #0:0 x 0
        0.5 held #0:0 x 1
        0.5 delivered #0:0 x@a 1
        1.5 lost #0:0 x 1
        1.5 loss #0:0 x -1
        """
    )


def test_a_unit_is_missed_at_once_where_what_is_found_waits_for_a_cut_off(play: Play) -> None:
    journal = play(
        """
        [[segment]]
        name = "s"
        loss_per_unit = 1.0
        patience_days = { mean = 0.125 }
        [[supply.item]]
        units = 1
        """,
        order(0.5, ("x", 1)),
        site="short_pick_probability = 1.0\ncut_off_hours = [18.0]",
    )
    assert journal == lines(
        """
        0 opening x@a 1
        0.5 received #0:0 x 1
        0.5 checked #0:0 x 1
        0.5 reserved #0:0 x@a 1
        0.5 short_picked #0:0 x@a 1
        0.5 write_off #0:0 x@a -4
        0.5 ranked #0 1
        0.5 checked #0:0 x 0
        0.5 held #0:0 x 1
        0.625 lost #0:0 x 1
        0.625 loss #0:0 x -1
        """
    )


def test_returns(play: Play) -> None:
    """Units come back a day after delivery, are refunded and go to the order that waits."""
    journal = play(
        """
        [[segment]]
        name = "s"
        waits_forever = true
        return_probability = 1.0
        [shipping]
        transit_days = { mean = 0.5 }
        [money]
        return_days = { mean = 1.0 }
        return_fee = 1.5
        [[supply.item]]
        units = 1
        """,
        order(0.0, ("x", 1)),
        order(1.0, ("x", 1)),
    )
    assert journal == lines(
        """
        0 opening x@a 1
        0 received #0:0 x 1
        0 checked #0:0 x 1
        0 reserved #0:0 x@a 1
        0 dispatched #0:0 x@a 1
        0 revenue #0:0 x@a +10
        0 goods #0:0 x@a -4
        0 shipped #0 @a 1
        0.5 delivered #0:0 x@a 1
        1 received #1:1 x 1
        1 checked #1:1 x 0
        1 held #1:1 x 1
        1.5 returned #0:0 x@a 1
        1.5 refund #0:0 x@a -10
        1.5 goods_back #0:0 x@a +4
        1.5 return_fee #0:0 x@a -1.5
        1.5 ranked #1 1
        1.5 checked #1:1 x 1
        1.5 reserved #1:1 x@a 1
        1.5 dispatched #1:1 x@a 1
        1.5 revenue #1:1 x@a +10
        1.5 goods #1:1 x@a -4
        1.5 shipped #1 @a 1
        2 delivered #1:1 x@a 1
        3 returned #1:1 x@a 1
        3 refund #1:1 x@a -10
        3 goods_back #1:1 x@a +4
        3 return_fee #1:1 x@a -1.5
        4 closing x@a 1
        """
    )


def test_cut_offs(play: Play) -> None:
    """Parcels leave at 12 and 18 hours; one that is picked at noon still leaves at noon."""
    journal = play(
        """
        [[supply.item]]
        units = 4
        [shipping]
        transit_days = { mean = 1.0 }
        """,
        order(0.25, ("x", 1)),
        order(0.375, ("x", 1)),
        order(0.5, ("x", 1)),
        order(0.75, ("x", 1)),
        without=("money",),
        site="cut_off_hours = [18.0, 12.0]\nstation = { servers = 1, setup_minutes = 180.0 }",
    )
    assert journal == lines(
        """
        0 opening x@a 4
        0.25 received #0:0 x 1
        0.25 checked #0:0 x 4
        0.25 reserved #0:0 x@a 1
        0.25 queued #0 @a
        0.25 picking #0 @a
        0.375 received #1:1 x 1
        0.375 checked #1:1 x 3
        0.375 reserved #1:1 x@a 1
        0.375 queued #1 @a
        0.375 picked #0 @a
        0.375 picking #1 @a
        0.5 received #2:2 x 1
        0.5 checked #2:2 x 2
        0.5 reserved #2:2 x@a 1
        0.5 queued #2 @a
        0.5 picked #1 @a
        0.5 picking #2 @a
        0.5 dispatched #0:0 x@a 1
        0.5 shipped #0 @a 1
        0.5 dispatched #1:1 x@a 1
        0.5 shipped #1 @a 1
        0.625 picked #2 @a
        0.75 received #3:3 x 1
        0.75 checked #3:3 x 1
        0.75 reserved #3:3 x@a 1
        0.75 queued #3 @a
        0.75 picking #3 @a
        0.75 dispatched #2:2 x@a 1
        0.75 shipped #2 @a 1
        0.875 picked #3 @a
        1.5 dispatched #3:3 x@a 1
        1.5 shipped #3 @a 1
        1.5 delivered #0:0 x@a 1
        1.5 delivered #1:1 x@a 1
        1.75 delivered #2:2 x@a 1
        2.5 delivered #3:3 x@a 1
        """
    )


def test_an_outage_during_service(play: Play) -> None:
    """Service begun is finished, no other begins, nothing is promised until the site is up again."""
    journal = play(
        """
        [[segment]]
        name = "s"
        waits_forever = true
        [[supply.item]]
        units = 4
        """,
        order(0.75, ("x", 1)),
        order(0.75, ("x", 1)),
        order(1.5, ("x", 1)),
        order(2.0, ("x", 1)),
        without=("money",),
        site="outage = { windows = [[1.0, 2.0]] }\nstation = { servers = 1, setup_minutes = 720.0 }",
    )
    assert journal == lines(
        """
        0 opening x@a 4
        0.75 received #0:0 x 1
        0.75 checked #0:0 x 4
        0.75 reserved #0:0 x@a 1
        0.75 queued #0 @a
        0.75 picking #0 @a
        0.75 received #1:1 x 1
        0.75 checked #1:1 x 3
        0.75 reserved #1:1 x@a 1
        0.75 queued #1 @a
        1 outage_began @a
        1.25 picked #0 @a
        1.25 dispatched #0:0 x@a 1
        1.25 shipped #0 @a 1
        1.25 delivered #0:0 x@a 1
        1.5 received #2:2 x 1
        1.5 checked #2:2 x 0
        1.5 held #2:2 x 1
        2 outage_ended @a
        2 picking #1 @a
        2 ranked #2 1
        2 checked #2:2 x 2
        2 reserved #2:2 x@a 1
        2 queued #2 @a
        2 received #3:3 x 1
        2 checked #3:3 x 1
        2 reserved #3:3 x@a 1
        2 queued #3 @a
        2.5 picked #1 @a
        2.5 picking #2 @a
        2.5 dispatched #1:1 x@a 1
        2.5 shipped #1 @a 1
        2.5 delivered #1:1 x@a 1
        3 picked #2 @a
        3 picking #3 @a
        3 dispatched #2:2 x@a 1
        3 shipped #2 @a 1
        3 delivered #2:2 x@a 1
        3.5 picked #3 @a
        3.5 dispatched #3:3 x@a 1
        3.5 shipped #3 @a 1
        3.5 delivered #3:3 x@a 1
        """
    )


def test_an_outage_from_the_start_and_one_beyond_the_horizon(play: Play) -> None:
    """Down at t0, with stock: held until it is up. Down again at 3.0 for good: what is placed at 2.5 has left."""
    journal = play(
        """
        [[segment]]
        name = "s"
        waits_forever = true
        backorder_per_unit_day = 1.0
        [[supply.item]]
        units = 3
        [money]
        salvage = 0.5
        """,
        order(0.5, ("x", 1)),
        order(2.5, ("x", 1)),
        order(3.5, ("x", 1)),
        site="outage = { windows = [[0.0, 1.0], [3.0, 9.0]] }\ncut_off_hours = [24.0]",
        without=("checked",),
    )
    assert journal == lines(
        """
        0 opening x@a 3
        0 opening_value x@a +6
        0 outage_began @a
        0.5 received #0:0 x 1
        0.5 held #0:0 x 1
        1 backorder -0.5
        1 outage_ended @a
        1 ranked #0 1
        1 reserved #0:0 x@a 1
        1 dispatched #0:0 x@a 1
        1 revenue #0:0 x@a +10
        1 goods #0:0 x@a -4
        1 shipped #0 @a 1
        1 delivered #0:0 x@a 1
        2.5 received #1:1 x 1
        2.5 reserved #1:1 x@a 1
        3 outage_began @a
        3 dispatched #1:1 x@a 1
        3 revenue #1:1 x@a +10
        3 goods #1:1 x@a -4
        3 shipped #1 @a 1
        3 delivered #1:1 x@a 1
        3.5 received #2:2 x 1
        3.5 held #2:2 x 1
        4 backorder -0.5
        4 lost #2:2 x 1
        4 closing x@a 1
        4 write_down x@a -2
        9 outage_ended @a
        """
    )


def test_a_later_offer_joins_the_parcel_that_is_not_picked_yet(play: Play) -> None:
    """Order 1 pays one box although its second unit comes at 1.0; order 0 is in service and order 2 queues."""
    journal = play(
        """
        [[segment]]
        name = "s"
        waits_forever = true
        [shipping]
        box = 3.0
        [supply]
        review_days = 8.0
        [[supply.item]]
        units = 2
        base_stock = 4
        [[supply.supplier]]
        name = "f"
        lead_time_days = { mean = 1.0 }
        """,
        order(0.5, ("x", 1)),
        order(0.5, ("x", 2)),
        order(0.5, ("x", 1)),
        policy="base_stock",
        site="station = { servers = 1, setup_minutes = 1080.0 }",
    )
    assert journal == lines(
        """
        0 opening x@a 2
        0 ordered x@a 2
        0.5 received #0:0 x 1
        0.5 checked #0:0 x 2
        0.5 reserved #0:0 x@a 1
        0.5 queued #0 @a
        0.5 picking #0 @a
        0.5 received #1:1 x 2
        0.5 checked #1:1 x 1
        0.5 reserved #1:1 x@a 1
        0.5 held #1:1 x 1
        0.5 queued #1 @a
        0.5 received #2:2 x 1
        0.5 checked #2:2 x 0
        0.5 held #2:2 x 1
        1 stocked x@a 2
        1 ranked #1 1
        1 checked #1:1 x 2
        1 reserved #1:1 x@a 1
        1 ranked #2 2
        1 checked #2:2 x 1
        1 reserved #2:2 x@a 1
        1 queued #2 @a
        1.25 picked #0 @a
        1.25 picking #1 @a
        1.25 dispatched #0:0 x@a 1
        1.25 revenue #0:0 x@a +10
        1.25 goods #0:0 x@a -4
        1.25 shipped #0 @a 1
        1.25 freight #0 @a -3
        1.25 delivered #0:0 x@a 1
        2 picked #1 @a
        2 picking #2 @a
        2 dispatched #1:1 x@a 2
        2 revenue #1:1 x@a +20
        2 goods #1:1 x@a -8
        2 shipped #1 @a 2
        2 freight #1 @a -3
        2 delivered #1:1 x@a 2
        2.75 picked #2 @a
        2.75 dispatched #2:2 x@a 1
        2.75 revenue #2:2 x@a +10
        2.75 goods #2:2 x@a -4
        2.75 shipped #2 @a 1
        2.75 freight #2 @a -3
        2.75 delivered #2:2 x@a 1
        """
    )


def test_the_queue_of_a_station_is_in_rank_order(play: Play) -> None:
    """The urgent order passes those that wait, not the one in service."""
    journal = play(
        """
        [[segment]]
        name = "low"
        priority = 1.0
        [[segment]]
        name = "high"
        priority = 2.0
        [[supply.item]]
        units = 4
        """,
        order(0.0, ("x", 1), segment="low"),
        order(0.25, ("x", 1), segment="low"),
        order(0.25, ("x", 1), segment="high"),
        order(0.5, ("x", 1), segment="high"),
        policy="priority_then_date",
        without=("money",),
        site="station = { servers = 1, setup_minutes = 720.0 }",
    )
    assert journal == lines(
        """
        0 opening x@a 4
        0 received #0:0 x 1
        0 checked #0:0 x 4
        0 reserved #0:0 x@a 1
        0 queued #0 @a
        0 picking #0 @a
        0.25 received #1:1 x 1
        0.25 checked #1:1 x 3
        0.25 reserved #1:1 x@a 1
        0.25 queued #1 @a
        0.25 received #2:2 x 1
        0.25 checked #2:2 x 2
        0.25 reserved #2:2 x@a 1
        0.25 queued #2 @a
        0.5 received #3:3 x 1
        0.5 checked #3:3 x 1
        0.5 reserved #3:3 x@a 1
        0.5 queued #3 @a
        0.5 picked #0 @a
        0.5 picking #2 @a
        0.5 dispatched #0:0 x@a 1
        0.5 shipped #0 @a 1
        0.5 delivered #0:0 x@a 1
        1 picked #2 @a
        1 picking #3 @a
        1 dispatched #2:2 x@a 1
        1 shipped #2 @a 1
        1 delivered #2:2 x@a 1
        1.5 picked #3 @a
        1.5 picking #1 @a
        1.5 dispatched #3:3 x@a 1
        1.5 shipped #3 @a 1
        1.5 delivered #3:3 x@a 1
        2 picked #1 @a
        2 dispatched #1:1 x@a 1
        2 shipped #1 @a 1
        2 delivered #1:1 x@a 1
        """
    )


def test_split_none_stays_where_the_order_began(play: Play) -> None:
    """The second unit waits for site a although b has it: the order ships from one location."""
    journal = play(
        """
        [[location]]
        name = "b"
        [[lane]]
        location = "b"
        region = "r"
        box = 1.0
        [[segment]]
        name = "s"
        waits_forever = true
        split = "none"
        [supply]
        review_days = 8.0
        [[supply.item]]
        units = 1
        [[supply.item]]
        location = "a"
        base_stock = 2
        [[supply.item]]
        location = "b"
        base_stock = 0
        [[supply.supplier]]
        name = "f"
        lead_time_days = { mean = 1.0 }
        """,
        order(0.5, ("x", 2)),
        policy="base_stock",
        without=("money",),
    )
    assert journal == lines(
        """
        0 opening x@a 1
        0 opening x@b 1
        0 ordered x@a 1
        0.5 received #0:0 x 2
        0.5 checked #0:0 x 2
        0.5 reserved #0:0 x@a 1
        0.5 held #0:0 x 1
        0.5 dispatched #0:0 x@a 1
        0.5 shipped #0 @a 1
        0.5 delivered #0:0 x@a 1
        1 stocked x@a 1
        1 ranked #0 1
        1 checked #0:0 x 1
        1 reserved #0:0 x@a 1
        1 dispatched #0:0 x@a 1
        1 shipped #0 @a 1
        1 delivered #0:0 x@a 1
        4 closing x@b 1
        """
    )


def test_split_lines_keeps_a_line_at_one_location(play: Play) -> None:
    """Each line from one location, also over several offers; the other line may come from elsewhere."""
    journal = play(
        """
        [[location]]
        name = "b"
        [[sku]]
        name = "y"
        price = 20.0
        [[lane]]
        location = "b"
        region = "r"
        box = 1.0
        [[segment]]
        name = "s"
        waits_forever = true
        split = "lines"
        [supply]
        review_days = 8.0
        [[supply.item]]
        units = 1
        [[supply.item]]
        location = "a"
        sku = "x"
        base_stock = 2
        [[supply.item]]
        location = "b"
        base_stock = 0
        [[supply.item]]
        location = "a"
        sku = "y"
        units = 0
        base_stock = 0
        [[supply.supplier]]
        name = "f"
        lead_time_days = { mean = 1.0 }
        """,
        order(0.5, ("x", 2), ("y", 1)),
        policy="base_stock",
        without=("money",),
    )
    assert journal == lines(
        """
        0 opening x@a 1
        0 opening x@b 1
        0 opening y@b 1
        0 ordered x@a 1
        0.5 received #0:0 x 2
        0.5 received #0:1 y 1
        0.5 checked #0:0 x 2
        0.5 checked #0:1 y 1
        0.5 reserved #0:0 x@a 1
        0.5 reserved #0:1 y@b 1
        0.5 held #0:0 x 1
        0.5 dispatched #0:0 x@a 1
        0.5 shipped #0 @a 1
        0.5 dispatched #0:1 y@b 1
        0.5 shipped #0 @b 1
        0.5 delivered #0:0 x@a 1
        0.5 delivered #0:1 y@b 1
        1 stocked x@a 1
        1 ranked #0 1
        1 checked #0:0 x 1
        1 reserved #0:0 x@a 1
        1 dispatched #0:0 x@a 1
        1 shipped #0 @a 1
        1 delivered #0:0 x@a 1
        4 closing x@b 1
        """
    )


def test_a_short_pick_after_the_end_of_patience(play: Play) -> None:
    """Held from 0.5 on, filled at 1.0, missed at 2.0: lost at that offer, for patience ended at 1.75."""
    journal = play(
        """
        [[segment]]
        name = "s"
        patience_days = { mean = 1.25 }
        [supply]
        review_days = 8.0
        [[supply.item]]
        units = 0
        base_stock = 2
        [[supply.supplier]]
        name = "f"
        lead_time_days = { mean = 1.0 }
        """,
        order(0.5, ("x", 2)),
        policy="base_stock",
        without=("money",),
        site="short_pick_probability = 1.0\nstation = { servers = 1, setup_minutes = 1440.0 }",
    )
    assert journal == lines(
        """
        0 ordered x@a 2
        0.5 received #0:0 x 2
        0.5 checked #0:0 x 0
        0.5 held #0:0 x 2
        1 stocked x@a 2
        1 ranked #0 1
        1 checked #0:0 x 2
        1 reserved #0:0 x@a 2
        1 queued #0 @a
        1 picking #0 @a
        2 picked #0 @a
        2 short_picked #0:0 x@a 1
        2 dispatched #0:0 x@a 1
        2 shipped #0 @a 1
        2 ranked #0 1
        2 checked #0:0 x 0
        2 lost #0:0 x 1
        2 delivered #0:0 x@a 1
        """
    )


def test_without_a_date_the_promise_is_that_of_the_site_that_ships(play: Play) -> None:
    """The dearer site a takes three days, the cheaper b one day, and the order comes from a: it is late for neither."""
    journal = play(
        """
        [[location]]
        name = "b"
        [[lane]]
        location = "a"
        region = "r"
        box = 5.0
        transit_days = { mean = 3.0 }
        [[lane]]
        location = "b"
        region = "r"
        box = 1.0
        transit_days = { mean = 1.0 }
        [[segment]]
        name = "s"
        lateness_per_unit_day = 2.0
        [[supply.item]]
        location = "a"
        units = 1
        [[supply.item]]
        location = "b"
        units = 0
        """,
        order(0.5, ("x", 1)),
    )
    assert journal == lines(
        """
        0 opening x@a 1
        0.5 received #0:0 x 1
        0.5 checked #0:0 x 1
        0.5 reserved #0:0 x@a 1
        0.5 dispatched #0:0 x@a 1
        0.5 revenue #0:0 x@a +10
        0.5 goods #0:0 x@a -4
        0.5 shipped #0 @a 1
        0.5 freight #0 @a -5
        3.5 delivered #0:0 x@a 1
        """
    )

"""Everything that happens to orders that wait, in worlds small enough to follow by hand: waves, clock, commit."""

from __future__ import annotations

from collections.abc import Callable

from fillrate.testing.by_hand import lines, order

Play = Callable[..., list[str]]


def test_waves(play: Play) -> None:
    """New orders wait for the wave and are ranked there; a receipt offers only those that were offered before."""
    journal = play(
        """
        [[segment]]
        name = "low"
        waits_forever = true
        priority = 1.0
        [[segment]]
        name = "high"
        waits_forever = true
        priority = 2.0
        [supply]
        review_days = 8.0
        [[supply.item]]
        units = 1
        base_stock = 4
        [[supply.supplier]]
        name = "f"
        lead_time_days = { mean = 1.5 }
        [timing]
        mode = "wave"
        wave_hours = 24.0
        """,
        order(0.25, ("x", 1), segment="low"),
        order(0.25, ("x", 2), segment="high"),
        order(1.25, ("x", 1), segment="low"),
        policy="priority_then_date+base_stock",
        without=("money",),
    )
    assert journal == lines(
        """
        0 opening x@a 1
        0 ordered x@a 3
        0.25 received #0:0 x 1
        0.25 received #1:1 x 2
        1 ranked #1 1
        1 checked #1:1 x 1
        1 reserved #1:1 x@a 1
        1 held #1:1 x 1
        1 ranked #0 2
        1 checked #0:0 x 0
        1 held #0:0 x 1
        1 dispatched #1:1 x@a 1
        1 shipped #1 @a 1
        1 delivered #1:1 x@a 1
        1.25 received #2:2 x 1
        1.5 stocked x@a 3
        1.5 ranked #1 1
        1.5 checked #1:1 x 3
        1.5 reserved #1:1 x@a 1
        1.5 ranked #0 2
        1.5 checked #0:0 x 2
        1.5 reserved #0:0 x@a 1
        1.5 dispatched #1:1 x@a 1
        1.5 shipped #1 @a 1
        1.5 dispatched #0:0 x@a 1
        1.5 shipped #0 @a 1
        1.5 delivered #1:1 x@a 1
        1.5 delivered #0:0 x@a 1
        2 ranked #2 1
        2 checked #2:2 x 1
        2 reserved #2:2 x@a 1
        2 dispatched #2:2 x@a 1
        2 shipped #2 @a 1
        2 delivered #2:2 x@a 1
        """
    )


def test_patience_of_a_wave_ends_between_waves(play: Play) -> None:
    """Patience runs from the first offer, at the wave, and ends at its own instant."""
    journal = play(
        """
        [[segment]]
        name = "s"
        patience_days = { mean = 0.25 }
        [timing]
        mode = "wave"
        wave_hours = 24.0
        """,
        order(0.5, ("x", 1)),
        without=("money",),
    )
    assert journal == lines(
        """
        0.5 received #0:0 x 1
        1 ranked #0 1
        1 checked #0:0 x 0
        1 held #0:0 x 1
        1.25 lost #0:0 x 1
        """
    )


def test_the_global_clock_and_a_receipt_at_one_instant_offer_once(play: Play) -> None:
    """At 1.0 the clock of further offers ticks and a unit comes in: one offer, not two."""
    journal = play(
        """
        [[segment]]
        name = "s"
        waits_forever = true
        [supply]
        review_days = 8.0
        [[supply.item]]
        units = 0
        base_stock = 1
        [[supply.supplier]]
        name = "f"
        lead_time_days = { mean = 1.0 }
        [timing]
        reoffer_hours = 24.0
        """,
        order(0.5, ("x", 2)),
        policy="base_stock",
        without=("money",),
    )
    assert journal == lines(
        """
        0 ordered x@a 1
        0.5 received #0:0 x 2
        0.5 checked #0:0 x 0
        0.5 held #0:0 x 2
        1 stocked x@a 1
        1 ranked #0 1
        1 checked #0:0 x 1
        1 reserved #0:0 x@a 1
        1 held #0:0 x 1
        1 dispatched #0:0 x@a 1
        1 shipped #0 @a 1
        1 delivered #0:0 x@a 1
        2 ranked #0 1
        2 checked #0:0 x 0
        2 held #0:0 x 1
        3 ranked #0 1
        3 checked #0:0 x 0
        3 held #0:0 x 1
        4 lost #0:0 x 1
        """
    )


def test_commit_keeps_what_it_reserved(play: Play) -> None:
    """A ship-complete order keeps a unit aside while it waits; the one that waits in vain gives it back."""
    journal = play(
        """
        [[sku]]
        name = "y"
        price = 20.0
        cost = 5.0
        [[segment]]
        name = "s"
        ship_complete = "order"
        commit = true
        patience_days = { mean = 1.5 }
        [supply]
        review_days = 8.0
        [[supply.item]]
        sku = "x"
        units = 2
        base_stock = 2
        [[supply.item]]
        sku = "y"
        units = 0
        base_stock = 1
        [[supply.supplier]]
        name = "f"
        lead_time_days = { mean = 1.0 }
        """,
        order(0.5, ("x", 1), ("y", 1)),
        order(0.5, ("x", 1), ("y", 2)),
        order(0.75, ("x", 1)),
        policy="base_stock",
        without=("money",),
    )
    assert journal == lines(
        """
        0 opening x@a 2
        0 ordered y@a 1
        0.5 received #0:0 x 1
        0.5 received #0:1 y 1
        0.5 checked #0:0 x 2
        0.5 checked #0:1 y 0
        0.5 reserved #0:0 x@a 1
        0.5 held #0:1 y 1
        0.5 received #1:2 x 1
        0.5 received #1:3 y 2
        0.5 checked #1:2 x 1
        0.5 checked #1:3 y 0
        0.5 reserved #1:2 x@a 1
        0.5 held #1:3 y 2
        0.75 received #2:4 x 1
        0.75 checked #2:4 x 0
        0.75 held #2:4 x 1
        1 stocked y@a 1
        1 ranked #0 1
        1 checked #0:1 y 1
        1 reserved #0:1 y@a 1
        1 ranked #1 2
        1 checked #1:3 y 0
        1 held #1:3 y 2
        1 dispatched #0:0 x@a 1
        1 dispatched #0:1 y@a 1
        1 shipped #0 @a 2
        1 delivered #0:0 x@a 1
        1 delivered #0:1 y@a 1
        2 released #1:2 x@a 1
        2 lost #1:2 x 1
        2 lost #1:3 y 2
        2 ranked #2 1
        2 checked #2:4 x 1
        2 reserved #2:4 x@a 1
        2 dispatched #2:4 x@a 1
        2 shipped #2 @a 1
        2 delivered #2:4 x@a 1
        """
    )


def test_without_commit_nothing_is_reserved(play: Play) -> None:
    """The same orders without commit: the third takes the unit that the first two wait beside."""
    journal = play(
        """
        [[sku]]
        name = "y"
        price = 20.0
        cost = 5.0
        [[segment]]
        name = "s"
        ship_complete = "order"
        patience_days = { mean = 1.5 }
        [supply]
        review_days = 8.0
        [[supply.item]]
        sku = "x"
        units = 1
        base_stock = 1
        [[supply.item]]
        sku = "y"
        units = 0
        base_stock = 1
        [[supply.supplier]]
        name = "f"
        lead_time_days = { mean = 1.0 }
        """,
        order(0.5, ("x", 1), ("y", 1)),
        order(0.75, ("x", 1)),
        policy="base_stock",
        without=("money",),
    )
    assert journal == lines(
        """
        0 opening x@a 1
        0 ordered y@a 1
        0.5 received #0:0 x 1
        0.5 received #0:1 y 1
        0.5 checked #0:0 x 0
        0.5 checked #0:1 y 0
        0.5 held #0:0 x 1
        0.5 held #0:1 y 1
        0.75 received #1:2 x 1
        0.75 checked #1:2 x 1
        0.75 reserved #1:2 x@a 1
        0.75 dispatched #1:2 x@a 1
        0.75 shipped #1 @a 1
        0.75 delivered #1:2 x@a 1
        1 stocked y@a 1
        1 ranked #0 1
        1 checked #0:0 x 0
        1 checked #0:1 y 0
        1 held #0:0 x 1
        1 held #0:1 y 1
        2 lost #0:0 x 1
        2 lost #0:1 y 1
        4 closing y@a 1
        """
    )

"""Periodic reviews: looking only at pairs that may have to order is the same as looking at all."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from fillrate.model.simpy_model.supply import Supply
from fillrate.simulate import simulate
from fillrate.testing import Run, runs
from fillrate.testing.by_hand import lines, order
from fillrate.trace import sample
from fillrate.world import load_world

Play = Callable[..., list[str]]

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.filter_too_much]


def review_every_pair(self: Supply, _: int = 0) -> None:
    """The review as the model describes it: every pair, in order."""
    self._refill()
    if self.custom is not None:
        for pair, units in enumerate(self._asked()):
            self._buy(pair, units, False)
        return
    for pair in range(len(self.supplier)):
        self.touched.pop(pair, None)  # who sends to a later pair has fallen after its turn
        self._review(pair)


def journals(play: Callable[[], pa.Table | None]) -> list[pa.Table | None]:
    """The journal as it is, and with every pair reviewed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Supply, "review_all", review_every_pair)
        every = play()
    return [every, play()]


@pytest.mark.parametrize(
    ("name", "days", "policy"),
    [
        ("regional", 10.0, "cheapest"),
        ("disruption", 12.0, "distance+s_S"),
        ("tight_cash", 20.0, "cheapest"),
        ("omnichannel", 6.0, "cheapest+capped_base_stock"),
        ("limited_edition_daily", 3.0, "cheapest+constant"),
        ("peak_season", 4.0, "cheapest+r_Q"),
    ],
)
def test_journals_are_the_same_on_worlds_of_the_catalogue(name: str, days: float, policy: str) -> None:
    world = load_world(name)
    trace = sample(world, 11, days)
    all_pairs, some = journals(lambda: simulate(world, trace, policy, journal=True).journal)
    assert all_pairs is not None
    assert "ordered" in all_pairs["kind"].unique().to_pylist()
    assert all_pairs.equals(some)


@settings(max_examples=15, suppress_health_check=SLOW)
@given(runs())
def test_journals_are_the_same_on_random_worlds(run: Run) -> None:
    all_pairs, some = journals(lambda: run.play().journal)
    assert all_pairs is not None
    assert all_pairs.equals(some)


TWO = """
[[location]]
name = "b"
[supply]
review_days = 1.0
[[supply.item]]
location = "{sender}"
units = 3
base_stock = 3
[[supply.item]]
location = "{taker}"
base_stock = 2
[[supply.supplier]]
name = "own"
locations = ["{taker}"]
from_location = "{sender}"
[[supply.supplier]]
name = "out"
"""


@pytest.mark.parametrize(("sender", "taker", "ordered"), [("b", "a", 0), ("a", "b", 1)])
def test_a_sender_has_its_turn_in_the_same_review_only_if_it_comes_later(
    play: Play, sender: str, taker: str, ordered: int
) -> None:
    """The sender falls to 1 at the review at 0 and orders 2: at once if its turn is still to come, else at 1."""
    journal = play(TWO.format(sender=sender, taker=taker), policy="cheapest+base_stock")
    assert [line for line in journal if line.split()[1] in {"transferred", "ordered"}] == lines(
        f"""
        0 transferred x@{sender} 2
        {ordered} ordered x@{sender} 2
        """
    )


def test_an_order_that_was_trimmed_is_made_up_at_the_next_review(play: Play) -> None:
    """Nothing is sold; the supplier sends 4 a review until 10 are there."""
    journal = play(
        """
        [supply]
        review_days = 1.0
        [[supply.item]]
        base_stock = 10
        [[supply.supplier]]
        name = "small"
        capacity_units = 4
        """,
        order(3.5, ("x", 1)),
        policy="cheapest+base_stock",
    )
    assert [line for line in journal if "ordered" in line] == ["0 ordered x@a 4", "1 ordered x@a 4", "2 ordered x@a 2"]


@pytest.mark.parametrize(
    ("terms", "units"),
    [("", 5), ("lot_units = 2", 4), ("lot_units = 6", 6), ("minimum_units = 7", 7), ("minimum_units = 3", 5)],
)
def test_a_cap_holds_against_lots_but_not_against_the_smallest_order(play: Play, terms: str, units: int) -> None:
    """The level asks for 20, the cap allows 5."""
    journal = play(
        f"""
        [supply]
        review_days = 8.0
        [[supply.item]]
        base_stock = 20
        cap = 5
        [[supply.supplier]]
        name = "s"
        {terms}
        """,
        policy="cheapest+capped_base_stock",
    )
    assert [line for line in journal if "ordered" in line] == [f"0 ordered x@a {units}"]

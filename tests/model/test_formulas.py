"""Money formulas and the key of events: on the grid, never paid for being early, in the order of kinds and entities."""

from __future__ import annotations

from itertools import pairwise

import pytest

from fillrate.model import events
from fillrate.model.costs import amount, charge, late_days, leftover_loss, unit_freight

TICKS = 2.0**20
KINDS = (
    *("CHARGE", "OUTAGE", "RECEIPT", "PLAN", "BACKLOG", "REVIEW", "PATIENCE"),
    *("ARRIVAL", "WAVE", "REEVALUATION", "PICK_END", "CUT_OFF", "DELIVERY", "CLOSE"),
)  # as section 3 of the design lists them


def test_early_is_not_late() -> None:
    assert [late_days(now, 3.0) for now in (2.0, 3.0, 3.5)] == [0.0, 0.0, 0.5]


@pytest.mark.parametrize("made", [amount(3, 0.1), charge(0.7, 1 / 3), unit_freight(0.1, 0.2, 0.3)])
def test_amounts_lie_on_the_grid(made: float) -> None:
    assert made * TICKS == round(made * TICKS)


def test_freight_of_a_unit_rises_with_its_weight() -> None:
    assert unit_freight(2.0, 0.5, 3.0) == 3.5


def test_leftover_loses_what_salvage_does_not_pay() -> None:
    assert [leftover_loss(4, 10.0, salvage) for salvage in (1.0, 0.75, 0.0)] == [0.0, 10.0, 40.0]


def test_at_one_time_kinds_come_in_order_and_entities_within_a_kind() -> None:
    assert set(events.__all__) == {*KINDS, "event_key"}
    keys = [events.event_key(getattr(events, kind), entity) for kind in KINDS for entity in (0, 1, 2**40 - 1)]
    assert all(a < b for a, b in pairwise(keys))

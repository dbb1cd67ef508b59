"""The order of guards: whatever fails, the fallback rule answers, says why, and reserves what it promises."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from tests.serve.conftest import Shop, shop_at
from tests.serve.stub import Greedy, Record

from fillrate.errors import InputError
from fillrate.serve.ledger.stock import reserve
from fillrate.serve.shadow import Canary, agrees, share_of


def unknown_region(request: Record) -> object:
    raise InputError(f"request {request['id']}: region", "found 'moon'", "east, west")


def broken_code(_: Record) -> object:
    raise ZeroDivisionError


class Generous(Greedy):
    """Promises more than there is; its fallback does too, if `also` says so."""

    also, place = False, "north"

    def allocate(self, request: Record) -> dict[str, Any]:
        return self._promise(super().allocate(request))

    def fallback(self, request: Record, reason: str) -> dict[str, Any]:
        said = super().fallback(request, reason)
        return self._promise(said) if self.also else said

    def _promise(self, said: dict[str, Any]) -> dict[str, Any]:
        line = said["lines"][0]
        line["allocated"], line["held"] = [{"location": self.place, "quantity": line["quantity"]}], 0
        return said


class Worse(Generous):
    also = True


class Dreaming(Generous):
    """Promises from a site that has no entry of stock."""

    place = "moon"


def answer(shop: Shop, **more: Any) -> dict[str, Any]:
    shop.stock(north=2)
    said = shop.order("a", 3, 1.0, **more)
    shop.audit()
    return said


@pytest.mark.parametrize(
    ("chooser", "reason", "held"),
    [
        (Greedy(unknown_region), "request a: region: found 'moon'; allowed: east, west", 1),
        (Greedy(broken_code), "policy: ZeroDivisionError", 1),
        (Generous(), "invariants: 3 × lamp from north, which has 2", 1),
        (Dreaming(), "invariants: 3 × lamp from moon, which has 0", 1),
        (Worse(), "invariants: 3 × lamp from north, which has 2", 3),
    ],
)
def test_what_the_policy_cannot_decide_the_fallback_does(
    chooser: Greedy, reason: str, held: int, tmp_path: Path
) -> None:
    said = answer(shop_at(str(tmp_path / "ledger.db"), chooser))
    assert (said["decided_by"], said["reason"], said["lines"][0]["held"]) == ("fallback", reason, held)


def test_a_fallback_that_fails_too_holds_everything(tmp_path: Path) -> None:
    class Hopeless(Greedy):
        def fallback(self, request: Record, reason: str) -> dict[str, Any]:  # noqa: ARG002 - as the protocol names them
            raise InputError("fallback", "nothing works")

    said = answer(shop_at(str(tmp_path / "ledger.db"), Hopeless(broken_code)))
    assert said["reason"] == "policy: ZeroDivisionError; fallback: fallback: nothing works"
    assert said["lines"][0] | {"sku": ""} == {"line": 1, "sku": "", "quantity": 3, "allocated": [], "held": 3}


def test_a_slow_policy_is_not_waited_for_and_nobody_waits_for_it_again(tmp_path: Path) -> None:
    gate = threading.Event()
    shop = shop_at(str(tmp_path / "ledger.db"), Greedy(lambda _: gate.wait(20.0)), deadline_ms=50.0)
    said = answer(shop)
    assert (said["decided_by"], said["reason"]) == ("fallback", "deadline: no decision after 50 ms")
    assert shop.order("b", 1, 1.0)["reason"] == "deadline: the policy is still busy with another decision after 50 ms"
    gate.set()
    shop.desk.decider._late.result(10.0)  # type: ignore[union-attr]
    assert shop.order("c", 1, 1.0)["decided_by"] == "policy"


@pytest.mark.parametrize(("now", "by"), [(1.0, "policy"), (1.5, "policy"), (1.6, "fallback")])
def test_old_stock_is_left_to_the_fallback(now: float, by: str, tmp_path: Path) -> None:
    shop = shop_at(str(tmp_path / "ledger.db"), stock_max_age_days=0.5)
    shop.stock(now=1.0, north=2)
    said = shop.order("a", 1, now)
    assert said["decided_by"] == by
    assert said["reason"] == (None if by == "policy" else "stock: as of 14.40 h ago; allowed: 12 h")
    assert said["lines"][0]["held"] == 0


def test_stock_that_goes_between_question_and_reservation_is_not_promised(tmp_path: Path) -> None:
    """Another system writes to the table past the service: the conditional update sees it."""
    shop = shop_at(str(tmp_path / "ledger.db"))
    shop.stock(north=1, south=2)
    with shop.ledger.writing() as book:
        chooser = shop.desk.decider.chooser
        chooser.trouble = lambda _: reserve(book, "lamp", "south", 1)  # type: ignore[attr-defined]
        from fillrate.serve.desk import Task

        body = {"id": "a", "lines": [{"line": 1, "sku": "lamp", "quantity": 3}], "now": 1.0}
        said = shop.desk.do(book, Task("allocate", body))
    assert (said["decided_by"], said["lines"][0]["held"]) == ("fallback", 3)
    assert said["reason"] == "reservation: lamp at south: 2 units are no longer free"
    assert shop.free() == {"north": 1, "south": 1}  # nothing of the first part stays reserved


def test_a_canary_decides_its_share_of_the_orders() -> None:
    champion, challenger = Greedy(), Greedy()
    both = Canary(champion, challenger, 20.0)
    lines = [{"line": 1, "sku": "lamp", "quantity": 1}]
    for n in range(1_000):
        both.allocate({"id": n, "lines": lines, "stock": []})
    assert len(challenger.asked) == sum(share_of(n) < 20.0 for n in range(1_000))
    assert 150 < len(challenger.asked) < 250
    assert len(champion.asked) == 1_000 - len(challenger.asked)


def test_decisions_agree_if_the_same_units_come_from_the_same_places() -> None:
    def lines(*parts: tuple[str, int]) -> dict[str, Any]:
        return {"lines": [{"allocated": [{"location": at, "quantity": n} for at, n in parts]}]}

    assert agrees(lines(("a", 1), ("b", 2)), lines(("b", 2), ("a", 1)))
    assert not agrees(lines(("a", 1)), lines(("a", 2)))
    assert not agrees(lines(("a", 1)), lines())

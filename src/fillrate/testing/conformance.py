"""The invariants as a Hypothesis state machine: run it against your own connector or service.

    from fillrate.testing import InMemory, TestShop, conformance_machine

    shop = TestShop()
    TestMyConnector = conformance_machine(lambda: InMemory(shop), shop).TestCase  # pytest and unittest find it

A failure is a `Broken` that names the invariant, with the shortest list of calls that Hypothesis found to break it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from fillrate.testing.connector import Broken, Connector, Part, Record, Refused, TestShop
from fillrate.testing.standing import Standing, check_decision, check_moment, check_rank, stand

__all__ = ["check_connector", "conformance_machine"]

MOST = 6  # units of a line, and of a receipt
ANY = st.integers(0, 10**6)  # chooses, by its remainder


class _Machine(RuleBasedStateMachine):
    """Calls the verbs in any order and looks after each whether all is well."""

    shop: TestShop

    def __init__(self) -> None:
        super().__init__()
        self.connector = self.make()
        self.asked: dict[str, dict[str, Any]] = {}  # order -> request
        self.decided: dict[str, Record] = {}
        self.counted: dict[tuple[str, str], int] = {}
        self.before = Standing({}, {}, {})

    def make(self) -> Connector:
        """A fresh connector; `conformance_machine` says how."""
        raise NotImplementedError

    def now(self) -> Standing:
        """Ask for everything; what was true before is kept for the next step."""
        return stand(self.connector, self.asked)

    def place(self, choice: int) -> tuple[str, str]:
        """A location and a SKU."""
        locations, skus = self.shop.locations, self.shop.skus
        return locations[choice % len(locations)], skus[choice // len(locations) % len(skus)]

    def reserved(self, choice: int, units: int) -> tuple[str, list[Part]] | None:
        """An order and some of what it has reserved, at one place or at several."""
        before = self.now()
        orders = [order for order in self.asked if before.units(order, "allocated")]
        if not orders:
            return None
        order = orders[choice % len(orders)]
        there = sorted(before.units(order, "allocated").items())
        first, many = choice // len(orders) % len(there), units % len(there) + 1
        some = (there[first:] + there[:first])[:many]
        return order, [Part(*key, units // len(there) % n + 1) for key, n in some]

    @initialize(units=st.lists(st.integers(0, 2 * MOST), min_size=1, max_size=8))
    def open_the_shop(self, units: list[int]) -> None:
        """Count every shelf."""
        places = [(at, sku) for at in self.shop.locations for sku in self.shop.skus]
        self.counted = {place: units[n % len(units)] for n, place in enumerate(places)}
        rows = [{"location": at, "sku": sku, "on_hand": n} for (at, sku), n in self.counted.items()]
        self.connector.stock(rows)

    @rule(
        wanted=st.lists(st.tuples(ANY, st.integers(1, MOST)), min_size=1, max_size=3),
        region=ANY,
        segment=ANY,
    )
    def allocate(self, wanted: list[tuple[int, int]], region: int, segment: int) -> None:
        """A new order; one product may stand on several lines."""
        order, shop = f"order-{len(self.asked)}", self.shop
        lines = [
            {"line": f"line-{n}", "sku": shop.skus[which % len(shop.skus)], "quantity": units}
            for n, (which, units) in enumerate(wanted)
        ]
        request = {**shop.request, "id": order, "region": shop.regions[region % len(shop.regions)], "lines": lines}
        request["segment"] = shop.segments[segment % len(shop.segments)]
        before = self.now()
        self.decided[order] = self.connector.allocate(request, f"key-{order}")
        self.asked[order] = request
        check_decision(self.decided[order], request, before, self.now())

    @precondition(lambda self: bool(self.asked))
    @rule(choice=ANY)
    def allocate_again(self, choice: int) -> None:
        """The same request once more, as after a lost answer."""
        order = list(self.asked)[choice % len(self.asked)]
        before = self.now()
        again = self.connector.allocate(self.asked[order], f"key-{order}")
        if [_said(line) for line in again["lines"]] != [_said(line) for line in self.decided[order]["lines"]]:
            raise Broken("once", f"order {order}: another decision the second time")
        if self.now() != before:
            raise Broken("once", f"order {order}: the second time changed what is reserved")

    @rule(choice=ANY, units=ANY)
    def confirm(self, choice: int, units: int) -> None:
        """Some of what is reserved leaves."""
        if (found := self.reserved(choice, units)) is not None:
            order, parts = found
            before = self.now()
            self.connector.confirm(order, parts)
            for part in parts:
                self.counted[part.location, before.orders[order][part.line]["sku"]] -= part.quantity
            self._moved(before, order, parts, "ships_reserved", shipped=True)

    @rule(choice=ANY, units=ANY)
    def release(self, choice: int, units: int) -> None:
        """Some of what is reserved goes back."""
        if (found := self.reserved(choice, units)) is not None:
            order, parts = found
            before = self.now()
            self.connector.release(order, parts)
            self._moved(before, order, parts, "restored", shipped=False)
            self._in_rank(before, [order])

    @precondition(lambda self: bool(self.asked))
    @rule(choice=ANY, line=ANY, at=ANY, more=st.integers(1, MOST), ships=st.booleans())
    def too_much(self, choice: int, line: int, at: int, more: int, ships: bool) -> None:
        """More than is reserved there, at once or in two parts, behind parts that could leave: all of it refused."""
        order = list(self.asked)[choice % len(self.asked)]
        names = [asked["line"] for asked in self.asked[order]["lines"]]
        key = names[line % len(names)], self.shop.locations[at % len(self.shop.locations)]
        before = self.now()
        there = before.units(order, "allocated")
        had, twice = there.get(key, 0), at // len(self.shop.locations) % 2
        over = [Part(*key, had), Part(*key, min(more, had))] if twice and had else [Part(*key, had + more)]
        parts = [*(Part(*other, 1) for other in sorted(there) if other != key), *over]
        verb, name = (self.connector.confirm, "ships_reserved") if ships else (self.connector.release, "restored")
        if not self._refused(lambda: verb(order, parts), name, f"order {order}: {parts}", before):
            raise Broken(name, f"order {order}: {over} done, {had} were reserved there")

    @precondition(lambda self: bool(self.asked))
    @rule(choice=ANY)
    def cancel(self, choice: int) -> None:
        """All that has not left is given up."""
        order = list(self.asked)[choice % len(self.asked)]
        before = self.now()
        self.connector.cancel(order)
        now = self.now()
        if now.units(order, "allocated") or any(now.held(order).values()):
            raise Broken("restored", f"order {order}: cancelled, and still has or waits for units")
        if now.units(order, "shipped") != before.units(order, "shipped"):
            raise Broken("restored", f"order {order}: cancelling changed what had shipped")
        self._in_rank(before, [order])

    @rule(came=st.lists(st.tuples(ANY, st.integers(1, MOST)), min_size=1, max_size=3))
    def receive(self, came: list[tuple[int, int]]) -> None:
        """Stock comes in, for one shelf perhaps in two entries, and those who wait are offered it."""
        units = [(self.place(choice), n) for choice, n in came]
        before = self.now()
        self.connector.receive([{"location": at, "sku": sku, "quantity": n} for (at, sku), n in units])
        for place, n in units:
            self.counted[place] += n
        self._in_rank(before, [])

    @rule(choice=ANY, above=st.integers(0, MOST))
    def count(self, choice: int, above: int) -> None:
        """A shelf is counted: at least what is reserved is there."""
        at, sku = self.place(choice)
        before = self.now()
        units = before.reserved.get((at, sku), 0) + above
        self.connector.stock([{"location": at, "sku": sku, "on_hand": units}])
        self.counted[at, sku] = units
        self._in_rank(before, [])

    @rule(choice=ANY)
    def count_too_few(self, choice: int) -> None:
        """Fewer are counted than are reserved, behind a shelf that could be counted: all of it refused."""
        before = self.now()
        short = [place for place, units in sorted(before.reserved.items()) if units]
        if short:
            at, sku = short[choice % len(short)]
            rows = [{"location": l, "sku": k, "on_hand": n + MOST} for (l, k), n in before.on_hand.items()]
            rows = [row for row in rows if (row["location"], row["sku"]) != (at, sku)][:1]
            rows.append({"location": at, "sku": sku, "on_hand": before.reserved[at, sku] - 1})
            name = "not_over_available"
            if not self._refused(lambda: self.connector.stock(rows), name, f"a count of {rows}", before):
                raise Broken(name, f"{(at, sku)}: {rows[-1]['on_hand']} counted, one more is reserved")

    @invariant()
    def all_is_well(self) -> None:
        """What must hold at any moment."""
        if self.counted:
            check_moment(self.now(), self.asked, self.counted, self.shop)

    def _refused(self, verb: Callable[[], None], name: str, what: str, before: Standing) -> bool:
        """Whether a verb is refused; then nothing may have changed."""
        try:
            verb()
        except Refused:
            if self.now() != before:
                raise Broken(name, f"{what}: the refusal changed something") from None
            return True
        return False

    def _moved(self, before: Standing, order: str, parts: Sequence[Part], name: str, shipped: bool) -> None:
        """Exactly the units of the parts have left what the order has reserved."""
        now, due, gone = self.now(), before.units(order, "allocated"), before.units(order, "shipped")
        given_up = dict.fromkeys(before.orders[order], 0)
        for part in parts:
            key = part.line, part.location
            due[key] -= part.quantity
            if shipped:
                gone[key] = gone.get(key, 0) + part.quantity
            else:
                given_up[part.line] += part.quantity
        for kind, expected in (("allocated", due), ("shipped", gone)):
            if now.units(order, kind) != {k: n for k, n in expected.items() if n}:
                raise Broken(name, f"order {order}: after {parts} it has {now.units(order, kind)} {kind}")
        for line, said in before.orders[order].items():
            told = now.orders[order][line]["held"], now.orders[order][line]["rejected"]
            if told != (said["held"], said["rejected"] + given_up[line]):
                raise Broken(name, f"order {order}, line {line}: after {parts} it has {told} held and rejected")

    def _in_rank(self, before: Standing, besides: Sequence[str]) -> None:
        if self.shop.ranked:
            check_rank(before, self.now(), self.asked, self.shop, besides)


def _said(line: Record) -> tuple[Any, ...]:
    given = sorted((entry["location"], entry["quantity"]) for entry in line["allocated"])
    return str(line["line"]), line["sku"], line["quantity"], given, line["held"]


def conformance_machine(make: Callable[[], Connector], shop: TestShop | None = None) -> type[RuleBasedStateMachine]:
    """The state machine for a connector; its `TestCase` is what pytest and unittest run.

    Args:
        make: a fresh connector without orders; called for each list of calls that Hypothesis tries.
        shop: names that it knows.
    """
    terms = {"make": staticmethod(make), "shop": shop or TestShop()}
    return type("ConformanceMachine", (_Machine,), terms)


def check_connector(
    make: Callable[[], Connector],
    shop: TestShop | None = None,
    examples: int = 100,
    steps: int = 30,
    shrink: bool = True,
) -> None:
    """Run the state machine at once.

    Args:
        make: as for `conformance_machine`.
        shop: as for `conformance_machine`.
        examples: lists of calls.
        steps: most calls in each.
        shrink: whether to look for the shortest list of calls that breaks an invariant.

    Raises:
        Broken: an invariant is broken; the calls that broke it are in the notes of the error.
    """
    all_checks: Any = list(HealthCheck)
    quiet = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=all_checks,
        database=None,
        derandomize=True,
        phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
        print_blob=False,
    )
    run_state_machine_as_test(conformance_machine(make, shop), settings=quiet)

"""Look-ahead: at each decision some answers are played on under fresh demand with a base rule, and compared.

Rollouts of a base policy (Bertsekas and Castañón 1999, "Rollout algorithms for stochastic scheduling problems", Journal
of Heuristics 5). Every answer meets the same fresh orders and draws. One takes the place of the base rule's only if it
is better by more than the noise of the comparison. Over a chain an answer is a row of a line; over prices it is what
the whole-order solver makes of the offer where some location, or every one, is out of the question.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from fillrate.draws import mix, name_key, snap
from fillrate.model.kernel.call import Call
from fillrate.model.kernel.codes import ASK, BRANCH
from fillrate.model.kernel.feed import Feed
from fillrate.model.kernel.lockstep import Lockstep
from fillrate.model.kernel.offered import Offered
from fillrate.model.kernel.setting import Setting
from fillrate.model.kernel.state import State
from fillrate.scorecard.journal import BOOKINGS
from fillrate.trace import sample

if TYPE_CHECKING:
    from fillrate.decision.question import Question
    from fillrate.model.kernel.room import Room
    from fillrate.model.opening import Opening
    from fillrate.policy import Bound
    from fillrate.policy.spec import Method
    from fillrate.trace import Trace
    from fillrate.world import World

__all__ = ["Lookahead", "PricedLookahead", "looking_ahead", "surest"]

MASK = 2**64 - 1
BARRED = 2.0**20  # money: a price that no unit pays
SURE = 1.0  # standard errors by which a row must beat the base rule's


def surest(value: NDArray[np.float64]) -> int:
    """The branch to take: the first, unless another one is better by more than the noise of the comparison.

    Args:
        value: (branches, rollouts) what each came to under each of the same draws; two rollouts or more.

    >>> surest(np.array([[10.0, 20.0, 30.0], [12.0, 21.0, 33.0], [50.0, 0.0, 25.0]]))
    1
    """
    gain = value - value[0]
    error = gain.std(axis=1, ddof=1) / np.sqrt(gain.shape[1])
    mean = gain.mean(axis=1)
    return int(np.where(mean > SURE * error, mean, 0.0).argmax())


class Rollouts(ABC):
    """A source policy for one run. It leads a run of its own through the same decisions, and forks that.

    The run of its own is the twin of the one that asks, whatever engine plays it: the same trace, policy and answers.
    """

    method: ClassVar[Method]  # of the base rule
    columns: tuple[str, ...]  # to look at

    def __init__(self, world: World, trace: Trace, bound: Bound, opening: Opening) -> None:
        """Start the twin and draw the rollouts' demand.

        Args:
            world: over the run's horizon.
            trace: what the run plays.
            bound: the policy; its source rule says how many rollouts of how many answers, for how long, and the base
                rule.
            opening: the run's.
        """
        self.rule, self.world, self.days = bound.source, world, trace.days
        self.arrivals = trace.orders.time
        self.base = Setting(world, replace(bound, source=replace(self.rule, method=self.method), custom_source=None))
        seed = mix(mix(name_key("lookahead"), self.rule.seed & MASK), trace.seed & MASK)
        fresh = [sample(world, mix(seed, k), trace.days) for k in range(self.rule.rollouts)]
        self.feeds = [Feed(world, each, opening).without_outages() for each in fresh]
        widest = max(feed.widest for feed in self.feeds)
        outside = Setting(world, replace(bound, custom_source=self))
        self.twin = self._twin(outside, Feed(world, trace, opening), widest)
        self.branches: State | None = None

    @abstractmethod
    def _twin(self, setting: Setting, feed: Feed, widest: int) -> Any:
        """The run of its own."""

    @abstractmethod
    def _answer(self, call: Call, answers: Any) -> None:
        """Write the answers with which branches begin, each as often as there are rollouts."""

    def _best(self, now: float, answers: Sequence[Any]) -> int:
        """Number of the answer to give, after all were played on; the first is the base rule's."""
        return surest(self._values(now, answers)) if len(answers) > 1 else 0

    def _values(self, now: float, answers: Sequence[Any]) -> NDArray[np.float64]:
        """(answers, rollouts) contribution of each branch, up to what all have in common."""
        until = min(self.days, snap(now + self.rule.days)) if self.rule.days > 0.0 else self.days
        for feed in self.feeds:
            feed.record[0]["orders"] = int(np.searchsorted(feed.trace.orders.time, until))
        rows = len(answers) * len(self.feeds)
        while True:
            branches = self._fork(now, len(answers))
            call = Call(branches)
            call.code[:] = ASK
            self._answer(call, answers)
            call.record[0]["until"] = until
            call(BRANCH, 0, rows)
            if not call.stuck:
                money = branches.arrays["money"][:rows, : len(BOOKINGS)].sum(axis=1)
                return np.asarray(money.reshape(len(answers), len(self.feeds)))
            self._allocate(branches.room.grown(call.tight))

    def _fork(self, now: float, answers: int) -> State:
        """As many copies of the twin as there are branches, each with demand of its own from now on."""
        twin = self.twin.state
        if self.branches is None or self.branches.room.with_all(twin.room) != self.branches.room:
            self._allocate(twin.room if self.branches is None else self.branches.room.with_all(twin.room))
        branches = self.branches
        if branches is None:
            raise RuntimeError("no room for branches")
        rows = answers * len(self.feeds)
        branches.spread(rows, twin, 0)
        begun = [self._begun(feed, now) for feed in self.feeds]
        branches.records["next_order"][:rows] = np.tile(begun, answers)
        return branches

    def _begun(self, feed: Feed, now: float) -> int:
        """The first fresh order to come: as many as came at this instant are gone, and all that a wave offers."""
        first, last = (int(np.searchsorted(feed.trace.orders.time, now, side)) for side in ("left", "right"))
        came = self.twin.state.records["next_order"][0] - np.searchsorted(self.arrivals, now)
        return int(last if self.world.timing.mode == "wave" else min(first + came, last))

    def _allocate(self, room: Room) -> None:
        orders = max(len(feed.trace.orders) for feed in self.feeds) + self.twin.state.room.cycles
        n = self.rule.candidates * len(self.feeds)
        self.branches = State(self.base, room.with_cycles(orders), self.twin.state.widest, n)
        for i in range(n):
            self.branches.feed(i, self.feeds[i % len(self.feeds)])


class Lookahead(Rollouts):
    """Over a chain: the leading rows of each line."""

    method = "chain"

    def __init__(self, world: World, trace: Trace, bound: Bound, opening: Opening) -> None:
        """As `Rollouts`."""
        self.steps = bound.source_steps
        self.columns = tuple(dict.fromkeys(name for step in self.steps for name, _ in step))
        super().__init__(world, trace, bound, opening)

    def _twin(self, setting: Setting, feed: Feed, widest: int) -> Lockstep:
        return Lockstep(setting, [feed], self.columns, widest)

    def _answer(self, call: Call, answers: Any) -> None:
        rows = np.repeat(answers, len(self.feeds))
        call.row[: len(rows)] = rows

    def source(self, question: Question) -> int:
        """The row that promises most."""
        rows = self._leading(question)
        row = rows[self._best(question.now, rows)]
        self.twin.step(np.array([row]))
        return row

    def _leading(self, question: Question) -> list[int]:
        """The legal rows that the base rule puts first, its own choice before the others."""
        table = {name: question.column(name) for name in self.columns}
        sums = [np.sum([weight * table[name] for name, weight in step], axis=0) for step in self.steps]
        legal = np.flatnonzero(question.mask[:-1]).tolist()
        legal.sort(key=lambda row: (*(-float(each[row]) for each in sums), row))
        return legal[: self.rule.candidates]


class PricedLookahead(Rollouts):
    """Over prices: the base rule's answer to an offer, nothing at all, and its answers without one of the locations."""

    method = "prices"
    columns = ("one",)

    def _twin(self, setting: Setting, feed: Feed, widest: int) -> Offered:
        return Offered(setting, [feed], self.columns, widest)

    def _answer(self, call: Call, answers: Any) -> None:
        prices = np.repeat(answers, len(self.feeds), axis=0)
        call.state.arrays["levy"][: len(prices)] = prices

    def price(self, question: Question) -> NDArray[np.float64]:
        """(locations,) what keeps units where they promise more than an order brings."""
        places = np.flatnonzero(question.mask)
        without = [np.eye(len(question.mask))[place] for place in places.tolist()] if len(places) > 1 else []
        none = np.zeros(len(question.mask))
        answers = [BARRED * each for each in (none, none + 1.0, *without)][: self.rule.candidates]
        found = np.asarray(answers[self._best(question.now, answers)])
        self.twin.step(found[None])
        return found


def looking_ahead(world: World, trace: Trace, bound: Bound, opening: Opening) -> Rollouts:
    """The policy for a run, by what its base rule is."""
    return (PricedLookahead if bound.source.value else Lookahead)(world, trace, bound, opening)

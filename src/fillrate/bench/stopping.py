"""How many runs: a stated number, as many as select the best, or as many as an interval needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fillrate.bench.asked import check_whole
from fillrate.bench.precision import FEWEST_RUNS, Precision, check_half_width, runs_for
from fillrate.bench.progress import Advance, progress_bar
from fillrate.bench.selection import FIRST_STAGE, Rule, Selection, select
from fillrate.bench.statistics import Method, mean_interval, numbers, paired_difference
from fillrate.bench.verdicts import better
from fillrate.errors import InputError

if TYPE_CHECKING:
    from fillrate.bench.tasks import Metrics

__all__ = ["MOST", "Played", "Stopping", "check_stopping", "played"]

RUNS, MOST = 30, 1000  # of each policy where none are stated: exactly, and at most
ZONE = 0.01  # indifference where none is stated, as a share of the controllable cost (or of the metric)
Scores = dict[str, list["Metrics"]]
PlaySome = Callable[[Sequence[str], range, bool], Scores]


@dataclass(frozen=True)
class Stopping:
    """When there are enough runs: one of a number, a selection, or a half-width.

    Attributes:
        replications: runs of each policy; the most of them with one of the others; None = 30, or at most 1,000.
        select: probability of selecting the best.
        indifference: smallest difference that counts, in the unit of the metric; None = 1 % of the controllable cost.
        half_width: of the intervals of the differences to the best.
    """

    replications: int | None = None
    select: float | None = None
    indifference: float | None = None
    half_width: float | None = None

    @property
    def most(self) -> int:
        """Runs of each policy, at most."""
        fixed = self.select is None and self.half_width is None
        return self.replications if self.replications is not None else RUNS if fixed else MOST

    def words(self) -> list[str]:
        """The options of the command line that say the same."""
        said = {"--replications": self.most, "--select": self.select}
        said |= {"--indifference": self.indifference, "--half-width": self.half_width}
        return [word for key, value in said.items() if value is not None for word in (key, f"{value:.12g}")]


@dataclass
class Played:
    """The runs that were played so far; more are played when they are asked for.

    Attributes:
        names: of the policies.
        seed: trace seed of the first run.
        metric: that decides.
        play: plays policies on some seeds; the last argument says that there is a progress bar already.
        quiet: no progress bar.
        scores: what was played, by policy.
    """

    names: tuple[str, ...]
    seed: int
    metric: str
    play: PlaySome
    quiet: bool
    scores: Scores = field(default_factory=dict)

    def upto(self, names: Sequence[str], n: int, *, silent: bool = False) -> None:
        """Play what is missing of the first n runs of some policies, which have equally many."""
        first = len(self.scores.get(names[0], []))
        if n > first:
            for name, cards in self.play(names, range(self.seed + first, self.seed + n), silent).items():
                self.scores.setdefault(name, []).extend(cards)

    def values(self, name: str, metric: str = "") -> NDArray[np.float64]:
        """(runs,) a metric of a policy, nan where it is undefined."""
        return numbers([card.get(metric or self.metric) for card in self.scores[name]])


def check_stopping(wanted: Stopping) -> None:
    """Find out before the runs whether what is wanted makes sense.

    Raises:
        InputError: a number is out of range, or two ways to stop are stated.
    """
    if wanted.replications is not None:
        check_whole("replications", wanted.replications, 1)
    if wanted.select is not None and wanted.half_width is not None:
        raise InputError("select", "found together with a half-width", "one of the two")
    if wanted.indifference is not None and wanted.select is None:
        raise InputError("indifference", "found without a selection", "together with `select`")
    if wanted.indifference is not None:
        check_half_width(wanted.indifference, "indifference")
    if wanted.half_width is not None:
        check_half_width(wanted.half_width)
    fewest = FIRST_STAGE if wanted.select is not None else FEWEST_RUNS if wanted.half_width is not None else 1
    if wanted.most < fewest:
        raise InputError(
            "replications", f"found {wanted.most}", f"at least {fewest} where runs are chosen by what they say"
        )


def played(runs: Played, wanted: Stopping, interval: Method = "t") -> tuple[Scores, Selection | None, Precision | None]:
    """All runs that are wanted.

    Args:
        runs: nothing is played yet.
        wanted: when to stop.
        interval: kind of the intervals whose half-width is wanted.

    Returns:
        Scorecards by policy, the selection if one was wanted, and the half-width reached if one was.

    Raises:
        InputError: there is nothing to select from, or the metric is undefined.
    """
    selection, precision = None, None
    if wanted.select is not None:
        selection = _selected(runs, wanted, wanted.select)
    elif wanted.half_width is not None:
        precision = _narrowed(runs, wanted, wanted.half_width, interval)
    else:
        runs.upto(runs.names, wanted.most)
    return {name: runs.scores[name] for name in runs.names}, selection, precision


def _selected(runs: Played, wanted: Stopping, probability: float) -> Selection:
    sign = -1.0 if better(runs.metric) == "less" else 1.0
    rule = Rule(probability, wanted.indifference or 1.0, wanted.most)
    with progress_bar(wanted.most * len(runs.names), what="runs at most", quiet=runs.quiet) as advance:

        def play(names: Sequence[str], first: int, upto: int) -> dict[str, NDArray[np.float64]]:
            runs.upto(names, upto, silent=True)
            _tell(advance, runs, names, upto - first)
            return {name: sign * runs.values(name)[first:upto] for name in names}

        if wanted.indifference is None:
            runs.upto(runs.names, rule.first, silent=True)
            rule = replace(rule, indifference=_zone(runs, sign))
        return select(runs.names, play, rule)


def _zone(runs: Played, sign: float) -> float:
    """1 % of the leader's controllable cost, or of its metric, over the first stage."""
    means = {name: float(np.mean(runs.values(name))) for name in runs.names}
    leader = max(means, key=lambda name: sign * means[name])
    cost = runs.values(leader, "controllable_cost")
    usual = float(np.mean(cost)) if runs.metric == "contribution" and np.isfinite(cost).all() else means[leader]
    if not (np.isfinite(usual) and usual):
        allowed = "`--indifference N` (`indifference=N`), a difference in the metric's unit"
        raise InputError("indifference", f"not stated, and the best {runs.metric} is {usual:g}: no 1 % of it", allowed)
    return ZONE * abs(usual)


def _narrowed(runs: Played, wanted: Stopping, half_width: float, interval: Method) -> Precision:
    n = min(FEWEST_RUNS, wanted.most)
    with progress_bar(wanted.most * len(runs.names), what="runs at most", quiet=runs.quiet) as advance:
        while True:
            before = len(runs.scores.get(runs.names[0], []))
            runs.upto(runs.names, n, silent=True)
            _tell(advance, runs, runs.names, n - before)
            for name in runs.names:
                if not np.isfinite(runs.values(name)).any():
                    found = f"the metric {runs.metric} is undefined in every run of {name}"
                    raise InputError("half-width", found, "a metric that every policy has")
            widest = _widest(runs, interval)
            more = runs_for(n, widest, half_width, wanted.most)
            if more == n:
                return Precision(half_width, widest)
            n = more


def _widest(runs: Played, interval: Method) -> float | None:
    """Half-width of the widest paired difference to the best mean; of one policy alone that of its mean."""
    sign = -1.0 if better(runs.metric) == "less" else 1.0
    values = {name: sign * runs.values(name) for name in runs.names}
    if len(values) == 1:
        return mean_interval(values[runs.names[0]], method=interval).half_width
    best = max(values, key=lambda name: float(np.nanmean(values[name])))
    others = [v for name, v in values.items() if name != best]
    found = [paired_difference(values[best], v, method=interval).half_width for v in others]
    known = [half for half in found if half is not None]
    return max(known) if len(known) == len(found) else None


def _tell(advance: Advance, runs: Played, names: Sequence[str], pieces: int) -> None:
    if pieces > 0:
        left = "" if len(names) == len(runs.names) == 1 else f"{len(names)} of {len(runs.names)} policies left"
        advance(pieces * len(names), left)

"""`--algo es`: a priced policy found by search over whole episodes: first the rule's weights, then a network on top."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.bench.cluster import check_cluster, connected, on_ray
from fillrate.bench.records import append_record, read_records
from fillrate.decision.weights import ARRAYS
from fillrate.files import written_aside
from fillrate.gym.episodes import FIRST_SEED
from fillrate.learn.course import JUDGED_FROM, Course
from fillrate.learn.evolution import adapted, evolved
from fillrate.learn.judging import Judge
from fillrate.learn.prices import BOX, Shape
from fillrate.learn.records import Tell, Trained, begun, checkpoint, keep
from fillrate.model.kernel.feed import Feed
from fillrate.model.kernel.replications import play_all
from fillrate.model.kernel.setting import Setting
from fillrate.policy import load_policy
from fillrate.policy.spec import Learned
from fillrate.scorecard.scorecard import score
from fillrate.simulate import Replications, bound_of
from fillrate.trace.replay import orders_of
from fillrate.world import World

__all__ = ["Trial", "feeds_of", "search"]

Floats = NDArray[np.float64]
Judged = Callable[[Floats], None]
POOL = 96  # traces of each world that candidates are tried on
TUNED = 0.4  # share of the budget for the rule's weights
SIZE, RULE_TRACES, SPREAD = 16, 4, 1.0  # of the search for the rule
PAIRS, TRACES, RATE = 16, 2, 0.5  # of the search for the network


def search(
    course: Course, folder: Path, tell: Tell = lambda *_: None, cluster: str | None = None
) -> tuple[Learned, Trained]:
    """Search, or go on from the last checkpoint of a folder; `course.steps` are simulated orders.

    Args:
        course: what is searched for.
        folder: of checkpoints.
        tell: called after every judgement.
        cluster: `ray` tries the candidates there; the same numbers come out, so a run may go on elsewhere.

    Returns:
        The best policy of all judgements, and how it came about.

    Raises:
        InputError: the folder holds another run, or there is no such cluster.
    """
    check_cluster(cluster)
    done = begun(course, folder)
    shape, seconds = Shape(course.columns, course.hidden), time.monotonic() - done.seconds
    judge = Judge(
        course.worlds, {world.name: course.rules_of(world) for world in course.worlds}, course.traces, JUDGED_FROM
    )
    done.rules = judge.rule
    trial = Trial(course.worlds, shape, course.seed, cluster=cluster)
    path, best = folder / "numbers.npy", folder / "best.npy"

    def judged(numbers: Floats) -> None:
        gap = judge(shape.policy(numbers, "learned"))
        done.orders = trial.orders + done.before
        if done.judged(gap, done.orders, time.monotonic() - seconds):
            _save(best, numbers)
        _save(path, numbers)
        keep(folder, done)
        tell(done.steps, gap)

    def generation_done() -> None:
        tell(trial.orders + done.before, None)

    if not done.ended:
        with connected(cluster):
            _run(course, trial, shape, path, done, judged, generation_done)
        done.ended = "budget"
        keep(folder, done)
    return shape.policy(_numbers(best, shape), "learned"), done


def _run(
    course: Course,
    trial: Trial,
    shape: Shape,
    path: Path,
    done: Trained,
    judged: Judged,
    generation_done: Callable[[], None],
) -> None:
    """Tune the rule unless that is done, then let the network grow on it."""
    done.before = done.orders
    if path.exists():
        numbers = _numbers(path, shape)
    else:
        numbers = _tuned(course, trial, shape, path.with_name("tuning.jsonl"), generation_done)
        judged(numbers)
    left = course.steps - done.orders
    generations = max(1, round(left / (2 * PAIRS * TRACES * trial.orders_each)))
    judgements = max(1, round(left / course.judge_every))
    every = max(1, generations // judgements)

    def after(generation: int, at: Floats) -> None:
        if generation % every == every - 1 or generation == generations - 1:
            judged(at)
        else:
            generation_done()

    evolved(
        lambda tried, g: trial.costs(tried, len(done.curve) * 10_000 + g, TRACES),
        numbers,
        shape.steps(),
        PAIRS,
        generations,
        RATE,
        course.seed + len(done.curve),
        after,
    )


def _tuned(course: Course, trial: Trial, shape: Shape, kept: Path, generation_done: Callable[[], None]) -> Floats:
    """The rule's weights tuned, those of the network as it begins; generations tried before a kill are kept."""
    generations = max(1, round(TUNED * course.steps / (SIZE * RULE_TRACES * trial.orders_each)))
    plain = shape.begin(np.zeros(shape.rule_size), np.random.default_rng(course.seed))
    rest, before = plain[shape.rule_size :], read_records(kept)

    def costs(tried: list[Floats], generation: int) -> Floats:
        if (record := before.get(str(generation))) is not None:
            trial.orders += int(record["orders"])
            return np.array(record["costs"], np.float64)
        already = trial.orders
        found = trial.costs([np.concatenate([rule, rest]) for rule in tried], generation, RULE_TRACES)
        append_record(kept, {"key": str(generation), "orders": trial.orders - already, "costs": found.tolist()})
        return found

    rule = adapted(costs, shape.plain(), SPREAD, SIZE, generations, course.seed, lambda *_: generation_done())
    return np.concatenate([rule, rest])


def _numbers(path: Path, shape: Shape) -> Floats:
    """Those of a checkpoint."""
    with checkpoint(path):
        return np.asarray(np.load(path), np.float64).reshape(shape.size)


def _save(path: Path, numbers: Floats) -> None:
    with written_aside(path) as aside, aside.open("wb") as file:
        np.save(file, numbers)


def feeds_of(world: World, first: int, traces: int) -> list[Feed]:
    """Traces made ready, from a seed on."""
    played = Replications(world, {})
    return [played.feed(orders_of(world, first + n)) for n in range(traces)]


class Trial:
    """Candidates tried on common days: their arrays take the place of each other's, one set of them a thread."""

    def __init__(
        self,
        worlds: Sequence[World],
        shape: Shape,
        seed: int,
        networked: bool = True,
        feeds: list[list[Feed]] | None = None,
        cluster: str | None = None,
        threads: int | None = None,
    ) -> None:
        """Make the traces ready.

        Args:
            worlds: with their horizons.
            shape: of the candidates.
            seed: of which traces a generation meets.
            networked: false: candidates are played without their network.
            feeds: traces of every world that are ready already.
            cluster: where candidates are tried, each by one worker; None = here, in threads.
            threads: None = one a core.
        """
        self.worlds, self.shape, self.seed, self.networked, self.orders = list(worlds), shape, seed, networked, 0
        blank = (shape.policy if networked else shape.rule)(np.zeros(shape.size), "trial")
        self.feeds = feeds or [feeds_of(world, FIRST_SEED + POOL * seed, POOL) for world in worlds]
        self.threads, self.cluster = threads or os.cpu_count() or 1, cluster
        self.settings = [
            [Setting(world, bound_of(load_policy(blank), world)) for world in worlds] for _ in range(self.threads)
        ]
        totals = [sum(len(feed.trace.orders) for feed in feeds) / len(feeds) for feeds in self.feeds]
        self.orders_each = sum(totals)  # of one trace of every world

    def costs(self, candidates: list[Floats], generation: int, traces: int) -> Floats:
        """(candidates,) controllable cost in per cent of the first's, mean over worlds and a generation's traces."""
        rng = np.random.default_rng((self.seed, generation))
        chosen = [rng.choice(len(feeds), traces, replace=False).tolist() for feeds in self.feeds]
        feeds = [[mine[n] for n in some] for mine, some in zip(self.feeds, chosen, strict=True)]
        self.orders += len(candidates) * sum(len(feed.trace.orders) for each in feeds for feed in each)
        found = np.zeros((len(candidates), len(self.worlds)))
        if self.cluster is not None:
            work = partial(_tried, (tuple(self.worlds), self.shape, self.seed, self.networked), chosen)
            for n, paid in on_ray(work, list(enumerate(candidates))):
                found[n] = paid
        else:
            parts = [list(range(first, len(candidates), self.threads)) for first in range(self.threads)]

            def play(thread: int) -> None:
                for n in parts[thread]:
                    found[n] = self.paid(candidates[n], chosen, thread)

            with ThreadPoolExecutor(self.threads) as pool:
                list(pool.map(play, range(self.threads)))
        return np.asarray((found / np.abs(found[0])).mean(axis=1))

    def paid(self, numbers: Floats, chosen: Sequence[Sequence[int]], thread: int = 0) -> list[float]:
        """(worlds,) mean controllable cost of a candidate on the chosen traces of each world's."""
        feeds = [[mine[n] for n in some] for mine, some in zip(self.feeds, chosen, strict=True)]
        each = zip(self.settings[thread], self.worlds, feeds, strict=True)
        return [self._paid(setting, world, numbers, mine) for setting, world, mine in each]

    def _paid(self, setting: Setting, world: World, numbers: Floats, feeds: Sequence[Feed]) -> float:
        value, box = self.shape.sums(numbers)
        setting.arrays["value_term"]["weight"][:] = [value[name] for name in self.shape.value]
        setting.arrays["box_term"]["weight"][:] = [box[name] for name in BOX]
        if self.networked:
            network = self.shape.network(numbers)
            for name in ARRAYS:
                setting.arrays[f"net_{name}"][:] = getattr(network, name).ravel()
        cards = score(world, play_all(setting, feeds))
        return float(np.array([card["controllable_cost"] for card in cards], np.float64).mean())


_trials: dict[Any, Trial] = {}  # of this process: a worker makes its traces once


def _tried(
    terms: tuple[tuple[World, ...], Shape, int, bool],
    chosen: Sequence[Sequence[int]],
    batch: Sequence[tuple[int, Floats]],
) -> list[tuple[int, list[float]]]:
    """On a worker: place of each candidate and what it costs in every world."""
    worlds, shape, seed, networked = terms
    key = tuple(world.hash for world in worlds), repr(shape), seed, networked
    if key not in _trials:
        _trials[key] = Trial(worlds, shape, seed, networked, threads=1)
    return [(n, _trials[key].paid(numbers, chosen)) for n, numbers in batch]

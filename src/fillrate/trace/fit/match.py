"""How well orders sampled from the fitted world match those of the log: one row a figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fillrate.trace.sample import sample
from fillrate.trace.trace import Orders, Trace
from fillrate.world import World

__all__ = ["LIMITS", "Match", "Word", "match", "uneven"]

Word = Literal["good", "fair", "poor"]
LIMITS: dict[Word, tuple[float, float]] = {"good": (0.05, 2.0), "fair": (0.15, 4.0)}
"""Word -> largest distance for it, or so many times the distance that chance alone makes, whichever is more."""
ENOUGH_ORDERS = 40_000  # sampled in all, in 2 to 8 samples
UNITS = "products by units"
TOP = 20  # products and regions that are told apart; the rest is one
LEAST_EXPECTED = 5.0  # in a cell of a chi-square test

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Match:
    """One figure of the log against the same figure of sampled orders.

    Attributes:
        figure: what is counted.
        log: its mean in the log, or the share of the log's commonest kind (of products: of the 20 commonest).
        sampled: the same of sampled orders.
        kind: the kind whose share it is; empty for a mean.
        distance: total variation distance: the share of the log that would have to be of another kind, 0 to 1.
        chance: that distance between one sample and all others: what chance alone makes.
        test: "KS", the largest difference of the cumulative shares, where kinds have an order; else "chi2/df",
            chi-square over its degrees of freedom, 1 in the mean if chance alone makes the difference.
        value: of the test.
        word: verdict by `LIMITS`.
    """

    figure: str
    log: float
    sampled: float
    kind: str
    distance: float
    chance: float
    test: Literal["KS", "chi2/df"]
    value: float
    word: Word


@dataclass(frozen=True)
class Figure:
    """How a figure is counted: `kinds(orders)` gives the kind of each thing, `weights` what it counts."""

    name: str
    kinds: Callable[[Orders], Ints]
    ordered: bool = False
    label: Callable[[int], str] | None = None  # name of a kind; None where a mean says more
    mean: Callable[[Orders], float] | None = None
    weights: Callable[[Orders], Ints] | None = None
    named: int | None = None  # so many kinds have a name of their own, the rest is one kind; None: all
    together: bool = False  # whether the share of all named kinds is shown, not that of the first


def match(world: World, trace: Trace) -> tuple[Match, ...]:
    """Compare a log's orders with samples of its world, of the same length.

    Args:
        world: the fitted world, over the log's days.
        trace: the log's orders.
    """
    count = int(np.clip(ENOUGH_ORDERS // max(1, len(trace.orders)), 2, 8))
    samples = [orders for seed in range(count) if len(orders := sample(world, seed).orders)]
    if len(samples) < 2:
        return ()  # a log of one or two orders
    return tuple(_compared(figure, trace.orders, samples) for figure in _figures(world, trace))


def uneven(matches: tuple[Match, ...]) -> str:
    """What follows if products differ so much in units a line that one law for all is poor; empty otherwise."""
    row = next((row for row in matches if row.figure == UNITS and row.word == "poor"), None)
    if row is None:
        return ""
    return (
        f"Products differ in units a line: {100 * row.distance:.0f} % of the units in the log would have to be of "
        "other products to be as in sampled orders. Orders drawn with --sampled ask for every product in the same "
        "numbers, which no stock for the log suits: judge by replays of the log."
    )


def _figures(world: World, trace: Trace) -> Iterator[Figure]:
    header, days, log = world.header, int(trace.days), trace.orders
    regions, segments, skus = (list(world.tables.ids[kind]) for kind in ("region", "segment", "sku"))

    def daily(o: Orders) -> Ints:
        return np.bincount(_day(o), minlength=days).astype(np.int64)

    yield Figure("orders a day", _binned(daily, log), True, mean=lambda o: len(o) / days)
    yield Figure("quarter of the log", lambda o: (o.time * 4 / trace.days).astype(np.int64), True, _nth("quarter"))
    if world.demand.weekday_profile:
        weekday = header.first_weekday
        yield Figure("weekday", lambda o: (_day(o) + weekday) % 7, label=WEEKDAYS.__getitem__)
    if world.demand.season_profile:
        start = header.first_day_of_year
        yield Figure("month", lambda o: _month(o, start), label=MONTHS.__getitem__)
    if world.demand.hour_profile:
        yield Figure("hour of the day", lambda o: (o.time * 24).astype(np.int64) % 24, True, _nth("hour", 0))
    yield Figure("lines an order", lambda o: np.diff(o.first_line), True, mean=lambda o: o.lines / len(o))
    yield Figure("units a line", _units, True, mean=lambda o: float(o.quantity.mean()))
    yield Figure("value of an order", _binned(_value, log), True, mean=lambda o: float(_value(o).mean()))
    yield _top("region", log, lambda o: o.region, regions)
    yield _top("segment", log, lambda o: o.segment, segments)
    for figure, weights in (("products by lines", None), (UNITS, _units)):
        yield replace(_top(figure, log, lambda o: o.sku, skus, weights), together=len(skus) > TOP)


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _binned(numbers: Callable[[Orders], Any], log: Orders) -> Callable[[Orders], Ints]:
    """Kinds of numbers that take many values: between the log's twentieths."""
    edges = np.unique(np.quantile(numbers(log), np.arange(1, 20) / 20))
    return lambda orders: np.searchsorted(edges, numbers(orders)).astype(np.int64)


def _nth(what: str, first: int = 1) -> Callable[[int], str]:
    return lambda n: f"{what} {n + first}"


def _day(orders: Orders) -> Ints:
    return np.floor(orders.time).astype(np.int64)


def _month(orders: Orders, start: int) -> Ints:
    """(orders,) twelfth of the year, as season profiles count."""
    return ((orders.time + start) % 365.0 / 365.0 * 12).astype(np.int64)


def _units(orders: Orders) -> Ints:
    """(lines,) units."""
    return orders.quantity.astype(np.int64)


def _value(orders: Orders) -> Floats:
    """(orders,) money."""
    return np.asarray(np.add.reduceat(orders.price * orders.quantity, orders.first_line[:-1]))


def _top(
    name: str,
    log: Orders,
    code: Callable[[Orders], NDArray[np.int32]],
    names: list[str],
    weights: Callable[[Orders], Ints] | None = None,
) -> Figure:
    """Kinds that the log has most of, busiest first, and one for the rest."""
    counted = np.bincount(code(log), None if weights is None else weights(log), len(names))
    busiest = np.argsort(-counted, kind="stable")[:TOP]
    place = np.full(len(names), len(busiest), np.int64)
    place[busiest] = np.arange(len(busiest))
    shown = [names[n] for n in busiest]
    return Figure(name, lambda o: place[code(o)], label=shown.__getitem__, weights=weights, named=len(shown))


def _compared(figure: Figure, log: Orders, samples: list[Orders]) -> Match:
    counts = [_counted(figure, orders) for orders in (log, *samples)]
    length = max(map(len, counts))
    seen, *drawn = (np.pad(c, (0, length - len(c))) for c in counts)
    pooled = np.sum(drawn, axis=0)
    distance, chance = _distance(seen, pooled), float(np.mean([_distance(each, pooled - each) for each in drawn]))
    test: Literal["KS", "chi2/df"] = "KS" if figure.ordered else "chi2/df"
    value = _largest_gap(seen, pooled) if figure.ordered else _chi_square(seen, pooled)
    if figure.mean is not None:
        said, shown, kind = figure.mean(log), float(np.mean([figure.mean(o) for o in samples])), ""
    else:
        said, shown, kind = _shares(figure, seen, pooled)
    return Match(figure.name, said, shown, kind, distance, chance, test, value, _word(distance, chance))


def _shares(figure: Figure, seen: Floats, pooled: Floats) -> tuple[float, float, str]:
    """Share of the log's commonest kind, or of all named kinds, in the log and in samples, and what it is called."""
    most = int(seen[: figure.named].argmax())
    kinds = slice(0, figure.named) if figure.together else slice(most, most + 1)
    kind = f"top {figure.named}" if figure.together or figure.label is None else figure.label(most)
    return float(seen[kinds].sum() / seen.sum()), float(pooled[kinds].sum() / pooled.sum()), kind


def _counted(figure: Figure, orders: Orders) -> Floats:
    weights = None if figure.weights is None else figure.weights(orders)
    return np.bincount(figure.kinds(orders), weights).astype(np.float64)


def _distance(a: Floats, b: Floats) -> float:
    """Total variation distance of two counts."""
    return float(np.abs(a / a.sum() - b / b.sum()).sum() / 2)


def _largest_gap(a: Floats, b: Floats) -> float:
    """Kolmogorov-Smirnov distance of two counts."""
    return float(np.abs(np.cumsum(a / a.sum() - b / b.sum())).max())


def _chi_square(seen: Floats, pooled: Floats) -> float:
    """Pearson's chi-square of counts against pooled shares, over its degrees of freedom; rare kinds are merged."""
    expected = pooled * seen.sum() / pooled.sum()
    rare = expected < LEAST_EXPECTED
    a, b = (np.append(c[~rare], c[rare].sum()) for c in (seen, expected))
    a, b = a[b > 0], b[b > 0]
    return float((((a - b) ** 2 / b).sum()) / max(1, len(a) - 1))


def _word(distance: float, chance: float) -> Word:
    for word, (most, times) in LIMITS.items():
        if distance <= max(most, times * chance):
            return word
    return "poor"

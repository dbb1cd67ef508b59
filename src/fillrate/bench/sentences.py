"""The verdict in words: one sentence for a pair of policies, a headline for the whole comparison."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fillrate.bench import figures
from fillrate.bench.comparison import Comparison, Pair
from fillrate.bench.matrix import GAP
from fillrate.bench.standing import KEY_METRICS
from fillrate.bench.verdicts import ALPHA, Definitions, better, title, unit, within
from fillrate.scorecard.metrics import METRICS

__all__ = ["Headline", "headline", "is_equal", "listed", "pair_sentence", "rivals"]


@dataclass(frozen=True)
class Headline:
    """The verdict of a comparison: one line, and the sentences that support it."""

    line: str
    sentences: tuple[str, ...]


def rivals(comparison: Comparison) -> list[Pair]:
    """The best policy against each other one on the deciding metric (difference = best − other), closest first."""
    best = comparison.best
    pairs = [p for p in comparison.pairs if p.metric == best.metric and best.policy in (p.a, p.b)]
    turned = [p if p.a == best.policy else p.turned() for p in pairs]
    return sorted(turned, key=lambda p: abs(p.difference) if p.difference is not None else float("inf"))


def headline(comparison: Comparison, definitions: Definitions = METRICS) -> Headline:
    """What a reader in a hurry should know: who is best, by how much, how sure that is, and where others are ahead."""
    pairs = rivals(comparison)
    open_ones = [pair for pair in pairs if pair.verdict != "a_better"]
    unbeaten, equal = [pair.b for pair in open_ones], [pair.b for pair in pairs if is_equal(pair)]
    sentences = [
        *_selected(comparison, definitions),
        *_narrowed(comparison, definitions),
        _level_sentence(comparison, definitions),
    ]
    if len(equal) < len(pairs):
        sentences += [pair_sentence(pair, definitions) for pair in (open_ones[:2] or pairs[:1])]
    sentences += _sureness(comparison, pairs, unbeaten, equal) + _ahead(comparison, definitions)
    sentences += _bound_sentence(comparison) + _replayed(comparison) + _unshifted(comparison)
    metric = _inline(title(comparison.best.metric, definitions))
    return Headline(_line(comparison, metric, unbeaten, equal), tuple(sentences))


def _line(comparison: Comparison, metric: str, unbeaten: list[str], equal: list[str]) -> str:
    best, number = comparison.best.policy, len(comparison.policies)
    first = listed([best, *equal])
    if number == 1:
        return f"{best} was run alone"
    if ahead := [pair.b for pair in rivals(comparison) if pair.verdict == "b_better"]:
        runs = f"the runs in which both have a {metric}"
        return f"{best} has the best mean, but {listed(ahead)} {_is(ahead)} shown to be better in {runs}"
    if len(equal) == number - 1:
        each = " in every run" if comparison.replications > 1 else ""
        return f"{'Both' if number == 2 else f'All {number}'} policies have the same {metric}{each}"
    if equal and len(unbeaten) == len(equal):
        return f"{first} are the best of {number} policies, with the same {metric}"
    if (selection := comparison.selection) is not None and selection.reached:
        return f"{best} is selected as the best of {number} policies"
    if not unbeaten:
        return f"{best} is the best of {number} policies"
    if len(unbeaten) == number - 1:
        return f"No policy is shown to be the best; {first} {'have' if equal else 'has'} the best {metric}"
    others = listed(unbeaten) if len(unbeaten) < 3 else f"{len(unbeaten)} of the {number - 1} others"
    return f"{best} leads, but is not shown to be better than {others}"


def _selected(comparison: Comparison, definitions: Definitions) -> list[str]:
    """What a selection promises, and what it took."""
    found = comparison.selection
    if found is None:
        return []
    scale = figures.scale_of(unit(comparison.best.metric, definitions))
    zone = found.rule.indifference * scale.factor
    amount = figures.text(zone, figures.places(zone, None)) + scale.difference
    runs = f"{found.runs:,} runs in all, where a fixed number would take {found.fixed * len(found.entrants):,}"
    if not found.reached:
        left = f"{listed(found.stayed)} could not be told apart"
        return [f"The selection ended at {found.rule.most:,} runs of a policy: {left} to within {amount}."]
    promise = f"The selection is right with a probability of at least {100 * found.rule.probability:g} %"
    guide = "Intervals and p-values are those of a number of runs fixed beforehand: after a selection, a guide."
    return [f"{promise} where the best leads by {amount} or more; it took {runs}.", guide]


def _narrowed(comparison: Comparison, definitions: Definitions) -> list[str]:
    """Whether the half-width that was wanted is reached."""
    found = comparison.precision
    if found is None or found.reached:
        return []
    if found.half_width is None:
        return ["An interval is undefined, as too few runs have the metric: the half-width wanted is not reached."]
    scale = figures.scale_of(unit(comparison.best.metric, definitions))
    wide, wanted = (
        figures.text(x, figures.places(x, None)) for x in (found.half_width * scale.factor, found.wanted * scale.factor)
    )
    return [f"The widest interval is ± {wide}{scale.difference}, not ± {wanted} as wanted: that takes more runs."]


def _level_sentence(comparison: Comparison, definitions: Definitions) -> str:
    metric, best = comparison.best.metric, comparison.best.policy
    found, scale = comparison.policies[best][metric], figures.scale_of(unit(metric, definitions))
    half = None if found.half_width is None else found.half_width * scale.factor
    found = within(found, metric, definitions)
    low, high, mean = (None if x is None else x * scale.factor for x in (found.low, found.high, found.mean))
    decimals = figures.places(mean, half)
    interval = figures.interval_text(low, high, decimals)
    shown = figures.text(mean, decimals) + scale.suffix + (f" ({interval})" if interval else "")
    over = f"over {_runs(found.n, comparison)} of the world {comparison.world}"
    if metric == "contribution":
        return f"{best} has a contribution of {shown} {over}."
    return f"{_capital(title(metric, definitions))}: {best} has {shown} {over}."


def _runs(defined: int, comparison: Comparison) -> str:
    """The runs behind a mean, which are fewer where the metric is undefined in some."""
    if comparison.replications == 1:
        return "one run"
    some = f"{defined:,} of " if defined < comparison.replications else ""
    return f"{some}{comparison.replications:,} runs of {figures.counted(comparison.days, 'day')}"


def _sureness(comparison: Comparison, pairs: list[Pair], unbeaten: list[str], equal: list[str]) -> list[str]:
    level = comparison.policies[comparison.best.policy][comparison.best.metric]
    if pairs and level.n > 1 and level.low == level.high and all(map(_is_fixed, pairs)):
        return ["The runs differ in nothing that counts here, so chance has no part in these differences."]
    found = []
    if len(pairs) > 1 and not unbeaten and comparison.selection is None:
        found.append("It is better than each of the others, and not by chance.")
    if 2 < len(unbeaten) < len(pairs):
        found.append(f"It is not shown to be better than {listed(unbeaten)}.")
    probability = None if comparison.selection or equal else comparison.best.probability
    if probability is not None and probability > 0:
        found.append(f"The probability that it is truly the best is at least {_floor_percent(probability)} %.")
    return found


def _ahead(comparison: Comparison, definitions: Definitions) -> list[str]:
    """Trade-offs: metrics of the main table on which another policy is shown to be better than the best one."""
    best, ahead = comparison.best.policy, dict[str, list[str]]()
    for pair in comparison.pairs:
        if best in (pair.a, pair.b) and pair.metric in KEY_METRICS:
            winner = {"a_better": pair.a, "b_better": pair.b, "not_shown": best}[pair.verdict]
            if winner != best:
                ahead.setdefault(pair.metric, []).append(winner)
    if not ahead:
        return []
    items = [f"{_inline(title(key, definitions))} ({', '.join(names)})" for key, names in ahead.items()]
    return [f"Others are shown to be ahead on: {'; '.join(items)}."]


def _bound_sentence(comparison: Comparison) -> list[str]:
    """How much is left to gain, and to whom; no share of the cost where the best policy has no gap to the bound."""
    bound, estimates = comparison.bound, comparison.policies[comparison.best.policy]
    if bound is None or bound.mean is None:
        return []
    from fillrate.plan.bound import none_of  # HiGHS takes its time

    gap = estimates[GAP].mean if GAP in estimates else None
    left = "" if gap is None else f": at most {figures.text(100 * gap, 1)} % of the controllable cost is left to gain"
    half = None if bound.low is None or bound.high is None else (bound.high - bound.low) / 2
    most = figures.text(bound.mean, figures.places(bound.mean, half))
    return [f"{none_of(bound.kind)} could earn more than {most} ({bound.kind} bound){left}."]


def _replayed(comparison: Comparison) -> list[str]:
    """What intervals are about where the orders are those of a log."""
    if not comparison.replayed or comparison.replications < 2:
        return []
    return ["All runs play the orders of the log: intervals hold the luck of supply and carriers, not other orders."]


def _unshifted(comparison: Comparison) -> list[str]:
    reasons = dict[str, list[str]]()
    for name, reason in comparison.unshifted.items():
        reasons.setdefault(reason, []).append(name)
    return [f"Not played: {listed(names)} ({reason})." for reason, names in reasons.items()]


def _is_fixed(pair: Pair) -> bool:
    """Whether the difference was the same in all runs."""
    return pair.low is not None and pair.low == pair.high


def is_equal(pair: Pair) -> bool:
    """Whether there was no difference in any run."""
    return pair.difference == 0 and (pair.low is None or pair.low == pair.high)


def _floor_percent(probability: float) -> str:
    """Percent rounded down, so that "at least" stays true; 99.9 is the most that is claimed."""
    return f"{min(math.floor(probability * 1000) / 10, 99.9):g}"


def _is(words: list[str]) -> str:
    return "is" if len(words) == 1 else "are"


def listed(words: list[str]) -> str:
    """Words as a list in a sentence.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def pair_sentence(pair: Pair, definitions: Definitions = METRICS) -> str:
    """One plain sentence on two policies, told from the side that has more of a "more" metric, or less of a "less" one.

    The interval is that of the one difference, the p-value is corrected for all pairs.
    """
    name = title(pair.metric, definitions)
    if pair.difference is None:
        return f"{pair.a} and {pair.b}: {_inline(name)} is undefined."
    if is_equal(pair):
        return f"{pair.a} and {pair.b} have the same {_inline(name)}."
    direction = better(pair.metric, definitions)
    turned = (pair.difference < 0) == (direction != "less")
    first, second = (pair.b, pair.a) if turned else (pair.a, pair.b)
    amount, interval = _amount(pair, unit(pair.metric, definitions))
    chance = "the same in every run" if _is_fixed(pair) else _chance(pair)
    if pair.metric == "contribution":
        return f"{first} earns {amount}{interval} more {_inline(name)} per run than {second}; {chance}."
    way = "lower" if direction == "less" else "higher"
    return f"{_capital(name)}: {first} is {amount}{interval} {way} than {second}; {chance}."


def _amount(pair: Pair, of_unit: str) -> tuple[str, str]:
    """Size of the difference with its unit, and its interval in brackets, both turned to be positive."""
    scale = figures.scale_of(of_unit)
    size = abs(pair.difference or 0.0) * scale.factor
    if pair.low is None or pair.high is None:
        return figures.text(size, figures.places(size, None)) + scale.difference, ""
    ends = sorted((end if (pair.difference or 0.0) >= 0 else -end) * scale.factor for end in (pair.low, pair.high))
    decimals = figures.places(size, (ends[1] - ends[0]) / 2)
    shown = figures.text(size, decimals) + scale.difference
    return shown, f" ({figures.interval_text(ends[0], ends[1], decimals)})"


def _chance(pair: Pair) -> str:
    """Whether it is chance; an interval of this one difference without 0 has to be told why it may be after all."""
    if pair.p_value is None:
        return "one replication cannot tell this from chance"
    if pair.low is None or pair.high is None:
        return "the same in every run, but so few runs cannot tell this from chance"
    alone = pair.low > 0 or pair.high < 0
    open_ = "among so many pairs this may be chance" if alone else "this may be chance"
    return f"{'not by chance' if pair.p_value < ALPHA else open_} ({figures.p_text(pair.p_value)})"


def _inline(words: str) -> str:
    """A title inside a sentence: its first letter small, unless it begins an acronym."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]

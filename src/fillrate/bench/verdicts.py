"""What a difference means: the direction in which a metric is good, its name, and the verdict word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from fillrate.scorecard.metrics import COMPARED, METRICS, Metric, base_key

if TYPE_CHECKING:
    from fillrate.bench.statistics import Estimate

__all__ = [
    "ALPHA",
    "Better",
    "Definitions",
    "Verdict",
    "better",
    "definition_of",
    "in_currency",
    "title",
    "unit",
    "verdict",
    "within",
]

Better = Literal["more", "less", "neither"]
Verdict = Literal["a_better", "b_better", "not_shown"]
ALPHA = 0.05  # a verdict needs a p-value below this, after Holm's correction


Definitions = Mapping[str, Metric]


def definition_of(key: str, definitions: Definitions = METRICS) -> Metric | None:
    """The row for a key or for the metric that it breaks down; None for a metric that is in no table."""
    return definitions.get(key) or definitions.get(base_key(key)) or COMPARED.get(key)


def title(key: str, definitions: Definitions = METRICS) -> str:
    """A metric's name in words, with its breakdown; a key without definition speaks for itself.

    >>> title("unit_fill_rate[segment=contract]"), title("my_own_metric")
    ('Unit fill rate (segment contract)', 'my own metric')
    """
    found = definition_of(key, definitions)
    name = found.title if found else base_key(key).replace("_", " ")
    part = key.partition("[")[2].rstrip("]").replace("=", " ")
    return f"{name} ({part})" if part else name


def in_currency(currency: str) -> dict[str, Metric]:
    """The metric table with money counted in a currency, so that figures say which.

    >>> in_currency("EUR")["shipping_cost_per_order"].unit
    'EUR/order'
    """
    return {k: replace(m, unit=m.unit.replace("money", currency or "money")) for k, m in (METRICS | COMPARED).items()}


def unit(key: str, definitions: Definitions = METRICS) -> str:
    """The unit of a metric, empty if it is not in the table."""
    found = definition_of(key, definitions)
    return found.unit if found else ""


def within(found: Estimate, key: str, definitions: Definitions = METRICS) -> Estimate:
    """A metric's mean with its interval as it is shown: no end where no value of the metric can be.

    >>> from fillrate.bench.statistics import Estimate
    >>> within(Estimate(0.95, 0.85, 1.05, 2), "unit_fill_rate")
    Estimate(mean=0.95, low=0.85, high=1.0, n=2)
    """
    of = definition_of(key, definitions)
    if of is None or found.low is None or found.high is None:
        return found
    least, most = of.range
    return replace(found, low=max(found.low, least), high=min(found.high, most))


def better(key: str, definitions: Definitions = METRICS) -> Better:
    """Which direction of a metric is good; neither for one that is not in the table."""
    found = definition_of(key, definitions)
    return found.better if found else "neither"


def verdict(difference: float | None, p_value: float | None, direction: Better, alpha: float = ALPHA) -> Verdict:
    """The verdict on a difference a − b: who is better, if chance is ruled out at `alpha` and a direction is good.

    >>> verdict(-2.0, 0.01, "less"), verdict(-2.0, 0.01, "more"), verdict(-2.0, 0.2, "more")
    ('a_better', 'b_better', 'not_shown')
    >>> verdict(-2.0, 0.0, "neither"), verdict(None, None, "more")
    ('not_shown', 'not_shown')
    """
    if difference is None or difference == 0 or p_value is None or p_value >= alpha or direction == "neither":
        return "not_shown"
    return "a_better" if (difference > 0) == (direction == "more") else "b_better"

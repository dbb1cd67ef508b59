"""What a difference means: the direction in which a metric is good, its name, and the verdict word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

__all__ = [
    "ALPHA",
    "Better",
    "Definitions",
    "MetricDefinition",
    "Verdict",
    "base_key",
    "better",
    "definition_of",
    "title",
    "unit",
    "verdict",
]

Better = Literal["more", "less", "neither"]
Verdict = Literal["a_better", "b_better", "not_shown"]
ALPHA = 0.05  # a verdict needs a p-value below this, after Holm's correction


class MetricDefinition(Protocol):
    """What a row of the metric table offers (`fillrate.scorecard.metrics.METRICS` holds them)."""

    @property
    def key(self) -> str:
        """Key of the scorecard."""
        ...

    @property
    def title(self) -> str:
        """Name in words."""
        ...

    @property
    def unit(self) -> str:
        """Unit of the value."""
        ...

    @property
    def better(self) -> Better:
        """Direction that is good."""
        ...

    @property
    def definition(self) -> str:
        """How it is computed."""
        ...


Definitions = Mapping[str, MetricDefinition]


def base_key(key: str) -> str:
    """The metric without its breakdown.

    >>> base_key("unit_fill_rate[segment=contract]")
    'unit_fill_rate'
    """
    return key.partition("[")[0]


def definition_of(key: str, definitions: Definitions) -> MetricDefinition | None:
    """The table's row for a key or for the metric that it breaks down; None for a metric that is not in the table."""
    return definitions.get(key) or definitions.get(base_key(key))


def title(key: str, definitions: Definitions) -> str:
    """A metric's name in words, with its breakdown; a key without definition speaks for itself.

    >>> title("unit_fill_rate[segment=contract]", {})
    'unit fill rate (segment contract)'
    """
    found = definition_of(key, definitions)
    name = found.title if found else base_key(key).replace("_", " ")
    part = key.partition("[")[2].rstrip("]").replace("=", " ")
    return f"{name} ({part})" if part else name


def unit(key: str, definitions: Definitions) -> str:
    """The unit of a metric, empty if it is not in the table."""
    found = definition_of(key, definitions)
    return found.unit if found else ""


def better(key: str, definitions: Definitions) -> Better:
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

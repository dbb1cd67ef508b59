"""What a report is made of: the comparison, what was seen on the way, and how it was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fillrate.bench import standing
from fillrate.bench.comparison import Comparison
from fillrate.bench.verdicts import Definitions
from fillrate.scorecard.metrics import METRICS

__all__ = ["Flows", "Provenance", "Report", "Series"]

Series = tuple[Sequence[float], Sequence[float]]


@dataclass(frozen=True)
class Flows:
    """What was shipped from where to where.

    Attributes:
        locations: longitude and latitude by location, degrees.
        regions: longitude and latitude by region, degrees.
        units: by policy, units shipped by (location, region).
    """

    locations: Mapping[str, tuple[float, float]]
    regions: Mapping[str, tuple[float, float]]
    units: Mapping[str, Mapping[tuple[str, str], float]]


@dataclass(frozen=True)
class Provenance:
    """How the numbers were made, so that they can be made again.

    Attributes:
        command: the command line that makes them; empty if there is none.
        versions: version by program or library.
        trace_hashes: hash of the trace by seed.
        world: parameters of the world, nested as in its file.
        policies: parameters by policy, nested as in its file.
    """

    command: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    trace_hashes: Mapping[int, str] = field(default_factory=dict)
    world: Mapping[str, Any] = field(default_factory=dict)
    policies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """Everything that goes into one report.

    Attributes:
        comparison: the numbers and verdicts.
        definitions: the metric table.
        provenance: how it was made.
        stock: by policy, days and total units on hand; empty leaves the plot out.
        flows: shipments for the map; None leaves it out.
        bad_days: by policy, mean contribution of a day of the first run, and of its worst tenth.
    """

    comparison: Comparison
    definitions: Definitions = field(default_factory=lambda: METRICS)
    provenance: Provenance = field(default_factory=Provenance)
    stock: Mapping[str, Series] = field(default_factory=dict)
    flows: Flows | None = None
    bad_days: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def ranking(self) -> list[str]:
        """Policies, best mean of the deciding metric first, those without one last."""
        return standing.ranking(self.comparison, self.definitions)

    @property
    def key_metrics(self) -> list[str]:
        """The metrics of the main table: the deciding one first, then those of `KEY_METRICS` that are defined."""
        return standing.key_metrics(self.comparison)

    def is_defined(self, metric: str) -> bool:
        """Whether any policy has a value of the metric."""
        return standing.is_defined(self.comparison, metric)

    def breakdown(self, metric: str, by: str) -> dict[str, str]:
        """The parts of a metric that were measured, for instance its segments: part → metric key."""
        opening = f"{metric}[{by}="
        keys = next(iter(self.comparison.policies.values()))
        return {key[len(opening) : -1]: key for key in keys if key.startswith(opening) and self.is_defined(key)}

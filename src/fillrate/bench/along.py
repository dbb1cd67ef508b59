"""What an axis of an experiment is worth: the same policy from variant to variant, paired by trace seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from fillrate.bench.axes import Case
from fillrate.bench.comparison import Comparison
from fillrate.bench.statistics import Method, paired_difference

__all__ = ["Along", "Step", "along"]


@dataclass(frozen=True)
class Step:
    """A policy at one variant.

    Attributes:
        variant: its name.
        mean: of the deciding metric.
        difference: from the first variant of the axis, on the same trace seeds.
        low, high: 95 % interval of that.
        share: of the way from the first variant to the last; None where they do not differ.
    """

    variant: str
    mean: float | None
    difference: float | None
    low: float | None
    high: float | None
    share: float | None


@dataclass(frozen=True)
class Along:
    """The steps of every policy along the axis, in one world.

    Attributes:
        world: name of the world before the changes.
        axis: title of the axis, or its name.
        metric: that decides.
        steps: by policy, in the order of the variants.
    """

    world: str
    axis: str
    metric: str
    steps: Mapping[str, tuple[Step, ...]]

    def to_json(self) -> dict[str, Any]:
        """Plain types, undefined numbers None."""
        steps = {name: [asdict(step) for step in steps] for name, steps in self.steps.items()}
        return {"world": self.world, "axis": self.axis, "metric": self.metric, "policies": steps}


def along(cases: Sequence[Case], found: Mapping[str, Comparison], title: str = "") -> list[Along]:
    """The axis of an experiment that has just one; nothing for another.

    Args:
        cases: of the experiment.
        found: comparison by name of the case.
        title: of the axis; empty = its name.
    """
    if not cases or len(cases[0].variants) != 1:
        return []
    axis = next(iter(cases[0].variants))
    worlds = dict.fromkeys(case.base for case in cases)
    return [_along(world, title or axis, [case for case in cases if case.base == world], found) for world in worlds]


def _along(world: str, title: str, cases: Sequence[Case], found: Mapping[str, Comparison]) -> Along:
    here = {next(iter(case.variants.values())): found[case.name] for case in cases}
    first = next(iter(here.values()))
    metric = first.best.metric
    names = [name for name in first.policies if all(name in comparison.policies for comparison in here.values())]
    return Along(world, title, metric, {name: _steps(name, metric, here, first.interval) for name in names})


def _steps(name: str, metric: str, here: Mapping[str, Comparison], method: Method) -> tuple[Step, ...]:
    values = [comparison.columns[name][metric] for comparison in here.values()]
    n = min(map(len, values))
    differences = [paired_difference(column[:n], values[0][:n], method=method) for column in values]
    whole = differences[-1].mean
    return tuple(
        Step(
            variant,
            here[variant].policies[name][metric].mean,
            d.mean,
            d.low,
            d.high,
            d.mean / whole if d.mean is not None and whole else None,
        )
        for variant, d in zip(here, differences, strict=True)
    )

"""The source policy and the fallback of a bundle: what its `bundle.json` says of them, made ready to be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fillrate.decision.chain import Step
from fillrate.decision.columns import BY_NAME
from fillrate.deploy.looking import Looking
from fillrate.deploy.scores import Scorer
from fillrate.errors import BundleError, nearest

__all__ = ["METHODS", "Rule", "rule_of", "steps_of"]

METHODS = ("chain", "prices", "network", "priced_network", "hold")  # what production can do; others need the laboratory


@dataclass(frozen=True)
class Rule:
    """How one source policy chooses."""

    name: str
    method: str
    steps: tuple[Step, ...]
    hold: float | None
    value: Step
    box: Step
    most: int  # locations that an order may ship from
    shipment_value: float  # money that a further location must ship at least
    looking: Looking | None  # of a network

    @property
    def whole(self) -> bool:
        """Whether it answers an order at once, not line by line."""
        return self.method in {"prices", "priced_network"}

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that it looks at, in the order in which it names them."""
        terms = [name for step in (*self.steps, self.value, self.box) for name, _ in step]
        return tuple(dict.fromkeys([*terms, *(self.looking.network.columns if self.looking else ())]))


def rule_of(said: Mapping[str, Any], network: Scorer | None = None) -> Rule:
    """A rule as a bundle says it.

    Raises:
        BundleError: it names a method or a column that there is not.
    """
    method = str(said["method"])
    if method not in METHODS:
        raise BundleError(f"policy '{said['name']}'", f"method '{method}'", ", ".join(METHODS))
    steps, value, box = steps_of(said.get("steps", ())), _step(said.get("value", {})), _step(said.get("box", {}))
    hold = said.get("hold")
    terms = str(said["name"]), method, steps, None if hold is None else float(hold), value, box
    looking = None if network is None else Looking(network, holds=method == "network")
    rule = Rule(*terms, int(said["most"]), float(said["shipment_value"]), looking)
    for name in rule.columns:
        if name not in BY_NAME:
            raise BundleError(
                f"policy '{rule.name}'", f"unknown column '{name}'{nearest(name, BY_NAME)}", "columns of this version"
            )
    return rule


def steps_of(said: Sequence[Mapping[str, float]]) -> tuple[Step, ...]:
    """Weighted sums of columns."""
    return tuple(_step(step) for step in said)


def _step(said: Mapping[str, float]) -> Step:
    return tuple((name, float(weight)) for name, weight in said.items())

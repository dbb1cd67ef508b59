"""A bundle as it is read: `bundle.json`, tables and weights of one folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from fillrate.decision.chain import Step
from fillrate.decision.columns import BY_NAME
from fillrate.deploy.guards import Guards, guards_of
from fillrate.deploy.rule import Rule, rule_of, steps_of
from fillrate.deploy.scores import Scorer, read_scorer
from fillrate.deploy.shop import Shop, load_shop
from fillrate.deploy.sums import bundle_id
from fillrate.errors import BundleError

__all__ = ["FORMAT", "OUTPUTS", "Bundle", "read_bundle", "read_json"]

FORMAT = 1
OUTPUTS = {"network": 1, "priced_network": 2}  # method -> what its network says of a row


@dataclass(frozen=True, eq=False)
class Bundle:
    """What decides, and what it knows."""

    folder: Path
    id: str  # see `fillrate.deploy.sums.bundle_id`
    name: str
    said: dict[str, Any]  # bundle.json
    shop: Shop
    rule: Rule
    fallback: Rule
    rank_steps: tuple[Step, ...]
    guards: Guards
    t0: str

    @property
    def looks_at(self) -> frozenset[str]:
        """Facts that the policy looks at."""
        facts = {need for name in self.rule.columns for need in BY_NAME[name].needs}
        return frozenset(facts | ({"price"} if self.rule.shipment_value > 0.0 else set()))


def read_bundle(folder: Path, scorer: Scorer | None = None) -> Bundle:
    """Read a folder, unchecked.

    Args:
        folder: of the bundle.
        scorer: what computes the network, instead of NumPy.

    Raises:
        BundleError: a file is missing or wrong.
    """
    said = read_json(folder / "bundle.json")
    try:
        if said["format"] != FORMAT:
            raise BundleError(
                "bundle.json: format", f"found {said['format']}", f"{FORMAT}, or another version of fillrate"
            )
        source = said["policy"]["source"]
        if source["method"] in OUTPUTS and scorer is None:
            scorer = read_scorer(folder / "policy.npz", tuple(source["columns"]), OUTPUTS[source["method"]])
        rules = rule_of(source, scorer), rule_of(said["fallback"])
        steps = steps_of(said["policy"]["rank"]["steps"])
        guards, name, t0 = guards_of(said["guardrails"]), said["name"], said["t0"]
        datetime.fromisoformat(t0)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise BundleError("bundle.json", f"cannot be read ({fault!r})", "what `fillrate export` wrote") from None
    shop = load_shop(folder / "tables.npz")
    return Bundle(folder, bundle_id(folder), name, said, shop, *rules, steps, guards, t0)


def read_json(path: Path) -> Any:
    """JSON of a file of a bundle.

    Raises:
        BundleError: there is none, or it is no JSON that everybody reads alike.
    """
    try:
        return json.loads(path.read_bytes(), parse_constant=_no_number, object_pairs_hook=_object)
    except (OSError, ValueError) as fault:
        raise BundleError(path.name, f"cannot be read ({fault})", "what `fillrate export` wrote") from None


def _no_number(said: str) -> float:
    raise ValueError(f"{said} is no number of JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; of a key that is there twice, another reader may take the other value."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(f"a key there twice among {', '.join(key for key, _ in pairs)}")
    return found

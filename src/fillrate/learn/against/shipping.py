"""What the contest leaves in the catalogue: the best tuned rule of a world, and the network that beats it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from fillrate.deploy.export import complete_bundle
from fillrate.files import write_text
from fillrate.learn.against.costs import compared
from fillrate.learn.against.evaluation import LEARNED, Evaluation
from fillrate.learn.against.summary import CLOSE
from fillrate.learn.against.training import PRICES
from fillrate.learn.bundle import card, save_policy
from fillrate.policy.write import entry_text

__all__ = ["ship"]

REFERENCE = "Hansen (2016), The CMA Evolution Strategy: A Tutorial; prices of the whole-order solver."


def ship(evaluation: Evaluation, policies: Path, command: str) -> list[Path]:
    """Write the best rule as `<rule>__<world>.toml`, and a network that is half a per cent better as a bundle.

    One that stands on a plan has to be better than the plan as well.

    Args:
        evaluation: a world that has been evaluated.
        policies: folder.
        command: that did all this, for the card.
    """
    policies.mkdir(exist_ok=True)
    written = [_rule(evaluation, policies, command)]
    cost, shipped = evaluation.evaluated(), evaluation.shipped
    gap = compared(cost[f"{LEARNED} {shipped}"], cost[evaluation.best_rule])
    beside = [compared(cost[f"{LEARNED} {shipped}"], cost[name]) for name in evaluation.training.planner()]
    if gap.is_better and gap.per_cent <= -CLOSE and all(each.is_better for each in beside):
        folder = policies / f"{LEARNED}__{evaluation.training.world.name}"
        save_policy(folder, evaluation.learned(shipped), _card(evaluation, command))
        complete_bundle(folder, evaluation.training.world)
        written.append(folder / "policy.toml")
    return written


def _rule(evaluation: Evaluation, policies: Path, command: str) -> Path:
    t, name = evaluation.training, evaluation.best_rule
    entry, world = t.rules()[name], t.world.name
    record = t.prices() if name == PRICES else t.rule(name)
    about = f"The rule {name} with numbers searched for in the world {world}: {record['orders']:,} simulated orders."
    title = f"{name}, tuned for {world}" + (f" beside {t.place.replenish}" if t.place.replenish else "")
    info = replace(entry.policy, name=f"{name}__{world}", title=title, worlds=(world,))
    if name == PRICES:
        info = replace(info, about=about, reference=REFERENCE)
    path = policies / f"{name}__{world}.toml"
    write_text(path, entry_text(replace(entry, policy=info), [f"{title} by `{command}`."]))
    return path


def _card(evaluation: Evaluation, command: str) -> dict[str, Any]:
    """Settings, seeds, versions, curve and the last word."""
    t, shipped, cost = evaluation.training, evaluation.shipped, evaluation.evaluated()
    gap = compared(cost[f"{LEARNED} {shipped}"], cost[evaluation.best_rule])
    course = {
        "worlds": {t.world.name: {"hash": t.world.hash, "days": t.ground.world.days}},
        "algo": "es",
        "orders": t.place.orders,
        "seed": shipped,
        "hidden": t.shape.hidden,
        "columns": list(t.shape.columns),
    }
    judged = evaluation.judged()["cost"]
    curve = [
        {"orders": state["orders"], "judged": judged[f"{LEARNED} {shipped} {n}"]}
        for n, state in enumerate(t.seed(shipped)["way"], 1)
    ]
    trained = {"rules": {t.world.name: evaluation.best_rule}, "curve": curve, "orders": t.seed(shipped)["orders"]}
    held = {"difference": gap.per_cent, "low": gap.low_per_cent, "high": gap.high_per_cent, "money": gap.money}
    return card(course, trained, held, gap.traces, command)

"""The contest from end to end; each step keeps its result, so that it goes on where it was stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fillrate.errors import InputError
from fillrate.files import write_text
from fillrate.learn.against.evaluation import Evaluation
from fillrate.learn.against.headroom import without_networks
from fillrate.learn.against.kept import write
from fillrate.learn.against.larger import on_larger
from fillrate.learn.against.page import page_of
from fillrate.learn.against.plan import Place, Plan
from fillrate.learn.against.shipping import ship
from fillrate.learn.against.summary import gains_of, summary_of
from fillrate.learn.against.training import Training

__all__ = ["run_contest"]

SUMMARY, PAGE = "summary.json", "README.md"
Say = Callable[[str], None]


def run_contest(
    plan: Plan,
    results: Path,
    train: bool = False,
    policies: Path | None = None,
    command: str = "",
    say: Say = lambda _: None,
) -> dict[str, Any]:
    """Do what is not done yet, and write the summary.

    Args:
        plan: of the experiment.
        results: folder of the results, one folder a world.
        train: tune and train what has no result; else that is an error.
        policies: where the best rules and networks are written to; None: nowhere.
        command: that does this.
        say: told of every step that begins.

    Raises:
        InputError: a world has changed, or something was not trained yet.
    """
    rows = []
    for place in plan.contest.world:
        evaluation = Evaluation(_training(plan, place, results / place.name, say), plan.said)
        if train:
            evaluation.training.everything()
        _check_trained(evaluation.training)
        rows.append(summary_of(evaluation))
        if policies is not None:
            ship(evaluation, policies, command)
    small = _training(plan, plan.contest.larger.place, results / "larger", say)
    found = {"experiment": plan.said.name, "worlds": rows, "larger": on_larger(small, plan.contest.larger)}
    found["others"] = [_other(plan, place, results, train, say) for place in plan.contest.other]
    write(results / SUMMARY, found)
    write_text(results / PAGE, page_of(found, plan))
    return found


def _other(plan: Plan, place: Place, results: Path, train: bool, say: Say) -> dict[str, Any]:
    """The headroom of a world in which nobody learns."""
    training = _training(plan, place, results / place.name, say)
    if not train:
        _check_done(training.folder, ["rule_prices"])
    return {"world": place.name, "hash": training.world.hash, **gains_of(without_networks(training))}


def _training(plan: Plan, place: Place, folder: Path, say: Say) -> Training:
    return Training(plan.world(place), place, plan.contest, folder, say)


def _check_trained(training: Training) -> None:
    """Raises: InputError: a step of the training has no result."""
    place = training.place
    rules = [f"rule_{name}" for name in ("prices", *place.rules)]
    _check_done(training.folder, [f"seed_{n}" for n in range(place.seeds)] + rules)


def _check_done(folder: Path, steps: list[str]) -> None:
    for step in steps:
        if not (folder / f"{step}.json").exists():
            raise InputError(f"{folder}", f"no {step}.json", "a folder with results, or --train")

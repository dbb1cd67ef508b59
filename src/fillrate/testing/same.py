"""Does production decide as the laboratory does? Its recorded questions are asked again, in every runtime."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from fillrate.deploy.allocator import Allocator
from fillrate.deploy.guards import broken
from fillrate.policy import Policy
from fillrate.world import World, load_world

if TYPE_CHECKING:
    from fillrate.trace import Trace

__all__ = ["Same", "compared", "runtimes_of"]


@dataclass
class Same:
    """What came out of one world and policy."""

    decisions: int = 0
    filled: int = 0  # decisions that place something
    runtimes: tuple[str, ...] = ("numpy",)
    different: list[str] = field(default_factory=list)
    illegal: list[str] = field(default_factory=list)


def compared(
    world: World | str,
    policy: str | Path | Policy,
    *,
    days: float | None = None,
    seed: int = 7,
    most: int = 400,
    every: int = 1,
    trace: Trace | None = None,
) -> Same:
    """Record a run of the laboratory, and ask a bundle the same.

    Args:
        world: where.
        policy: which.
        days: another horizon than the world's.
        seed: trace seed.
        most: offers of the run that are looked at.
        every: of them every so many are asked again.
        trace: of the world, instead of one by seed.

    Raises:
        BundleError: the policy cannot decide outside the laboratory.
    """
    from fillrate.deploy.export.bundling import core_files
    from fillrate.deploy.export.cases import recorded
    from fillrate.policy import load_policy
    from fillrate.simulate import bound_of, opening_of
    from fillrate.trace import orders_of

    world = (world if isinstance(world, World) else load_world(world)).over(days)
    bound = bound_of(load_policy(policy, world), world)
    found = Same()
    with TemporaryDirectory() as folder:
        core_files(Path(folder), "same", world, bound)
        runtimes = runtimes_of(Path(folder))
        found.runtimes = tuple(runtimes)
        trace = trace if trace is not None else orders_of(world, seed)
        for offered in recorded(world, trace, bound, opening_of(world, trace.seed), most, every):
            _ask(found, runtimes, offered)
    return found


def runtimes_of(folder: Path) -> dict[str, Allocator]:
    """A bundle in every runtime that is there."""
    from fillrate.deploy.bundle import read_bundle, read_json
    from fillrate.deploy.onnx_scores import onnx_scorer

    found = {"numpy": Allocator.unchecked(folder)}
    if (folder / "policy.onnx").is_file():
        scorer = onnx_scorer(folder, read_json(folder / "bundle.json"))
        if scorer is not None:
            found["onnx"] = Allocator(read_bundle(folder, scorer))
    return found


def _ask(found: Same, runtimes: dict[str, Allocator], offered: Any) -> None:
    found.decisions += 1
    found.filled += any(offered.allocated)
    for name, allocator in runtimes.items():
        decision = allocator.allocate(offered.request)
        place = f"{name}: order {offered.request['id']}, offer {offered.nth}"
        given = [{part["location"]: part["quantity"] for part in line["allocated"]} for line in decision["lines"]]
        if given != offered.allocated or decision["decided_by"] != "policy":
            found.different.append(f"{place}: {given}, the laboratory {offered.allocated} ({decision['reason']})")
        if reason := broken(offered.request, decision):
            found.illegal.append(f"{place}: {reason}")

"""Which policies of a list can be run in a world, and why the others cannot."""

from __future__ import annotations

from collections.abc import Iterable
from multiprocessing import get_context
from typing import Any

from fillrate.catalogue import entries
from fillrate.errors import InputError, NotFound
from fillrate.policy import Policy, load_policy
from fillrate.policy.read import read_entry
from fillrate.policy.spec import Entry
from fillrate.simulate import bound_of, simulate
from fillrate.trace import sample
from fillrate.world import World

__all__ = ["ALL", "every_policy", "fitting"]

ALL = "*"  # stands for every policy of the catalogue that is no modifier
START_SECONDS = 30.0  # most that a fresh process may take before its run begins
SLOW = "planned"  # kind of policy that may take long, as any with a planner may; all others are compiled


def every_policy() -> list[str]:
    """Names of the catalogue's policies, modifiers left out: they change a policy and are none."""
    return [name for name in entries("policies") if read_entry(name).policy.part != "modifier"]


def fitting(wanted: Iterable[str], world: World, most_seconds: float | None = None) -> tuple[list[str], dict[str, str]]:
    """The policies that can be run in a world, and the reason by policy for all others.

    Args:
        wanted: names or paths; `*` is every one of the catalogue.
        world: over the horizon to be run.
        most_seconds: a run that would take longer is not made; None = however long.

    Raises:
        NotFound: no such policy.
    """
    names = [name for entry in wanted for name in (every_policy() if entry == ALL else [entry])]
    kept: list[str] = []
    skipped: dict[str, str] = {}
    for name in dict.fromkeys(names):
        reason = _reason(name, world, most_seconds)
        if reason:
            skipped[name] = reason
        else:
            kept.append(name)
    return kept, skipped


def _reason(name: str, world: World, most_seconds: float | None) -> str:
    """Why a policy is not run; empty if it is."""
    try:
        policy = load_policy(name, world)
        bound_of(policy, world)
    except NotFound:
        raise
    except InputError as fault:
        return f"{fault.place}: {fault.problem}"
    if most_seconds is not None and _is_slow(policy):
        return _too_slow(policy, world, most_seconds)
    return ""


def _is_slow(policy: Policy) -> bool:
    parts = (policy.rank, policy.source, policy.replenish, *policy.modifiers)
    return any(isinstance(p, Entry) and (p.policy.kind == SLOW or p.planner is not None) for p in parts)


def _too_slow(policy: Policy, world: World, most_seconds: float) -> str:
    """Play a run in a process of its own that is ended when its time is over; empty if it was quick enough."""
    context = get_context("spawn")
    begun = context.Event()
    process = context.Process(target=_play, args=(policy, world, begun), daemon=True)
    process.start()
    begun.wait(START_SECONDS)
    process.join(most_seconds)
    if process.exitcode == 0:
        return ""
    process.kill()
    process.join()
    return f"a run takes more than {most_seconds:g} s"


def _play(policy: Policy, world: World, begun: Any) -> None:
    trace = sample(world, 0)
    begun.set()
    simulate(world, trace, policy)

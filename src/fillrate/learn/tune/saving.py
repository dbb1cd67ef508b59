"""A tuned policy as a file of the workspace, with where its numbers come from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fillrate.bench.figures import counted, places, text
from fillrate.errors import PolicyError
from fillrate.files import write_text
from fillrate.learn.tune.tuning import Tuned
from fillrate.policy.spec import Entry
from fillrate.policy.write import entry_text

__all__ = ["file_of", "save", "saved_entry"]

METHOD = "Numbers by tree-structured Parzen estimators: Bergstra et al. (2011), NIPS 24."


def file_of(policy: str, world: str) -> Path:
    """Where a tuned policy lies, relative to the workspace.

    >>> str(file_of("fcfs+cheapest", "regional"))
    'policies/fcfs_cheapest__regional.toml'
    """
    rule = policy.removesuffix(f"__{world}").replace("+", "_")  # a tuned policy that is tuned again keeps its name
    return Path("policies") / f"{rule}__{world}.toml"


def save(tuned: Tuned, workspace: Path | None = None) -> Path:
    """Write `policies/<rule>__<world>.toml`; runs under it are those under the tuned policy, to the bit.

    Args:
        tuned: what was found.
        workspace: a folder; None = the current one.

    Returns:
        The file, relative to the workspace.

    Raises:
        PolicyError: it is not worth keeping, and why.
    """
    file = file_of(tuned.policy.name, tuned.world.name)
    if why := tuned.why_not_kept:
        raise PolicyError(f"policy '{tuned.policy.name}'", f"not saved: {why}", "a result that is at least not worse")
    write_text((workspace or Path()) / file, entry_text(saved_entry(tuned), _title(tuned)))
    return file


def saved_entry(tuned: Tuned) -> Entry:
    """The policy as it is written, named after its rule and world."""
    info, world = tuned.entry.policy, tuned.world.name
    info = replace(
        info,
        name=file_of(tuned.policy.name, world).stem,
        title=f"{tuned.policy.name}, tuned for {world}",
        about=" ".join(_story(tuned)),
        reference=f"{info.reference} {METHOD}".strip(),
        worlds=(world,),
    )
    return replace(tuned.entry, policy=info, example={})


def _title(tuned: Tuned) -> list[str]:
    """What opens the file."""
    lines = [f"{tuned.policy.name}, tuned for {tuned.world.name} by `fillrate tune`.", *_story(tuned)[1:], "Changed:"]
    return lines + [f"- {name}: {_shown(a)} -> {_shown(b)}" for name, (a, b) in tuned.changes.items()]


def _shown(value: float | None) -> str:
    return "absent" if value is None else f"{value:g}"


def _story(tuned: Tuned) -> list[str]:
    """Settings, seeds and figures, in sentences."""
    found, check, metric = tuned.found, tuned.held_out, tuned.metric
    first, last = found.ground.seeds[0], found.ground.seeds[-1]
    days, runs = counted(tuned.world.days, "day"), counted(len(found.ground.seeds), "run")
    held = tuned.held_out_ground.seeds
    d = check.difference
    decimals = places(d.mean, d.half_width)
    low, high, mean = (text(x, decimals, sign=True) for x in (d.low, d.high, d.mean))
    gained = text(tuned.training["difference"], decimals, sign=True)
    trained = (
        f"{counted(found.trials, 'trial')} (seed {tuned.seed}) on {runs} of {days} (trace seeds {first} to {last}), "
        f"{counted(found.orders, 'order')} in all, for the metric {metric}: {gained} in training."
    )
    checked = (
        f"On {counted(len(held), 'held-out run')} (trace seeds {held[0]} to {held[-1]}) it is {check.verdict}: "
        f"{mean} ({low} to {high}) against the untouched rule."
    )
    return [
        f"The rule {tuned.policy.name} with numbers searched for in the world {tuned.world.name}.",
        trained,
        checked,
    ]

"""`fillrate show`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from fillrate.catalogue import KINDS, entries
from fillrate.cli.console import paragraph, say, say_json
from fillrate.cli.options import Days, Json
from fillrate.errors import NotFound, UsageError, nearest

__all__ = ["show"]

Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help="A world, a policy (also several joined by +) or an experiment: a name or a .toml file."
    ),
]
WarmUp = Annotated[
    bool,
    typer.Option("--warm-up", help="Of a world: play ten runs and suggest how many days to leave out at the start."),
]
HEADS = {"world": "envs", "policy": "policies", "experiment": "experiments"}  # table that tells the kind of a file


def show(name: Name, warm_up: WarmUp = False, days: Days = None, as_json: Json = False) -> None:
    """Show what a world, policy or experiment says."""
    from fillrate.cli.pages import PAGES, raw

    if warm_up:
        _show_warm_up(name, days, as_json)
        return
    if days is not None:
        raise UsageError("--days", "found without --warm-up, which plays runs", "both, or neither")
    found = [(kind, part) for part in name.split("+") for kind in _kinds(part)]
    pages = [PAGES[kind](part) for kind, part in found]  # checks the file
    if as_json:
        said: list[dict[str, Any]] = [{"kind": KINDS[kind], **raw(kind, part)} for kind, part in found]
        say_json(said[0] if len(said) == 1 else said)
        return
    for n, page in enumerate(pages):
        say(*([""] if n else []), *page)


def _show_warm_up(name: str, days: float | None, as_json: bool) -> None:
    """What a world's file should say under `warm_up_days`, by the runs of its default policy."""
    from fillrate.bench.warmup import FEWEST_DAYS, suggested_warm_up
    from fillrate.world import load_world

    world = load_world(name).over(days)
    found = suggested_warm_up(world)
    if as_json:
        say_json({"world": name, **found.to_json()})
        return
    advice = f"{found.days:g} days" if found.days is not None else "the first half of a run does not settle: play more"
    by = ", ".join(f"{key}: {'not settled' if days is None else f'{days:g}'}" for key, days in found.by.items())
    if world.days < FEWEST_DAYS:
        advice, by = f"{world.days:g} days are too few to tell: play {FEWEST_DAYS} or more", "none of them looked at"
    option = "" if found.days is not None else " (`--days N`)"
    say(
        paragraph(f"Suggested warm-up: {advice}{option}. The world states {found.stated:g}."),
        paragraph(f"MSER-5 on the days of {found.runs} runs of {found.policy}, averaged; {by}."),
    )


def _kinds(name: str) -> list[str]:
    """Catalogues that a name is in; of a file, the one that its tables tell."""
    if name.endswith(".toml") or "/" in name:
        return [_kind_of(Path(name))]
    if found := [kind for kind in KINDS if name in entries(kind)]:
        return found
    known = sorted({entry for kind in KINDS for entry in entries(kind)})
    raise NotFound(f"'{name}'", "no such world, policy or experiment" + nearest(name, known), ", ".join(known))


def _kind_of(path: Path) -> str:
    from fillrate.world.strict import read_toml

    if not path.is_file():
        raise NotFound(str(path), "no such file", "an existing .toml file or a name")
    said = read_toml(path, UsageError)
    for table, kind in HEADS.items():
        if table in said:
            return kind
    raise UsageError(
        str(path), "neither a world, a policy nor an experiment", "a file with [world], [policy] or [experiment]"
    )

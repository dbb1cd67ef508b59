"""Pages of catalogue entries as text and tables."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from fillrate.catalogue import find
from fillrate.cli.console import heading, paragraph, plain_table
from fillrate.world.fields import stated
from fillrate.world.rates import card_fits

if TYPE_CHECKING:
    from fillrate.bench.experiments import Experiment
    from fillrate.bench.instances import Instances
    from fillrate.policy.spec import Entry
    from fillrate.world import World

__all__ = ["PAGES", "raw"]

Page = list[Any]
MOST_ROWS = 12  # of a list of SKUs and the like
ALWAYS = {"process", "mode", "rank", "source"}  # worth saying even where it is the default


def raw(kind: str, name: str) -> dict[str, Any]:
    """What a file says, as plain JSON, with its place."""
    import tomllib

    path = find(kind, name)
    said = json.loads(json.dumps(tomllib.loads(path.read_text(encoding="utf-8")), default=str))
    return {"file": str(path), **_finite(said)}


def _finite(tree: Any) -> Any:
    """Replace nan and inf, which TOML knows and JSON does not, by None."""
    if isinstance(tree, dict):
        return {key: _finite(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_finite(value) for value in tree]
    return None if isinstance(tree, float) and not math.isfinite(tree) else tree


def world_page(name: str) -> Page:
    """A world: texts, places, goods, customers, and every setting that is not the default."""
    from fillrate.bench.figures import counted
    from fillrate.world import load_world
    from fillrate.world.expected import orders_per_day

    world = load_world(name)
    head, expected = world.header, orders_per_day(world) * world.days
    page: Page = [heading(f"{world.name} (world)"), *_texts(head.title, head.about, head.source, head.optimum)]
    page += ["", f"{counted(world.days, 'day')} by default, about {expected:,.0f} orders; {find('envs', name)}", ""]
    page += _blocks(
        ("Location", world.locations), ("Region", world.regions), ("SKU", world.skus), ("Segment", world.segments)
    )
    for part in ("channels", "lanes"):
        if stated := [_settings(entry) for entry in getattr(world, part)]:
            page += [f"{part.capitalize()}: {'; '.join(filter(None, stated))}"] if any(stated) else []
    for part in ("demand", "shipping", "supply", "money", "timing", "defaults"):
        page += _setting_lines(part, getattr(world, part))
    return page + _card_lines(world)


def _card_lines(world: World) -> Page:
    """How rate cards were read, and how far off that is."""
    fits = card_fits(world)
    lines = [
        f"up to {f.up_to_km:g} km: {f.box:.2f} a parcel + {f.rate_per_kg:.3f} a kg; "
        f"off by at most {f.error:.2f} ({f.share:.0%} of the price) at a weight break"
        for f in fits
    ]
    return [heading("Rate cards, as fitted lines"), *(paragraph(line, "  ") for line in lines)] if fits else []


def _texts(title: str, about: str, source: str = "", known: str = "") -> Page:
    told = [title, about, f"Numbers: {source}" if source else "", f"Known: {known}" if known else ""]
    return [paragraph(text) for text in told if text]


def _blocks(*groups: tuple[str, Iterable[Any]]) -> Page:
    return [thing for name, entries in groups for thing in (_entry_table(name, list(entries)), "")]


def _entry_table(kind: str, entries: list[Any]) -> Any:
    """Named entries with what they state besides their name."""
    table = plain_table(f"{kind} ({len(entries)})", "What it states")
    for entry in entries[:MOST_ROWS]:
        table.add_row(entry.name, _settings(entry))
    if len(entries) > MOST_ROWS:
        table.add_row("...", f"and {len(entries) - MOST_ROWS} more")
    return table


def _settings(thing: Any) -> str:
    return ", ".join(f"{key} {value}" for key, value in _stated(thing) if key != "name")


def _setting_lines(part: str, thing: Any) -> Page:
    lines = [f"{key} = {value}" for key, value in _stated(thing)]
    return [heading(f"[{part}]"), *(paragraph(line, "  ") for line in lines)] if lines else []


def _stated(thing: Any) -> Iterator[tuple[str, str]]:
    """Key and value, as text, of what differs from the defaults, and of what is always worth saying."""
    found = dict(stated(thing))
    for f in fields(thing):
        if f.name in found or f.name in ALWAYS:
            yield f.name, _short(getattr(thing, f.name))


def _short(value: Any) -> str:
    if is_dataclass(value):
        inside = ", ".join(f"{key} {shown}" for key, shown in _stated(value))
        return f"({inside})" if inside else "(default)"
    if isinstance(value, tuple):
        shown = [_short(entry) for entry in value[:MOST_ROWS]]
        return ", ".join(shown + ([f"and {len(value) - MOST_ROWS} more"] if len(value) > MOST_ROWS else []))
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def policy_page(name: str) -> Page:
    """A policy file: texts, its rule, its limits and its example."""
    from fillrate.policy.read import read_entry

    entry = read_entry(name)
    head = entry.policy
    page: Page = [heading(f"{head.name} ({head.part} policy, {head.kind})"), *_texts(head.title, head.about)]
    page += [paragraph(f"Reference: {head.reference}")] if head.reference else []
    page += [paragraph(f"Made for: {', '.join(head.worlds)}")] if head.worlds else []
    page += [f"File: {find('policies', name)}", "", *_rules(entry)]
    if says := entry.example.get("says"):
        page += ["", paragraph(f"Example: {says}")]
    return page


def _rules(entry: Entry) -> Page:
    lines: Page = []
    for part in ("rank", "source", "replenish", "modifier"):
        if (rule := getattr(entry, part)) is not None:
            lines += _rule(part, rule)
    for limit in entry.limit:
        lines += _setting_lines("limit", limit)
    return lines


def _rule(part: str, rule: Any) -> Page:
    from fillrate.decision.explain import formula

    lines: Page = [heading(f"[{part}]")]
    for key, value in ((f.name, getattr(rule, f.name)) for f in fields(rule)):
        if key == "steps" and value:
            steps = [formula(tuple(step.items())) for step in value]
            lines += [f"  step {n}: largest {step}" for n, step in enumerate(steps, 1)]
        elif isinstance(value, Mapping):
            lines += [f"  {key} = {formula(tuple(value.items()))}"] if value else []
        elif key in {"method", "rule"} or dict(_stated(rule)).get(key):
            lines.append(f"  {key} = {_short(value)}")
    return lines


def experiment_page(name: str) -> Page:
    """An experiment: its question, and what it runs."""
    from fillrate.bench.experiments import load_experiment, results_folder

    said = load_experiment(name)
    page: Page = [heading(f"{said.name} (experiment)"), *_texts(said.title, said.about), ""]
    rows = _instances_said(said.instances) if said.instances else _worlds_said(said)
    rows |= {
        "policies": ", ".join(said.policies) or "each world's baselines",
        "file": find("experiments", name),
        "results": results_folder(name),
    }
    return page + [paragraph(f"{key}: {value}", "  ") for key, value in rows.items()]


def _worlds_said(said: Experiment) -> dict[str, Any]:
    return {
        "worlds": ", ".join(said.worlds),
        **{f"axis {axis.name}": ", ".join(variant.name for variant in axis.variants) for axis in said.axis},
        "replications": said.replications,
        "trace seeds": f"{said.seed} to {said.seed + said.replications - 1}",
        "days": "each world's own" if said.days is None else f"{said.days:g}",
        "metric": said.metric,
    }


def _instances_said(said: Instances) -> dict[str, Any]:
    each = zip(said.horizons, said.counts, said.replications, strict=True)
    return {
        f"over {horizon:,.0f} periods": f"{count:,} {said.size} instances, {runs} runs of each policy"
        for horizon, count, runs in each
    }


PAGES: dict[str, Callable[[str], Page]] = {
    "envs": world_page,
    "policies": policy_page,
    "experiments": experiment_page,
}  # catalogue -> page of an entry, as things to print

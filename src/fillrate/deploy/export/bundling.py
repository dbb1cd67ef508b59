"""Writing a bundle: a folder made aside, checked, and renamed."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fillrate.bench.version import installed
from fillrate.decision.weights import write_network
from fillrate.deploy.allocator import Allocator
from fillrate.deploy.bundle import FORMAT, read_json
from fillrate.deploy.drift import columns_seen, reference_of
from fillrate.deploy.export.apart import apart
from fillrate.deploy.export.benchmark import benchmark_of
from fillrate.deploy.export.card import card_text
from fillrate.deploy.export.cases import first_prices, golden_cases, recorded
from fillrate.deploy.export.columns import MASK, SCALING, TIES, columns_said
from fillrate.deploy.export.onnx_file import write_onnx
from fillrate.deploy.export.tables import shop_of
from fillrate.deploy.fields import decision_schema, request_schema
from fillrate.deploy.golden import GOLDEN, at_leisure, write_cases
from fillrate.deploy.guards import Guards
from fillrate.deploy.rule import METHODS, rule_of
from fillrate.deploy.shop import save_shop
from fillrate.deploy.sums import SUMS, is_policy_folder, write_sums
from fillrate.deploy.verify import loaded
from fillrate.errors import BundleError, InputError
from fillrate.files import folder_aside
from fillrate.policy import Bound, Policy, load_policy
from fillrate.policy.read import read_entry
from fillrate.policy.write import entry_text, single_entry
from fillrate.world import World, load_world

__all__ = ["Terms", "check_fits", "complete_bundle", "core_files", "export_bundle"]

VERSIONS = ("fillrate", "numpy", "onnx", "onnxruntime", "torch", "stable-baselines3")
WATCHED, EVERY = 20_000, 10  # offers of the recorded run, and every how many are kept
URL = "http://127.0.0.1:8080/v1/allocate"


@dataclass(frozen=True)
class Terms:
    """How a bundle is made, beside policy and world."""

    fallback: str = "cheapest"  # a policy that is a chain
    guards: Guards = Guards()
    replications: int = 10  # of the benchmark; 0 = none
    bounded: bool = False  # whether its bound is computed too
    seed: int = 1  # trace seed of the recorded run, and of the benchmark's first
    t0: str = "1970-01-01T00:00:00+00:00"  # ISO 8601 instant of day 0

    def __post_init__(self) -> None:
        """Refuse a day 0 that is no instant."""
        try:
            datetime.fromisoformat(self.t0)
        except ValueError:
            raise InputError("t0", f"found '{self.t0}'", "ISO 8601, such as 2024-01-31T00:00:00+00:00") from None


def export_bundle(
    policy: str | Path | Policy | Any,
    world: World | str | Path,
    folder: Path,
    terms: Terms = Terms(),
    training: Mapping[str, Any] | None = None,
) -> Path:
    """Write a bundle; one that was there is replaced.

    Args:
        policy: names joined by `+`, a path or a Policy.
        world: whose tables it gets.
        folder: where; its name is the bundle's.
        terms: fallback, guardrails and benchmark.
        training: how its network was trained, as `card.json` says it; that file is written too.

    Raises:
        BundleError: the policy cannot decide outside the laboratory, or there is something else of that name.
        CheckFailed: production would decide otherwise than the laboratory.
    """
    from fillrate.simulate import bound_of

    world = world if isinstance(world, World) else load_world(world)
    stated = load_policy(policy)
    if stated.replenish is not None and stated.rank is None and stated.source is None and not stated.modifiers:
        raise BundleError(f"policy '{stated.name}'", "only buys, which a bundle does not", "one that ranks or sources")
    bound = bound_of(stated, world)
    folder = folder.resolve()
    if folder.exists() and not is_policy_folder(folder):
        raise BundleError(f"'{folder}'", "found something that is no bundle", "another name")
    with folder_aside(folder) as aside:
        _write(aside, folder.name, world, bound, terms, training)
        (aside / "policy.toml").write_text(_policy_file(stated, folder.name, world, training), encoding="utf-8")
        write_sums(aside)
        loaded(aside)
    return folder


def complete_bundle(folder: Path, world: World | str | None = None, terms: Terms = Terms()) -> Path:
    """Make a bundle of a trained policy's folder (`policy.toml`, `card.json`, `policy.npz`), in its place.

    Args:
        folder: of the policy.
        world: whose tables it gets; None is the first that it was trained on.
        terms: fallback, guardrails and benchmark.

    Raises:
        BundleError: the policy says no world, or cannot decide outside the laboratory.
        CheckFailed: production would decide otherwise than the laboratory.
    """
    entry = read_entry(folder / "policy.toml")
    if world is None and not entry.policy.worlds:
        raise BundleError(f"'{folder}'", "says no world that it was made for", "a world")
    card = read_json(folder / "card.json") if (folder / "card.json").is_file() else None
    place = world if world is not None else entry.policy.worlds[0]
    return export_bundle(folder / "policy.toml", place, folder, terms, card)


def check_fits(bound: Bound) -> None:
    """Refuse what cannot decide outside the laboratory.

    Raises:
        BundleError: it draws, looks ahead by simulation, assigns orders together, or is an object of Python.
    """
    place = f"policy '{bound.policy.name}'"
    if bound.custom_source is not None or bound.custom_rank is not None:
        raise BundleError(place, "is an object of Python", "a policy that is data")
    if bound.source.method not in METHODS:
        raise BundleError(place, f"method '{bound.source.method}' needs the laboratory", ", ".join(METHODS))
    if bound.plan is not None and bound.plan.kind == "assign":
        raise BundleError(place, "assigns orders together, which needs the laboratory", "one that answers each order")


def _write(
    aside: Path,
    name: str,
    world: World,
    bound: Bound,
    terms: Terms,
    training: Mapping[str, Any] | None,
) -> None:
    from fillrate.simulate import opening_of
    from fillrate.trace import orders_of

    said = core_files(aside, name, world, bound, terms, training)
    _write_json(aside / "request.schema.json", request_schema())
    _write_json(aside / "decision.schema.json", decision_schema())
    allocator = Allocator.unchecked(aside)
    offers = recorded(world, orders_of(world, terms.seed), bound, opening_of(world, terms.seed), WATCHED, EVERY)
    if not offers:
        raise BundleError(f"world '{world.name}'", "its run brings no order", "a world with demand")
    cases = golden_cases(allocator, offers)
    write_cases(aside / GOLDEN, cases)
    seen = [columns_seen(allocator, offered.request) for offered in offers]
    decisions = [at_leisure(allocator, offered.request) for offered in offers]
    _write_json(aside / "drift.json", reference_of(seen, decisions))
    (aside / "card.md").write_text(card_text(said, len(cases)), encoding="utf-8")
    _write_example(aside, offers[0].request)
    if training is not None:
        _write_json(aside / "card.json", training)


def core_files(
    aside: Path,
    name: str,
    world: World,
    bound: Bound,
    terms: Terms = Terms(replications=0),
    training: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Write what an allocator reads, with no hashes yet; returns what `bundle.json` says.

    Raises:
        BundleError: the policy cannot decide outside the laboratory.
    """
    check_fits(bound)
    save_shop(aside / "tables.npz", shop_of(world, bound, first_prices(world, bound, terms.seed)))
    if bound.network is not None:
        write_network(aside / "policy.npz", bound.network)
        if find_spec("onnx") is not None:
            write_onnx(aside / "policy.onnx", bound.network)
    said = _said(name, world, bound, terms, training)
    _write_json(aside / "bundle.json", said)
    (aside / SUMS).write_bytes(b"")
    return said


def _said(name: str, world: World, bound: Bound, terms: Terms, training: Mapping[str, Any] | None) -> dict[str, Any]:
    """`bundle.json`."""
    source, policy = bound.source, bound.policy
    limits = {"most": bound.most, "shipment_value": bound.shipment_value}
    parts = policy.parts()
    chosen = {
        "name": parts["source"],
        "method": source.method,
        "steps": [dict(step) for step in source.steps],
        "hold": source.hold,
        "value": dict(source.value),
        "box": dict(source.box),
        "columns": list(source.columns),
        **limits,
    }
    about = getattr(policy.source, "policy", None)
    rank = [dict(step) for step in bound.rank_steps]
    looked_at = rule_of(chosen).columns + source.columns
    return {
        "format": FORMAT,
        "name": name,
        "world": {"name": world.name, "hash": world.hash, "days": world.days, "currency": world.money.currency},
        "versions": {n: installed(n) for n in VERSIONS} | {"python": platform.python_version()},
        "t0": terms.t0,
        "policy": {
            "parts": parts,
            "hash": policy.hash,
            "kind": about.kind if about else "rule",
            "about": " ".join(about.about.split()) if about else "",
            "source": chosen,
            "rank": {"name": parts["rank"], "steps": rank},
        },
        "columns": columns_said(tuple(dict.fromkeys(looked_at))),
        "scaling": SCALING,
        "mask": list(MASK),
        "ties": list(TIES),
        "fallback": _fallback(terms.fallback, limits),
        "guardrails": terms.guards.to_json(),
        "training": training,
        "benchmark": benchmark_of(world, policy, terms.replications, terms.seed, terms.bounded),
        "apart": apart(world, bound),
    }


def _fallback(name: str, limits: dict[str, Any]) -> dict[str, Any]:
    """The rule that decides where the policy cannot."""
    entry = load_policy(name).source
    rule = getattr(entry, "source", None)
    if rule is None or rule.method != "chain":
        raise BundleError(f"fallback '{name}'", "is no chain", "a source policy with method = chain, such as cheapest")
    steps = [dict(step) for step in rule.steps]
    return {"name": name, "method": "chain", "steps": steps, "hold": rule.hold, **limits}


def _policy_file(policy: Policy, name: str, world: World, training: Mapping[str, Any] | None) -> str:
    """`policy.toml`: the folder is a policy of the catalogue too; parts that the policy left open stay open."""
    entry = single_entry(policy)
    info = replace(entry.policy, name=name, worlds=entry.policy.worlds or (world.name,))
    said = f"Exported from `{policy.name}` for world {world.name}."
    title = said if training is None else f"Trained by `{training['command']}`; see card.json. {said}"
    return entry_text(replace(entry, policy=info), [title])


def _write_example(aside: Path, request: Mapping[str, Any]) -> None:
    _write_json(aside / "example.json", request)
    line = f"curl --fail-with-body -H 'Content-Type: application/json' --data @example.json {URL}\n"
    (aside / "example.sh").write_text(line, encoding="utf-8")


def _write_json(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")

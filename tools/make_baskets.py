#!/usr/bin/env python3
"""Write envs/baskets.toml and envs/baskets_large.toml, or with --check say which of them are out of date.

Each is one instance of its size (`fillrate.world.literature`) with what its page says about it; keys that have their
default value are left out. Of the large ones it is the first, of the small ones the most typical: the one on which the
published policies cost what they cost on average, by the results of `fillrate run multi_item_literature`. --typical
lists the instances by their distance from the average, in standard deviations.

Exit code: 0 written or up to date, 1 a file is out of date.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from pathlib import Path
from textwrap import fill
from typing import Any

import numpy as np

from fillrate.world import World
from fillrate.world.literature import SIZES, instance
from fillrate.world.read import TABLES

ROOT = Path(__file__).resolve().parents[1]
WIDTH = 120

ABOUT = """\
Orders of several items, centres that carry some: every parcel costs a box, so it pays to ship an order together.

What it is for: the whole-order decision. An order is one of {types} types of 1 to {largest} items, one unit each; its
region is one of {cities} cities of the United States, by population. A centre carries an item with probability
{carry:g}.
There is no replenishment: what is shipped from the near centre today is missing there tomorrow, so the cheapest answer
now is not the best.

Where the numbers come from: instance {chosen} of `fillrate.world.literature`, {why}, written by tools/make_baskets.py.
It re-creates the random instances of Jasin and Sinha (2015), Operations Research 63(6), with places and costs from the
public code of Ma (2023), Manufacturing & Service Operations Management 25(4): box 8.759, unit .423 + .000541 a mile; a
lost unit costs twice a parcel of its own from the farthest centre. Prices are 0, so that a policy is worth what it
saves. The opening stock is each centre's expected demand plus half a standard deviation: another horizon (`--days`) is
another stock.

What is known of its optimum: the deterministic linear program (`fillrate.plan.dlp`) costs less than any policy does
on average: {optimum}"""

OPTIMA = {
    "small": """\
115,515.23 over the 10,000 periods. Of it the fixed primary centre costs 1.150, the nearest centre with stock 1.125, the
whole order 1.099 (± .01, `fillrate compare baskets --policies fixed_primary,distance,whole_order --replications 12`).
With prices for stock that are solved for anew ten times such instances cost 1.034 on average.""",
    "large": """\
2,154,017.46 over the 100,000 periods. Of it the nearest centre with stock costs 1.246, the whole order 1.155, with
this program's prices for stock, solved for once, 1.077, ten times 1.043, and with those by whole orders 1.043 and 1.024
(one trace, `fillrate run multi_item_large`).""",
}
TEXTS = {
    "small": (
        "Orders of several items over five centres: ship together or split",
        "The whole-order decision of the multi-item fulfilment literature, at its smaller size.",
        "Over 115,515.23 (the deterministic program); over such instances 3 % more can be reached.",
    ),
    "large": (
        "Orders of up to ten items over ten centres and 99 cities",
        "The whole-order decision of the multi-item fulfilment literature, at its larger size.",
        "Over 2,154,017.46 (the deterministic program).",
    ),
}  # title, about, optimum
WHY = {"small": "the most typical of 70", "large": "the first"}
PUBLISHED = (
    *("fixed_primary", "distance", "whole_order", "bid_price_static", "duals_10"),
    *("published_independent", "published_correlated", "published_dilated"),
)
RESULTS = ROOT / "experiments/multi_item_literature/results/instances.jsonl"
SOURCE = "Instance {} of fillrate.world.literature, after Jasin and Sinha (2015) and Ma (2023)."


def file_text(size: str) -> str:
    """The whole file of one size."""
    kind = SIZES[size]
    made = instance(kind.chosen, size)
    said = ABOUT.format(
        types=len(made.demand.basket) - 1,
        largest=kind.largest,
        cities=kind.cities,
        carry=kind.carry,
        chosen=kind.chosen,
        why=WHY[size],
        optimum=OPTIMA[size],
    )
    title, about, optimum = TEXTS[size]
    header = replace(
        made.header, name=kind.name, title=title, about=about, source=SOURCE.format(kind.chosen), optimum=optimum
    )
    comment = "\n#\n".join(
        fill(part, WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)
        for part in said.split("\n\n")
    )
    return "\n".join([comment, "", *world_lines(replace(made, header=header))]).rstrip() + "\n"


def world_lines(world: World) -> Iterator[str]:
    """The tables of a world, in the order of its fields."""
    for f in fields(world):
        key, value = TABLES.get(f.name, f.name), getattr(world, f.name)
        if is_default(f, value):
            continue
        if is_dataclass(value):
            yield from [f"[{key}]", *key_lines(value), ""]
        else:
            for entry in value:
                yield from [f"[[{key}]]", *key_lines(entry), *([""] if key != "sku" else [])]
            yield from [""] if key == "sku" else []


def key_lines(part: Any) -> Iterator[str]:
    """`key = value` lines of what a dataclass says; long lists are broken."""
    for key, value in stated(part).items():
        line = f"{key} = {literal(value)}"
        yield from [line] if len(line) <= WIDTH else [f"{key} = [", *list_lines(value), "]"]


def list_lines(values: tuple[Any, ...]) -> Iterator[str]:
    """Entries of a list: tables one a line, anything else as many as fit."""
    if is_dataclass(values[0]):
        yield from (f"  {literal(value)}," for value in values)
        return
    line = " "
    for value in values:
        word = f" {literal(value)},"
        if len(line) + len(word) > WIDTH:
            yield line
            line = " "
        line += word
    yield line


def stated(part: Any) -> dict[str, Any]:
    """Key -> value of a dataclass where the value is not the default."""
    return {f.name: getattr(part, f.name) for f in fields(part) if not is_default(f, getattr(part, f.name))}


def is_default(f: Field[Any], value: Any) -> bool:
    """Whether a reader would find this value without the key; nan is the default that stands for absent."""
    return f.default is not MISSING and (value == f.default or value != value)


def literal(value: Any) -> str:
    """A TOML value on one line."""
    if is_dataclass(value):
        return "{ " + ", ".join(f"{k} = {literal(v)}" for k, v in stated(value).items()) + " }"
    if isinstance(value, tuple):
        return "[" + ", ".join(literal(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def typical() -> dict[int, float]:
    """Small instance -> distance of the published policies' ratios from their means, the most typical first."""
    rows = [json.loads(line) for line in RESULTS.read_text(encoding="utf-8").splitlines()]
    full = {(r["instance"], r["policy"]): r["ratio"] for r in rows if r["horizon"] == SIZES["small"].horizon}
    numbers = sorted({number for number, _ in full})
    ratio = np.array([[full[number, policy] for policy in PUBLISHED] for number in numbers])
    away = np.sqrt((((ratio - ratio.mean(axis=0)) / ratio.std(axis=0, ddof=1)) ** 2).mean(axis=1))
    return {numbers[k]: float(away[k]) for k in np.argsort(away)}


def main() -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 if a file is out of date")
    parser.add_argument(
        "--typical", action="store_true", help="write nothing; list the instances, the most typical first"
    )
    given = parser.parse_args()
    if given.typical:
        print("\n".join(f"{number:3} {away:.2f}" for number, away in typical().items()))
        return 0
    check = given.check
    texts = {ROOT / "envs" / f"{kind.name}.toml": file_text(size) for size, kind in SIZES.items()}
    stale = [p for p, text in texts.items() if not p.is_file() or p.read_text(encoding="utf-8") != text]
    if not check:
        for path in stale:
            path.write_text(texts[path], encoding="utf-8")
    print("\n".join(f"{p.name} {'is out of date' if check else 'written'}" for p in stale) or "up to date")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())

"""The results as a page: where learning gains over the best tuned rule, and where rules win."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fillrate.learn.against.headroom import PLANNED
from fillrate.learn.against.plan import Plan
from fillrate.learn.against.summary import COMPARED, verdict_of

__all__ = ["page_of"]

Record = dict[str, Any]
BUDGETS = """
Simulated orders, the same for tuning each rule and for a network; what the network stands on, and judging its states,
are paid from that. Tuned rules with their cost on the evaluation traces; untuned ones on the traces that chose among
the tuned ones, for comparison.
"""
HEADROOM = """
What others pay more than the best rule, in money a run (on short ones a share of a small cost says little); below 0
there is room above it. `lookahead` are rollouts over the tuned prices, where it can play runs so long that stock gets
scarce; `bid_price` is as the catalogue has it; the hindsight bound knows the future and need not be reached, least of
all where anything may be bought (`free`). The last worlds have no networks; their rule is the best of the tuned prices
and the world's baselines.
"""
SEEDS = """
Every training seed against the rule, in per cent. The one in bold ships; it was chosen on traces of its own.
"""


def page_of(found: Record, plan: Plan) -> str:
    """The page in Markdown."""
    rows = found["worlds"]
    seeds = [f"Seed {n}" for n in range(max(place.seeds for place in plan.contest.world))]
    parts = [
        f"# {plan.said.title}",
        _opening(plan),
        _table(("World", "Best tuned rule", "Its cost", "Network - rule", "Per cent", "Verdict"), map(_row, rows)),
        _planned(rows),
        "## Budgets",
        BUDGETS.strip(),
        _table(("World", "Hash", "Orders", "Tuned rules", "Untuned rules"), map(_budget, rows)),
        "## Headroom",
        HEADROOM.strip(),
        _table(
            ("World", "Rule", "Its cost", "Days", "Traces", "Lookahead", "`bid_price`", "Network", "Hindsight"),
            map(_headroom, [*rows, *found["others"]]),
        ),
        _known(rows),
        "## Training seeds",
        SEEDS.strip(),
        _table(("World", *seeds), map(_seeds, rows)),
        "## Variants",
        _of_variants(plan),
        _table(("World", "Mean", "Best", "Worst", "Better on"), map(_variants, rows)),
        "## A larger network",
        _larger(found["larger"]),
    ]
    return "\n\n".join(parts) + "\n"


def _opening(plan: Plan) -> str:
    said = plan.said
    return (
        f"Written by `fillrate run {said.name}`. {said.about} All differences are paired, on traces that nobody has "
        f"trained on, with 95 % intervals: {said.replications} traces (seeds {said.seed} to "
        f"{said.seed + said.replications - 1}) of each world. Per cent are of the rule's controllable cost; below 0 "
        "the network is better."
    )


def _of_variants(plan: Plan) -> str:
    contest = plan.contest
    return (
        f"What ships against the same rule on {contest.variants} worlds like each, {contest.variant_traces} traces of "
        "each; none was trained or tuned on. Per cent of the rule's cost there."
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _money(gap: Record) -> str:
    return f"{gap['money']:+,.0f} ({gap['low']:+,.0f} to {gap['high']:+,.0f})"


def _share(gap: Record) -> str:
    return f"{gap['per_cent']:+.2f} ({gap['low_per_cent']:+.2f} to {gap['high_per_cent']:+.2f})"


def _row(row: Record) -> tuple[str, ...]:
    gap, rule = row["seeds"][row["shipped"]], row["best_rule"]
    return row["world"], f"`{rule}`", f"{row['cost']:,.0f}", _money(gap), _share(gap), verdict_of(row)


def _budget(row: Record) -> tuple[str, ...]:
    return row["world"], f"`{row['hash']}`", f"{row['orders']:,}", _costs(row["rules"]), _costs(row["untuned"])


def _costs(cost: dict[str, float]) -> str:
    return ", ".join(f"`{name}` {each:,.0f}" for name, each in sorted(cost.items(), key=lambda pair: pair[1]))


def _headroom(row: Record) -> tuple[str, ...]:
    found = row["headroom"]
    if found is None:
        return row["world"], f"`{row['best_rule']}`", *[""] * 7
    gaps = [_money(found[name]) if name in found else "" for name in COMPARED]
    length = (f"{found['cost']:,.0f}", f"{found['days']:g}", str(found[PLANNED]["traces"]))
    return row["world"], f"`{row['best_rule']}`", *length, *gaps[:3], f"{gaps[3]}, {found['kind']}"


def _planned(rows: Iterable[Record]) -> str:
    """What networks owe to the planner on whose prices they stand."""
    said = [
        f"In {row['world']} the network stands on the prices of stock of `{name}`. Those alone, which nobody has "
        f"tuned, are {_share(found['rule'])} % from the best tuned rule, and it {_share(found['learned'])} % from them."
        for row in rows
        for name, found in row["planner"].items()
    ]
    return " ".join(said)


def _known(rows: Iterable[Record]) -> str:
    """Bounds that hold on average."""
    said = [
        f"In {row['world']} the best rule is {100.0 * (1.0 - row['bound']['cost'] / row['cost']):.2f} % above "
        f"{row['bound']['from']}, which no policy falls below on average."
        for row in rows
        if row["bound"] is not None
    ]
    return " ".join(said)


def _seeds(row: Record) -> tuple[str, ...]:
    marks = ["**" if n == row["shipped"] else "" for n in range(len(row["seeds"]))]
    return row["world"], *[f"{mark}{_share(gap)}{mark}" for mark, gap in zip(marks, row["seeds"], strict=True)]


def _variants(row: Record) -> tuple[str, ...]:
    found = row["variants"]
    shares, mean = found["per_cent"], f"{found['mean']:+.2f} ({found['low']:+.2f} to {found['high']:+.2f})"
    return row["world"], mean, f"{min(shares):+.2f}", f"{max(shares):+.2f}", f"{found['better']} of {len(shares)}"


def _larger(found: Record) -> str:
    return (
        f"The network of five locations, unchanged, on `{found['world']}` with {found['locations']}: against "
        f"`{found['rule']}` {_money(found)} a run of {found['traces']} traces, {_share(found)} %."
    )

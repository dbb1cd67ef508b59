"""The model card of a bundle: `bundle.json`, benchmark and guardrails as a page for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fillrate.bench import figures
from fillrate.bench.verdicts import unit, within

__all__ = ["card_text"]


def card_text(said: Mapping[str, Any], cases: int) -> str:
    """Markdown.

    Args:
        said: `bundle.json`.
        cases: number of golden cases.
    """
    policy, world = said["policy"], said["world"]
    parts = policy["parts"]
    named = ", ".join(f"{part} `{parts[part]}`" for part in ("rank", "source", "replenish") if parts[part])
    lines = [
        f"# {said['name']}",
        "",
        f"Decides for world `{world['name']}` ({world['hash']}): {named}.",
        policy["about"],
        "",
        "## What it decides",
        "",
        f"From which location each line of an order ships, or that it waits; method `{policy['source']['method']}`.",
        f"It looks at {_listed(column['name'] for column in said['columns']) or 'no column'}.",
        f"Replenishment is not part of a bundle. If the policy cannot decide, `{said['fallback']['name']}` does.",
        "",
        "## What it was worth",
        "",
        *_benchmark(said["benchmark"], world["currency"]),
        "",
        *(line for sentence in said["apart"] for line in (sentence, "")),
        "## Where it comes from",
        "",
        *_training(said["training"]),
        f"Versions: {', '.join(f'{name} {version}' for name, version in said['versions'].items() if version)}.",
        "",
        "## What keeps it safe",
        "",
        *(f"- {text}" for text in _guards(said["guardrails"])),
        f"- {cases} golden cases, which `fillrate verify` replays; the laboratory's own decisions are among them.",
        "- `drift.json` has the distributions of its inputs and decisions, to compare with what it meets.",
        "",
        "It knows the locations, products, lanes and rates of the world it was made for, and no others: an order with",
        "an unknown one goes to the fallback. Its benchmark is a simulation of that world, not a promise.",
    ]
    return "\n".join(lines) + "\n"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _benchmark(table: Mapping[str, Any] | None, currency: str) -> list[str]:
    if table is None:
        return ["Not measured: the bundle was made without replications."]
    runs, last = table["replications"], table["seed"] + table["replications"] - 1
    metrics = list(next(iter(table["policies"].values())))
    lines = [
        f"{runs} runs of {table['days']:g} days on the same orders (trace seeds {table['seed']} to {last});",
        "mean and 95 % interval.",
        "",
        "| policy | " + " | ".join(_head(metric, currency) for metric in metrics) + " |",
        "|---|" + "---|" * len(metrics),
    ]
    for name, estimates in table["policies"].items():
        lines.append(f"| `{name}` | " + " | ".join(_level(estimates[metric], metric) for metric in metrics) + " |")
    for pair in table["pairs"]:
        found = _estimate({**pair, "mean": pair["difference"]}, "money", "95 % interval ")
        lines += ["", f"Contribution of `{pair['a']}` less that of `{pair['b']}`, {currency}: {found}."]
    return [*lines, "", _gap(table["bound"], currency)]


def _head(metric: str, currency: str) -> str:
    of_unit = unit(metric).replace("money", currency).replace("share", "%")
    return f"{metric}, {of_unit}" if of_unit else metric


def _gap(bound: Mapping[str, Any] | None, currency: str) -> str:
    if bound is None:
        return "The bound was not computed for these runs (`fillrate export --bound`), so the gap to it is not known."
    gap = "" if bound["gap"] is None else f"; the gap to it is {100.0 * bound['gap']:.1f} % of the controllable cost"
    most = f"{figures.text(bound['mean'], 0)} {currency}"
    from fillrate.plan.bound import none_of  # HiGHS takes its time

    return f"{none_of(bound['kind'])} could earn more than {most} a run ({bound['kind']} bound){gap}."


def _level(estimate: Mapping[str, float | None], metric: str) -> str:
    """Mean and interval of a metric; no end where none of its values can be."""
    from fillrate.bench.statistics import Estimate  # with SciPy, which a host that only decides has not

    found = Estimate(estimate["mean"], estimate["low"], estimate["high"], 0)
    return _estimate(vars(within(found, metric)), unit(metric))


def _estimate(estimate: Mapping[str, float | None], of_unit: str, words: str = "") -> str:
    """Mean and interval, as comparisons print them."""
    factor = figures.scale_of(of_unit).factor
    mean, low, high = (None if x is None else x * factor for x in (estimate[key] for key in ("mean", "low", "high")))
    decimals = figures.places(mean, None if low is None or high is None else (high - low) / 2)
    interval = figures.interval_text(low, high, decimals)
    return figures.text(mean, decimals) + (f" ({words}{interval})" if interval else "")


def _training(card: Mapping[str, Any] | None) -> list[str]:
    if card is None:
        return ["A rule: nothing was trained.", ""]
    final = card["held_out"]
    return [
        f"Trained by `{card['command']}`.",
        f"On {card['held_out_traces']} held-out traces its controllable cost differs from the best rule's by",
        f"{final['difference']:.2f} % (95 % interval {final['low']:.2f} to {final['high']:.2f}).",
        "",
    ]


def _guards(guards: Mapping[str, Any]) -> list[str]:
    age, deadline, require = guards["max_age_minutes"], guards["deadline_ms"], guards["require"]
    return [
        f"Stock counted more than {age:g} minutes ago: fallback."
        if age is not None
        else "The age of the stock is not checked.",
        f"No answer within {deadline:g} ms: fallback."
        if deadline is not None
        else "No deadline, unless the caller states one.",
        f"Without {_listed(require)}: fallback." if require else "Absent optional fields take the column's default.",
    ]

"""Tables of the report: policies by key metrics, every pair's verdict, definitions, parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from fillrate.bench import figures
from fillrate.bench.comparison import Pair
from fillrate.bench.report.content import Provenance, Report
from fillrate.bench.standing import Cell, cells
from fillrate.bench.verdicts import ALPHA, Definitions, better, definition_of, title, unit
from fillrate.scorecard.metrics import base_key

__all__ = ["definition_list", "pair_tables", "parameters", "score_table", "trace_table"]

WANTED = {"more": "more is better", "less": "less is better", "neither": ""}
WORDS = {"a_better": "{a} better", "b_better": "{b} better", "not_shown": "not shown"}


def score_table(report: Report, colour: Mapping[str, str]) -> str:
    """Policies by key metrics: mean ± half width, the best mean marked, and what is not shown to differ from it."""
    metrics, comparison = report.key_metrics, report.comparison
    head = "".join(_metric_head(key, report.definitions) for key in metrics)
    columns = {key: cells(comparison, key, report.ranking, report.definitions) for key in metrics}
    rows = "".join(
        f'<tr><th scope="row">{_policy_name(name, colour[name])}</th>'
        + "".join(_cell(columns[key][name]) for key in metrics)
        + "</tr>"
        for name in report.ranking
    )
    return f'<table class="scores"><thead><tr><th>Policy</th>{head}</tr></thead><tbody>{rows}</tbody></table>'


def pair_tables(report: Report) -> str:
    """A collapsed table per metric with every pair of policies; those of regions, say, together in one fold."""
    by_metric: dict[str, list[Pair]] = {}
    for pair in report.comparison.pairs:
        if report.is_defined(pair.metric):
            by_metric.setdefault(pair.metric, []).append(pair)
    whole = [key for key in by_metric if base_key(key) == key]
    folds = "".join(_pair_table(key, by_metric[key], report.definitions) for key in whole)
    for kind in dict.fromkeys(key.partition("[")[2].partition("=")[0] for key in by_metric if key not in whole):
        keys = [key for key in by_metric if f"[{kind}=" in key]
        inside = "".join(_pair_table(key, by_metric[key], report.definitions) for key in keys)
        differ = sum(map(_differs, (pair for key in keys for pair in by_metric[key])))
        number = sum(len(by_metric[key]) for key in keys)
        counted = f"{len(keys)} metrics, {differ} of {number} pairs shown to differ"
        folds += f"<details><summary>By {escape(kind)} <small>{counted}</small></summary>{inside}</details>"
    return folds


def definition_list(metrics: Iterable[str], definitions: Definitions) -> str:
    """Title, key, unit, direction and definition of every metric shown."""
    rows = ""
    for key in dict.fromkeys(base_key(metric) for metric in metrics):
        found = definition_of(key, definitions)
        told = escape(_full_sentence(found.definition)) if found else "Not in the metric table."
        wanted = WANTED[better(key, definitions)] or "neither is better"
        of_unit = escape(unit(key, definitions)) or figures.UNDEFINED
        rows += f"<tr><th>{escape(title(key, definitions))} <small><code>{escape(key)}</code></small></th>"
        rows += f"<td>{of_unit}<small>{wanted}</small></td><td>{told}</td></tr>"
    head = "<thead><tr><th>Metric</th><th>Unit</th><th>Definition</th></tr></thead>"
    return f'<table class="wide">{head}<tbody>{rows}</tbody></table>'


def trace_table(provenance: Provenance) -> str:
    """Trace hash by seed."""
    rows = "".join(
        f'<tr><td class="n">{seed}</td><td><code>{escape(digest)}</code></td></tr>'
        for seed, digest in provenance.trace_hashes.items()
    )
    return f'<table><thead><tr><th class="n">Seed</th><th>Trace hash</th></tr></thead><tbody>{rows}</tbody></table>'


def parameters(tree: Mapping[str, Any]) -> str:
    """Nested parameters as lines of dotted key = value."""
    return f"<pre>{escape(chr(10).join(_flat(tree)))}</pre>"


def _policy_name(name: str, shade: str) -> str:
    """A policy with its colour; a long name may break after a plus, nowhere else."""
    parts = "+</span><wbr><span>".join(escape(part) for part in name.split("+"))
    return f'<span><i class="dot" style="background:{shade}"></i>{parts}</span>'


def _metric_head(key: str, definitions: Definitions) -> str:
    suffix = figures.scale_of(unit(key, definitions)).suffix.strip()
    notes = [part for part in (suffix, WANTED[better(key, definitions)]) if part]
    return f'<th class="n" scope="col">{escape(title(key, definitions))}<small>{escape(", ".join(notes))}</small></th>'


def _cell(cell: Cell) -> str:
    shown = ("≈ " if cell.tied else "") + cell.mean
    half = f"<small>± {cell.half_width}</small>" if cell.half_width else ""
    return f'<td class="n{" best" if cell.best else ""}">{shown}{half}</td>'


def _pair_table(key: str, pairs: list[Pair], definitions: Definitions) -> str:
    scale = figures.scale_of(unit(key, definitions))
    judged = better(key, definitions) != "neither"
    differ = sum(map(_differs, pairs))
    counted = f"{differ} of {len(pairs)} pairs shown to differ" + ("" if judged else "; neither direction is better")
    rows = "".join(_pair_row(pair, scale.factor, judged=judged) for pair in pairs)
    of_unit = scale.difference.strip()
    difference = "Difference a − b" + (f"<small>{escape(of_unit)}</small>" if of_unit else "")
    head = f'<th>a</th><th>b</th><th class="n">{difference}</th><th class="n">95 % interval</th><th>p, corrected</th>'
    return (
        f"<details><summary>{escape(title(key, definitions))} <small>{counted}</small>"
        f"</summary><table><thead><tr>{head}<th>Verdict</th></tr></thead><tbody>{rows}</tbody></table></details>"
    )


def _differs(pair: Pair) -> bool:
    return pair.p_value is not None and pair.p_value < ALPHA


def _pair_row(pair: Pair, factor: float, *, judged: bool) -> str:
    difference, low, high = (None if x is None else x * factor for x in (pair.difference, pair.low, pair.high))
    half = None if low is None or high is None else (high - low) / 2
    decimals = figures.places(difference, half)
    differs = not judged and _differs(pair)
    verdict = "differ" if differs else WORDS[pair.verdict].format(a=pair.a, b=pair.b)
    return (
        f'<tr><td>{escape(pair.a)}</td><td>{escape(pair.b)}</td><td class="n">'
        f'{figures.text(difference, decimals, sign=True)}</td><td class="n">'
        f"{figures.interval_text(low, high, decimals) or figures.UNDEFINED}</td>"
        f"<td>{escape(figures.p_text(pair.p_value))}</td><td>{escape(verdict)}</td></tr>"
    )


def _full_sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")


def _flat(tree: Any, path: str = "") -> list[str]:
    """Lines `a.b[0].c = value`; lists of plain values stay on one line."""
    if isinstance(tree, Mapping) and tree:
        return [line for key, value in tree.items() for line in _flat(value, f"{path}.{key}" if path else str(key))]
    if isinstance(tree, (list, tuple)) and any(isinstance(item, (Mapping, list, tuple)) for item in tree):
        return [line for i, item in enumerate(tree) for line in _flat(item, f"{path}[{i}]")]
    if isinstance(tree, (list, tuple)):
        return [f"{path} = {', '.join(map(str, tree)) or 'none'}"]
    return [f"{path} = {'none' if tree is None or tree == {} else tree}"]

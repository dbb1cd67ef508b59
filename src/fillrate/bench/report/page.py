"""The page: the verdict first, then numbers, plots, all pairs, definitions and how it was made."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from pathlib import Path

from fillrate.bench.comparison import Comparison
from fillrate.bench.figures import counted, places, scale_of, text
from fillrate.bench.frontier import COST, SERVICE, far_off
from fillrate.bench.matrix import Matrix
from fillrate.bench.report.content import Report
from fillrate.bench.report.drawing import colours
from fillrate.bench.report.matrix_plots import behind_plot
from fillrate.bench.report.matrix_tables import matrix_table, tail_table
from fillrate.bench.report.plots import differences_plot, parts_plot, tradeoff_plot
from fillrate.bench.report.series_plots import flow_map, stock_plot
from fillrate.bench.report.tables import definition_list, pair_tables, parameters, score_table, trace_table
from fillrate.bench.sentences import headline
from fillrate.bench.verdicts import title, unit
from fillrate.files import write_text

__all__ = ["html_page", "matrix_note", "render", "write_report"]

FEWEST_TAILED = 10  # runs, of which the worst tenth is at least one
SHIFT_NOTE = (
    "Opening stock and base stock levels stay those of the world as stated: they are what one has when demand or lead "
    "times turn out otherwise. The outage takes the busiest location down for a tenth of the time."
)
MOST_LINES = 7  # policies in one plot that colours still tell apart
KINDS = {"t": "Student t", "bca": "BCa bootstrap"}
STATISTICS = (
    "intervals over the replications; differences paired by replication; Holm's correction over the pairs "
    "within a metric; a verdict needs a corrected p-value below 0.05; undefined values are left out, of a difference "
    "with their partner."
)


def write_report(report: Report, path: Path) -> None:
    """Write the report as one HTML file; it is written aside and renamed, so that no half of it is ever there.

    Raises:
        OSError: the file cannot be written.
    """
    write_text(path, render(report))


def render(report: Report) -> str:
    """The report as HTML text: style and drawings inside, no script, no address of anything outside."""
    colour = colours(report.ranking)
    parts = [
        _verdict(report),
        _scores(report, colour),
        _tradeoff(report, colour),
        _differences(report, colour),
        _robustness(report, colour),
        _tails(report),
        _segments(report, colour),
        _stock(report, colour),
        _map(report, colour),
        _pairs(report),
        _definitions(report),
        _made(report),
    ]
    return html_page(f"{report.comparison.world}: comparison of policies", "\n".join(filter(None, parts)))


def html_page(title: str, body: str) -> str:
    """A page of its own, with the style of all of them."""
    style = (files("fillrate.bench.report") / "style.css").read_text(encoding="utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _verdict(report: Report) -> str:
    found, comparison = headline(report.comparison, report.definitions), report.comparison
    runs = f"{counted(comparison.replications, 'run')} of {counted(comparison.days, 'day')} each"
    runs = f"up to {runs}" if comparison.selection else runs
    number = "1 policy" if len(comparison.policies) == 1 else f"{len(comparison.policies)} policies"
    sentences = "".join(f"<p>{escape(sentence)}</p>" for sentence in found.sentences)
    return (
        f'<header><p class="over">World {escape(comparison.world)} · {number} · {runs}, '
        f'on the same orders</p>\n<h1>{_breakable(found.line)}</h1>\n<div class="verdict">{sentences}</div></header>'
    )


def _breakable(words: str) -> str:
    """Text as HTML that may break after the plus of a joined name."""
    return escape(words).replace("+", "+<wbr>")


def _scores(report: Report, colour: dict[str, str]) -> str:
    note = (
        "Mean over the runs ± half of its 95 % interval. Bold on tint: best mean of the column; ≈: not shown to differ "
        "from it once chance and the number of comparisons are accounted for. The ± is of each policy alone and holds "
        f"the luck of {'supply and carriers' if report.comparison.replayed else 'the orders'}, which all policies "
        "share; the paired differences below leave that out."
    )
    if report.comparison.replications == 1:
        note = (
            "One run: there are no intervals. Bold on tint: best value of the column; ≈: not shown to differ from it."
        )
    return (
        f'<section><h2>Policies and key metrics</h2>{score_table(report, colour)}<p class="note">{note}</p></section>'
    )


def _tradeoff(report: Report, colour: dict[str, str]) -> str:
    x, y = COST, SERVICE
    if not (report.is_defined(x) and report.is_defined(y)):
        return ""
    drawn = tradeoff_plot(report.comparison, report.definitions, x, y, colour)
    note = "Up and to the left is better: more filled at less cost. The line joins the policies that no other one "
    note += "beats in both (the Pareto frontier, by means); the rest is grey."
    note += _intervals(report, " Lines are 95 % intervals of each policy alone.")
    return _figure("What service costs", drawn, note + _far_off(report))


def _far_off(report: Report) -> str:
    """Who is not drawn, and where it would be."""
    told = []
    for name in far_off(report.comparison):
        cost, service = (report.comparison.policies[name][key].mean or 0.0 for key in (COST, SERVICE))
        suffix = scale_of(unit(COST, report.definitions)).suffix
        told.append(f"{name} ({100 * service:.0f} % at {text(cost, places(cost, None))}{suffix})")
    return f" Too far to the right to be drawn: {', '.join(told)}." if told else ""


def _differences(report: Report, colour: dict[str, str]) -> str:
    if len(report.comparison.policies) < 2:
        return ""
    metric = title(report.comparison.best.metric, report.definitions)
    drawn = differences_plot(report.comparison, report.definitions, colour)
    best = report.comparison.best.policy
    note = f"{metric} of each policy minus that of {best}, run by run on the same orders."
    note += _intervals(
        report,
        " An interval that does not touch the line is a difference beyond chance taken alone; the verdict also "
        "corrects for the number of pairs (Holm).",
    )
    return _figure(f"How far the others are from {best}", drawn, note)


def _robustness(report: Report, colour: dict[str, str]) -> str:
    found = report.comparison.robustness
    if found is None:
        return ""
    note = f"{found.sentence} {matrix_note(found)} {SHIFT_NOTE}"
    drawn = behind_plot(found, colour) + matrix_table(found)
    return _figure("Does it hold in a world that is a little different?", drawn, note)


def matrix_note(matrix: Matrix) -> str:
    """How a table of policies by cases is to be read."""
    return (
        f"Behind the best policy of each case, as a share of its {matrix.measure}, paired by trace seed; ≈: not shown "
        "to be worse than it. Policies are ordered by their worst case."
    )


def _tails(report: Report) -> str:
    found = report.comparison
    if found.replications < FEWEST_TAILED:
        note = f"The worst tenth of runs and days is shown from {FEWEST_TAILED} runs on; here: {found.replications}."
        return f'<section><h2>Bad runs and bad days</h2><p class="note">{note}</p></section>'
    metric = found.best.metric
    counted_in = _in(unit(metric, report.definitions))
    runs = {name: (found.policies[name][metric].mean, found.tails.get(name)) for name in report.ranking}
    note = (
        f"{title(metric, report.definitions)}{counted_in} of a run and of the worst tenth of the runs (conditional "
        "value at risk), then the contribution of a day and of the worst tenth of the days of the first run. An order "
        "earns on the day it is shipped."
    )
    return _figure("Bad runs and bad days", tail_table(runs, report.bad_days), note)


def _in(of_unit: str) -> str:
    suffix = scale_of(of_unit).suffix
    return f", in{suffix}," if suffix else ""


def _segments(report: Report, colour: dict[str, str]) -> str:
    parts = report.breakdown("unit_fill_rate", "segment")
    if not parts:
        return ""
    names = report.ranking[: 2 * MOST_LINES]
    drawn = parts_plot(report.comparison, report.definitions, parts, names, colour)
    note = "Share of units dispatched by the promised date, by customer segment."
    note += _intervals(report, " Dark lines are 95 % intervals.")
    return _figure("Fill rate by segment", drawn, note + _left_out(len(names), len(report.ranking)))


def _stock(report: Report, colour: dict[str, str]) -> str:
    with_stock = [name for name in report.ranking if name in report.stock]
    names = with_stock[:MOST_LINES]
    if not names:
        return ""
    note = f"Units on hand over all locations, in the first run (seed {report.comparison.seed})."
    drawn = stock_plot(report.stock, names, colour)
    return _figure("Stock over time", drawn, note + _left_out(len(names), len(with_stock)))


def _map(report: Report, colour: dict[str, str]) -> str:
    flows = report.flows
    with_flows = [] if flows is None else [name for name in report.ranking if name in flows.units]
    if flows is None or not with_flows:
        return ""
    names = [with_flows[0], with_flows[-1]] if len(with_flows) > 1 else with_flows
    note = "Squares are locations, circles are regions; a line is as wide as the units shipped, on one scale"
    note += f" (first run, seed {report.comparison.seed})."
    if len(names) == 2:
        note += f" Shown are the policies with the best and the worst {report.comparison.best.metric}."
    return _figure("Who ships where", flow_map(flows, names, colour), note)


def _pairs(report: Report) -> str:
    if len(report.comparison.policies) < 2:
        return ""
    note = "Every pair of policies on every metric; p-values are corrected for the pairs within the metric (Holm)."
    return f'<section class="details"><h2>All pairs</h2><p class="note">{note}</p>{pair_tables(report)}</section>'


def _definitions(report: Report) -> str:
    shown = next(iter(report.comparison.policies.values()))
    listed = definition_list([key for key in shown if report.is_defined(key)], report.definitions)
    without = ", ".join(title(key, report.definitions) for key in shown if not report.is_defined(key))
    note = f'<p class="note">Undefined in every run, so not shown: {escape(without)}.</p>' if without else ""
    return f"<section><h2>What the metrics mean</h2>{listed}{note}</section>"


def _made(report: Report) -> str:
    comparison, made = report.comparison, report.provenance
    seeds = f"{comparison.seed} to {comparison.seed + comparison.replications - 1}, one per replication"
    rows = {
        "Command": f"<code>{escape(made.command)}</code>" if made.command else "",
        "World": escape(comparison.world),
        "Horizon": counted(comparison.days, "day"),
        "Replications": _runs(comparison),
        "Trace seeds": seeds if comparison.replications > 1 else f"{comparison.seed}",
        "Versions": escape(", ".join(f"{name} {version}" for name, version in made.versions.items())),
        "Statistics": f"{KINDS[comparison.interval]} {STATISTICS}",
    }
    listed = "".join(f"<dt>{name}</dt><dd>{what}</dd>" for name, what in rows.items() if what)
    blocks = _folded("Trace hashes", trace_table(made)) if made.trace_hashes else ""
    blocks += _folded(f"Parameters of the world {comparison.world}", parameters(made.world)) if made.world else ""
    for name, tree in made.policies.items():
        blocks += _folded(f"Parameters of the policy {name}", parameters(tree))
    return f"<section><h2>How this was made</h2><dl>{listed}</dl>{blocks}</section>"


def _runs(comparison: Comparison) -> str:
    """How many runs, by policy where they were chosen by a selection."""
    if (found := comparison.selection) is None:
        return f"{comparison.replications}"
    each = ", ".join(f"{escape(name)} {entrant.replications}" for name, entrant in found.entrants.items())
    return f"chosen by the procedure of Kim and Nelson (2001): {each}"


def _figure(heading: str, drawn: str, caption: str) -> str:
    inside = f"{drawn}<figcaption>{escape(caption)}</figcaption>"
    return f"<section><h2>{_breakable(heading)}</h2><figure>{inside}</figure></section>"


def _folded(summary: str, inside: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>{inside}</details>"


def _intervals(report: Report, words: str) -> str:
    return words if report.comparison.replications > 1 else ""


def _left_out(shown: int, number: int) -> str:
    return f" The {shown} best of {number} policies are drawn." if shown < number else ""

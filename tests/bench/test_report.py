"""The report: complete, self-contained, honest about what is undefined, and never half-written."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from fillrate.bench.comparison import Bound, compare_scores
from fillrate.bench.report import Report, page, render, write_report
from fillrate.bench.report.drawing import spread
from fillrate.bench.report.tables import pair_tables
from fillrate.bench.sentences import headline
from fillrate.bench.verdicts import in_currency

VOID = {"meta", "br", "wbr", "use", "path", "img", "link", "hr", "input", "rect"}
FIGURES = ("What service costs", "How far the others are", "Fill rate by segment", "Stock over time", "Who ships where")


class Page(HTMLParser):
    """Collects text and ids and checks that elements close in the order in which they opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value for key, value in attrs if key == "id" and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value for key, value in attrs if key == "id" and value]

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def html(report: Report) -> str:
    return render(report)


def crowd(policies: int, runs: int) -> Mapping[str, list[dict[str, float | None]]]:
    """Many policies with long names; the numbers only have to differ."""
    return {
        f"weighted_score+rule_{k}+base_stock": [
            {
                "contribution": 1000.0 - 10 * k + (-1) ** i * k,
                "controllable_cost": 300.0 + k,
                "unit_fill_rate": 0.9 - 0.004 * k,
                **{f"unit_fill_rate[segment=s{j}]": 0.9 - 0.01 * j for j in range(5)},
            }
            for i in range(runs)
        ]
        for k in range(policies)
    }


def test_page_is_well_formed(html: str) -> None:
    found = Page(html)
    assert found.open == []
    assert len(found.ids) == len(set(found.ids)), "ids of the drawings must not meet"
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', html))
    assert used <= set(found.ids)
    assert used


def test_page_needs_nothing_from_outside(html: str) -> None:
    assert "http://" not in html
    assert "https://" not in html
    assert "@import" not in html
    assert not {"script", "link", "iframe", "img", "object"} & set(Page(html).tags)
    assert not re.search(r"\s(?:src|data)=", html)


def test_page_shows_no_number_that_is_none(html: str) -> None:
    text = Page(html).text
    assert not re.search(r"\b(?:[Nn]a[Nn]|[Ii]nf|None)\b", html)
    assert "Undefined in every run, so not shown: Station wait." in text


def test_verdict_comes_first(html: str, report: Report) -> None:
    found = headline(report.comparison)
    text = Page(html).text
    places = [text.index(part) for part in (found.line, *found.sentences, "Policies and key metrics", *FIGURES)]
    assert places == sorted(places)
    assert places[0] < 400


def test_page_shows_every_policy_everywhere(html: str, report: Report) -> None:
    drawings = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    table = html[html.index('<table class="scores">') : html.index("</table>")]
    assert len(drawings) == 5
    for policy in report.comparison.policies:
        assert policy in table
        assert all(f">{policy}</text>" in drawing for drawing in drawings[:4])


def test_table_gives_means_half_widths_and_marks(html: str, report: Report) -> None:
    table = html[html.index('<table class="scores">') : html.index("</table>")]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)[1:]
    best = [re.findall(r'class="n best">([^<]+)', row) for row in rows]
    estimate = report.comparison.policies["whole_order"]["contribution"]
    assert estimate.mean is not None
    assert estimate.half_width is not None
    assert f'best">{estimate.mean:,.0f}<small>± {estimate.half_width:,.0f}</small>' in rows[0]
    assert [len(cells) for cells in best] == [7, 0, 0, 1, 0], "distance is fastest, whole_order best at the rest"
    assert rows[1].count("≈") >= 1, "bid_price is not shown to differ from whole_order"


def test_every_pair_is_listed_with_its_verdict(html: str, report: Report) -> None:
    section = html[html.index("<h2>All pairs</h2>") : html.index("<h2>What the metrics mean</h2>")]
    defined = [pair for pair in report.comparison.pairs if report.is_defined(pair.metric)]
    assert section.count("<tr><td>") == len(defined)
    words = {"a_better": "{} better", "b_better": "{} better", "not_shown": "not shown"}
    for pair in (p for p in defined if p.metric == "contribution"):
        winner = pair.a if pair.verdict == "a_better" else pair.b
        row = f"<tr><td>{pair.a}</td><td>{pair.b}</td>"
        assert words[pair.verdict].format(winner) in section[section.index(row) :].split("</tr>")[0]
    assert "neither direction is better" in section


def test_pairs_by_part_are_under_one_fold_a_kind(report: Report) -> None:
    """Of the metrics themselves each has its own."""
    depth, heads = 0, []
    for tag, head in re.findall(r"<(details|/details)>(?:<summary>([^<]*))?", pair_tables(report)):
        heads += [head.strip()] if tag == "details" and depth == 0 else []
        depth += 1 if tag == "details" else -1
    assert "Contribution" in heads
    assert "By segment" in heads
    assert not [head for head in heads if "(" in head]


def test_money_says_its_currency(report: Report) -> None:
    page = render(replace(report, definitions=in_currency("CHF")))
    for words in (
        "Contribution, CHF: policy minus",
        "Controllable cost, CHF",
        "CHF, more is better",
        "CHF/order, less",
    ):
        assert words in Page(page).text or words in page, words
    assert "money" not in page


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs a browser")
def test_a_narrow_page_does_not_scroll_sideways(html: str, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(html, encoding="utf-8")
    script = (
        "f.onload = () => { let d = f.contentDocument.documentElement; o.textContent = d.scrollWidth - d.clientWidth }"
    )
    frame = (
        f'<iframe id="f" src="report.html" width="420" height="900"></iframe><p id="o"></p><script>{script}</script>'
    )
    (tmp_path / "frame.html").write_text(frame, encoding="utf-8")
    words = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--allow-file-access-from-files",
        "--virtual-time-budget=4000",
    ]
    command = ["chromium", *words, f"--user-data-dir={tmp_path / 'home'}", "--dump-dom", str(tmp_path / "frame.html")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert '<p id="o">0</p>' in done.stdout


def test_page_defines_what_it_shows_and_says_how_it_was_made(html: str, report: Report) -> None:
    text = Page(html).text
    assert report.definitions["unit_fill_rate"].definition[1:] in text
    assert "100 to 111, one per replication" in text
    assert all(digest in text for digest in report.provenance.trace_hashes.values())
    assert "Five sites & ten cities <synthetic>" in text
    assert "location[3].coordinates = -74.2, 40.7" in text
    assert "timing.wave_hours = none" in text
    assert "fillrate 0.1.0, python 3.11" in text
    assert report.provenance.command in text


def test_the_same_report_is_the_same_bytes(html: str, report: Report) -> None:
    assert render(report) == html


def test_what_was_not_measured_is_left_out(report: Report) -> None:
    bare = render(Report(report.comparison))
    assert not any(heading in bare for heading in ("Stock over time", "Who ships where", "Trace hashes", "Command"))
    only = compare_scores("w", 1, 5.0, {"x": [{"contribution": 2.0}], "y": [{"contribution": 1.0}]})
    assert "What service costs" not in render(Report(only))


def test_one_run_has_no_intervals_and_says_so() -> None:
    text = Page(render(Report(compare_scores("w", 1, 5.0, crowd(2, 1))))).text
    assert "One run: there are no intervals." in text
    assert "one run only" in text
    assert "Lines are 95 %" not in text


@pytest.mark.parametrize(("runs", "shown"), [(1, False), (9, False), (10, True)])
def test_too_few_runs_for_a_worst_tenth_are_said(runs: int, shown: bool) -> None:
    text = Page(render(Report(compare_scores("w", 1, 5.0, crowd(2, runs))))).text
    assert "Bad runs and bad days" in text
    assert ("conditional value at risk" in text) == shown
    assert (f"The worst tenth of runs and days is shown from 10 runs on; here: {runs}." in text) != shown


def test_one_policy_is_reported_without_comparisons() -> None:
    text = Page(render(Report(compare_scores("w", 1, 5.0, crowd(1, 3))))).text
    assert "weighted_score+ rule_0+ base_stock was run alone" in text  # it may break after a plus
    assert "World w · 1 policy · 3 runs" in text
    assert "All pairs" not in text


def test_a_crowd_of_policies_is_cut_in_plots_not_in_tables() -> None:
    stock = {name: ([0.0, 1.0], [float(k), 2.0]) for k, name in enumerate(crowd(16, 2))}
    html = render(Report(compare_scores("w", 1, 5.0, crowd(16, 2)), stock=stock))
    table = html[html.index('<table class="scores">') : html.index("</table>")]
    assert table.count('<th scope="row">') == 16
    assert "The 7 best of 16 policies are drawn." in html
    assert "The 14 best of 16 policies are drawn." in html


def test_names_cannot_break_the_page() -> None:
    cards = {"<b>$x$": [{"contribution": 2.0}] * 6, 'a"&b': [{"contribution": 1.0}] * 6}
    found = Page(render(Report(compare_scores("<w>", 1, 5.0, cards))))
    assert found.open == []
    assert "b" not in found.tags
    assert "<b>$x$ is the best of 2 policies" in found.text


def test_the_bound_is_told(report: Report) -> None:
    bounded = replace(report, comparison=replace(report.comparison, bound=Bound("rule", 400_000.0, None, None)))
    whom = "Of policies that keep the same base stock and assign nothing anew"
    assert f"{whom}, none could earn more than 400,000 (rule" in render(bounded)


def test_writing_replaces_the_old_report_and_leaves_nothing_beside_it(
    report: Report, html: str, tmp_path: Path
) -> None:
    path = tmp_path / "new folder" / "report.html"
    write_report(report, path)
    write_report(report, path)
    assert path.read_text(encoding="utf-8") == html
    assert [file.name for file in path.parent.iterdir()] == ["report.html"]


def test_a_failure_leaves_the_old_report(report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.html"
    path.write_text("the old one")
    monkeypatch.setattr(page, "render", lambda _: "\udcff")  # cannot be encoded: fails in the middle of writing
    with pytest.raises(UnicodeEncodeError):
        write_report(report, path)
    assert path.read_text() == "the old one"
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_labels_are_spread_no_further_than_needed() -> None:
    assert spread([5.0, 1.0], 1.0) == [5.0, 1.0]
    placed = spread([2.0, 2.0, 2.0, 9.0], 1.0)
    assert placed == pytest.approx([1.0, 2.0, 3.0, 9.0])
    assert spread([], 1.0) == []


def test_long_names_leave_the_plots_their_room() -> None:
    """Two lines beside the rows; the heading breaks after a plus; the far one is named instead of drawn."""
    long = "priority_then_date+whole_order+base_stock+max_splits"
    costs = {long: 100.0, "fcfs": 110.0, "cheapest": 120.0, "hold_all": 5_000.0}
    cards = {
        name: [{"contribution": 500.0 - cost + n, "controllable_cost": cost - n, "unit_fill_rate": 0.9} for n in (0, 1)]
        for name, cost in costs.items()
    }
    shown = render(Report(compare_scores("w", 1, 5.0, cards)))
    assert "priority_then_date+<wbr>whole_order" in shown.partition("</h1>")[0]
    points = shown.partition("Unit fill rate against")[2].partition("</svg>")[0]
    assert long not in points
    assert "base_stock+max_splits" in points
    plot = shown.partition(f"Paired differences to {long} with intervals")[2].partition("</svg>")[0]
    assert long not in plot
    assert "base_stock+max_splits" in plot
    assert "policy minus the best" in plot
    assert "Too far to the right to be drawn: hold_all (90 % at 5,000)." in shown
    assert "hold_all" not in shown.partition("Unit fill rate against")[2].partition("</svg>")[0]


def test_a_narrow_screen_scrolls_a_drawing_and_does_not_shrink_it(html: str) -> None:
    narrow = html.partition("@media screen and (max-width: 720px)")[2].partition("@page")[0]
    assert re.search(r"figure svg \{ width: \d{3}px", narrow)
    assert "figure { overflow-x: auto; }" in narrow

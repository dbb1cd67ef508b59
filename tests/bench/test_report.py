"""The report."""

from __future__ import annotations

from pathlib import Path

from fillrate.bench.report import Report, write_report


def test_demo(report: Report, tmp_path: Path) -> None:
    write_report(report, tmp_path / "report.html")
    assert (tmp_path / "report.html").exists()


def test_crowd(tmp_path: Path) -> None:

    import numpy as np

    from fillrate.bench.comparison import compare_scores

    cards = {}
    for k in range(20):
        name = (
            ["fcfs", "weighted_score"][k % 2]
            + "+"
            + ["whole_order", "bid_price", "workload_balance", "critical_level"][k % 4]
            + f"+base_stock_{k}"
        )
        rng = np.random.default_rng(k)
        cards[name] = [
            {
                "contribution": 1000.0 - 10 * k + 9 * rng.normal(),
                "controllable_cost": 300 + 10 * k + 5 * rng.normal(),
                "unit_fill_rate": 0.9 - 0.004 * k,
                **{f"unit_fill_rate[segment=s{i}]": 0.9 - 0.004 * k - 0.01 * i for i in range(6)},
                "weird_metric": 3.0,
            }
            for _ in range(6)
        ]
    write_report(
        Report(
            compare_scores("big_world", 1, 10.5, cards),
            stock={n: ([0.0, 1, 2], [5.0, 3 + i, i]) for i, n in enumerate(cards)},
        ),
        tmp_path / "report.html",
    )


def test_single(tmp_path: Path) -> None:
    from fillrate.bench.comparison import compare_scores

    cards = {
        n: [
            {
                "contribution": 1000.0 - 10 * k,
                "controllable_cost": 300.0 + 10 * k,
                "unit_fill_rate": 0.9 - 0.004 * k,
                "unit_fill_rate[segment=all]": 0.5,
            }
        ]
        for k, n in enumerate("ab$ <c>".split())
    }
    write_report(Report(compare_scores("big_world", 1, 10.5, cards)), tmp_path / "report.html")

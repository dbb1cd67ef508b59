"""The report of a comparison: one HTML file that explains itself, works offline and prints."""

from __future__ import annotations

from fillrate.bench.report.content import Flows, Provenance, Report
from fillrate.bench.report.page import render, write_report

__all__ = ["Flows", "Provenance", "Report", "render", "write_report"]

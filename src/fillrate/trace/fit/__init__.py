"""Fitting: from an order log to a workspace with its world, at three stock levels, and the trace of those very orders.

    log = read_order_log("orders.csv")
    found = fit(facts(log, read_sites("Lyon,45.76,4.84")), "orders", measure)
    write_workspace(found, Path("shop"))

`measure(world, trace)` plays a run under the policy `distance` and returns its scorecard. It is handed in because this
package stands below the model: `fillrate fit` hands in `fillrate.simulate`.
"""

from __future__ import annotations

from fillrate.trace.fit.assumptions import Assumptions
from fillrate.trace.fit.facts import Facts, facts
from fillrate.trace.fit.fitting import Fit, fit, world_name
from fillrate.trace.fit.match import Match, match
from fillrate.trace.fit.orders import replayed
from fillrate.trace.fit.rules import RULES, rules
from fillrate.trace.fit.stock import Level, Measure
from fillrate.trace.fit.whereabouts import whereabouts
from fillrate.trace.fit.workspace import check_target, next_commands, write_draft, write_workspace

__all__ = [
    "RULES",
    "Assumptions",
    "Facts",
    "Fit",
    "Level",
    "Match",
    "Measure",
    "check_target",
    "facts",
    "fit",
    "match",
    "next_commands",
    "replayed",
    "rules",
    "whereabouts",
    "world_name",
    "write_draft",
    "write_workspace",
]

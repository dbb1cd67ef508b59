"""The leaderboard's page, made from the results of `fillrate run leaderboard`."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from markdown import code, page, table

RESULTS = "experiments/leaderboard/results/matrix.json"
INTRO = (
    "Every policy of the catalogue in every world: {replications} runs each on the same orders (trace seeds {first} to "
    "{last}), over each world's own horizon. A policy is joined with the world's defaults for the parts that it does "
    "not play. `fillrate run leaderboard` makes the numbers again and goes on where it stopped; `make docs` makes this "
    "page."
)
BEHIND = (
    "How far a policy's contribution is behind the best of the world, in per cent of the controllable cost of that "
    "best one (the margin of all ordered units less the contribution), paired by trace seed. **best** has the best "
    "mean; ≈ is not shown to be worse than it once chance and the number of pairs are accounted for; – does not fit "
    "the world, or would take too long (below). Policies are ordered by how many worlds they fit, then by their worst "
    "one."
)
GAP = (
    "The gap to the hindsight bound, in per cent of the policy's own controllable cost: at most that much is left to "
    "gain. It stands where nothing can be bought. Elsewhere the bound that covers all these replenish rules lets "
    "everything be bought at any time, which is too loose for a share; `fillrate bound WORLD --policies base_stock` "
    "has the tighter one of a rule."
)
EQUAL = (
    "Policies that decide different things earn the same where a world leaves nothing to decide: one location leaves "
    "no choice of source, one tariff makes every location as good, and no rank matters where no orders wait together."
)
MANY = 5  # policies with one figure that are worth a line


def leaderboard(root: Path) -> str:
    """The page; one sentence where there are no results yet."""
    path = root / RESULTS
    if not path.is_file():
        return page("Leaderboard", RESULTS, ["No results yet: `fillrate run leaderboard`."])
    said = json.loads(path.read_text(encoding="utf-8"))
    cells = {(cell["policy"], cell["case"]): cell for cell in said["cells"]}
    policies = list(dict.fromkeys(cell["policy"] for cell in said["cells"]))
    first, runs = said["seed"], said["replications"]
    body = [INTRO.format(replications=runs, first=first, last=first + runs - 1), ""]
    body += ["## Best policies", "", *_winners(said, cells), "## Behind the best", "", BEHIND, ""]
    body += table(["policy", *map(code, said["cases"])], [[code(p), *_row(p, said["cases"], cells)] for p in policies])
    body += [
        *_equal(said, cells),
        *_gaps(said, policies, cells),
        "## Left out",
        "",
        *_left_out(said),
        *_to_come(root, said),
    ]
    return page("Leaderboard", RESULTS, body)


def _winners(said: dict[str, Any], cells: dict[tuple[str, str], dict[str, Any]]) -> list[str]:
    rows = []
    for case in said["cases"]:
        here = [cell for (_, at), cell in cells.items() if at == case and "skipped" not in cell]
        best = next(cell for cell in here if cell["behind"] == 0)
        equal = [cell["policy"] for cell in here if cell is not best and not cell["worse"]]
        bound = said["bounds"].get(case) or {}
        top = f"{bound['mean']:,.0f} ({bound['kind']})" if bound.get("mean") is not None else "–"
        half = f" ± {best['half_width']:,.0f}" if best["half_width"] is not None else ""
        shown = ", ".join(map(code, equal[:6])) + (f" and {len(equal) - 6} more" if len(equal) > 6 else "")
        rows.append([code(case), code(best["policy"]), f"{best['mean']:,.0f}{half}", shown, top])
    return table(["world", "best mean", "contribution", "not shown to be worse", "bound"], rows)


def _row(policy: str, cases: list[str], cells: dict[tuple[str, str], dict[str, Any]]) -> list[str]:
    return [_behind(cells.get((policy, case))) for case in cases]


def _behind(cell: dict[str, Any] | None) -> str:
    if cell is None or cell.get("share") is None:
        return "–"
    if cell["behind"] == 0:
        return "**best**"
    percent = 100 * cell["share"]
    return ("" if cell["worse"] else "≈ ") + (f"{percent:.1f}" if percent >= 10 else f"{percent:.2f}")


def _equal(said: dict[str, Any], cells: dict[tuple[str, str], dict[str, Any]]) -> list[str]:
    """How many policies have one and the same mean, where many do."""
    lines = []
    for case in said["cases"]:
        means = Counter(cell["mean"] for (_, at), cell in cells.items() if at == case and cell.get("mean") is not None)
        mean, count = max(means.items(), key=lambda row: row[1], default=(0.0, 0))
        if count >= MANY:
            lines.append(f"- {code(case)}: {count} of {sum(means.values())} at {mean:,.0f}")
    return ["## Equal figures", "", EQUAL, "", *lines, ""] if lines else []


def _gaps(said: dict[str, Any], policies: list[str], cells: dict[tuple[str, str], dict[str, Any]]) -> list[str]:
    """The gaps to the bound, where any was computed."""
    with_gap = {case for (_, case), cell in cells.items() if cell.get("gap") is not None}
    cases = [case for case in said["cases"] if case in with_gap]
    if not cases:
        return []
    rows = [[code(p), *(_gap(cells.get((p, case))) for case in cases)] for p in policies]
    return ["## Gap to the bound", "", GAP, "", *table(["policy", *map(code, cases)], rows)]


def _gap(cell: dict[str, Any] | None) -> str:
    return "–" if cell is None or cell.get("gap") is None else f"{100 * cell['gap']:.2f}"


def _left_out(said: dict[str, Any]) -> list[str]:
    """Reasons, each with the policies and worlds that it holds for."""
    by_reason: dict[tuple[str, str], list[str]] = {}
    for cell in said["cells"]:
        if "skipped" in cell:
            reason = cell["skipped"].removeprefix(f"policy '{cell['policy']}': ")
            by_reason.setdefault((cell["case"], reason), []).append(code(cell["policy"]))
    rows = [[code(case), ", ".join(names), reason] for (case, reason), names in by_reason.items()]
    return table(["world", "policies", "reason"], rows) if rows else ["Nothing.", ""]


def _to_come(root: Path, said: dict[str, Any]) -> list[str]:
    """Worlds of the experiment, and policies of the catalogue, that the results do not have yet."""
    path = root / "experiments" / "leaderboard.toml"
    worlds = tomllib.loads(path.read_text(encoding="utf-8"))["experiment"]["worlds"] if path.is_file() else []
    known = {cell["policy"] for cell in said["cells"]}
    files = [*(root / "policies").glob("*.toml"), *(root / "policies").glob("*/policy.toml")]
    there = [tomllib.loads(file.read_text(encoding="utf-8"))["policy"] for file in files]
    left = [code(world) for world in worlds if world not in said["cases"]]
    left += sorted(code(p["name"]) for p in there if p["name"] not in known and p["part"] != "modifier")
    return [f"Not in these results yet: {', '.join(left)}."] if left else []

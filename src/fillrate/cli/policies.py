"""`fillrate policies`."""

from __future__ import annotations

from typing import Any

from fillrate.cli.console import paragraph, plain_table, say, say_json
from fillrate.cli.options import Json

__all__ = ["policies"]

PARTS = {
    "rank": "rank: who is first",
    "source": "source: from where, or hold",
    "replenish": "replenish: what to buy",
    "modifier": "modifier: changes how an order may be divided",
    "whole": "whole: several parts in one",
}


def policies(as_json: Json = False) -> None:
    """List the policies, by the decision they make.

    Those in the folder ./policies (a workspace), and the built-in ones that they do not replace by the same name.
    """
    from fillrate.cli.listing import listed_policies

    found = listed_policies()
    if as_json:
        say_json(
            {"policies": [{key: entry[key] for key in entry if key != "problem" or entry[key]} for entry in found]}
        )
        return
    name = max((len(entry["name"]) for entry in found), default=6)
    for part, title in [*PARTS.items(), (None, "broken files")]:
        if chosen := [
            entry for entry in found if entry["part"] == part or (part is None and entry["part"] not in PARTS)
        ]:
            say(_table(title, chosen, name), "")
    say(paragraph("Join names by +, one of each part: cheapest+fcfs+base_stock. More: fillrate show POLICY."))


def _table(title: str, entries: list[dict[str, Any]], name_width: int) -> Any:
    table = plain_table("Policy", "Kind", "What it does", title=title)
    for column, least in zip(table.columns, (name_width, len("learned")), strict=False):
        column.min_width, column.no_wrap = least, True  # else rich cuts off what the titles then lack in width
    for entry in entries:
        table.add_row(
            entry["name"], entry["kind"], f"broken: {entry['problem']}" if entry["problem"] else entry["title"]
        )
    return table

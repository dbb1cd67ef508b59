"""`fillrate worlds`."""

from __future__ import annotations

from fillrate.cli.console import plain_table, say, say_json
from fillrate.cli.options import Json

__all__ = ["worlds"]


def worlds(as_json: Json = False) -> None:
    """List the worlds.

    Those in the folder ./envs (a workspace), and the built-in ones that it does not replace by the same name.
    """
    from fillrate.cli.listing import listed_worlds

    found = listed_worlds()
    if as_json:
        say_json({"worlds": found})
        return
    table = plain_table(
        "World", "Sites", "Regions", "SKUs", "Days", "What it is", right=("Sites", "Regions", "SKUs", "Days")
    )
    for entry in found:
        sizes = [str(entry[key]) for key in ("locations", "regions", "skus")]
        days = f"{entry['days']:,g}" if isinstance(entry["days"], int | float) else ""
        told = f"broken: {entry['problem']}" if entry["problem"] else entry["title"]
        table.add_row(entry["name"], *sizes, days, told)
    say(table, "", "More: fillrate show WORLD. Try one: fillrate simulate WORLD, fillrate compare WORLD.")

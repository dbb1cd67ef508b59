"""`fillrate doctor`."""

from __future__ import annotations

from typing import Any

from fillrate.cli.console import heading, paragraph, plain_table, say, say_json
from fillrate.cli.options import Json

__all__ = ["doctor"]

DONE, CHECK_FAILED = 0, 1


def doctor(as_json: Json = False) -> int:
    """Show versions and run a self-test.

    The self-test is a small world whose answer is known; the exit code is 1 if it is not met, or if a part is missing.
    """
    from fillrate.cli.health import machine, optional_parts, required_parts, self_test

    required, optional, where, test = required_parts(), optional_parts(), machine(), self_test()
    absent = [name for name, found in required.items() if found is None]
    ok = bool(test["ok"]) and not absent
    if as_json:
        say_json({"ok": ok, "machine": where, "required": required, "optional": optional, "self_test": test})
        return DONE if ok else CHECK_FAILED
    say(heading("Machine"), *(paragraph(f"{key}: {value}", "  ") for key, value in where.items()), "")
    say(_versions("Required", {"": required}), "", *([_versions("Optional", optional), ""] if optional else []))
    say(heading("Self-test"), paragraph(str(test["said"]), "  "), "")
    say("All is well." if ok else paragraph(f"Something is wrong: {', '.join(absent) or 'the self-test failed'}."))
    return DONE if ok else CHECK_FAILED


def _versions(title: str, groups: dict[str, dict[str, str | None]]) -> Any:
    table = plain_table("Part", "Version", title=title)
    for extra, parts in groups.items():
        for name, found in parts.items():
            table.add_row(name, found or (f"not installed: pip install 'fillrate[{extra}]'" if extra else "missing"))
    return table

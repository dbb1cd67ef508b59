"""`fillrate verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fillrate.cli.console import heading, paragraph, plain_table, say, say_json
from fillrate.cli.options import Json

__all__ = ["verify"]

Folder = Annotated[Path, typer.Argument(metavar="BUNDLE", help="Folder of a bundle.")]


def verify(bundle: Folder, as_json: Json = False) -> int:
    """Check a bundle: files by hash, decisions by golden cases.

    Golden cases are replayed through every runtime that is there: NumPy, and ONNX Runtime for networks. Exit code 1 if
    anything differs.
    """
    from fillrate.deploy.verify import verify as look

    checks = look(bundle)
    ok = all(check.ok for check in checks)
    if as_json:
        say_json({"ok": ok, "checks": [check.to_json() for check in checks]})
        return 0 if ok else 1
    table = plain_table("check", "", "what was found")
    for check in checks:
        table.add_row(check.check, "ok" if check.ok else "FAILED", check.detail)
    say(heading(f"{bundle} {'verifies' if ok else 'does not verify'}"), table)
    if not ok:
        say(paragraph("Do not decide with it: take the bundle as it was exported."))
    return 0 if ok else 1

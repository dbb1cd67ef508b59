"""Running a command line: the verb, its exit code, and one line on stderr for everything that goes wrong.

Exit codes: 0 done, 1 a check failed, 2 the input was wrong, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from fillrate import __version__
from fillrate.cli.interrupts import no_further_interrupts
from fillrate.cli.usage import UsageFault, explained
from fillrate.cli.verbs import VERBS
from fillrate.errors import CheckFailed, FillrateError, InputError, UsageError

__all__ = ["run"]

DONE, CHECK_FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130
HELP = {"help_option_names": ["-h", "--help"]}


def run(argv: Sequence[str] | None = None) -> int:
    """See `fillrate.cli.main`."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        _check_text(words)
        code = _invoke(words or ["--help"])
        sys.stdout.flush()
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except (Exception, KeyboardInterrupt) as fault:
        if isinstance(fault, KeyboardInterrupt):
            no_further_interrupts(argv)
        line, code = _judge(fault, words)
        if line is None:
            raise
        verb = next((word for word in words if word in VERBS), "")
        print(" ".join(f"fillrate {verb}".split()) + ": " + " ".join(line.split()), file=sys.stderr)
    return code


def _check_text(words: Sequence[str]) -> None:
    """Refuse bytes that are no text: they would fail wherever a name is written into a file, after the work."""
    for word in words:
        if any("\ud800" <= sign <= "\udfff" for sign in word):
            raise UsageError(f"'{word}'", "is no text in UTF-8", "names in UTF-8, and a locale with it: LC_ALL=C.UTF-8")


def _invoke(words: list[str]) -> int:
    """Parse and run, past click's own handling of errors."""
    command: Any = _app()
    try:
        with command.make_context("fillrate", words) as context:
            found = command.invoke(context)
    except typer.Exit as left:
        return left.exit_code
    return found if isinstance(found, int) else DONE


def _judge(fault: BaseException, words: Sequence[str]) -> tuple[str | None, int]:
    """The line that the user sees and the exit code; no line for what is our own mistake."""
    if isinstance(fault, CheckFailed):
        return str(fault), CHECK_FAILED
    if isinstance(fault, UsageFault):
        fault = explained(fault, words, VERBS)
    if isinstance(fault, FillrateError):
        return str(fault), WRONG_INPUT
    if isinstance(fault, KeyboardInterrupt | typer.Abort):
        kept = "run" in words[:1] or any(word.startswith("--resume") for word in words)
        return "interrupted" + "; finished runs are kept, the same command goes on" * kept, INTERRUPTED
    if isinstance(fault, MemoryError):
        return str(InputError("memory", "this needs more than there is", "fewer days, orders or workers")), WRONG_INPUT
    if isinstance(fault, OSError):
        return str(InputError(str(fault.filename or "file system"), fault.strerror or str(fault))), WRONG_INPUT
    return None, CHECK_FAILED


def _app() -> Any:
    """The command with every verb of the table."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings=HELP)
    for name, verb in VERBS.items():
        app.command(name, context_settings=HELP)(verb)
    app.callback(epilog="Exit codes: 0 done, 1 a check failed, 2 the input was wrong, 130 interrupted.")(_about)
    return typer.main.get_command(app)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"fillrate {__version__}")
        raise typer.Exit


def _about(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """A laboratory and a launch pad for order allocation.

    Which customer order gets which stock from which location, and which order waits? Compare rules on built-in worlds
    or on your own, see why a decision came out as it did, and keep the best.

    Start with: fillrate worlds; fillrate simulate two_warehouses; fillrate compare two_warehouses --replications 10
    """

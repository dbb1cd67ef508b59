"""Usage errors of the parser, said the way all other errors are: what, where, and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import typer

from fillrate.errors import UsageError, nearest

__all__ = ["UsageFault", "explained"]

UsageFault: Any = typer.BadParameter.__mro__[2]  # the parser's base class; typer brings the parser or borrows click's


def explained(fault: Any, words: Sequence[str], verbs: Iterable[str]) -> UsageError:
    """The one-line error for a fault that the parser found.

    Args:
        fault: what the parser raised.
        words: the command line, which says what was found.
        verbs: names of the verbs.
    """
    context, kind = getattr(fault, "ctx", None), type(fault).__name__
    if kind == "NoSuchOption":
        options = _options(context)
        return UsageError(fault.option_name, "no such option" + nearest(fault.option_name, options), ", ".join(options))
    if kind == "BadOptionUsage":
        option, lacks = fault.option_name, "requires" in str(fault.message)
        return UsageError(option, f"found {'no' if lacks else 'a'} value", f"{option} VALUE" if lacks else option)
    if (param := getattr(fault, "param", None)) is not None:
        found = "missing" if kind == "MissingParameter" else f"found '{_value(param, words)}'"
        if "is not readable" in str(fault.message):
            found = _words(str(fault.message))
        return UsageError(_name(param), found, _help(param))
    if context is not None and context.parent is None:
        return _no_such_verb(str(fault.message), list(verbs))
    return UsageError("arguments", _words(str(fault.message)), _usage(context))


def _no_such_verb(message: str, verbs: list[str]) -> UsageError:
    """The parser names a wrong verb in quotes; without a verb at all it does not."""
    name = re.search(r"'([^']*)'", message)
    if name is None:
        return UsageError("verb", "missing", ", ".join(verbs))
    return UsageError(f"'{name[1]}'", "no such verb" + nearest(name[1], verbs), ", ".join(verbs))


def _words(message: str) -> str:
    """Its message without its full stop."""
    text = message.strip().rstrip(".")
    return text[:1].lower() + text[1:]


def _name(param: Any) -> str:
    """`--seed` for an option, `WORLD` for an argument."""
    return str(max(param.opts, key=len) if param.param_type_name == "option" else param.metavar or param.name.upper())


def _value(param: Any, words: Sequence[str]) -> str:
    """What the command line gives an option: `--seed x`, `--seed=x`, `-nx`."""
    for n, word in enumerate(words):
        for opt in param.opts:
            if word == opt and n + 1 < len(words):
                return words[n + 1]
            if word.startswith(f"{opt}=") or (not opt.startswith("--") and word.startswith(opt)):
                return word.removeprefix(opt).removeprefix("=")
    return "?"


def _help(param: Any) -> str:
    """An option's help says what it takes."""
    return _words(param.help) if param is not None and param.help else ""


def _options(context: Any) -> list[str]:
    params = context.command.get_params(context) if context is not None else []
    return [opt for param in params if param.param_type_name == "option" for opt in param.opts if opt[:2] == "--"]


def _usage(context: Any) -> str:
    if context is None:
        return ""
    pieces = " ".join([context.command_path, *context.command.collect_usage_pieces(context)])
    return re.sub(r"[{}]", "", pieces)

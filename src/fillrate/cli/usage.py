"""Usage errors of the parser, said the way all other errors are: what, where, and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import typer

from fillrate.errors import UsageError, nearest

__all__ = ["UsageFault", "explained"]

UsageFault: Any = typer.BadParameter.__mro__[2]  # the parser's base class; typer brings the parser or borrows click's


def explained(fault: Any, verbs: Iterable[str]) -> UsageError:
    """The one-line error for a fault that the parser found."""
    context, kind = getattr(fault, "ctx", None), type(fault).__name__
    if kind == "NoSuchOption":
        options = _options(context)
        problem = "no such option" + nearest(fault.option_name, options)
        return UsageError(fault.option_name, problem, ", ".join(options))
    if kind == "BadOptionUsage":
        return UsageError(fault.option_name, _words(fault.message), _usage(context))
    param = getattr(fault, "param", None)
    if param is not None:
        problem = "missing" if kind == "MissingParameter" else _words(fault.message)
        return UsageError(_name(param), problem, (param.help or "").rstrip("."))
    if context is not None and context.parent is None:
        return _no_such_verb(fault, list(verbs))
    return UsageError("arguments", _words(fault.message), _usage(context))


def _no_such_verb(fault: Any, verbs: list[str]) -> UsageError:
    """The parser names a wrong verb in quotes; without a verb at all it says so."""
    name = str(fault.message).partition("'")[2].rpartition("'")[0]
    if not name:
        return UsageError("verb", "missing", ", ".join(verbs))
    return UsageError(f"'{name}'", "no such verb" + nearest(name, verbs), ", ".join(verbs))


def _words(message: str) -> str:
    """Its message without its full stop."""
    text = message.strip().rstrip(".")
    return text[:1].lower() + text[1:]


def _name(param: Any) -> str:
    """`--seed` for an option, `WORLD` for an argument."""
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return str(param.metavar or param.name.upper())


def _options(context: Any) -> list[str]:
    params = context.command.get_params(context) if context is not None else []
    return [opt for param in params if param.param_type_name == "option" for opt in param.opts if opt[:2] == "--"]


def _usage(context: Any) -> str:
    if context is None:
        return ""
    return " ".join([context.command_path, *context.command.collect_usage_pieces(context)])

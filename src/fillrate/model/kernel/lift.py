"""Shared definitions made fast: plain functions of modules without Numba, rebound to compiled twins, callees first."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import numpy as np

from fillrate.model.kernel.jit import jit

__all__ = ["lift"]

_lifted: dict[Any, Any] = {}


def lift(function: Callable[..., Any]) -> Any:
    """The compiled twin of a function whose global functions are lifted too."""
    if function not in _lifted:
        names = dict(function.__globals__)
        code = function.__code__
        twin = types.FunctionType(code, names, function.__name__, function.__defaults__)
        twin.__module__, twin.__qualname__ = function.__module__, function.__qualname__
        _lifted[function] = jit(twin)  # before its callees: it may call itself
        if "round" in code.co_names:
            names["round"] = _whole
        for name in _called(code):
            if isinstance(names.get(name), types.FunctionType):
                names[name] = lift(names[name])
    return _lifted[function]


@jit
def _whole(value):
    """`round` that remains a float: whole numbers need not be made and unmade. It has no negative zero either."""
    return np.rint(value) + 0.0


def _called(code: types.CodeType) -> set[str]:
    """Global names that a function uses."""
    return set(code.co_names)

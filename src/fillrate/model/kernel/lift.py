"""Shared definitions made fast: plain functions of modules without Numba, rebound to compiled twins, callees first."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np

from fillrate.model.kernel.jit import jit

__all__ = ["lift"]

_lifted: dict[Any, Any] = {}


def lift(function: Callable[..., Any]) -> Any:
    """The compiled twin of a function whose global functions are lifted too."""
    function = _plain(function)
    if function not in _lifted:
        names = dict(function.__globals__)
        code = function.__code__
        twin = types.FunctionType(code, names, function.__name__, function.__defaults__)
        twin.__module__, twin.__qualname__ = function.__module__, function.__qualname__
        _lifted[function] = jit(twin)  # before its callees: it may call itself
        if "round" in code.co_names:
            names["round"] = _whole
        for name in code.co_names:
            if isinstance(names.get(name), types.FunctionType) or _is_native(names.get(name)):
                names[name] = lift(names[name])
    return _lifted[function]


@jit
def _whole(value):
    """`round` that remains a float: whole numbers need not be made and unmade. It has no negative zero either."""
    return np.rint(value) + 0.0


def _plain(function: Any) -> Any:
    """The function as Python: of a wheel that was compiled for production (hatch_build.py), as its source says it."""
    return getattr(_source(function.__module__), function.__name__) if _is_native(function) else function


def _is_native(value: Any) -> bool:
    return isinstance(value, types.BuiltinFunctionType) and (value.__module__ or "").startswith("fillrate.")


@cache
def _source(name: str) -> types.ModuleType:
    """A module of Python beside the compiled one of its name."""
    compiled = Path(str(sys.modules[name].__file__))
    spec = spec_from_file_location(name, compiled.with_name(f"{name.rpartition('.')[2]}.py"))
    if spec is None or spec.loader is None:
        raise ImportError(f"{compiled} has no source beside it")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

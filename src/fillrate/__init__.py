"""A laboratory and a launch pad for order allocation: which order gets which stock from where, and which waits.

    import fillrate

    world = fillrate.load_world("two_warehouses")
    result = fillrate.simulate(world, fillrate.sample(world, seed=1), "cheapest")
    result.scorecard["contribution"]

Names are looked up when they are first used, so that `import fillrate` itself loads nothing but the standard library.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fillrate.bench.compare import compare
    from fillrate.bench.comparison import Comparison
    from fillrate.bench.experiments import Experiment, load_experiment, run_experiment
    from fillrate.deploy import Allocator
    from fillrate.errors import BundleError, CheckFailed, FillrateError, InputError, RequestError
    from fillrate.policy import Policy, load_policy
    from fillrate.scorecard.scorecard import Scorecard
    from fillrate.simulate import Result, simulate
    from fillrate.trace import Trace, load_trace, save_trace
    from fillrate.trace.logs import read_order_log as read_orders
    from fillrate.trace.sample import sample
    from fillrate.world import World, load_world

__version__ = "0.1.0"

__all__ = [
    "Allocator",
    "BundleError",
    "CheckFailed",
    "Comparison",
    "Experiment",
    "FillrateError",
    "InputError",
    "Policy",
    "RequestError",
    "Result",
    "Scorecard",
    "Trace",
    "World",
    "__version__",
    "compare",
    "load_experiment",
    "load_policy",
    "load_trace",
    "load_world",
    "read_orders",
    "run_experiment",
    "sample",
    "save_trace",
    "simulate",
]

_HOMES = {
    "Allocator": "deploy",
    "BundleError": "errors",
    "CheckFailed": "errors",
    "Comparison": "bench.comparison",
    "Experiment": "bench.experiments",
    "FillrateError": "errors",
    "InputError": "errors",
    "Policy": "policy",
    "RequestError": "errors",
    "Result": "simulate",
    "Scorecard": "scorecard.scorecard",
    "Trace": "trace",
    "World": "world",
    "compare": "bench.compare",
    "load_experiment": "bench.experiments",
    "load_policy": "policy",
    "load_trace": "trace",
    "load_world": "world",
    "read_orders": "trace.logs",
    "run_experiment": "bench.experiments",
    "sample": "trace",
    "save_trace": "trace",
    "simulate": "simulate",
}  # public name -> module below fillrate
_NAMED_THERE = {"read_orders": "read_order_log"}  # where the name differs


def __getattr__(name: str) -> Any:
    """Load a public name at its first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'fillrate' has no attribute {name!r}")
    found = getattr(import_module(f"fillrate.{_HOMES[name]}"), _NAMED_THERE.get(name, name))
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """Keeps `fillrate.simulate` a function: importing the module of that name would put the module in its place."""

    def __setattr__(self, name: str, value: Any) -> None:
        """Bind a submodule, or the function of the same name that it was imported for."""
        same_name = isinstance(value, ModuleType) and _HOMES.get(name) == name
        super().__setattr__(name, getattr(value, name) if same_name else value)


sys.modules[__name__].__class__ = _Package

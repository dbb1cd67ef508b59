"""The table of verbs: to add one is to add a module with its function, and a row here. What is not built is not listed.

A verb's module imports nothing slow at its top, so that `fillrate --help` and the other verbs do not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fillrate.cli.adapt import adapt
from fillrate.cli.bound import bound
from fillrate.cli.compare import compare
from fillrate.cli.doctor import doctor
from fillrate.cli.export import export
from fillrate.cli.fit import fit
from fillrate.cli.init import init
from fillrate.cli.policies import policies
from fillrate.cli.run import run
from fillrate.cli.serve import serve
from fillrate.cli.shadow import shadow
from fillrate.cli.show import show
from fillrate.cli.simulate import simulate
from fillrate.cli.train import train
from fillrate.cli.tune import tune
from fillrate.cli.verify import verify
from fillrate.cli.worlds import worlds

__all__ = ["VERBS"]

VERBS: dict[str, Callable[..., Any]] = {
    "worlds": worlds,
    "policies": policies,
    "show": show,
    "simulate": simulate,
    "compare": compare,
    "run": run,
    "bound": bound,
    "train": train,
    "tune": tune,
    "export": export,
    "verify": verify,
    "serve": serve,
    "shadow": shadow,
    "fit": fit,
    "adapt": adapt,
    "init": init,
    "doctor": doctor,
}  # name -> function; its docstring is the help, its return value (None = 0) the exit code

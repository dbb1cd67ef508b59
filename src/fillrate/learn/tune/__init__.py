"""Tuning: better numbers for a rule in a world, searched for on some traces and checked on others."""

from fillrate.learn.tune.saving import save
from fillrate.learn.tune.tuning import Tuned, tune

__all__ = ["Tuned", "save", "tune"]

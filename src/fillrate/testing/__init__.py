"""For tests of one's own policies and engines: random small worlds with every feature, as Hypothesis strategies."""

from fillrate.testing.features import FEATURES, features
from fillrate.testing.future import OtherFuture, find_leak
from fillrate.testing.policies import policies
from fillrate.testing.runs import Run, runs
from fillrate.testing.worlds import worlds

__all__ = ["FEATURES", "OtherFuture", "Run", "features", "find_leak", "policies", "runs", "worlds"]

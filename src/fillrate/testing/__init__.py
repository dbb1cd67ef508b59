"""For tests of one's own: policies and engines in random small worlds, connectors and services by their invariants."""

from fillrate.testing.conformance import check_connector, conformance_machine
from fillrate.testing.connector import INVARIANTS, Broken, Connector, Part, Refused, TestShop
from fillrate.testing.features import FEATURES, features
from fillrate.testing.future import OtherFuture, find_leak
from fillrate.testing.in_memory import InMemory
from fillrate.testing.policies import policies
from fillrate.testing.runs import Run, runs
from fillrate.testing.worlds import worlds

__all__ = [
    "FEATURES",
    "INVARIANTS",
    "Broken",
    "Connector",
    "InMemory",
    "OtherFuture",
    "Part",
    "Refused",
    "Run",
    "TestShop",
    "check_connector",
    "conformance_machine",
    "features",
    "find_leak",
    "policies",
    "runs",
    "worlds",
]

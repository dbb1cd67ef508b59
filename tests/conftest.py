"""What every test meets: a repeatable Hypothesis, figures without a screen, and a header that says what is tested."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import Phase, settings

os.environ.setdefault("MPLBACKEND", "Agg")  # read when matplotlib is first imported, also in child processes

# The same examples in every run, and no deadline: the machines that run this are small and shared.
# `--hypothesis-profile=search` looks for new examples.
settings.register_profile("repeatable", derandomize=True, deadline=None, print_blob=True, database=None)
settings.register_profile("search", deadline=None, print_blob=True)
FOUND = (Phase.explicit, Phase.generate)  # whether there is an example, not the simplest one
settings.register_profile("unshrunk", derandomize=True, deadline=None, database=None, phases=FOUND)
settings.load_profile("repeatable")


def pytest_report_header() -> str:
    """Say which fillrate is tested: the working tree or an installed wheel."""
    spec = find_spec("fillrate")
    places = [] if spec is None else list(spec.submodule_search_locations or ())
    return f"fillrate: {places[0] if places else 'not found (install it, or set PYTHONPATH=src)'}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slowest first: workers take half of what another one has left, but not its last two."""
    items.sort(key=_minutes, reverse=True)


def _minutes(item: pytest.Item) -> float:
    slow = item.get_closest_marker("slow")
    return 0.0 if slow is None else float(slow.kwargs.get("minutes", 0.2))


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root of the checkout, or of the unpacked source distribution, that the tests lie in."""
    return Path(__file__).resolve().parents[1]

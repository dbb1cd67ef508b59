"""The public names of `fillrate`: all there, sorted, quick to import, and not hidden by modules of the same name."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import fillrate
from fillrate.cli import main


def test_every_public_name_is_there_once_and_in_order() -> None:
    assert list(fillrate.__all__) == sorted(set(fillrate.__all__))
    assert all(getattr(fillrate, name) is not None for name in fillrate.__all__)
    assert set(fillrate.__all__) <= set(dir(fillrate))
    assert {"BundleError", "RequestError"} <= set(fillrate.__all__)  # what a host catches


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'simulat'"):
        fillrate.simulat  # noqa: B018 - looking it up is the test


def test_the_function_is_not_hidden_by_the_module_of_its_name() -> None:
    """`import fillrate.simulate` binds a module to the package; the public name stays the function."""
    code = """
import fillrate.simulate, sys
import fillrate
assert fillrate.simulate is sys.modules["fillrate.simulate"].simulate
from fillrate.simulate import Result
assert fillrate.Result is Result
assert fillrate.trace.__name__ == "fillrate.trace"
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_version_is_told_by_the_command_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", fillrate.__version__)
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"fillrate {fillrate.__version__}\n"


def test_the_lines_of_the_package_docstring_run() -> None:
    world = fillrate.load_world("two_warehouses")
    result = fillrate.simulate(world, fillrate.sample(world, seed=1, days=50), "cheapest")
    assert isinstance(result, fillrate.Result)
    assert isinstance(result.scorecard, fillrate.Scorecard)
    assert result.scorecard["contribution"] is not None


def test_a_world_is_named_or_handed_in() -> None:
    world = fillrate.load_world("two_warehouses")
    trace = fillrate.sample("two_warehouses", 3, 20)
    by_name, by_value = (fillrate.simulate(w, trace, "cheapest").scorecard for w in ("two_warehouses", world))
    assert trace.hash == fillrate.sample(world, 3, 20).hash
    assert dict(by_name) == dict(by_value)


def test_a_trace_is_stored_and_read_back(tmp_path: Path) -> None:
    trace = fillrate.sample("two_warehouses", 3, 20)
    fillrate.save_trace(trace, tmp_path / "trace.parquet")
    assert fillrate.load_trace(tmp_path / "trace.parquet").hash == trace.hash


@pytest.mark.parametrize("days", [0.0, -1.0, float("nan"), float("inf")])
def test_a_horizon_is_a_positive_number(days: float) -> None:
    with pytest.raises(fillrate.InputError, match="days: found"):
        fillrate.sample("two_warehouses", 1, days)


def test_a_shorter_horizon_shortens_the_warm_up_to_half_of_it() -> None:
    world = fillrate.load_world("regional")
    warm_up = world.header.warm_up_days
    assert warm_up > 0
    assert world.over(warm_up).header.warm_up_days == warm_up / 2
    assert world.over(10 * warm_up).header.warm_up_days == warm_up
    assert world.over(world.days) is world


def test_too_many_orders_are_refused_before_they_are_made() -> None:
    with pytest.raises(fillrate.InputError, match=r"days: found 1e\+12: about 2e\+12 orders"):
        fillrate.sample("two_warehouses", 1, 1e12)


def test_an_unknown_engine_is_refused() -> None:
    trace = fillrate.sample("two_warehouses", 1, 5)
    with pytest.raises(fillrate.InputError, match=r"engine: found 'simpi'.*did you mean 'simpy'"):
        fillrate.simulate("two_warehouses", trace, "cheapest", engine="simpi")  # type: ignore[arg-type]

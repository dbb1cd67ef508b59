"""The error tree: one line each, and it stays whole on its way through SimPy and through other processes."""

from __future__ import annotations

import pickle

import pytest

from fillrate.decision.question import Question
from fillrate.errors import FillrateError, InputError, PolicyError
from fillrate.simulate import simulate
from fillrate.testing.by_hand import order, trace_of, world_of

SMALL = """
[world]
name = "small"
horizon_days = 2.0
[[location]]
name = "a"
[[region]]
name = "r"
[[sku]]
name = "x"
[[supply.item]]
units = 1
"""


def kinds(of: type[InputError] = InputError) -> list[type[InputError]]:
    return [of, *(kind for child in of.__subclasses__() for kind in kinds(child))]


@pytest.mark.parametrize("kind", kinds())
def test_an_error_survives_another_process_and_being_raised_anew_from_its_arguments(kind: type[InputError]) -> None:
    for error in (kind("file", "found 1", "2"), kind("file", "found 1")):
        for again in (pickle.loads(pickle.dumps(error)), type(error)(*error.args)):  # noqa: S301 - our own bytes
            assert type(again) is kind
            assert (str(again), again.place, again.problem, again.allowed) == (
                str(error),
                error.place,
                error.problem,
                error.allowed,
            )


def test_the_line_has_the_allowed_part_only_if_there_is_one() -> None:
    assert str(InputError("file", "found 1", "2")) == "file: found 1; allowed: 2"
    assert str(InputError("file", "found 1")) == "file: found 1"


class Wild:
    """Takes a row that does not exist."""

    columns = ("available",)

    def source(self, question: Question) -> int:
        return len(question.locations) + 7


def test_an_illegal_row_of_a_custom_policy_comes_out_of_a_run_as_a_policy_error() -> None:
    """It passes through a SimPy process, which raises `type(error)(*error.args)`."""
    world = world_of(SMALL)
    with pytest.raises(PolicyError) as caught:
        simulate(world, trace_of(world, order(0.5, ("x", 1))), Wild())
    assert str(caught.value) == "source policy: answered row 9; allowed: a legal row of [0, 1]"
    assert isinstance(caught.value, FillrateError)

"""The textbook's own promise: every public function shows a number (the examples are run by tests/test_doctests.py)."""

from __future__ import annotations

from fillrate.policy import textbook


def test_every_public_function_has_an_example() -> None:
    functions = [getattr(textbook, name) for name in textbook.__all__ if name[0].islower()]
    assert [function.__name__ for function in functions if ">>>" not in (function.__doc__ or "")] == []


def test_public_names_are_sorted() -> None:
    assert list(textbook.__all__) == sorted(textbook.__all__)

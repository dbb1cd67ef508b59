"""A program that a solver got wrong, cut down to the smallest that it still does."""

from __future__ import annotations

import numpy as np
import pytest

from fillrate.plan.bound.program import Program

# Columns: three purchases, stock from one instant to the next, orders, and units kept; (most, what one brings).
COLUMNS = [
    *[(75.0, -7.0), (75.0, -6.5), (75.0, -5.4), *[(1425.0, 0.0)] * 21],
    *[(1.0, value) for value in (36.3, 33.9, 34.2, 33.8, 34.2, 28.4, 32.8, 26.1, 28.7, 22.9, 26.9, 21.9, 22.4, -0.7)],
    *[(40.0, 0.0)] * 4,
]
ROWS = """
3 | -3 4 | -4 5 | -5 6 | -6 7 | -7 8 | -8 9 | -9 10 | -10 11 | -11 12 24 | -12 13 26 | -0 -13 14 28 | -14 15 30
-15 16 32 | -1 -16 17 34 | -17 18 25 36 | -18 19 27 | -19 20 29 | -20 21 31 | -21 22 33 | -2 -22 23 35
24 26 28 30 32 34 36 -37 | 24 -38 | 26 28 30 32 34 36 39 -40 | 0 -41 | -38 41
"""  # rows: columns whose sum, those with a minus taken off, is at most 0; that of the first at most OPENING
EQUAL = (22, 23, 24)  # rows whose sum is 0
OPENING = 12.0


@pytest.mark.parametrize("whole", [False, True])
def test_a_program_that_zeros_solve_has_a_solution(whole: bool) -> None:
    most, value = zip(*COLUMNS, strict=True)
    program, rows = Program(), ROWS.replace("\n", "|").strip("|").split("|")
    program.column(value, most)
    for n, row in enumerate(rows):
        at = program.row(0.0 if n in EQUAL else -np.inf, 0.0 if n else OPENING)
        for text in row.split():
            program.enter(at, np.array([abs(int(text))]), -1.0 if text.startswith("-") else 1.0)
    found = program.solve(whole, 10.0)
    assert found.bound == pytest.approx(found.reached, rel=1e-5)
    assert found.bound == pytest.approx(202.6, rel=1e-5)

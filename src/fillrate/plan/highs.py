"""HiGHS with options, and a program as it takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

__all__ = ["highs", "highs_program"]

Floats = NDArray[np.float64]


def highs(options: Mapping[str, Any]) -> Any:
    """A solver on one thread that says nothing, with these options."""
    made: Any = highspy.Highs  # its signature is not typed
    solver = made()
    for name, value in {"output_flag": False, "threads": 1, **options}.items():
        solver.setOptionValue(name, value)
    return solver


def highs_program(
    cost: Floats, matrix: csc_array, least: Floats | float, most: Floats, upper: Floats | float = np.inf
) -> Any:
    """Minimise cost x over 0 ≤ x ≤ upper and least ≤ matrix x ≤ most.

    Args:
        cost: (columns,).
        matrix: (rows, columns).
        least: (rows,), or one for all.
        most: (rows,).
        upper: (columns,), or one for all.
    """
    rows, columns = matrix.shape
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, rows
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, np.zeros(columns), np.full(columns, upper)
    lp.row_lower_, lp.row_upper_ = np.full(rows, least), most
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = matrix.indptr.astype(np.int32, copy=False)
    lp.a_matrix_.index_ = matrix.indices.astype(np.int32, copy=False)
    lp.a_matrix_.value_ = matrix.data
    return lp

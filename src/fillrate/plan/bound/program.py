"""A linear or mixed-integer program built by blocks of arrays, solved by HiGHS, its value proven by the dual solution.

Whatever multipliers a solver returns, a program's optimum is at most what they prove: the limits of the rows at their
multipliers, and each column's upper limit where its reduced value is positive (weak duality; Neumaier and Shcherbina
2004, "Safe bounds in linear and mixed-integer linear programming"). So a solver's tolerance never breaks a bound.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array, csc_array

from fillrate.errors import InputError
from fillrate.plan.highs import highs, highs_program

__all__ = ["Program", "Solution"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HEARD = 0.1  # seconds after which Ctrl-C is heard
FOUND = 2  # HiGHS's status of a feasible point
WHOLE = {"mip_rel_gap": 1e-6, "presolve": "off"}  # of HiGHS 1.15, whose presolving loses every point of some programs


@dataclass(frozen=True)
class Solution:
    """What a program is worth."""

    bound: float  # proven: no feasible point is worth more
    reached: float  # of the point that the solver found; -inf where a search stopped before it found one
    prices: Floats  # (rows,) multipliers; empty for an integer program
    rows: int
    columns: int


@dataclass
class Program:
    """Maximise value · x over lower ≤ matrix · x ≤ upper and 0 ≤ x ≤ most; x may have to be whole."""

    values: list[Floats] = field(default_factory=list)
    most: list[Floats] = field(default_factory=list)
    lower: list[Floats] = field(default_factory=list)
    upper: list[Floats] = field(default_factory=list)
    entries: list[tuple[Ints, Ints, Floats]] = field(default_factory=list)  # rows, columns, coefficients
    columns: int = 0
    rows: int = 0

    def column(self, value: ArrayLike, most: ArrayLike) -> Ints:
        """Add columns; returns their numbers."""
        self.values.append(np.atleast_1d(np.asarray(value, np.float64)))
        count = len(self.values[-1])
        self.most.append(np.broadcast_to(np.asarray(most, np.float64), (count,)))
        self.columns += count
        return np.arange(self.columns - count, self.columns)

    def row(self, lower: ArrayLike, upper: ArrayLike) -> Ints:
        """Add rows; returns their numbers."""
        ends = np.broadcast_arrays(np.atleast_1d(np.asarray(lower, np.float64)), np.asarray(upper, np.float64))
        self.lower.append(ends[0])
        self.upper.append(ends[1])
        self.rows += len(ends[0])
        return np.arange(self.rows - len(ends[0]), self.rows)

    def enter(self, rows: Ints, columns: Ints, coefficients: ArrayLike) -> None:
        """Add coefficients; those of one cell add up."""
        self.entries.append((rows, columns, np.broadcast_to(np.asarray(coefficients, np.float64), rows.shape)))

    def solve(self, whole: bool = False, seconds: float = 0.0) -> Solution:
        """Solve it.

        Args:
            whole: every column takes whole numbers only.
            seconds: after which the search for a whole solution stops, when the step that it is in is done; 0 = never.

        Raises:
            InputError: HiGHS found no solution.
        """
        if not self.columns:
            empty = np.array([], np.float64)
            return Solution(0.0, 0.0, empty, self.rows, 0)
        value, most = np.concatenate(self.values), np.concatenate(self.most)
        lower, upper = (np.concatenate(ends) if ends else np.zeros(0) for ends in (self.lower, self.upper))
        matrix = self.matrix()
        solver = _solver(value, most, lower, upper, matrix, whole, seconds)
        info = solver.getInfo()
        reached = float(info.objective_function_value)
        if whole:
            reached = reached if info.primal_solution_status == FOUND else -np.inf
            return Solution(max(float(info.mip_dual_bound), reached), reached, np.zeros(0), self.rows, self.columns)
        prices = np.array(solver.getSolution().row_dual, np.float64)
        proven, prices = _proven(value, most, lower, upper, matrix, prices)
        return Solution(proven, reached, prices, self.rows, self.columns)

    def matrix(self) -> csc_array:
        """The coefficients, (rows, columns)."""
        parts: Any = zip(*self.entries, strict=True) if self.entries else ((), (), ())
        rows, columns, cells = (np.concatenate(part) if len(part) else np.zeros(0, np.int64) for part in parts)
        return coo_array((cells, (rows, columns)), shape=(self.rows, self.columns)).tocsc()


def _solver(
    value: Floats, most: Floats, lower: Floats, upper: Floats, matrix: csc_array, whole: bool, seconds: float
) -> Any:
    """HiGHS after a run."""
    limited = {"time_limit": seconds} if seconds > 0.0 else {}
    solver = highs({**WHOLE, **limited} if whole else {"solver": "simplex"})
    lp = highs_program(value, matrix, lower, upper, most)
    lp.sense_ = highspy.ObjSense.kMaximize
    if whole:
        lp.integrality_ = np.full(len(value), highspy.HighsVarType.kInteger)
    solver.passModel(lp)
    _run(solver)
    status = solver.getModelStatus()
    if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit):
        raise InputError("bound", f"HiGHS says '{solver.modelStatusToString(status)}'", "a program that it can solve")
    return solver


def _run(solver: Any) -> None:
    """Solve in a thread of its own, so that Ctrl-C is heard: it leaves the thread behind."""
    thread = threading.Thread(target=solver.run, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(HEARD)


def _proven(
    value: Floats, most: Floats, lower: Floats, upper: Floats, matrix: csc_array, prices: Floats
) -> tuple[float, Floats]:
    """What the multipliers prove; those that point at a missing limit are set to 0."""
    prices = np.where(np.isfinite(upper), prices, np.minimum(prices, 0.0))
    prices = np.where(np.isfinite(lower), prices, np.maximum(prices, 0.0))
    limits = np.where(prices > 0.0, upper, lower)
    at_limits = prices * np.where(prices == 0.0, 0.0, limits)
    reduced = value - matrix.T @ prices
    return float(at_limits.sum() + (np.maximum(reduced, 0.0) * most).sum()), prices

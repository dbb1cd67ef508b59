"""Print every row of the ground truth at full length: about 300,000 orders or periods a row.

Usage: PYTHONPATH=. python tests/ground_truth/run.py [NAME...] [--share X] [--engine compiled] [--jobs N]

NAME: only rows whose name has it.
"""

from __future__ import annotations

import argparse
import time

from tests.ground_truth.estimate import estimate
from tests.ground_truth.rows import ROWS


def main() -> None:
    """Print one line a measure: expected, estimate, 95 % half-width, and whether they agree in the digits printed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--engine", choices=("simpy", "compiled"), default="simpy")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    for row in ROWS:
        if arguments.names and not any(name in row.name for name in arguments.names):
            continue
        start = time.perf_counter()
        found = estimate(row, arguments.share, 0.95, 1000, arguments.jobs, arguments.engine)
        print(f"{row.name}  ({row.source}; {time.perf_counter() - start:.0f} s)", flush=True)
        for name, value in row.expected.items():
            e = found[name]
            off = max(0.0, abs(e.mean - value) - row.rounding)
            verdict = "inside" if off <= e.half_width else f"OUTSIDE by {off / e.half_width:.1f} half-widths"
            relative = f"{e.half_width / abs(value):.2%}" if value else f"{e.half_width:.4f}"
            print(
                f"    {name:34s} {value:12.6f} {e.mean:12.6f} +- {e.half_width:.6f} ({relative})  {verdict}", flush=True
            )


if __name__ == "__main__":
    main()

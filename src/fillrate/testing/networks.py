"""Networks with random weights on the grid, for tests and benchmarks."""

from __future__ import annotations

import numpy as np

from fillrate.decision.scaling import GRID
from fillrate.decision.weights import Network
from fillrate.gym.terms import USUAL
from fillrate.learn.entries import learned
from fillrate.policy.spec import Info, Learned, SourceRule

__all__ = ["random_network", "random_policy", "random_prices"]


def random_network(seed: int, columns: tuple[str, ...] = USUAL, hidden: int = 8, outputs: int = 1) -> Network:
    """Weights that make every layer matter.

    Args:
        seed: of the weights.
        columns: that it looks at.
        hidden: units of a layer.
        outputs: of a row: 1 a score, 2 the gain of a unit and the cost of a box.
    """
    rng, width = np.random.default_rng(seed), len(columns) + 1

    def drawn(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return np.asarray(np.rint(rng.normal(0.0, 0.7, shape) * GRID) / GRID)

    square = (hidden, hidden)
    bias = drawn(hidden), drawn(hidden)
    return Network(
        columns,
        row=drawn(hidden, width),
        row_bias=bias[0],
        mix=drawn(*square),
        mix_bias=bias[1],
        table=drawn(hidden, 2 * hidden),
        score=drawn(outputs, hidden),
        score_bias=drawn(outputs),
    )


def random_policy(seed: int) -> Learned:
    """The same as a source policy."""
    return learned(f"random_{seed}", random_network(seed))


def random_prices(seed: int) -> Learned:
    """One that answers whole orders by gains and boxes."""
    value = {"one": 20.0, "unit_shipping_cost": -1.0}
    rule = SourceRule(method="priced_network", columns=USUAL, value=value, box={"box_cost": 1.0} if seed % 2 else {})
    info = Info(f"random_prices_{seed}", "source", "learned")
    return Learned(info, source=rule, network=random_network(seed, outputs=2))

"""Windows that nobody sees, so that every way to render can be tried where there is no display."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture
def windows() -> Iterator[list[float]]:
    """Seconds for which each frame that is shown was to stay."""
    from matplotlib import pyplot as plt
    from tests.gym.render.unseen import FigureCanvas

    before = plt.get_backend()
    plt.switch_backend("module://tests.gym.render.unseen")
    FigureCanvas.waited.clear()
    yield FigureCanvas.waited
    plt.close("all")
    plt.switch_backend(before)

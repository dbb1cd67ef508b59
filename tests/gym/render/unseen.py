"""A backend of matplotlib that has windows, which nobody sees: for tests where there is no display."""

from __future__ import annotations

from typing import Any, ClassVar

from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

__all__ = ["FigureCanvas", "FigureManager"]


class FigureManager(FigureManagerBase):
    def show(self) -> None:
        """As if it came up."""


class FigureCanvas(FigureCanvasAgg):
    required_interactive_framework: Any = "headless"  # what matplotlib finds running where there is no display
    manager_class: Any = FigureManager
    waited: ClassVar[list[float]] = []  # seconds that each frame was to stay

    def start_event_loop(self, timeout: float = 0) -> None:
        self.draw()  # type: ignore[no-untyped-call]
        self.waited.append(timeout)

"""Pictures of a run: what an environment's `render()` returns. matplotlib is imported with the first picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fillrate.gym.render.record import Record
from fillrate.gym.render.scene import Scene

if TYPE_CHECKING:
    from fillrate.gym.core import Core
    from fillrate.gym.reference import Reference
    from fillrate.gym.render.picture import Picture
    from fillrate.gym.render.window import Window

__all__ = ["Scene", "Viewer"]


class Viewer:
    """Follows an episode and shows it, in one of the modes; it reads the run and never changes it."""

    def __init__(self, core: Core | Reference, mode: str, fps: float) -> None:
        """Nothing is drawn yet.

        Args:
            core: the engine to follow.
            mode: `ansi`, `rgb_array` or `human`.
            fps: frames a second of a window.
        """
        self.core, self.mode, self.fps = core, mode, fps
        self.record = Record(core)
        self._picture: Picture | None = None
        self._window: Window | None = None

    def begin(self) -> None:
        """A new episode stands at its first question."""
        self.record.begin()

    def scene(self) -> Scene:
        """What is seen now."""
        return self.record.scene()

    def render(self) -> Any:
        """(720, 1280, 3) uint8, a text, or None after showing a frame in a window.

        Raises:
            InputError: a window is asked for where there is no display.
        """
        shown = {"ansi": self._text, "rgb_array": self._array}.get(self.mode, self._show)
        return shown(self.scene())

    def _text(self, scene: Scene) -> str:
        from fillrate.gym.render.text import text_of

        return text_of(self.core.terms.world, scene)

    def _array(self, scene: Scene) -> Any:
        from fillrate.gym.render.picture import Picture

        if self._picture is None:
            self._picture = Picture(self.core.terms.world)
        self._picture.update(scene)
        return self._picture.array()

    def _show(self, scene: Scene) -> None:
        from fillrate.gym.render.window import Window

        if self._window is None:
            self._window = Window(self.core.terms.world, self.fps)
        self._window.show(scene)

    def close(self) -> None:
        """Drop the figure, close the window."""
        self._picture = None
        if self._window is not None:
            self._window.close()
            self._window = None

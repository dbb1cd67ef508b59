"""Human mode: the picture in a window of matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fillrate.errors import InputError
from fillrate.gym.render.scene import Scene
from fillrate.world import World

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Window"]


class Window:
    """A window that shows one scene after the other; once the user has closed it, it stays closed."""

    def __init__(self, world: World, fps: float) -> None:
        """Open it.

        Args:
            world: whose map is shown.
            fps: frames a second, at most.

        Raises:
            InputError: there is no display, or matplotlib has been told not to use it.
        """
        from matplotlib import pyplot as plt

        from fillrate.gym.render.picture import SIZE, Picture

        self.seconds = 1.0 / fps
        self.figure: Figure = plt.figure(num=f"fillrate: {world.name}", figsize=SIZE, clear=True)
        if self.figure.canvas.required_interactive_framework is None:
            self.close()
            found = f"found 'human', and matplotlib's backend '{plt.get_backend()}', which has no window"
            raise InputError("render_mode", found, "rgb_array or ansi; human where there is a display")
        self.picture = Picture(world, self.figure)
        self.figure.show()

    def show(self, scene: Scene) -> None:
        """Draw a scene and let the window answer the user for the length of a frame."""
        from matplotlib import pyplot as plt

        if not plt.fignum_exists(getattr(self.figure, "number", -1)):
            return
        self.picture.update(scene)
        self.figure.canvas.draw_idle()
        self.figure.canvas.start_event_loop(self.seconds)

    def close(self) -> None:
        """Close the window."""
        from matplotlib import pyplot as plt

        plt.close(self.figure)

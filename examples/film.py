"""A film of an episode: `python examples/film.py` writes film/film-episode-0.mp4.

Gymnasium's RecordVideo asks for the package moviepy, which brings an encoder: pip install moviepy.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import gymnasium
from gymnasium.wrappers import RecordVideo

import fillrate.gym  # noqa: F401 - registers the environments


def film(folder: Path, world: str = "fillrate/Regional-v0", steps: int = 60) -> Path:
    """Play some steps, each to the first legal row, and write them to a file."""
    env = gymnasium.make(world, days=2.0, render_mode="rgb_array")
    filmed = RecordVideo(env, str(folder), episode_trigger=lambda n: n == 0, name_prefix="film", video_length=steps)
    _, info = filmed.reset(seed=1)
    for _ in range(steps):
        _, _, ended, _, info = filmed.step(int(info["action_mask"].argmax()))
        if ended:
            break
    filmed.close()
    return next(folder.glob("film-*.mp4"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path("film"))
    parser.add_argument("--steps", type=int, default=60)
    given = parser.parse_args()
    print(film(given.folder, steps=given.steps))

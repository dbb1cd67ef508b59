#!/usr/bin/env python3
"""Write a picture of an environment at one of its steps: `tools/frames.py regional --step 300 --out regional_step.png`.

The legal row with the lowest cost per unit is taken at every step. With a folder as --out and --every N, every N-th
frame from the first one on is written there, to make a film of.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from fillrate.gym import AllocationEnv
from fillrate.gym.render import Scene


def main() -> None:
    """Play, draw, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("world", help="name or path")
    parser.add_argument("--step", type=int, default=300, help="which step, 300 by default")
    parser.add_argument("--every", type=int, default=0, help="all steps up to it that N divides")
    parser.add_argument("--seed", type=int, default=1, help="of the trace, 1 by default")
    parser.add_argument("--engine", choices=("compiled", "simpy"), default="compiled")
    parser.add_argument("--out", type=Path, required=True, help="a .png file, or a folder")
    said = parser.parse_args()
    env = AllocationEnv(said.world, engine=said.engine, render_mode="rgb_array")
    folder = said.out if said.out.suffix != ".png" else said.out.parent
    folder.mkdir(parents=True, exist_ok=True)
    for step in _steps(env, said.seed, said.step):
        if step == said.step or (said.every and step % said.every == 0):
            path = said.out if said.out.suffix == ".png" and step == said.step else folder / f"{step:06}.png"
            write(env.render(), path)
            print(f"wrote {path}")
    env.close()


def _steps(env: AllocationEnv, seed: int, last: int) -> Iterator[int]:
    """Numbers of the steps at which the environment stands, up to the last one or the end of the episode."""
    env.reset(options={"trace_seed": seed})
    yield 0
    for step in range(1, last + 1):
        _, _, ended, _, _ = env.step(cheapest(env))
        yield last if ended else step
        if ended:
            return


def cheapest(env: AllocationEnv) -> int:
    """The legal row with the lowest cost per unit, or hold."""
    scene: Scene | None = None if env.viewer is None else env.viewer.scene()
    if scene is None or scene.decision is None or (best := scene.decision.best) is None:
        return len(env.action_masks()) - 1
    return scene.decision.candidates.index(best)


def write(frame: np.ndarray, path: Path) -> None:
    """Write a frame as a PNG file."""
    Image.fromarray(frame).save(path, optimize=True)


if __name__ == "__main__":
    main()

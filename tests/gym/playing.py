"""Playing environments: with random legal rows, with given rows, and what was seen on the way, to be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.model.kernel.test_same_catalogue import last_orders, short

from fillrate.errors import FillrateError
from fillrate.gym import AllocationEnv
from fillrate.trace import Trace, sample
from fillrate.world import World, load_world

__all__ = ["Seen", "any_legal", "cut", "each_info", "episode", "plain", "played", "replayed", "told"]

Seen = list[tuple[Any, ...]]  # of an episode: what a reset and each step returned
Choose = Callable[[NDArray[Any]], Any]  # from a mask to a row


def cut(name: str, orders: int, seeds: Iterable[int]) -> tuple[World, list[Trace]]:
    """A world of the catalogue over a few days, and the last orders of traces of it."""
    world = short(load_world(name), orders)
    return world, [last_orders(sample(world, seed), orders) for seed in seeds]


def any_legal(seed: int) -> Choose:
    """Random legal rows; of (n, rows) masks n of them."""
    rng = np.random.default_rng(seed)
    return lambda mask: (rng.random(mask.shape) * mask).argmax(axis=-1)


def replayed(rows: Iterable[Any]) -> Choose:
    """Rows one after the other."""
    left = iter(rows)
    return lambda _: next(left)


def episode(env: AllocationEnv, choose: Choose, **reset: Any) -> Seen:
    """An episode from its reset to its end."""
    observed, info = env.reset(**reset)
    seen: Seen = [told(observed, info)]
    ended = False
    while not ended:
        assert (env.action_masks() == info["action_mask"]).all()
        observed, reward, ended, truncated, info = env.step(choose(env.action_masks()))
        assert not truncated
        seen.append((repr(reward), ended, *told(observed, info)))
    return seen


def played(
    world: Any, traces: Any, engine: Any, others: Any = "", choose: Callable[[int], Choose] = any_legal, **terms: Any
) -> Seen | str:
    """Every trace once, with the same luck in both engines; or what it was refused with."""
    try:
        env = AllocationEnv(world, traces=traces, engine=engine, others=others, **terms)
        seen = [step for n in range(len(traces)) for step in episode(env, choose(n))]
        env.close()
    except FillrateError as error:
        return f"{type(error).__name__}: {error}"
    return seen


def told(observed: NDArray[np.float32], info: dict[str, Any]) -> tuple[Any, ...]:
    """An observation and an info, as values that are equal where their bits are."""
    return observed.tobytes(), {key: repr(plain(value)) for key, value in info.items()}


def plain(value: Any) -> Any:
    """A value of an info without NumPy's types."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def each_info(infos: dict[str, Any], n: int) -> list[dict[str, Any]]:
    """Infos of a vector environment as one dictionary for each of n, keys that a mask denies left out."""
    found: list[dict[str, Any]] = [{} for _ in range(n)]
    for key, value in infos.items():
        if not key.startswith("_"):
            parts = each_info(value, n) if isinstance(value, dict) else value
            for i in range(n):
                if f"_{key}" not in infos or infos[f"_{key}"][i]:
                    found[i][key] = parts[i]
    return found

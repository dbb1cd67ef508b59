"""Each way to render: what it returns, that it changes nothing, and what it costs those who do not render."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.wrappers import RenderCollection

from fillrate.errors import InputError
from fillrate.gym import AllocationEnv, id_of

FLOOR = 2.0  # frames a second: the picture makes eight and more on a quiet machine
NO_DRAWING = """
import sys
import fillrate.gym
for mode in (None, "ansi"):
    env = fillrate.gym.AllocationEnv("two_warehouses", render_mode=mode)
    env.reset(seed=1)
    env.step(0)
    if mode:
        env.render()
    env.close()
print([name for name in sys.modules if name.split(".")[0] == "matplotlib"])
"""


def env_of(world: str, mode: str | None, **more: Any) -> AllocationEnv:
    env = AllocationEnv(world, render_mode=mode, **more)
    env.reset(options={"trace_seed": 1})
    return env


def test_a_frame_is_an_image_that_changes() -> None:
    env = env_of("regional", "rgb_array")
    first = env.render()
    assert first.shape == (720, 1280, 3)
    assert first.dtype == np.uint8
    assert (env.render() == first).all()
    kept = first.copy()
    env.step(0)
    assert (env.render() != first).any()
    assert (first == kept).all()  # a frame is the caller's own
    env.close()


def test_a_frame_does_not_depend_on_those_before() -> None:
    often, once = env_of("regional", "rgb_array"), env_of("regional", "rgb_array")
    for _ in range(3):
        often.render()
        often.step(0)
        once.step(0)
    assert (often.render() == once.render()).all()


@pytest.mark.parametrize("world", ["lost_sales", "baskets_large", "limited_edition", "two_warehouses"])
def test_any_network_can_be_drawn(world: str) -> None:
    env = env_of(world, "rgb_array")
    assert env.render().std() > 10.0
    env.close()


def test_the_end_of_an_episode_can_be_drawn() -> None:
    env = env_of("two_warehouses", "rgb_array", days=5.0)
    while not env.step(0)[2]:
        pass
    assert env.render().shape == (720, 1280, 3)


def test_frames_come_fast_enough_for_a_film() -> None:
    env = env_of("regional", "rgb_array")
    env.render()
    began = time.perf_counter()
    for _ in range(10):
        env.step(0)
        env.render()
    assert 10 / (time.perf_counter() - began) > FLOOR


def test_the_text_says_what_is_at_hand() -> None:
    env = env_of("regional", "ansi")
    env.step(0)
    text, world = env.render(), env.terms.world
    assert env.viewer is not None
    seen = env.viewer.scene()
    decision = seen.decision
    assert decision is not None
    region, sku = world.regions[decision.region].name, world.skus[decision.sku].name
    head, asked, *_ = text.splitlines()
    assert head.startswith("regional, day 0, ")
    assert f"{seen.orders} orders" in head
    assert asked.startswith(f"{decision.quantity} × {sku} for {region} (order {decision.order}")
    rows = {line.split()[1]: line.split() for line in text.splitlines() if line.startswith("*")}
    for row in decision.candidates:
        assert row.legal
        name = world.locations[row.location].name
        assert rows[name][2:6:3] == [str(row.available), f"{row.cost_per_unit(decision.quantity):.2f}"]
    assert rows["hold"] == ["*", "hold"]
    assert text.count("taken last") == 1
    assert "sent lately: " in text


@pytest.mark.parametrize("mode", ["ansi", "rgb_array"])
@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_looking_changes_nothing(mode: str, engine: Any) -> None:
    plain, seen = env_of("peak_season", None, engine=engine), env_of("peak_season", mode, engine=engine)
    for step in range(60):
        row = int(np.flatnonzero(plain.action_masks())[step % 2 - 1])
        if step % 10 == 0:
            seen.render()
        (here, reward, *rest, _), (there, other, *others, _) = plain.step(row), seen.step(row)
        assert (reward, rest) == (other, others)
        assert here.tobytes() == there.tobytes()
    plain.close()
    seen.close()


def test_a_window_shows_the_reset_and_every_step(windows: list[float]) -> None:
    env = env_of("regional", "human")
    assert len(windows) == 1
    env.step(0)
    assert windows == [1 / AllocationEnv.metadata["render_fps"]] * 2
    assert env.render() is None
    env.close()


def test_a_window_that_the_user_has_closed_stays_closed(windows: list[float]) -> None:
    from matplotlib import pyplot as plt

    env = env_of("regional", "human")
    plt.close("all")
    env.step(0)
    assert len(windows) == 1
    assert not plt.get_fignums()
    env.close()


def test_closing_closes_the_window(windows: list[float]) -> None:
    from matplotlib import pyplot as plt

    env = env_of("regional", "human")
    assert plt.get_fignums()
    env.close()
    env.close()
    assert not plt.get_fignums()


def test_without_a_display_a_window_is_refused_in_one_line() -> None:
    from matplotlib import pyplot as plt

    env = AllocationEnv("regional", render_mode="human")
    with pytest.raises(InputError) as caught:
        env.reset(seed=1)
    assert "rgb_array" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not plt.get_fignums()


def test_pictures_leave_no_figure_behind() -> None:
    from matplotlib import pyplot as plt

    env = env_of("regional", "rgb_array")
    env.render()
    env.close()
    assert not plt.get_fignums()
    assert env.viewer is not None
    assert env.viewer._picture is None


def test_a_wrong_mode_is_refused_in_one_line() -> None:
    with pytest.raises(InputError) as caught:
        AllocationEnv("regional", render_mode="rgb_aray")
    assert str(caught.value) == (
        "render_mode: found 'rgb_aray' (did you mean 'rgb_array'?); allowed: human, rgb_array, ansi"
    )


def test_without_a_mode_rendering_warns_and_shows_nothing() -> None:
    env = env_of("regional", None)
    with pytest.warns(UserWarning, match="render_mode"):
        assert env.render() is None


def test_frames_can_be_collected() -> None:
    env = RenderCollection(gymnasium.make(id_of("regional"), render_mode="rgb_array"))
    env.reset(seed=1)
    for _ in range(3):
        env.step(0)
    frames: Any = env.render()
    assert len(frames) == 4
    assert all(frame.shape == (720, 1280, 3) for frame in frames)
    env.close()


def test_who_draws_nothing_does_not_load_matplotlib() -> None:
    done = subprocess.run([sys.executable, "-c", NO_DRAWING], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"

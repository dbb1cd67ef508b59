"""The examples run as their first lines say, for a moment."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
pytestmark = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="needs a checkout with examples/")


def run(name: str, *arguments: str) -> list[str]:
    """Lines that an example prints."""
    command = [sys.executable, str(EXAMPLES / name), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_masked_ppo() -> None:
    pytest.importorskip("torch")
    lines = run("masked_ppo.py", "--steps", "600", "--envs", "4", "--days", "0.2", "--rules", "cheapest,fewest_splits")
    assert re.fullmatch(r" +768 steps, +-?[\d,.]+ paid a step", lines[-2])
    assert re.fullmatch(r"seeds 0 to 19: learnt -?[\d,]+, cheapest -?[\d,]+, fewest_splits -?[\d,]+", lines[-1])


@pytest.mark.slow
def test_masked_ppo_learns_to_do_without_the_cheapest_site() -> None:
    pytest.importorskip("torch")
    line = run("masked_ppo.py", "--rules", "cheapest")[-1].replace(",", "")
    learnt, cheapest = (int(each) for each in re.findall(r"(?:learnt|cheapest) (-?\d+)", line))
    assert learnt > 1.1 * cheapest


@pytest.mark.slow
def test_rllib() -> None:
    pytest.importorskip("torch")
    pytest.importorskip("ray.rllib", reason="needs ray[rllib]", exc_type=ImportError)
    lines = run("rllib.py", "--iterations", "1", "--days", "0.2")
    assert re.fullmatch(r" +1 iterations, +2,0\d\d steps, mean return +-?[\d,.]+", lines[-1])


def test_film(tmp_path: Path) -> None:
    pytest.importorskip("moviepy", reason="RecordVideo needs moviepy, which fillrate does not")
    lines = run("film.py", "--folder", str(tmp_path), "--steps", "3")
    film = tmp_path / "film-episode-0.mp4"
    assert lines[-1] == str(film)
    assert film.stat().st_size > 10_000

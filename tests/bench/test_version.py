"""The version of the code follows what decides results, and nothing else."""

from __future__ import annotations

from pathlib import Path

from fillrate.bench.version import code_version


def test_version_follows_the_sources_that_decide(tmp_path: Path) -> None:
    for name in ("draws/laws.py", "bench/tasks.py", "simulate.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x = 1\n")
    first = code_version(tmp_path)
    (tmp_path / "bench/tasks.py").write_text("x = 2\n")
    assert code_version(tmp_path) == first
    (tmp_path / "simulate.py").write_text("x = 2\n")
    second = code_version(tmp_path)
    (tmp_path / "draws/laws.py").rename(tmp_path / "draws/laws2.py")
    assert len({first, second, code_version(tmp_path)}) == 3


def test_version_of_the_running_code_is_stable() -> None:
    assert code_version() == code_version()
    assert len(code_version()) == 16

"""Files and folders that take the place of others: whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from fillrate.files import folder_aside


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_takes_the_place_of_another(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "old").touch()
    with folder_aside(tmp_path / "x") as aside:
        (aside / "new").touch()
        assert names(tmp_path / "x") == ["old"], "not before it is finished"
    assert (names(tmp_path), names(tmp_path / "x")) == (["x"], ["new"])


def test_what_fails_leaves_the_old_folder_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "old").touch()
    with pytest.raises(FileNotFoundError), folder_aside(tmp_path / "x") as aside:
        (aside / "missing" / "new").touch()
    assert (names(tmp_path), names(tmp_path / "x")) == (["x"], ["old"])


def test_an_old_folder_comes_back_where_the_new_one_cannot_take_its_place(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "old").touch()
    with pytest.raises(FileNotFoundError), folder_aside(tmp_path / "x") as aside:
        aside.rmdir()
    assert (names(tmp_path), names(tmp_path / "x")) == (["x"], ["old"])

"""Files and folders that take the place of others: whole, or not at all."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from fillrate.errors import InputError
from fillrate.files import check_output, folder_aside, written_aside


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


def test_an_error_while_writing_names_the_file_and_leaves_the_old_one(tmp_path: Path) -> None:
    """Writers of other packages name none, or the one that is aside."""
    path = tmp_path / "x"
    path.write_text("old")
    with pytest.raises(OSError, match="No space left") as full, written_aside(path):
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(FileNotFoundError) as lost, folder_aside(tmp_path / "y") as aside:
        (aside / "missing" / "new").touch()
    with pytest.raises(FileNotFoundError) as other, written_aside(path):
        (tmp_path / "absent").read_text()
    assert [Path(fault.value.filename) for fault in (full, lost, other)] == [path, tmp_path / "y", tmp_path / "absent"]
    assert (names(tmp_path), path.read_text()) == (["x"], "old")


def test_a_link_stays_one_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "far" / "x")
    check_output(link, "--out")
    for text in ("first", "second"):
        with written_aside(link) as aside:
            aside.write_text(text)
    assert link.is_symlink()
    assert (names(tmp_path / "far"), (tmp_path / "far" / "x").read_text()) == (["x"], "second")


def test_a_link_to_nowhere_is_found_out_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere" / "x")
    with pytest.raises(InputError, match=r"^--out: no folder"):
        check_output(tmp_path / "link", "--out")

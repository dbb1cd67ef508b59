"""Files that a run writes: tried before the work, written aside and renamed, or appended to whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from fillrate.errors import InputError

__all__ = ["append_whole", "check_folder", "check_output", "folder_aside", "write_text", "write_whole", "written_aside"]


def check_output(path: Path, place: str, suffixes: Sequence[str] = ()) -> None:
    """Find out before the work, not after it, whether a file can be written.

    Args:
        path: the file; it is not touched.
        place: name of the option or argument, for messages.
        suffixes: endings that are allowed; none = any.

    Raises:
        InputError: wrong ending, a folder, no such folder, or no right to write there.
    """
    if suffixes and path.suffix.lower() not in suffixes:
        raise InputError(place, f"found '{path}'", f"a file name that ends in {' or '.join(suffixes)}")
    if path.is_dir():
        raise InputError(place, f"'{path}' is a folder", "a file name")
    folder = path.resolve().parent
    if not folder.is_dir():
        raise InputError(place, f"no folder '{path.parent}'", "a file in a folder that exists")
    _try(folder, place, path)


def check_folder(folder: Path, place: str) -> None:
    """Make a folder for results, or find out that it cannot be.

    Raises:
        InputError: it is a file, or cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise InputError(place, f"'{folder}' cannot be made: {fault.strerror}", "a folder, there or new") from None
    _try(folder, place, folder)


def _try(folder: Path, place: str, shown: Path) -> None:
    """Write an empty file into a folder and take it away again."""
    trial = folder / f".fillrate.{os.getpid()}.part"
    try:
        trial.touch()
        trial.unlink()
    except OSError as fault:
        raise InputError(place, f"'{shown}' cannot be written: {fault.strerror}", "a place to write to") from None


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """A file name beside `path` to write to; it takes the place of `path` if all goes well, else it is removed.

    Where `path` is a link, what it leads to is replaced.

    Raises:
        OSError: it cannot be written, on a full disk for instance; `path` is named, whoever wrote.
    """
    there = path.resolve()
    aside = there.with_name(f".{there.name}.{os.getpid()}.part")
    try:
        with _named(path, aside):
            yield aside
            aside.replace(there)
    finally:
        aside.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text in UTF-8, aside and then renamed; its folder is made if there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_aside(path) as aside:
        aside.write_text(text, encoding="utf-8")


@contextmanager
def folder_aside(folder: Path) -> Iterator[Path]:
    """A new folder beside `folder` to fill; it takes the place of `folder` if all goes well, else it is removed."""
    aside, before = (folder.with_name(f".{folder.name}.{os.getpid()}.{word}") for word in ("part", "old"))
    shutil.rmtree(aside, ignore_errors=True)
    try:
        with _named(folder, aside):
            aside.mkdir(parents=True)
            yield aside
            if folder.exists():
                folder.rename(before)
            aside.rename(folder)
    finally:
        if before.exists() and not folder.exists():
            before.rename(folder)
        for left in (aside, before):
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _named(path: Path, aside: Path) -> Iterator[None]:
    """Errors of the system say which file cannot be written: some writers do not, others name what is aside."""
    try:
        yield
    except OSError as fault:
        if fault.filename is not None and aside.name not in str(fault.filename):
            raise
        raise OSError(fault.errno, fault.strerror or str(fault), str(path)) from fault


def append_whole(path: Path, data: bytes, flushed: bool = False) -> None:
    """Add lines to a file; a torn last line, left by whoever was killed, is closed first.

    Args:
        path: the file, made if it is not there.
        data: ends in a line break.
        flushed: on disk before this returns.

    Raises:
        OSError: it cannot be written, on a full disk for instance; the file then ends where it ended before.
    """
    with path.open("ab+", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        torn = size and (file.seek(size - 1), file.read(1))[1] != b"\n"
        write_whole(file, b"\n" + data if torn else data, size)
        if flushed:
            os.fsync(file.fileno())


def write_whole(file: FileIO, data: bytes, size: int) -> None:
    """All of it or nothing: where the disk fills up, the system first writes a part of it and says so."""
    try:
        while data:
            data = data[file.write(data) :]
    except OSError:
        file.truncate(size)
        raise

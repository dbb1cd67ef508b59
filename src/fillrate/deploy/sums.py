"""`SHA256SUMS`: the hash of every other file of a bundle, and with it the bundle's own name."""

from __future__ import annotations

import hashlib
from pathlib import Path

from fillrate.errors import BundleError

__all__ = ["SUMS", "bundle_id", "differences", "is_policy_folder", "sums_of", "write_sums"]

SUMS = "SHA256SUMS"


def sums_of(folder: Path) -> str:
    """The text that `SHA256SUMS` must be: a line for each other file, by name.

    Raises:
        BundleError: something in the folder is no plain file.
    """
    lines = []
    for path in sorted(folder.iterdir(), key=lambda p: p.name):
        if path.is_symlink() or not path.is_file():
            raise BundleError(f"{folder.name}/{path.name}", "found something that is no plain file", "files only")
        if path.name != SUMS:
            lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")
    return "".join(lines)


def is_policy_folder(folder: Path) -> bool:
    """Whether a folder is a bundle or a trained policy, and so may be written anew."""
    there = list(folder.iterdir()) if folder.is_dir() else []
    names = {path.name for path in there if path.is_file()}
    return len(names) == len(there) and "policy.toml" in names and bool(names & {SUMS, "card.json"})


def write_sums(folder: Path) -> None:
    """Write `SHA256SUMS` over what is there."""
    (folder / SUMS).write_bytes(sums_of(folder).encode())


def bundle_id(folder: Path) -> str:
    """The name of a bundle in decisions and logs: first 16 hex digits of the SHA-256 of its `SHA256SUMS`."""
    return hashlib.sha256((folder / SUMS).read_bytes()).hexdigest()[:16]


def differences(folder: Path) -> list[str]:
    """What `SHA256SUMS` and the files do not agree about, in words; none if it is theirs byte for byte.

    Raises:
        BundleError: there is no bundle.
    """
    if not folder.is_dir():
        raise BundleError(f"'{folder}'", "there is no such folder", "a folder that `fillrate export` wrote")
    if not (folder / SUMS).is_file():
        raise BundleError(f"'{folder}'", f"no {SUMS} in it", "a folder that `fillrate export` wrote")
    stated, found = (folder / SUMS).read_bytes(), sums_of(folder).encode()
    if stated == found:
        return []
    said, there = _entries(stated), _entries(found)
    words = [f"{name} is not listed" for name in sorted(there.keys() - said.keys())]
    words += [f"{name} is missing" for name in sorted(said.keys() - there.keys())]
    words += [
        f"{name} differs from its hash" for name in sorted(said.keys() & there.keys()) if said[name] != there[name]
    ]
    return words or [f"{SUMS} differs from what it must be"]


def _entries(text: bytes) -> dict[str, str]:
    """Name -> hash; a line that is none counts under its own text."""
    found = {}
    for line in text.decode("utf-8", "replace").splitlines():
        digest, _, name = line.partition("  ")
        found[name or line] = digest
    return found

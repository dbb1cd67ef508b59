"""A bundle that was touched does not verify, and is not loaded."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

import fillrate
from fillrate.catalogue import entries
from fillrate.cli import main
from fillrate.deploy.sums import SUMS, write_sums
from fillrate.deploy.verify import verify
from fillrate.errors import BundleError


def failed(folder: Path) -> list[str]:
    return [check.check for check in verify(folder) if not check.ok]


def test_a_bundle_verifies_as_it_was_made(made: Any) -> None:
    found = verify(made("cheapest"))
    assert [check.check for check in found] == ["files", "contents", "golden cases", "numpy"]
    assert all(check.ok for check in found)


def test_one_flipped_bit_anywhere_is_found(copied: Path) -> None:
    """Some bytes of every file, the first and the last among them."""
    chosen = random.Random(5)
    for path in sorted(copied.iterdir()):
        whole = path.read_bytes()
        places = {0, len(whole) - 1, *(chosen.randrange(len(whole)) for _ in range(6))}
        for at in places:
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chosen.randrange(8)]) + whole[at + 1 :])
            assert failed(copied) == ["files"], f"{path.name}, byte {at}"
        path.write_bytes(whole)
    assert not failed(copied)


@pytest.mark.parametrize("spoil", ["new file", "lost file", "folder", "link"])
def test_files_are_those_that_are_listed(copied: Path, spoil: str) -> None:
    if spoil == "new file":
        (copied / "notes.txt").write_text("")
    elif spoil == "lost file":
        (copied / "card.md").unlink()
    elif spoil == "folder":
        (copied / "more").mkdir()
    else:
        (copied / "link").symlink_to(copied / "card.md")
    with pytest.raises(BundleError, match=r"notes.txt is not listed|card.md is missing|no plain file"):
        fillrate.Allocator.load(copied)


def test_a_policy_that_was_changed_does_not_decide_as_its_cases_say(copied: Path) -> None:
    """Though its hashes are in order."""
    said = json.loads((copied / "bundle.json").read_text())
    said["policy"]["source"]["steps"] = [{"cost_per_unit": 1.0}]
    (copied / "bundle.json").write_text(json.dumps(said))
    write_sums(copied)
    assert failed(copied) == ["numpy"]
    with pytest.raises(BundleError, match="does not verify: case"):
        fillrate.Allocator.load(copied)


def test_fewer_cases_than_were_promised_are_too_few(copied: Path) -> None:
    cases = json.loads((copied / "golden.json").read_text())
    (copied / "golden.json").write_text(json.dumps(cases[:199]))
    write_sums(copied)
    assert failed(copied) == ["golden cases"]


def test_the_command_says_so(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(copied), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
    (copied / SUMS).write_bytes((copied / SUMS).read_bytes()[:-1])
    assert main(["verify", str(copied), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is False
    assert said["checks"][0]["check"] == "files"


def test_a_folder_that_is_no_bundle_is_the_wrong_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(tmp_path)]) == 2
    assert "no SHA256SUMS in it" in capsys.readouterr().err


BUNDLES = [path.parent for path in entries("policies").values() if path.name == "policy.toml"]


@pytest.mark.parametrize("bundle", BUNDLES, ids=[folder.name for folder in BUNDLES])
def test_a_bundle_of_the_catalogue_verifies_until_a_byte_of_it_is_another(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Any byte of any file: the first, the last, and one drawn from those between."""
    assert main(["verify", str(bundle)]) == 0
    folder, chosen = Path(shutil.copytree(bundle, tmp_path / "bundle")), random.Random(bundle.name)
    for path in sorted(folder.iterdir()):
        whole = path.read_bytes()
        for at in {0, chosen.randrange(len(whole)), len(whole) - 1}:
            path.write_bytes(whole[:at] + bytes([whole[at] ^ chosen.randrange(1, 256)]) + whole[at + 1 :])
            assert main(["verify", str(folder)]) == 1, f"{path.name}, byte {at}"
        path.write_bytes(whole)
    assert "differs" in capsys.readouterr().out

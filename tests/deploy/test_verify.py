"""A bundle that was touched does not verify, and is not loaded."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fillrate
from fillrate.catalogue import entries
from fillrate.cli import main
from fillrate.deploy.sums import SUMS, write_sums
from fillrate.deploy.verify import verify
from fillrate.errors import BundleError, InputError

BUNDLES = [path.parent for path in entries("policies").values() if path.name == "policy.toml"]
LEARNED = next(folder for folder in BUNDLES if (folder / "policy.npz").is_file())


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


def spoilt(whole: bytes) -> list[bytes]:
    """Files that were cut off, or have another byte, where an archive breaks in other ways."""
    cut = [whole[:at] for at in (0, 1, 30, len(whole) // 2, len(whole) - 1)]
    places = (*range(0, 40, 8), *range(len(whole) - 22, len(whole), 4))
    return cut + [whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :] for at in places]


@pytest.mark.parametrize("name", ["tables.npz", "policy.npz"])
def test_arrays_that_are_broken_though_their_hash_is_right_are_a_failed_check(
    copied: Path, tmp_path: Path, name: str
) -> None:
    folder = copied if name == "tables.npz" else Path(shutil.copytree(LEARNED, tmp_path / "learned"))
    whole = (folder / name).read_bytes()
    for text in spoilt(whole):
        (folder / name).write_bytes(text)
        write_sums(folder)
        assert set(failed(folder)) <= {"contents"}  # a byte may be the hour at which the file was made
    (folder / name).write_bytes(whole[:100])
    write_sums(folder)
    assert failed(folder) == ["contents"]
    assert main(["verify", str(folder)]) == 1
    with pytest.raises(InputError, match=f"{name}: cannot be read"):
        fillrate.Allocator.load(folder)


@pytest.mark.parametrize("t0", ["03.01.2024", "2024-13-01"])
def test_a_day_zero_that_is_no_instant_is_refused(copied: Path, t0: str) -> None:
    said = json.loads((copied / "bundle.json").read_text())
    (copied / "bundle.json").write_text(json.dumps(said | {"t0": t0}))
    write_sums(copied)
    assert failed(copied) == ["contents"]


def test_fewer_cases_than_were_promised_are_too_few(copied: Path) -> None:
    cases = json.loads((copied / "golden.json").read_text())
    (copied / "golden.json").write_text(json.dumps(cases[:199]))
    write_sums(copied)
    assert failed(copied) == ["golden cases"]
    with pytest.raises(BundleError, match="does not verify: 199 golden cases"):
        fillrate.Allocator.load(copied)


def test_what_lacks_a_file_is_not_loaded_though_its_hashes_are_in_order(copied: Path) -> None:
    (copied / "drift.json").unlink()
    write_sums(copied)
    assert failed(copied) == ["contents"]
    with pytest.raises(BundleError, match=r"does not verify: drift\.json is missing"):
        fillrate.Allocator.load(copied)


@pytest.mark.parametrize(
    ("name", "find", "replace", "said"),
    [
        ("bundle.json", '"hold": null', '"hold": NaN', "NaN is no number of JSON"),
        ("bundle.json", '"format": 1,', '"format": 2, "format": 1,', "a key there twice"),
        ("bundle.json", '"deadline_ms": null', '"deadline_ms": "50"', "guard deadline_ms: found '50'"),
        ("bundle.json", '"deadline_ms": null', '"deadline_ms": -1', "guard deadline_ms: found -1"),
        ("bundle.json", '"require": []', '"require": "price"', "guard require: found 'p'"),
        ("bundle.json", '"require": []', '"require": ["prise"]', r"found 'prise' \(did you mean 'price'\?\)"),
        ("golden.json", '{"kind":', '5, {"kind":', "case 0 is none"),
        ("golden.json", '{"kind":', '{"kinds":', "case 0 is none"),
    ],
)
def test_contents_that_say_nothing_are_a_failed_check(
    copied: Path, name: str, find: str, replace: str, said: str
) -> None:
    """Though their hashes are in order."""
    text = (copied / name).read_text()
    assert find in text
    (copied / name).write_text(text.replace(find, replace, 1))
    write_sums(copied)
    assert failed(copied) == ["contents"]
    with pytest.raises(BundleError, match=said):
        fillrate.Allocator.load(copied)


@pytest.mark.parametrize("name", ["rating", "box", "distance_km", "home_rate"])
def test_arrays_that_do_not_fit_each_other_are_a_failed_check(copied: Path, name: str) -> None:
    with np.load(copied / "tables.npz") as found:
        arrays = {key: found[key].ravel()[:1] if key == name else found[key] for key in found.files}
    np.savez(copied / "tables.npz", **arrays)
    write_sums(copied)
    assert failed(copied) == ["contents"]
    with pytest.raises(BundleError, match=r"^tables\.npz: its arrays do not fit"):
        fillrate.Allocator.load(copied)


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

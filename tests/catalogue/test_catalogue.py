"""Finding an entry: by path, by name, in the workspace before the catalogue, as a file or as a bundle folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from fillrate.catalogue import built_in, entries, find
from fillrate.errors import NotFound


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Policies of one's own: a file, a bundle folder, and a file that has the name of a built-in one."""
    for name in ("zebra.toml", "ant/policy.toml", "ant/card.md", "cheapest.toml"):
        path = tmp_path / "policies" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")
    return tmp_path


def test_names_are_those_of_files_and_of_bundle_folders(workspace: Path) -> None:
    found = entries("policies", workspace)
    assert list(found) == sorted({"ant", "zebra"} | set(entries("policies", workspace / "nowhere")))
    assert found["ant"] == workspace / "policies" / "ant" / "policy.toml"


def test_an_entry_of_the_workspace_hides_the_built_in_one(workspace: Path) -> None:
    assert find("policies", "cheapest", workspace) == workspace / "policies" / "cheapest.toml"
    assert find("policies", "distance", workspace) == built_in("policies") / "distance.toml"


def test_a_path_is_taken_as_it_is(workspace: Path) -> None:
    for path in (workspace / "policies" / "zebra.toml", built_in("envs") / "regional.toml"):
        assert find("envs", path) == path
    with pytest.raises(NotFound, match=r"zebra: no such policy file"):
        find("policies", str(workspace / "policies" / "zebra"))


def test_a_file_that_is_no_toml_is_not_called_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop.yaml").write_text("world: {}", encoding="utf-8")
    (tmp_path / "regional").write_text("notes", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotFound, match=r"^shop\.yaml: no world file: those end in \.toml"):
        find("envs", "shop.yaml")
    assert find("envs", "regional") == built_in("envs") / "regional.toml"


def test_a_wrong_name_gets_the_nearest_one_and_all_there_are(workspace: Path) -> None:
    with pytest.raises(NotFound, match=r"policy 'zebrra': no such name \(did you mean 'zebra'\?\)") as caught:
        find("policies", "zebrra", workspace)
    assert caught.value.allowed == ", ".join(entries("policies", workspace))


def test_what_is_being_written_or_was_left_by_a_kill_is_no_entry(workspace: Path) -> None:
    before = entries("policies", workspace)
    (workspace / "policies" / "ant").rename(workspace / "policies" / ".ant.99.part")
    (workspace / "policies" / ".hidden.toml").touch()
    assert entries("policies", workspace).keys() == before.keys() - {"ant"}

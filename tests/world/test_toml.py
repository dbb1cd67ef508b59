"""Tables are read back as they were written."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fillrate.world.toml import WIDTH, Block, toml_text

TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
PLAIN = TEXT | st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False)
KEYS = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=8)
INLINE = st.dictionaries(KEYS, PLAIN, max_size=3)
VALUES = PLAIN | INLINE | st.lists(PLAIN, max_size=25) | st.lists(INLINE, max_size=5)


@settings(max_examples=60)
@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=3), max_size=2), st.lists(TEXT, max_size=3), TEXT)
def test_every_value_is_read_back(tables: list[dict[str, Any]], title: list[str], comment: str) -> None:
    blocks = [Block("entry", table, comment, repeated=True) for table in tables]
    text = toml_text([" ".join(t.split()) for t in title], blocks)
    assert tomllib.loads(text).get("entry", []) == tables


def test_what_is_none_is_left_out_and_long_lists_are_broken() -> None:
    numbers = [n / 7 for n in range(100)]
    text = toml_text(
        ["A file."], [Block("one", {"a": None, "b": numbers, "c": {"law": "constant", "mean": 1.0}}, "Why.")]
    )
    assert tomllib.loads(text) == {"one": {"b": numbers, "c": {"law": "constant", "mean": 1.0}}}
    assert max(map(len, text.splitlines())) <= WIDTH
    assert text.startswith("# A file.\n\n# Why.\n[one]\nb = [\n")


def test_a_title_with_a_list() -> None:
    assert toml_text(["Title.", "- one", "- two"], []) == "# Title.\n#\n# - one\n# - two\n"

"""README and the pages under docs do what they show: blocks marked to run are run, in a folder of their own.

A block opens with ```` ```console run ````: its lines that start with `$ ` are typed into a shell, in order (`> ` goes
on with a line), and each must end with exit code 0. With ```` ```console run exact ```` what is shown below a command
is also compared with what it prints, line by line, however wide the columns are; a line `...` stands for any lines and
`...` within a line for any part of it. A ```` ```python run ```` block is run as a script.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(p for p in [ROOT / "README.md", *ROOT.glob("docs/**/*.md")] if p.is_file())
BLOCK = re.compile(r"^```(?P<words>(?:console|python)\b[^\n]*)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
MARKS = {"console": {"run", "exact"}, "python": {"run"}}


@dataclass(frozen=True)
class Block:
    """A fenced block: the page and line it stands on, the words after the fence, and its lines."""

    place: str
    language: str
    marks: frozenset[str]
    body: str


@dataclass(frozen=True)
class Command:
    """A command of a console block and what the page shows below it."""

    text: str
    shown: str


def blocks_of(text: str, page: str) -> list[Block]:
    found = []
    for match in BLOCK.finditer(text):
        language, *marks = match["words"].split()
        place = f"{page}:{text.count(chr(10), 0, match.start()) + 1}"
        found.append(Block(place, language, frozenset(marks), match["body"]))
    return found


def commands_of(body: str) -> list[Command]:
    texts: list[str] = []
    shown: list[list[str]] = []
    for line in body.splitlines():
        if line.startswith("$ "):
            texts.append(line[2:])
            shown.append([])
        elif line.startswith("> ") and texts and not shown[-1]:
            texts[-1] += "\n" + line[2:]
        elif texts:
            shown[-1].append(line)
    return [Command(text, "\n".join(lines)) for text, lines in zip(texts, shown, strict=True)]


def same(shown: str, printed: str) -> bool:
    """Whether a page shows what was printed, up to blank lines, the width of columns and what `...` leaves out."""
    lines = [" ".join(line.split()) for line in shown.splitlines() if line.strip()]
    patterns = [r"(.*\n)*" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"\n" for line in lines]
    given = "".join(" ".join(line.split()) + "\n" for line in printed.splitlines() if line.strip())
    return re.fullmatch("".join(patterns), given) is not None


def environment(folder: Path) -> dict[str, str]:
    """The user's, with this interpreter's commands first; `fillrate` is a script of ours if none is installed there."""
    scripts = Path(sys.executable).parent
    shim = folder / "bin" / "fillrate"
    shim.parent.mkdir(exist_ok=True)
    if not (scripts / "fillrate").exists():
        code = "import sys; from fillrate.cli import main; sys.exit(main())"
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{code}" "$@"\n', encoding="utf-8")
        shim.chmod(0o755)
    path = os.pathsep.join([str(shim.parent), str(scripts), os.environ.get("PATH", "")])
    return os.environ | {"COLUMNS": "120", "NO_COLOR": "1", "TERM": "dumb", "PATH": path}


def run(command: list[str], folder: Path) -> str:
    work = folder / "work"
    work.mkdir(exist_ok=True)
    done = subprocess.run(
        command,
        cwd=work,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=600,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, f"exit code {done.returncode}: {command[-1]}\n{done.stdout}{done.stderr}"
    return done.stdout


BLOCKS = [b for page in PAGES for b in blocks_of(page.read_text(encoding="utf-8"), str(page.relative_to(ROOT)))]
MARKED = [block for block in BLOCKS if "run" in block.marks]


@pytest.mark.parametrize("block", MARKED, ids=lambda block: block.place)
def test_a_page_does_what_it_shows(block: Block, tmp_path: Path) -> None:
    if block.language == "python":
        run([sys.executable, "-c", block.body], tmp_path)
        return
    commands = commands_of(block.body)
    assert commands, f"{block.place}: no line starts with '$ '"
    for command in commands:
        printed = run(["bash", "-c", command.text], tmp_path)
        if "exact" in block.marks:
            assert same(command.shown, printed), f"{block.place} shows\n{command.shown}\nbut it prints\n{printed}"


@pytest.mark.skipif(not (ROOT / "README.md").is_file(), reason="there is no README.md yet")
def test_the_readme_has_a_block_that_runs() -> None:
    assert [block for block in MARKED if block.place.startswith("README.md")]


def test_marks_are_spelt_right() -> None:
    """A misspelt mark would leave a block out without a word."""
    assert not [f"{b.place}: {' '.join(sorted(b.marks))}" for b in BLOCKS if b.marks - MARKS[b.language]]
    assert not [b.place for b in BLOCKS if "exact" in b.marks and "run" not in b.marks]


PAGE = """# A page

```console run exact
$ printf 'a   1\\nb 2\\n'
a 1
b 2
$ printf 'x' \\
>   | cat
x
```

```console
$ false
```

```python run
print(1)
```
"""


def test_a_page_is_read_into_blocks_and_commands() -> None:
    first, second, third = blocks_of(PAGE, "page.md")
    assert (first.place, third.place, third.language) == ("page.md:3", "page.md:16", "python")
    assert [sorted(block.marks) for block in (first, second, third)] == [["exact", "run"], [], ["run"]]
    assert commands_of(first.body) == [
        Command("printf 'a   1\\nb 2\\n'", "a 1\nb 2"),
        Command("printf 'x' \\\n  | cat", "x"),
    ]


@pytest.mark.parametrize(
    ("shown", "printed", "alike"),
    [
        ("fill rate 0.95", "fill  rate\t0.95\n", True),
        ("fill rate 0.95", "fill rate 0.96\n", False),
        ("fill rate 0.95", "fill rate 0.957\n", False),
        ("a\n...\nz", "a\nb\nc\nz\n", True),
        ("a\n...\nz", "a\nz\n", True),
        ("a\n...\nz", "a\nb\n", False),
        ("took ... s", "took 3.1 s\n", True),
        ("took ... s", "took\n3.1 s\n", False),
        ("...\nz 1", "y\nz 11\n", False),
        ("a 1\n...", "a 12\n", False),
        ("", "unexpected\n", False),
        ("...", "anything\n", True),
    ],
)
def test_what_counts_as_the_same_output(shown: str, printed: str, alike: bool) -> None:
    assert same(shown, printed) is alike


def test_a_command_that_fails_fails_its_page(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="exit code 3"):
        test_a_page_does_what_it_shows(Block("p:1", "console", frozenset({"run"}), "$ exit 3\n"), tmp_path)
    with pytest.raises(AssertionError, match="but it prints"):
        test_a_page_does_what_it_shows(Block("p:1", "console", frozenset({"run", "exact"}), "$ echo 1\n2\n"), tmp_path)

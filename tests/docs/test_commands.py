"""The command line and the pages agree: each command is described, none is invented."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import pytest
import typer.main

from app.cli import app
from tests.docs.pages import page, pages, unnamed

# In code spans, in blocks and in texts: `bihuan` and the words that follow on the same line.
SPOKEN = re.compile(r"\bbihuan((?: [a-z][a-z-]*)+)")
TEXTS = (*pages(), "Makefile", "engine/errors.py")


def commands(group: object, above: str = "bihuan") -> Iterator[str]:
    """Full names of all commands below a group, leaves only."""
    for name, command in getattr(group, "commands", {}).items():
        here = f"{above} {name}"
        if getattr(command, "commands", None):
            yield from commands(command, here)
        else:
            yield here


def known() -> list[str]:
    return sorted(commands(typer.main.get_command(app)))


def invented(text: str, real: Collection[str]) -> list[str]:
    """Commands a text names that do not exist; words after a whole command are arguments."""
    spoken = ["bihuan" + words for words in SPOKEN.findall(_code(text))]
    return [one for one in spoken if not any((one + " ").startswith(name + " ") for name in real)]


def _code(text: str) -> str:
    """Only what is written as code, when a text has code spans or blocks at all."""
    blocks = re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL)
    return "\n".join(blocks) if blocks else text


def test_there_are_commands() -> None:
    assert {"bihuan demo", "bihuan audit verify"} <= set(known())


def test_every_command_is_described() -> None:
    assert unnamed(page("docs/cli.md"), known()) == []


@pytest.mark.parametrize("path", TEXTS)
def test_no_text_names_a_command_that_does_not_exist(path: str) -> None:
    assert invented(page(path), known()) == []


def test_an_invented_command_is_seen() -> None:
    real = ["bihuan demo", "bihuan case show"]
    text = "`bihuan demo --out out`, `bihuan case show 12`, `bihuan case close`; bihuan is nice"
    assert invented(text, real) == ["bihuan case close"]
    assert invented("先用 bihuan init 建立", real) == ["bihuan init"]

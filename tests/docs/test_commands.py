"""The command line and the pages agree: each command is described, none is invented."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import pytest
import typer.main

from app.cli import app
from tests.docs.pages import page, pages, unnamed

SPOKEN = re.compile(r"\bbihuan((?: [a-z][a-z-]*)+)")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
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
    spoken = ["bihuan" + words for words in SPOKEN.findall(text)]
    return [one for one in spoken if not any((one + " ").startswith(name + " ") for name in real)]


def in_code(path: str) -> str:
    """Of a page only what is written as code; of a program everything."""
    text = page(path)
    return "\n".join(CODE.findall(text)) if path.endswith(".md") else text


def test_there_are_commands() -> None:
    assert {"bihuan demo", "bihuan audit verify"} <= set(known())


def test_every_command_is_described() -> None:
    assert unnamed(page("docs/cli.md"), known()) == []


@pytest.mark.parametrize("path", TEXTS)
def test_no_text_names_a_command_that_does_not_exist(path: str) -> None:
    assert invented(in_code(path), known()) == []


def test_an_invented_command_is_seen() -> None:
    real = ["bihuan demo", "bihuan case show"]
    text = "`bihuan demo --out out`, `bihuan case show 12`, `bihuan case close`"
    assert invented(text, real) == ["bihuan case close"]
    assert invented("先用 bihuan init 建立", real) == ["bihuan init"]

"""What the architecture checks read: our own files, and the list of our own packages.

Every check is a function from sources to complaints, so that a test can also give it a bad sample.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = frozenset({"build", "dist", "node_modules", "out", "var", "__pycache__"})
HIDDEN_BUT_OURS = frozenset({".ci", ".gitignore"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One text file: its path from the root, with forward slashes, and its text."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """To be looked at only: every check reads the same one."""
        return _parsed(self.path, self.text)

    @property
    def package(self) -> str:
        """The top-level folder, or the empty text for a file in the root."""
        head, slash, _ = self.path.partition("/")
        return head if slash else ""


@cache
def _parsed(path: str, text: str) -> ast.Module:
    return ast.parse(text, filename=path)


def text_files(root: Path = ROOT) -> list[Source]:
    """Every text file of the project in order of path; binary files are left out."""
    return sorted(_walk(root, root), key=lambda source: source.path)


def _walk(folder: Path, root: Path) -> Iterator[Source]:
    for entry in folder.iterdir():
        hidden = entry.name.startswith(".") and entry.name not in HIDDEN_BUT_OURS
        if hidden or entry.name in NOT_OURS or entry.suffix == ".egg-info":
            continue
        if entry.is_dir():
            yield from _walk(entry, root)
            continue
        data = entry.read_bytes()
        if b"\0" not in data:
            path = entry.relative_to(root).as_posix()
            yield Source(path=path, text=data.decode("utf-8", errors="replace"))


@cache
def our_files() -> tuple[Source, ...]:
    return tuple(text_files())


@cache
def our_python() -> tuple[Source, ...]:
    return tuple(source for source in our_files() if source.path.endswith(".py"))


@cache
def product_python() -> tuple[Source, ...]:
    """The Python files of the shipped packages, without the tests."""
    return tuple(source for source in our_python() if source.package in packages())


@cache
def settings() -> Mapping[str, object]:
    """All of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def setting(dotted: str) -> object:
    """One value of pyproject.toml by its dotted path."""
    value: object = settings()
    for key in dotted.split("."):
        value = cast("Mapping[str, object]", value)[key]
    return value


def names(dotted: str) -> tuple[str, ...]:
    """A list of texts of pyproject.toml by its dotted path."""
    return tuple(cast("list[str]", setting(dotted)))


def packages() -> tuple[str, ...]:
    return names("tool.hatch.build.targets.wheel.packages")

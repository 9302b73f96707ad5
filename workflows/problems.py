"""What is wrong with a profile, with file and line, collected until all is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Where something stands inside a file: keys and list positions from the top."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One cause for refusing a profile."""

    file: str
    line: int
    zh: str
    en: str

    def __str__(self) -> str:
        """`file:line: 中文 / English`."""
        return f"{self.file}:{self.line}: {self.zh} / {self.en}"


class Report:
    """Collects problems and knows on which line of which file a path begins."""

    def __init__(self) -> None:
        self._found: set[Problem] = set()
        self._lines: dict[str, Mapping[Path, int]] = {}

    def know(self, file: str, lines: Mapping[Path, int]) -> None:
        """Remember the lines of a file that was parsed."""
        self._lines[file] = lines

    def take_over(self, file: str, lines: Mapping[Path, int], problems: Iterable[Problem]) -> None:
        """What was found about a file elsewhere."""
        self.know(file, lines)
        self._found.update(problems)

    def line_of(self, file: str, path: Sequence[str | int]) -> int:
        """The line of the path, or of the nearest thing around it that is there."""
        lines = self._lines.get(file, {})
        at = tuple(path)
        while at and at not in lines:
            at = at[:-1]
        return lines.get(at, 1)

    def add(self, file: str, path: Sequence[str | int], zh: str, en: str) -> None:
        """Note a problem at a path."""
        self._found.add(Problem(file, self.line_of(file, path), zh, en))

    def add_at(self, file: str, line: int, zh: str, en: str) -> None:
        """Note a problem at a line, before paths are known."""
        self._found.add(Problem(file, line, zh, en))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems so far, by file and line."""
        return tuple(sorted(self._found))

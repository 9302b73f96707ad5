"""One edit of the shipped profile, and where its problem must be reported."""

from __future__ import annotations

from dataclasses import dataclass

from workflows import Problem, check, read_files
from workflows.loader import PROFILES

SHIPPED = PROFILES / "zhejiang-county" / "v1"
SUGGESTION = "suggestion.yaml"
ASSIGNMENT = "assignment.yaml"
CLOCKS = "clocks.yaml"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `old` by `new` in a file; the problem stands where `marker` does (default: new).

    `at` names the file of the problem when it is another one.
    """

    file: str
    old: str
    new: str
    zh: str
    en: str
    marker: str = ""
    at: str = ""

    def apply(self) -> dict[str, str]:
        files = read_files(SHIPPED)
        assert files[self.file].count(self.old) == 1, (self.file, self.old)
        files[self.file] = files[self.file].replace(self.old, self.new)
        return files

    def place(self) -> tuple[str, int]:
        """File and line of the problem."""
        file = self.at or self.file
        text = self.apply()[file]
        marker = self.marker or self.new.strip()
        assert text.count(marker) == 1, marker
        start = text.index(marker) + len(marker) - len(marker.lstrip())
        return file, text.count("\n", 0, start) + 1


def refused(edit: Edit) -> tuple[Problem, ...]:
    """The problems of the edited profile."""
    profile, problems = check(edit.apply())
    assert profile is None
    return problems


def assert_refused(edit: Edit) -> None:
    """The edited profile is refused at the file and line of the edit, with its cause."""
    file, line = edit.place()
    problems = refused(edit)
    found = [one for one in problems if edit.zh in one.zh and edit.en in one.en]
    assert found, "\n".join(str(one) for one in problems)
    assert (found[0].file, found[0].line) == (file, line)
    assert str(found[0]).startswith(f"{file}:{line}: ")

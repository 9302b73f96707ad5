"""Small words that all parts of the paper share: marks, numbering of tables, lists of names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reports.annual import AnnualReport, Part

MARK = "（示意）"


class Words:
    """Words for one paper; counts its tables."""

    def __init__(self, report: AnnualReport) -> None:
        self._parts = report.illustrative.parts
        self._grades = dict(report.satisfaction_labels)
        self._tables = 0

    def mark(self, text: str, part: Part) -> str:
        """The text, marked when that part of the report is made up."""
        return f"{text}{MARK}" if part in self._parts else text

    def table(self, caption: str, part: Part) -> str:
        """The numbered caption of the next table."""
        self._tables += 1
        return self.mark(f"表{self._tables} {caption}", part)

    def grade(self, code: str) -> str:
        """A satisfaction code in words."""
        return self._grades.get(code, code) if code else "未评价"


def listed(names: Iterable[str]) -> str:
    """Names with 、 between them, or a dash."""
    return "、".join(names) or "—"


def ranges(serials: Sequence[int]) -> str:
    """Ascending numbers as `1-3, 7`, or a dash; ASCII signs, so that no number is torn apart."""
    runs: list[list[int]] = []
    for one in serials:
        if runs and one == runs[-1][-1] + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    named = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    return ", ".join(named) or "—"

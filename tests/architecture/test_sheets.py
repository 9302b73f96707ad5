"""Nothing of ours writes a sheet, in which a text that begins with `=` would be a formula.

Whoever adds such an export adds what makes its cells texts, and changes this test with it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

import pytest

from tests.architecture.sources import Source, product_python

WRITERS = frozenset({"csv.writer", "csv.DictWriter"})
LIBRARIES = frozenset({"openpyxl", "xlsxwriter", "xlwt", "pandas", "odf"})
MEDIA = ("text/csv", "text/tab-separated-values")


def sheets(sources: Iterable[Source]) -> list[str]:
    """Where a sheet could be written."""
    found = []
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Import):
                names = [one.name.split(".")[0] for one in node.names]
                hit = bool(LIBRARIES & set(names))
            elif isinstance(node, ast.ImportFrom):
                whole = {f"{node.module}.{one.name}" for one in node.names}
                hit = (node.module or "").split(".")[0] in LIBRARIES or bool(WRITERS & whole)
            elif isinstance(node, ast.Attribute):
                hit = ast.unparse(node) in WRITERS
            else:
                hit = isinstance(node, ast.Constant) and str(node.value).startswith(MEDIA)
            if hit:
                found.append(f"{source.path}: {ast.unparse(node)} writes a sheet")
    return found


def test_nothing_writes_a_sheet() -> None:
    assert sheets(product_python()) == []


@pytest.mark.parametrize(
    "text",
    [
        "import csv\ncsv.writer(out)",
        "import csv\ncsv.DictWriter(out, names)",
        "from csv import writer",
        "import openpyxl",
        "from xlsxwriter import Workbook",
        "answer(media_type='text/csv; charset=utf-8')",
    ],
)
def test_a_sheet_is_seen(text: str) -> None:
    assert len(sheets([Source(path="reports/sheet.py", text=text)])) == 1


def test_reading_a_sheet_is_no_writing() -> None:
    assert sheets([Source(path="app/rows.py", text="import csv\ncsv.DictReader(lines)")]) == []

"""The page about tables leaves out no column and describes none that is gone."""

from __future__ import annotations

import re
from pathlib import Path

from db.tables import metadata

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tables.md"


def described(page: str) -> dict[str, set[str]]:
    """The columns in the first cells below each heading that names a table."""
    found: dict[str, set[str]] = {}
    for section in re.split(r"^### ", page, flags=re.MULTILINE)[1:]:
        name = section.split("`")[1]
        cells = re.findall(r"^\|([^|]*)\|", section, flags=re.MULTILINE)
        found[name] = {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}
    return found


def test_every_column_is_described_and_no_other() -> None:
    tables = {
        name: {column.name for column in table.columns} for name, table in metadata.tables.items()
    }
    assert described(PAGE.read_text(encoding="utf-8")) == tables


def test_a_missing_column_is_seen() -> None:
    page = "# T\n### `a` 甲\n| column | what |\n|---|---|\n| `x`, `y` | words with `z` |\n"
    assert described(page) == {"a": {"x", "y"}}

"""How the docs tests read pages: text, links, tables and what a page leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\((?P<target>[^)#\s]+)(#[^)]*)?\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def page(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def pages() -> list[str]:
    """Paths of all pages, in the root and below docs/."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(one.relative_to(ROOT).as_posix() for one in found)


def unnamed(text: str, words: Iterable[str]) -> list[str]:
    """Words that the page does not name in `code` as a whole."""
    named = set(re.findall(r"`([^`\n]+)`", text))
    return [word for word in words if word not in named]


def table_rows(text: str) -> list[list[str]]:
    """Cells of every body row of every table of a page."""
    rows = []
    in_table = False
    for line in text.splitlines():
        if not line.startswith("|"):
            in_table = False
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if in_table:
            rows.append(cells)
        in_table = in_table or all(cell and set(cell) <= set("-:") for cell in cells)
    return rows


def dead_links(path: str, text: str) -> list[str]:
    """Relative links of a page that lead to no file."""
    folder = (ROOT / path).parent
    targets = [match["target"] for match in LINK.finditer(FENCE.sub("", text))]
    return [one for one in targets if ":" not in one and not (folder / one).exists()]

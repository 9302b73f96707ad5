"""Writes a paper into a folder, as docx, as markdown or as both."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from reports.blocks import Paper
from reports.writers.docx import docx
from reports.writers.markdown import markdown


class Format(StrEnum):
    """How a paper is written."""

    DOCX = "docx"
    MD = "md"
    BOTH = "both"


def write_paper(
    paper: Paper, out: Path, name: str, layout: Format = Format.BOTH
) -> tuple[Path, ...]:
    """Make the files of that name; the folder is made if need be."""
    out.mkdir(parents=True, exist_ok=True)
    files = []
    if layout is not Format.MD:
        files.append(out / f"{name}.docx")
        files[-1].write_bytes(docx(paper))
    if layout is not Format.DOCX:
        files.append(out / f"{name}.md")
        files[-1].write_text(markdown(paper), encoding="utf-8")
    return tuple(files)

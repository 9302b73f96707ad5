"""Tables of a Word document: thin lines, a heading row that is repeated, rows that do not break.

Written as XML at once: cell by cell, python-docx would take minutes for a long list.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from reports.blocks import Align, Column, Table, printable
from reports.writers.word_parts import BODY, HEADING, Face

_JUSTIFIED = {Align.LEFT: "left", Align.CENTER: "center", Align.RIGHT: "right"}
SIZE, DENSE = 24, 18
"""In half points."""
TWIPS = 1440 / 25.4
"""Per millimetre."""
LINES = ("top", "left", "bottom", "right", "insideH", "insideV")
SHADE = "F2F2F2"
TOGETHER = 3
"""The first rows of a table stay on one page, so many, and so do the last."""


def add_table(document: WordDocument, table: Table) -> None:
    """Add the table at the end of the document."""
    body = document.element.body
    body.insert_element_before(parse_xml(_table(table)), "w:sectPr")


def _table(table: Table) -> str:
    size = DENSE if table.dense else SIZE
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in LINES
    )
    grid = "".join(f'<w:gridCol w:w="{_twips(one)}"/>' for one in table.columns)
    titles = tuple(one.title for one in table.columns)
    last = len(table.rows) - 1
    rows = [_row(table.columns, titles, size=size, heading=True, tied=True)]
    rows += [
        _row(table.columns, row, size=size, heading=False, tied=_is_tied(place, last))
        for place, row in enumerate(table.rows)
    ]
    width = sum(_twips(one) for one in table.columns)
    return (
        f"<w:tbl {nsdecls('w')}><w:tblPr>"
        f'<w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _is_tied(place: int, last: int) -> bool:
    """Whether a row stays with the next: a table may break, but not leave a row or two behind."""
    return place < last and (place < TOGETHER - 1 or place > last - TOGETHER)


def _twips(column: Column) -> int:
    return round(column.width * TWIPS)


def _row(
    columns: tuple[Column, ...],
    texts: tuple[str, ...],
    *,
    size: int,
    heading: bool,
    tied: bool,
) -> str:
    """A row; `tied` to the next one it stays on the same page."""
    repeated = "<w:tblHeader/>" if heading else ""
    cells = [
        _cell(column, text, size=size, heading=heading, tied=tied)
        for column, text in zip(columns, texts, strict=True)
    ]
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(column: Column, text: str, *, size: int, heading: bool, tied: bool) -> str:
    align = "center" if heading else _JUSTIFIED[column.align]
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/>' if heading else ""
    next_too = "<w:keepNext/>" if tied else ""
    face = HEADING if heading else BODY
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{_twips(column)}" w:type="dxa"/>{shade}'
        f'<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr>{next_too}'
        '<w:spacing w:before="30" w:after="30" w:line="240" w:lineRule="auto"/>'
        f'<w:jc w:val="{align}"/><w:rPr><w:sz w:val="{size}"/></w:rPr></w:pPr>'
        f"{_run(text, face, size)}</w:p></w:tc>"
    )


def _run(text: str, face: Face, size: int) -> str:
    latin, chinese = quoteattr(face.latin), quoteattr(face.chinese)
    return (
        f"<w:r><w:rPr><w:rFonts w:ascii={latin} w:hAnsi={latin} w:cs={latin} "
        f'w:eastAsia={chinese} w:hint="eastAsia"/><w:sz w:val="{size}"/>'
        f'<w:szCs w:val="{size}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(printable(text))}</w:t></w:r>'
    )

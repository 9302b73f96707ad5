"""A paper as a Word document in the manner of official papers 公文 (A4, 仿宋 body, 黑体 headings).

The same paper gives the same bytes: dates come from the paper, and the archive's own times are
fixed. Fonts are named for East Asian text, so that Word takes its own and others fall back.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime, time

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from reports.blocks import (
    Block,
    Heading,
    Note,
    Paper,
    Paragraph,
    Table,
    chinese_day,
    printable,
)
from reports.writers.word_parts import (
    BODY,
    HEADING,
    SECTION,
    TITLE,
    add_page_number,
    name_fonts,
    rule_below,
    speak_chinese,
    write,
)
from reports.writers.word_tables import add_table

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
RED = RGBColor(0xC0, 0x00, 0x00)
LINE = Pt(28)
TWO_SIGNS = Pt(32)


def docx(paper: Paper) -> bytes:
    """The paper as the bytes of a .docx file."""
    document = Document()
    _set_up(document, paper)
    _title(document, paper)
    for block in paper.blocks:
        _WRITERS[type(block)](document, block)
    raw = io.BytesIO()
    document.save(raw)
    return _with_fixed_times(raw.getvalue())


def _set_up(document: WordDocument, paper: Paper) -> None:
    section = document.sections[0]
    section.start_type = WD_SECTION.NEW_PAGE
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(32)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(22), Mm(20)
    normal = document.styles["Normal"]
    normal.font.size = Pt(16)
    name_fonts(normal.element.get_or_add_rPr(), BODY)
    speak_chinese(document.styles.element)
    at = datetime.combine(paper.dated, time())
    core = document.core_properties
    core.title = printable("".join(paper.title))
    core.author = core.last_modified_by = printable(paper.author)
    core.created = core.modified = at
    core.comments = ""
    core.language = "zh-CN"
    core.revision = 1
    header = section.header.paragraphs[0]
    header.alignment = WD_ALIGN_PARAGRAPH.CENTER
    write(header, paper.header, BODY, size=Pt(10.5))
    rule_below(header)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    add_page_number(footer)


def _title(document: WordDocument, paper: Paper) -> None:
    for place, line in enumerate(paper.title):
        paragraph = document.add_paragraph()
        _spaced(paragraph, Pt(36))
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        size = Pt(26) if place == len(paper.title) - 1 else Pt(18)
        write(paragraph, line, TITLE, size=size, color=RED)
    dated = document.add_paragraph()
    _spaced(dated)
    dated.alignment = WD_ALIGN_PARAGRAPH.CENTER
    dated.paragraph_format.space_after = Pt(14)
    write(dated, f"（{chinese_day(paper.dated)}）", SECTION, size=Pt(16))


def _spaced(paragraph: WordParagraph, line: Pt = LINE) -> None:
    layout = paragraph.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    layout.line_spacing = line


def _heading(document: WordDocument, block: Block) -> None:
    if isinstance(block, Heading):
        paragraph = document.add_paragraph(style=f"Heading {block.level}")
        _spaced(paragraph)
        paragraph.paragraph_format.space_before = Pt(10)
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.page_break_before = block.new_page
        paragraph.paragraph_format.first_line_indent = TWO_SIGNS
        write(paragraph, block.text, HEADING if block.level == 1 else SECTION, size=Pt(16))


def _paragraph(document: WordDocument, block: Block) -> None:
    if isinstance(block, Paragraph):
        paragraph = document.add_paragraph()
        _spaced(paragraph)
        paragraph.paragraph_format.first_line_indent = TWO_SIGNS
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        if block.label:
            write(paragraph, block.label, HEADING, size=Pt(16))
        write(paragraph, block.text, BODY, size=Pt(16))


def _note(document: WordDocument, block: Block) -> None:
    if isinstance(block, Note):
        paragraph = document.add_paragraph()
        _spaced(paragraph, Pt(20))
        paragraph.paragraph_format.space_before = Pt(4)
        paragraph.paragraph_format.space_after = Pt(6)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        write(paragraph, block.text, SECTION, size=Pt(12))


def _table(document: WordDocument, block: Block) -> None:
    if isinstance(block, Table):
        if block.caption:
            caption = document.add_paragraph()
            _spaced(caption, Pt(24))
            caption.paragraph_format.space_before = Pt(8)
            caption.paragraph_format.keep_with_next = True
            caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
            write(caption, block.caption, HEADING, size=Pt(12))
        add_table(document, block)
        after = document.add_paragraph()
        _spaced(after, Pt(10))


_WRITERS: dict[type, Callable[[WordDocument, Block], None]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Note: _note,
    Table: _table,
}


def _with_fixed_times(archive: bytes) -> bytes:
    """The same archive with fixed times: python-docx writes those of the moment."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            info = zipfile.ZipInfo(name, ZIP_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            target.writestr(info, source.read(name))
    return out.getvalue()

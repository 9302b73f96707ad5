"""Words, shares and blocks of reports, without rows."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from docx import Document
from docx.oxml.ns import qn

from reports.annual import quantity_text
from reports.blocks import (
    Align,
    Column,
    Heading,
    Note,
    Paper,
    Paragraph,
    Table,
    chinese_number,
    printable,
)
from reports.paper_words import ranges
from reports.rates import percent, percent_text
from reports.writers.docx import docx
from reports.writers.markdown import markdown

HOSTILE = "a|b `c` [d](e) <f> **g**\x07\ud800\nh & 王芳"


def a_paper(text: str = "正文") -> Paper:
    columns = (Column(title="指标", width=60), Column(title="数值", width=30, align=Align.RIGHT))
    return Paper(
        title=("临溪县第五届人民代表大会第二次会议", "报告"),
        header="临溪县人民代表大会",
        author="临溪县人民代表大会",
        dated=date(2026, 12, 31),
        blocks=(
            Note(text=text),
            Heading(level=1, text="一、情况"),
            Paragraph(label="认真提。", text=text),
            Table(caption="表1", columns=columns, rows=((text, "7"),)),
            Heading(level=1, text="附件", new_page=True),
            Table(caption="", columns=columns, rows=(("学位", ""),) * 30, dense=True),
        ),
    )


@pytest.mark.parametrize(
    ("number", "words"),
    [(3, "三"), (10, "十"), (18, "十八"), (20, "二十"), (35, "三十五"), (100, "100")],
)
def test_terms_and_topics_are_numbered_in_chinese(number: int, words: str) -> None:
    assert chinese_number(number) == words


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 0, "—"),
        (0, 5, "0%"),
        (5, 5, "100%"),
        (2, 3, "66.7%"),
        (1, 8, "12.5%"),
        (9999, 10000, "99.9%"),
        (1, 10000, "0.1%"),
    ],
)
def test_a_share_never_rounds_to_all_or_nothing(part: int, whole: int, text: str) -> None:
    assert percent_text(percent(part, whole)) == text


@pytest.mark.parametrize(
    ("serials", "text"),
    [([], "—"), ([4], "4"), ([1, 2, 3], "1-3"), ([1, 3, 4, 9], "1, 3-4, 9")],
)
def test_serial_numbers_are_gathered_in_runs(serials: list[int], text: str) -> None:
    assert ranges(serials) == text


def test_quantities_are_printed_as_given() -> None:
    given = [Decimal(1666), Decimal("30.260"), Decimal("1E+3"), None]
    assert [quantity_text(one) for one in given] == ["1666", "30.260", "1000", ""]


def test_unprintable_signs_go_and_lines_are_joined() -> None:
    assert printable("a\x00b\x0c \r\n  c\ud800") == "ab c"


def test_markdown_keeps_hostile_text_in_its_cell() -> None:
    text = markdown(a_paper(HOSTILE))
    row = next(line for line in text.splitlines() if line.startswith("| a"))
    assert row == r"| a\|b \`c\` \[d\](e) \<f\> \*\*g\*\* h & 王芳 | 7 |"


def test_word_keeps_hostile_text_in_its_cell() -> None:
    document = Document(io.BytesIO(docx(a_paper(HOSTILE))))
    assert document.tables[0].cell(1, 0).text == "a|b `c` [d](e) <f> **g** h & 王芳"


def test_the_word_document_looks_like_an_official_paper() -> None:
    document = Document(io.BytesIO(docx(a_paper())))
    section = document.sections[0]
    assert section.page_width is not None
    assert round(section.page_width.mm) == 210
    assert section.header.paragraphs[0].text == "临溪县人民代表大会"
    assert "PAGE" in section.footer._element.xml
    fonts = {
        element.get(qn("w:eastAsia")) for element in document.element.body.iter(qn("w:rFonts"))
    }
    assert fonts == {"方正小标宋简体", "黑体", "楷体", "仿宋"}
    long = document.tables[1]._tbl.tr_lst
    assert [len(row.findall(f".//{qn('w:tblHeader')}")) for row in long[:2]] == [1, 0]


def test_the_same_paper_gives_the_same_bytes_with_its_own_dates() -> None:
    first = docx(a_paper())
    assert first == docx(a_paper())
    assert first != docx(a_paper("别的"))
    core = Document(io.BytesIO(first)).core_properties
    assert core.created is not None
    assert (core.created.date(), core.author) == (date(2026, 12, 31), "临溪县人民代表大会")
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}

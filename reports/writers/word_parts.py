"""What python-docx has no words for: East Asian fonts, a rule below a line, the page number."""

from __future__ import annotations

from dataclasses import dataclass

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.text.font import CT_RPr
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Length, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from reports.blocks import printable

BLACK = RGBColor(0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A typeface for Chinese, and the one for digits and Latin letters beside it."""

    chinese: str
    latin: str = "Times New Roman"


TITLE = Face(chinese="方正小标宋简体")
BODY = Face(chinese="仿宋")
HEADING = Face(chinese="黑体", latin="Arial")
SECTION = Face(chinese="楷体")
PLAIN = Face(chinese="宋体")


def name_fonts(properties: CT_RPr, face: Face) -> None:
    """Name the fonts for every kind of sign; Chinese ones go by the attribute eastAsia."""
    fonts = properties.get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:ascii"), face.latin)
    fonts.set(qn("w:hAnsi"), face.latin)
    fonts.set(qn("w:cs"), face.latin)
    fonts.set(qn("w:eastAsia"), face.chinese)
    # Quotation marks and dashes exist in both scripts; in a Chinese text they are Chinese.
    fonts.set(qn("w:hint"), "eastAsia")


def speak_chinese(styles: BaseOxmlElement) -> None:
    """Say that the text is simplified Chinese: glyphs and line breaks depend on it."""
    for language in styles.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-US")
        language.set(qn("w:eastAsia"), "zh-CN")


def write(  # a run has these facts
    paragraph: WordParagraph, text: str, face: Face, *, size: Length, color: RGBColor = BLACK
) -> Run:
    """Add text in a face, never bold and never slanted, whatever the style says."""
    run = paragraph.add_run(printable(text))
    run.font.size = size
    run.font.bold = False
    run.font.italic = False
    run.font.color.rgb = color
    name_fonts(run._r.get_or_add_rPr(), face)  # noqa: SLF001  # python-docx has no East Asian fonts
    return run


def rule_below(paragraph: WordParagraph) -> None:
    """A thin line below the paragraph."""
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "4"), ("color", "808080")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001  # python-docx has no borders
    # The schema wants borders before spacing and alignment.
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def add_page_number(paragraph: WordParagraph) -> None:
    """— 3 —, counted by the reader's program."""
    write(paragraph, "—", PLAIN, size=Pt(14)).add_text(" ")
    for kind in ("begin", "separate", "end"):
        run = write(paragraph, "", PLAIN, size=Pt(14))
        sign = OxmlElement("w:fldChar")
        sign.set(qn("w:fldCharType"), kind)
        run._r.append(sign)  # noqa: SLF001  # python-docx has no fields
        if kind == "begin":
            code = OxmlElement("w:instrText")
            code.text = "PAGE"
            write(paragraph, "", PLAIN, size=Pt(14))._r.append(code)  # noqa: SLF001  # the same
        if kind == "separate":
            write(paragraph, "1", PLAIN, size=Pt(14))
    write(paragraph, "", PLAIN, size=Pt(14)).add_text(" —")

"""The bulletin as a paper: what it prints, and that the same bulletin gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date

from engine.profile import Text
from reports.blocks import Block, Heading, Note, Paragraph, Table
from reports.bulletin import Bulletin, OpenItem, OpenOrder, OverdueItem, UnitStanding
from reports.paper_bulletin import Issue, bulletin_paper, summary
from reports.writers.docx import docx
from reports.writers.markdown import markdown

DATED = date(2026, 7, 6)
REPLY = OverdueItem(
    case="case-1",
    number="5届2次第1号",
    title="关于安装路灯的建议",
    subject="assignment:1",
    clock=4,
    kind="reply",
    label=Text(zh="答复期限", en="Reply"),
    due_on=date(2026, 6, 20),
    met_on=None,
    days=10,
    first_reminded_on=date(2026, 6, 21),
)
RECEIPT = replace(
    REPLY,
    clock=2,
    kind="receipt",
    label=Text(zh="签收期限", en="Receipt"),
    due_on=date(2026, 6, 2),
    met_on=date(2026, 6, 5),
    days=3,
    first_reminded_on=None,
)
TRANSPORT = UnitStanding(
    unit="transport",
    name="交通局",
    open_items=(OpenItem(case="case-1", number="5届2次第1号", subject="assignment:1"),),
    overdue=(RECEIPT, REPLY),
    orders=(OpenOrder(case="case-1", number="5届2次第1号", order=1, opened_on=DATED),),
)
EDUCATION = UnitStanding(
    unit="education",
    name="教育局",
    open_items=(OpenItem(case="case-2", number="", subject="assignment:1"),) * 2,
    overdue=(),
    orders=(),
)
BULLETIN = Bulletin(
    code="linxi",
    congress="临溪县人民代表大会",
    month="2026-06",
    until=date(2026, 6, 30),
    is_whole=True,
    units=(TRANSPORT, EDUCATION),
)


def _texts(blocks: tuple[Block, ...]) -> list[str]:
    return [one.text for one in blocks if isinstance(one, Heading | Paragraph | Note)]


def _tables(blocks: tuple[Block, ...]) -> list[tuple[tuple[str, ...], ...]]:
    return [one.rows for one in blocks if isinstance(one, Table)]


def test_the_main_figures_in_one_paragraph() -> None:
    told = _texts(bulletin_paper(BULLETIN, dated=DATED).blocks)
    assert told[1] == (
        "截至2026年6月30日，2个承办单位在办事项3项。本月1个单位逾期2项，其中月末仍未完成1项，"
        "本月逾期完成1项，最长逾期10天。尚未办结的督办单1份。1个单位没有逾期事项和未结督办单。"
    )
    assert "以下单位在办事项均在期限之内：教育局（2项）。" in told


def test_tables_open_to_the_items_behind_them() -> None:
    kinds, units, items, annex = _tables(bulletin_paper(BULLETIN, dated=DATED).blocks)
    assert kinds == (("签收期限", "1", "3", "1"), ("答复期限", "1", "10", "2"))
    assert units == (("交通局", "1", "2", "1", "10", "2026-06-21", "1"),)
    assert items == (
        (
            *("1", "交通局", "5届2次第1号 关于安装路灯的建议", "签收期限"),
            *("2026-06-02", "2026-06-05", "3", "—"),
        ),
        (
            *("2", "交通局", "5届2次第1号 关于安装路灯的建议", "答复期限"),
            *("2026-06-20", "未完成", "10", "2026-06-21"),
        ),
    )
    assert annex == (
        ("交通局", "5届2次第1号", "5届2次第1号"),
        ("教育局", "case-2、case-2", "—"),
    )


def test_what_counts_is_printed_with_it() -> None:
    told = _texts(bulletin_paper(BULLETIN, dated=DATED).blocks)
    assert any(one.startswith("统计口径：") and "月末当日到期的计入下月" in one for one in told)


def test_a_draft_an_excerpt_and_an_issue_are_told_apart() -> None:
    issue = Issue(on=date(2026, 7, 5), digest="d" * 64)
    draft = bulletin_paper(BULLETIN, dated=DATED)
    issued = bulletin_paper(BULLETIN, dated=DATED, issue=issue)
    excerpt = bulletin_paper(BULLETIN, dated=DATED, issue=issue, is_excerpt=True)
    assert any("尚未印发" in one for one in _texts(draft.blocks))
    assert (draft.dated, issued.dated) == (DATED, issue.on)
    assert f"校验值 {issue.digest}" in _texts(issued.blocks)
    assert not any(issue.digest in one for one in _texts(excerpt.blocks))
    assert any("节选" in one for one in _texts(excerpt.blocks))


def test_without_arrears_there_is_no_table_of_them() -> None:
    clear = replace(BULLETIN, units=(EDUCATION,))
    paper = bulletin_paper(clear, dated=DATED)
    assert summary(clear) == "各承办单位没有逾期事项。"
    assert [one for one in _texts(paper.blocks) if one.startswith("二、")] == ["二、无逾期单位"]
    assert len(_tables(paper.blocks)) == 1
    empty = bulletin_paper(replace(BULLETIN, units=()), dated=DATED)
    assert "截至2026年6月30日，没有承办单位在办的事项。" in _texts(empty.blocks)
    assert _tables(empty.blocks) == []


def test_both_writers_print_it_and_the_same_paper_gives_the_same_bytes() -> None:
    paper = bulletin_paper(BULLETIN, dated=DATED)
    found = docx(paper)
    assert found == docx(bulletin_paper(BULLETIN, dated=DATED))
    body = zipfile.ZipFile(io.BytesIO(found)).read("word/document.xml").decode()
    text = markdown(paper)
    for told in ("代表建议办理逾期情况通报", "签收期限", "交通局", "统计口径"):
        assert told in body
        assert told in text

"""The monthly bulletin put into words: an official paper in plain blocks.

Refuses to count and to know formats.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.blocks import (
    Align,
    Block,
    Column,
    Heading,
    Note,
    Paper,
    Paragraph,
    Table,
    chinese_day,
    chinese_number,
)
from reports.bulletin import Bulletin, OverdueItem, by_kind
from reports.paper_words import listed, ranges

TITLE = "代表建议办理逾期情况通报"
RULE = (
    "统计口径：到期日早于本月末日、至月末仍未完成的，或者本月内逾期完成的，计为逾期事项；"
    "到期前已暂停的和依法依规不再需要办理的不计；月末当日到期的计入下月。"
    "逾期天数为自然日，未完成的算至月末。在办事项为月末未办结的承办件和承诺。"
)
SHORT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """When a bulletin was issued, and the digest of what it said then."""

    on: date
    digest: str


def bulletin_paper(
    bulletin: Bulletin, *, dated: date, issue: Issue | None = None, is_excerpt: bool = False
) -> Paper:
    """The whole bulletin as a paper; without an issue it says that it is a draft."""
    parts: tuple[tuple[str, list[Block]], ...] = (
        ("总体情况", _general(bulletin)),
        ("逾期单位", _arrears(bulletin)),
        ("逾期事项", _items(bulletin)),
        ("无逾期单位", _clear(bulletin)),
    )
    blocks: list[Block] = []
    kept = [(title, content) for title, content in parts if content]
    for place, (title, content) in enumerate(kept, start=1):
        blocks.append(Heading(level=1, text=f"{chinese_number(place)}、{title}"))
        blocks += content
    blocks += [Note(text=one) for one in (RULE, *_status(issue, is_excerpt=is_excerpt))]
    blocks += _annex(bulletin)
    return Paper(
        title=(f"{bulletin.congress}{month_name(bulletin)}", TITLE),
        header=bulletin.congress,
        author=bulletin.congress,
        dated=issue.on if issue else dated,
        blocks=tuple(blocks),
    )


def month_name(bulletin: Bulletin) -> str:
    """2026年6月."""
    return f"{bulletin.until.year}年{bulletin.until.month}月"


def _status(issue: Issue | None, *, is_excerpt: bool) -> tuple[str, ...]:
    if is_excerpt:
        return ("本件为节选，不是印发的全文。",)
    if issue is None:
        return ("本件为预览稿，尚未印发，数据随办理情况变化。",)
    return (
        f"本通报于{chinese_day(issue.on)}印发，内容已固定，可凭下列校验值核对。",
        f"校验值 {issue.digest}",
    )


def summary(bulletin: Bulletin) -> str:
    """The main figures in one sentence."""
    arrears, overdue = [one for one in bulletin.units if one.overdue], bulletin.overdue
    if not overdue:
        return "各承办单位没有逾期事项。"
    met = sum(one.met_on is not None for one in overdue)
    longest = max(one.days for one in overdue)
    late = f"，本月逾期完成{met}项" if met else ""
    return (
        f"{len(arrears)}个单位逾期{len(overdue)}项，其中月末仍未完成{len(overdue) - met}项{late}，"
        f"最长逾期{longest}天。"
    )


def _general(bulletin: Bulletin) -> list[Block]:
    items = sum(len(one.open_items) for one in bulletin.units)
    at_work = sum(bool(one.open_items) for one in bulletin.units)
    orders = sum(len(one.orders) for one in bulletin.units)
    if not bulletin.units:
        text = f"截至{chinese_day(bulletin.until)}，没有承办单位在办的事项。"
        return [Paragraph(text=text)]
    text = (
        f"截至{chinese_day(bulletin.until)}，{at_work}个承办单位在办事项{items}项。"
        f"本月{summary(bulletin)}"
    )
    if orders:
        text += f"尚未办结的督办单{orders}份。"
    if bulletin.clear:
        text += f"{len(bulletin.clear)}个单位没有逾期事项和未结督办单。"
    blocks: list[Block] = [Paragraph(text=text)]
    if bulletin.overdue:
        blocks.append(_kinds(bulletin))
    return blocks


def _kinds(bulletin: Bulletin) -> Table:
    serial = _serials(bulletin)
    return Table(
        caption="表1 逾期事项分类",
        columns=(
            Column(title="期限", width=50),
            Column(title="逾期（项）", width=26, align=Align.RIGHT),
            Column(title="最长天数", width=26, align=Align.RIGHT),
            Column(title="表3序号", width=54),
        ),
        rows=tuple(
            (
                label.zh,
                str(len(items)),
                str(max(one.days for one in items)),
                ranges(sorted(serial[one.case, one.clock] for one in items)),
            )
            for label, items in by_kind(bulletin.overdue)
        ),
    )


def _arrears(bulletin: Bulletin) -> list[Block]:
    if not bulletin.arrears:
        return []
    table = Table(
        caption="表2 有逾期事项或未结督办单的单位",
        columns=(
            Column(title="承办单位", width=38),
            Column(title="在办", width=15, align=Align.RIGHT),
            Column(title="逾期", width=15, align=Align.RIGHT),
            Column(title="未完成", width=18, align=Align.RIGHT),
            Column(title="最长天数", width=22, align=Align.RIGHT),
            Column(title="首次催办", width=28, align=Align.CENTER),
            Column(title="督办单", width=20, align=Align.RIGHT),
        ),
        rows=tuple(
            (
                one.name,
                str(len(one.open_items)),
                str(len(one.overdue)),
                str(len(one.still_open)),
                str(one.longest) if one.overdue else "—",
                _day(one.first_reminded_on),
                str(len(one.orders)),
            )
            for one in bulletin.arrears
        ),
    )
    return [table]


def _items(bulletin: Bulletin) -> list[Block]:
    if not bulletin.overdue:
        return []
    serial = _serials(bulletin)
    table = Table(
        caption="表3 逾期事项清单",
        columns=(
            Column(title="序号", width=10, align=Align.CENTER),
            Column(title="单位", width=20),
            Column(title="建议", width=38),
            Column(title="期限", width=22),
            Column(title="到期", width=19, align=Align.CENTER),
            Column(title="完成", width=19, align=Align.CENTER),
            Column(title="天数", width=10, align=Align.RIGHT),
            Column(title="首次催办", width=19, align=Align.CENTER),
        ),
        rows=tuple(
            (str(serial[one.case, one.clock]), unit.name, *_line(one))
            for unit in bulletin.units
            for one in unit.overdue
        ),
        dense=True,
    )
    return [table]


def _line(one: OverdueItem) -> tuple[str, ...]:
    return (
        f"{one.number or one.case[:SHORT]} {one.title}",
        one.label.zh,
        _day(one.due_on),
        _day(one.met_on) if one.met_on else "未完成",
        str(one.days),
        _day(one.first_reminded_on),
    )


def _clear(bulletin: Bulletin) -> list[Block]:
    if not bulletin.clear:
        return []
    named = "、".join(f"{one.name}（{len(one.open_items)}项）" for one in bulletin.clear)
    return [Paragraph(text=f"以下单位在办事项均在期限之内：{named}。")]


def _annex(bulletin: Bulletin) -> list[Block]:
    """For each unit the cases behind its figures."""
    rows = tuple(
        (
            one.name,
            listed(each.number or each.case[:SHORT] for each in one.open_items),
            listed(each.number or each.case[:SHORT] for each in one.orders),
        )
        for one in bulletin.units
        if one.open_items or one.orders
    )
    if not rows:
        return []
    return [
        Heading(level=1, text="附件 各单位在办事项和督办单索引", new_page=True),
        Note(text="以建议编号表示；同一建议有多项的重复列出。"),
        Table(
            caption="",
            columns=(
                Column(title="承办单位", width=34),
                Column(title="在办事项", width=82),
                Column(title="未结督办单", width=40),
            ),
            rows=rows,
            dense=True,
        ),
    ]


def _serials(bulletin: Bulletin) -> dict[tuple[str, int], int]:
    """The running number of each overdue clock in the list."""
    items = enumerate(bulletin.overdue, start=1)
    return {(one.case, one.clock): serial for serial, one in items}


def _day(day: date | None) -> str:
    return day.isoformat() if day else "—"

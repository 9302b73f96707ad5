"""The annexes: the list of all suggestions, and for each figure the serial numbers behind it."""

from __future__ import annotations

from collections.abc import Iterator

from reports.annual import AnnualReport, Part
from reports.blocks import Align, Block, Column, Heading, Note, Table
from reports.figures import Figure
from reports.headline import Headline
from reports.paper_words import Words, ranges


def annex_blocks(report: AnnualReport, words: Words) -> list[Block]:
    """Both annexes, each on a page of its own."""
    return [
        Heading(level=1, text=words.mark("附件1 代表建议清单", Part.SUGGESTIONS), new_page=True),
        Note(text="标有★的为重点建议。"),
        _list(report, words),
        Heading(level=1, text="附件2 数据索引", new_page=True),
        Note(text="每项数据所指的建议，以附件1中的序号表示；以次、项、份计的，列出有关建议。"),
        _index(report, words),
    ]


def _list(report: AnnualReport, words: Words) -> Table:
    return Table(
        caption="",
        columns=(
            Column(title="序号", width=12, align=Align.CENTER),
            Column(title="编号", width=32),
            Column(title="标题", width=56),
            Column(title=words.mark("主办、分办单位", Part.UNITS), width=32),
            Column(title="结果", width=10, align=Align.CENTER),
            Column(title="评价", width=14, align=Align.CENTER),
        ),
        rows=tuple(
            (
                f"{one.serial}★" if one.key else str(one.serial),
                one.number,
                one.title,
                "、".join(one.units) or "—",
                one.result or "—",
                words.grade(one.satisfaction),
            )
            for one in report.suggestions
        ),
        dense=True,
    )


def _index(report: AnnualReport, words: Words) -> Table:
    serial_of = {one.id: one.serial for one in report.suggestions}
    rows = []
    for label, amount, cases in _figures(report.headline, words):
        serials = sorted(serial_of[case] for case in cases if case in serial_of)
        rows.append((label, amount, ranges(serials)))
    return Table(
        caption="",
        columns=(
            Column(title="数据", width=46),
            Column(title="数量", width=20, align=Align.RIGHT),
            Column(title="附件1序号", width=90),
        ),
        rows=tuple(rows),
        dense=True,
    )


def _figures(head: Headline, words: Words) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    promises = head.promises
    plain: tuple[Figure, ...] = (
        head.total,
        head.session,
        head.recess,
        head.key,
        head.cosigned,
        head.merged,
        head.handed_over,
        head.returns,
        head.returns_approved,
        head.contacts,
        head.extensions,
        head.answered,
        head.key_answered,
        head.reminders,
        head.orders,
        head.rehandled,
        head.closed,
        promises.total,
        promises.kept,
        promises.open,
        promises.late,
        promises.explained,
        *(one.figure for one in head.results),
    )
    for figure in plain:
        yield figure.label, f"{figure.value}{figure.unit}", figure.cases
    for share in head.satisfaction:
        label = f"评价：{words.grade(share.code)}"
        yield label, f"{share.figure.value}件", share.figure.cases
    for rate in head.rates:
        yield f"{rate.label.zh}（分子）", f"{len(rate.numerator)}件", rate.numerator
        yield f"{rate.label.zh}（分母）", f"{len(rate.denominator)}件", rate.denominator
    for figure in head.fields:
        yield f"类别：{figure.label}", f"{figure.value}件", figure.cases
    for unit in head.units:
        yield f"单位：{unit.unit}", f"{unit.lead.value}件", unit.lead.cases

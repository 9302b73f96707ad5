"""The annual report put into words: figures become an official paper in plain blocks.

Refuses to count and to know formats; each sentence is left out when it has nothing to say.
"""

from __future__ import annotations

from engine.congress import Session
from reports.annual import AnnualReport, Part
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
from reports.figures import Share
from reports.paper_annex import annex_blocks
from reports.paper_loop import loop_blocks
from reports.paper_topics import topic_blocks
from reports.paper_words import Words
from reports.rates import Rate, percent, percent_text

_BODY = "人民代表大会"


def paper_of(report: AnnualReport) -> Paper:
    """The whole report as a paper."""
    words = Words(report)
    name = session_name(report.congress, report.session)
    blocks: list[Block] = []
    if report.illustrative.note:
        blocks.append(Note(text=f"示意说明：{report.illustrative.note}"))
    if report.is_empty:
        blocks.append(Paragraph(text=_empty(report, name)))
    else:
        parts = (
            ("总体情况", [*_general(report, name), _main_figures(report, words)]),
            ("“提、交、办、督”闭环运行情况", loop_blocks(report, words)),
            ("办理结果和代表评价", _results(report, words)),
            ("重点建议办理成效", topic_blocks(report, words)),
            ("分类情况", _kinds(report, words)),
            ("各项比率及计算口径", _rates(report, words)),
        )
        kept = [(title, content) for title, content in parts if content]
        for place, (title, content) in enumerate(kept, start=1):
            blocks.append(Heading(level=1, text=f"{chinese_number(place)}、{title}"))
            blocks += content
        blocks += annex_blocks(report, words)
    return Paper(
        title=(name, "代表建议办理情况报告"),
        header=report.congress,
        author=report.congress,
        dated=report.as_of,
        blocks=tuple(blocks),
    )


def session_name(congress: str, session: Session) -> str:
    """永康市第十八届人民代表大会第三次会议."""
    term, number = chinese_number(session.term), chinese_number(session.number)
    place = congress.removesuffix(_BODY)
    return f"{place}第{term}届{_BODY}第{number}次会议"


def _empty(report: AnnualReport, name: str) -> str:
    """No case, no figure: the reader is told so, and no rate is printed."""
    early = report.headline.refused.value + report.headline.withdrawn.value
    ended = f"（另有{early}件在立案前已经结束）" if early else ""
    return (
        f"截至{chinese_day(report.as_of)}，{name}及闭会期间尚无立案的代表建议{ended}，"
        "没有可以统计的办理情况。"
    )


def _general(report: AnnualReport, name: str) -> list[Block]:
    head = report.headline
    total = head.total.value
    raised = (
        f"{name}及闭会期间，代表提出并经审查立案的建议共{total}件，其中会议期间"
        f"{head.session.value}件，占{percent_text(percent(head.session.value, total))}，"
        f"闭会期间{head.recess.value}件，占{percent_text(percent(head.recess.value, total))}。"
    )
    if head.refused.value or head.withdrawn.value:
        raised += (
            f"另有{head.refused.value}件经审查不作为代表建议处理，"
            f"{head.withdrawn.value}件由代表撤回，均不计入总数。"
        )
    told = [raised]
    if head.key.value:
        leaders = len({one.lead_official for one in report.topics})
        told.append(
            f"经主任会议决定，从中选出{head.topics.value}个方面{head.key.value}件作为重点建议，"
            f"由{leaders}位领导领办、专人督办。"
        )
    told.append(
        f"截至{chinese_day(report.as_of)}，已交办{head.handed_over.value}件，"
        f"全部答复{head.answered.value}件，办结{head.closed.value}件。{_key_answered(report)}"
        f"{_rated(report)}"
    )
    return [Paragraph(text=one) for one in told]


def _key_answered(report: AnnualReport) -> str:
    key, answered = report.headline.key.value, report.headline.key_answered.value
    if not key:
        return ""
    if key == answered:
        return f"{key}件重点建议已全部答复。"
    return f"{key}件重点建议已答复{answered}件。"


def _rated(report: AnnualReport) -> str:
    every = _rate(report.headline.rates, "satisfaction")
    if every is None or every.percent is None:
        return ""
    text = f"从代表评价看，{every.label.zh}为{percent_text(every.percent)}"
    key = _rate(report.headline.key_rates, "satisfaction")
    if key is None or key.percent is None:
        return f"{text}。"
    return f"{text}，其中重点建议为{percent_text(key.percent)}。"


def _rate(rates: tuple[Rate, ...], name: str) -> Rate | None:
    return next((one for one in rates if one.name == name), None)


def _main_figures(report: AnnualReport, words: Words) -> Table:
    head = report.headline
    promises = head.promises
    figures = (
        head.total,
        head.session,
        head.recess,
        head.topics,
        head.key,
        head.handed_over,
        head.answered,
        head.closed,
        head.contacts,
        head.rehandled,
        promises.total,
        promises.kept,
    )
    return Table(
        caption=words.table("主要数据", Part.FIGURES),
        columns=(
            Column(title="指标", width=76),
            Column(title="数量", width=40, align=Align.RIGHT),
            Column(title="单位", width=40, align=Align.CENTER),
        ),
        rows=tuple((one.label, str(one.value), one.unit) for one in figures),
    )


def _share(share: Share) -> tuple[str, str]:
    return str(share.figure.value), percent_text(share.percent)


def _results(report: AnnualReport, words: Words) -> list[Block]:
    head = report.headline
    if not head.answered.value:
        return []
    results = Table(
        caption=words.table("办理结果（按最后一次答复）", Part.FIGURES),
        columns=(
            Column(title="办理结果", width=96),
            Column(title="件数", width=30, align=Align.RIGHT),
            Column(title="占已答复", width=30, align=Align.RIGHT),
        ),
        rows=tuple((one.figure.label, *_share(one)) for one in head.results),
    )
    key = {one.code: _share(one) for one in head.key_satisfaction}
    rated = Table(
        caption=words.table("代表评价（按最近一轮评价，多人评价取最低）", Part.FIGURES),
        columns=(
            Column(title="评价", width=36),
            Column(title="全部建议（件）", width=30, align=Align.RIGHT),
            Column(title="占已答复", width=30, align=Align.RIGHT),
            Column(title="重点建议（件）", width=30, align=Align.RIGHT),
            Column(title="占已答复", width=30, align=Align.RIGHT),
        ),
        rows=tuple((one.figure.label, *_share(one), *key[one.code]) for one in head.satisfaction),
    )
    return [results, rated]


def _kinds(report: AnnualReport, words: Words) -> list[Block]:
    head = report.headline
    total = head.total.value
    fields = Table(
        caption=words.table("按类别", Part.FIGURES),
        columns=(
            Column(title="类别", width=76),
            Column(title="件数", width=40, align=Align.RIGHT),
            Column(title="占总数", width=40, align=Align.RIGHT),
        ),
        rows=tuple(
            (one.label, str(one.value), percent_text(percent(one.value, total)))
            for one in head.fields
        ),
    )
    if not head.units:
        return [fields]
    units = Table(
        caption=words.table(f"主办、分办件数最多的{len(head.units)}个单位", Part.UNITS),
        columns=(
            Column(title="承办单位", width=66),
            Column(title="主办、分办（件）", width=30, align=Align.RIGHT),
            Column(title="已答复（件）", width=30, align=Align.RIGHT),
            Column(title="会办（件）", width=30, align=Align.RIGHT),
        ),
        rows=tuple(
            (one.unit, str(one.lead.value), str(one.answered.value), str(one.joint.value))
            for one in head.units
        ),
    )
    return [fields, units]


def _rates(report: AnnualReport, words: Words) -> list[Block]:
    key = {one.name: one for one in report.headline.key_rates}
    table = Table(
        caption=words.table("各项比率", Part.FIGURES),
        columns=(
            Column(title="比率", width=26),
            Column(title="计算口径", width=54),
            Column(title="全部建议", width=22, align=Align.RIGHT),
            Column(title="比率", width=16, align=Align.RIGHT),
            Column(title="重点建议", width=22, align=Align.RIGHT),
            Column(title="比率", width=16, align=Align.RIGHT),
        ),
        rows=tuple(
            (one.label.zh, one.wording.zh, *_counted(one), *_counted(key[one.name]))
            for one in report.headline.rates
        ),
    )
    note = Note(
        text=f"口径依据：{report.profile_title.zh}（{report.profile}）。"
        "件数为分子/分母，所指建议见附件2。"
    )
    return [table, note]


def _counted(rate: Rate) -> tuple[str, str]:
    return f"{len(rate.numerator)}/{len(rate.denominator)}", percent_text(rate.percent)

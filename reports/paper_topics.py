"""The part of the paper on the key topics: who led, who handled, and the results as a table."""

from __future__ import annotations

from reports.annual import AnnualReport, Part, quantity_text
from reports.blocks import Align, Block, Column, Heading, Note, Paragraph, Table, chinese_number
from reports.paper_loop import promised
from reports.paper_words import Words, listed
from reports.topics import TopicSection


def topic_blocks(report: AnnualReport, words: Words) -> list[Block]:
    """A section a topic, in order of number."""
    return [block for topic in report.topics for block in _section(topic, words)]


def _section(topic: TopicSection, words: Words) -> list[Block]:
    units = f"主办{listed(topic.lead_units)}"
    if topic.joint_units:
        units += f"；会办{listed(topic.joint_units)}"
    suggestions = "；".join(f"{title}（{number}）" for _, number, title in topic.suggestions)
    leader = f"{topic.lead_official_post}{topic.lead_official}"
    lines = [
        ("领衔代表", listed(topic.lead_deputies)),
        ("领办领导", leader),
        (words.mark("承办单位", Part.UNITS), units),
        (words.mark("督办领导", Part.SUPERVISORS), topic.supervising_leader),
        (words.mark("建议", Part.SUGGESTIONS), suggestions),
        ("代表评价", _grades(topic, words)),
    ]
    promises = promised(topic.promises)
    if promises:
        lines.append((words.mark("承诺事项", Part.FIGURES), promises))
    heading = Heading(level=2, text=f"（{chinese_number(topic.number)}）{topic.title}")
    paragraphs = [Paragraph(label=f"{label}：", text=_ended(text)) for label, text in lines]
    return [heading, *paragraphs, *_indicators(topic)]


def _ended(text: str) -> str:
    return text if text.endswith("。") else f"{text}。"


def _grades(topic: TopicSection, words: Words) -> str:
    if not topic.answered.value:
        return "尚未全部答复"
    return "，".join(f"{words.grade(code)}{figure.value}件" for code, figure in topic.grades)


def _indicators(topic: TopicSection) -> list[Block]:
    if not topic.indicators:
        return [Note(text="办理成效：答复中未填报成效指标。")]
    return [
        Table(
            caption="办理成效",
            columns=(
                Column(title="指标", width=44),
                Column(title="数值", width=22, align=Align.RIGHT),
                Column(title="单位", width=20, align=Align.CENTER),
                Column(title="说明", width=70),
            ),
            rows=tuple(
                (one.label, quantity_text(one.quantity) or "—", one.unit or "—", one.text)
                for one in topic.indicators
            ),
        )
    ]

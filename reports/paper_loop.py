"""The part of the paper on the loop: raised, handed over, handled, supervised, and the funnel."""

from __future__ import annotations

from engine.profile import Stage
from reports.annual import AnnualReport, Part
from reports.blocks import Align, Block, Column, Paragraph, Table
from reports.paper_words import Words
from reports.promises import Promises
from reports.rates import percent, percent_text

STAGES = {
    Stage.RAISE: "认真提",
    Stage.HAND_OVER: "精准交",
    Stage.HANDLE: "扎实办",
    Stage.SUPERVISE: "及时督",
}


def loop_blocks(report: AnnualReport, words: Words) -> list[Block]:
    """One paragraph a stage, then the funnel."""
    texts = {
        Stage.RAISE: _raised(report),
        Stage.HAND_OVER: _handed_over(report),
        Stage.HANDLE: _handled(report),
        Stage.SUPERVISE: _supervised(report),
    }
    told: list[Block] = [
        Paragraph(label=f"{STAGES[stage]}。", text=text) for stage, text in texts.items()
    ]
    return [*told, _funnel(report, words)]


def _raised(report: AnnualReport) -> str:
    head = report.headline
    fields = "、".join(f"{one.label}{one.value}件" for one in head.fields[:3])
    joint = f"，其中联名提出{head.cosigned.value}件" if head.cosigned.value else ""
    return f"立案建议{head.total.value}件{joint}，数量居前的类别是{fields}。"


def _handed_over(report: AnnualReport) -> str:
    head = report.headline
    text = f"交办建议{head.handed_over.value}件"
    if head.merged.value:
        text += f"，其中{head.merged.value}件并案办理、分别答复"
    if head.returns.value:
        text += (
            f"。承办单位申请退办{head.returns.value}次，"
            f"经研究同意{head.returns_approved.value}次，并重新确定了承办单位"
        )
    return f"{text}。"


def _handled(report: AnnualReport) -> str:
    head = report.headline
    text = f"承办单位与代表面商沟通{head.contacts.value}次，全部答复{head.answered.value}件"
    if head.extensions.value:
        text += f"，经批准延期{head.extensions.value}次"
    return f"{text}。"


def _supervised(report: AnnualReport) -> str:
    head = report.headline
    text = f"到期前后共催办{head.reminders.value}次，发出督办单{head.orders.value}份"
    if head.rehandled.value:
        text += f"；代表不满意而再次办理的{head.rehandled.value}件"
    return f"{text}；办结{head.closed.value}件。{promised(head.promises)}"


def promised(promises: Promises) -> str:
    """What became of the promises, in a sentence; empty without any."""
    if not promises.total.value:
        return ""
    text = f"答复中作出承诺{promises.total.value}项，已兑现{promises.kept.value}项"
    if promises.open.value:
        text += f"，履行中{promises.open.value}项"
    if promises.late.value:
        text += f"（其中逾期{promises.late.value}项）"
    if promises.explained.value:
        text += f"，未能兑现并已说明{promises.explained.value}项"
    return f"{text}。"


def _funnel(report: AnnualReport, words: Words) -> Table:
    total = report.headline.total.value
    return Table(
        caption=words.table("各环节件数", Part.FIGURES),
        columns=(
            Column(title="环节", width=36, align=Align.CENTER),
            Column(title="步骤", width=50),
            Column(title="件数", width=35, align=Align.RIGHT),
            Column(title="占立案数", width=35, align=Align.RIGHT),
        ),
        rows=tuple(
            (
                STAGES[one.stage],
                f"{one.label.zh}（另列）" if one.aside else one.label.zh,
                str(one.count),
                percent_text(percent(one.count, total)) if one.within else "",
            )
            for one in report.funnel
        ),
    )

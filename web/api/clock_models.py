"""Clocks with “why this date”, as the API answers them."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from reports.why import ClockAnswer
from web.api.answers import Answer, Words, words


class SourceOut(Answer):
    """The text that a number comes from."""

    title: Words = Field(description="依据名称 · title")
    article: str = Field(description="条款 · article")
    effective: date = Field(description="施行日期 · since when it holds")
    confirmed: bool = Field(description="是否经本地确认 · whether the congress confirmed it")


class UncountedOut(Answer):
    """A day that was passed over."""

    day: date = Field(description="日期 · day")
    why: str = Field(description="原因代码 · weekend, holiday, paused or rolled")
    reason: str = Field(description="说明 · reason")


class PauseOut(Answer):
    """A pause."""

    since: datetime = Field(description="开始 · since")
    until: datetime | None = Field(description="结束,持续中为 null · until, null while it lasts")
    reason: str = Field(description="原因 · reason")


class ExtensionOut(Answer):
    """More time that was granted."""

    at: datetime = Field(description="批准时间 · when")
    period: Words = Field(description="时长 · how much")
    total: bool = Field(description="是否为总时长 · whether that is the total, not an addition")
    approved_by: str = Field(description="批准人 · approved by")
    reason: str = Field(description="理由 · reason")


class RungOut(Answer):
    """A step of the ladder of reminders."""

    label: Words = Field(description="档名 · label")
    at: datetime = Field(description="触发时间 · when it is due")
    next: bool = Field(description="是否为下一档 · whether it is the next one")


class ClockOut(Answer):
    """A clock 期限 and everything that made its date what it is."""

    number: int = Field(description="序号 · number")
    kind: str = Field(description="期限代码 · kind")
    label: Words = Field(description="期限名称 · label")
    subject: str = Field(description="事项:case、assignment:3 等 · what it is about")
    state: str = Field(description="状态 · running, paused, met or stopped")
    due_on: date = Field(description="到期日 · due day")
    provisional: bool = Field(description="是否暂定 · whether the calendar is not published yet")
    late: bool = Field(description="是否超期 · whether it was met too late")
    rule: str = Field(description="所依规则 · rule")
    source: SourceOut | None = Field(description="依据 · source")
    started_at: datetime = Field(description="起算时间 · started")
    explanation: list[Words] = Field(description="逐行说明 · why this date, line by line")
    uncounted: list[UncountedOut] = Field(description="不计的日子 · days passed over")
    make_up_workdays: list[date] = Field(description="调休上班日 · make-up workdays counted")
    pauses: list[PauseOut] = Field(description="中止 · pauses")
    extensions: list[ExtensionOut] = Field(description="延期 · extensions")
    rungs: list[RungOut] = Field(description="催办阶梯 · ladder of reminders")


def clock_out(one: ClockAnswer) -> ClockOut:
    """A clock as it is answered."""
    return ClockOut(
        number=one.number,
        kind=one.kind,
        label=words(one.label),
        subject=one.subject,
        state=one.state,
        due_on=one.due_on,
        provisional=one.provisional,
        late=one.late,
        rule=one.rule,
        source=None if one.source is None else SourceOut.model_validate(one.source),
        started_at=one.started_at,
        explanation=[Words(zh=each.zh, en=each.en) for each in one.words],
        uncounted=[
            UncountedOut(day=each.day, why=each.why.value, reason=each.reason)
            for each in one.uncounted
        ],
        make_up_workdays=list(one.make_up_workdays),
        pauses=[PauseOut.model_validate(each) for each in one.pauses],
        extensions=[ExtensionOut.model_validate(each) for each in one.extensions],
        rungs=[RungOut.model_validate(each) for each in one.rungs],
    )

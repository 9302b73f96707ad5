"""Congress, people, units, calendar and rules as the API answers them."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from engine.calendar import DayKindName
from engine.profile import MeaningClass, Stage
from web.api.answers import Answer, Words
from web.api.clock_models import SourceOut


class CodeOut(Answer):
    """A code with its label."""

    code: str = Field(description="代码 · code")
    label: Words = Field(description="名称 · label")


class SessionOut(Answer):
    """A session 次会议 with the recess after it."""

    code: str = Field(description="会次代码 · code")
    congress: str = Field(description="人大代码 · congress")
    term: int = Field(description="届 · term")
    number: int = Field(description="次 · number in the term")
    year: int = Field(description="年份 · year")
    opens_on: date = Field(description="开幕日 · opens")
    closes_on: date = Field(description="闭幕日 · closes")


class TopicLine(Answer):
    """A key topic 重点建议方面."""

    number: int = Field(description="序号 · number")
    session: str = Field(description="会次 · session")
    title: str = Field(description="名称 · title")
    lead_official: str = Field(description="领办领导代码 · lead official")
    supervising_leader: str = Field(description="督办领导代码 · supervising leader")
    decided_on: date = Field(description="确定日期 · decided on")
    decided_by: str = Field(description="确定机构 · decided by")


class CongressOut(Answer):
    """A congress 人大."""

    code: str = Field(description="代码 · code")
    name: str = Field(description="名称 · name")
    level: str = Field(description="层级 · town, county, city, province or nation")
    profile: str = Field(description="现行规则 · profile version of new suggestions")
    session: str = Field(description="现在的会次 · present session")
    sessions: list[SessionOut] = Field(description="各次会议 · sessions")
    topics: list[TopicLine] = Field(description="重点建议方面 · key topics")


class AppointmentOut(Answer):
    """A role that a person holds."""

    role: str = Field(description="身份代码 · role")
    post: str = Field(description="职务 · post")
    unit: str | None = Field(description="单位代码 · code of the unit")
    unit_name: str = Field(description="单位名称 · name of the unit")
    portfolio: str | None = Field(description="分管 · portfolio")


class PersonOut(Answer):
    """A person 人员; how to reach somebody is not told."""

    code: str = Field(description="代码 · code")
    name: str = Field(description="姓名 · name")
    delegation: str = Field(description="代表团 · delegation")
    appointments: list[AppointmentOut] = Field(description="任职 · appointments")


class UnitOut(Answer):
    """A unit 承办单位."""

    code: str = Field(description="代码 · code")
    name: str = Field(description="名称 · name")
    system: str = Field(description="系统:政府、党委等 · government, party, court …")


class UnitWhole(UnitOut):
    """A unit with who works there."""

    people: list[PersonOut] = Field(description="人员 · its people")
    portfolios: list[CodeOut] = Field(description="所属分管 · portfolios it is in")


class NamedDayOut(Answer):
    """A day with its name."""

    day: date = Field(description="日期 · day")
    name: str = Field(description="名称 · name")
    worked: bool | None = Field(
        description="地方日:是否上班;全国日为 null · of a local day: worked or not; null otherwise"
    )


class YearLine(Answer):
    """A year that the calendar knows."""

    year: int = Field(description="年 · year")
    published: bool = Field(description="是否已公布 · published; provisional otherwise")
    source: str = Field(description="依据 · source")


class YearOut(Answer):
    """A year of the working calendar 年度日历."""

    year: int = Field(description="年 · year")
    calendar: str = Field(description="日历名 · name of the calendar")
    version: int = Field(description="日历版本 · version of the calendar")
    known: bool = Field(description="是否在日历中,否则只按周末 · whether it is in the calendar")
    published: bool = Field(description="是否已公布 · published; provisional otherwise")
    source: str = Field(description="依据 · source")
    holidays: list[NamedDayOut] = Field(description="放假 · rest days")
    workdays: list[NamedDayOut] = Field(description="调休上班 · make-up workdays")
    local: list[NamedDayOut] = Field(description="地方放假与调休 · days that the place settled")


class DayOut(Answer):
    """What a day is."""

    day: date = Field(description="日期 · day")
    worked: bool = Field(description="是否上班 · whether offices work")
    kind: DayKindName = Field(description="日别 · kind of day")
    name: str = Field(description="节日名称 · name of the holiday")
    source: str = Field(description="依据 · source")
    published: bool = Field(description="当年日历是否已公布 · whether the year is published")
    next_working_day: date = Field(
        description="当日或其后的第一个工作日 · the first working day from it on"
    )


class ResultOut(CodeOut):
    """A result code of replies 办理结果."""

    meaning: MeaningClass = Field(description="结果含义 · meaning class")
    needs_due_date: bool = Field(description="是否须有兑现期限 · needs a due day")
    needs_follow_up: bool = Field(description="是否须跟踪 · needs follow-up")


class CodeList(Answer):
    """A list of codes."""

    name: str = Field(description="代码表 · name of the list")
    codes: list[CodeOut] = Field(description="代码 · codes")
    results: list[ResultOut] = Field(description="仅 results 表:办理结果 · only of `results`")


class ProfileOut(Answer):
    """A profile version 规则."""

    name: str = Field(description="名称 · name")
    version: int = Field(description="版本 · version")
    title: Words = Field(description="标题 · title")
    digest: str = Field(description="文件摘要 · SHA-256 of its files")
    roles: list[CodeOut] = Field(description="身份 · roles")


class WhoMay(Answer):
    """A grant: a role narrowed by a relation."""

    role: str = Field(description="身份 · role")
    relation: str = Field(description="关系 · relation")


class ActionRule(Answer):
    """An action of the rules."""

    action: str = Field(description="动作代码 · code")
    machine: str = Field(description="流程 · machine")
    label: Words = Field(description="名称 · label")
    by: list[WhoMay] = Field(description="谁可办 · who may")
    fields: list[str] = Field(description="表单字段 · fields of its form")
    automatic: bool = Field(description="是否自动 · done by the engine itself")
    creates: bool = Field(description="是否起草 · begins a suggestion")


class ClockRule(Answer):
    """A kind of clock 期限."""

    kind: str = Field(description="期限代码 · kind")
    label: Words = Field(description="名称 · label")
    start: str = Field(description="起算 · from what it counts")
    period: Words | None = Field(description="时长,固定日期为 null · period, null of a fixed day")
    source: SourceOut | None = Field(description="依据 · source")
    rungs: list[Words] = Field(description="催办阶梯 · ladder of reminders")


class StateRule(Answer):
    """A state of a machine."""

    name: str = Field(description="状态代码 · code")
    label: Words = Field(description="名称 · label")
    stage: Stage = Field(description="提交办督所处阶段 · stage of the loop")
    final: bool = Field(description="是否终结 · whether it is final")


class MachineRule(Answer):
    """The states of suggestions, shares, promises or orders."""

    name: str = Field(description="流程 · machine")
    initial: str = Field(description="起始状态 · state in which it begins")
    states: list[StateRule] = Field(description="状态 · states")


class ProfileWhole(ProfileOut):
    """All of a version of the rules that programs need."""

    machines: list[MachineRule] = Field(description="流程及其状态 · machines with their states")
    actions: list[ActionRule] = Field(description="动作 · actions and who may do them")
    clocks: list[ClockRule] = Field(description="期限 · kinds of clocks")
    codes: list[CodeList] = Field(description="代码表 · lists of codes")

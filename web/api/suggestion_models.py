"""Suggestions as the API answers them: the line of a list, one as a whole, and its parts."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from engine.profile import Stage
from web.api.answers import Answer, Words


class SuggestionLine(Answer):
    """A suggestion in a list."""

    id: str = Field(description="内部号 · id, never changes")
    number: str | None = Field(description="编号,未编号为 null · number, null before registration")
    title: str = Field(description="标题 · title")
    state: str = Field(description="状态代码 · code of the state")
    state_label: Words = Field(description="状态名称 · label of the state")
    stage: Stage | None = Field(description="提交办督所处阶段 · stage of the loop")
    kind: str = Field(description="会议或闭会期间 · session or recess")
    field: str = Field(description="内容类别 · field")
    topic: int | None = Field(description="重点建议方面序号 · key topic")
    round: int = Field(description="轮次 · round")
    lead_deputy: str = Field(
        description="领衔代表,不公开时为空 · lead deputy, empty when kept back"
    )
    units: list[str] = Field(description="主办、分办单位 · answering units")
    due_on: date | None = Field(description="最早的到期日 · first due day")


class SignatoryOut(Answer):
    """A deputy who signs."""

    number: int = Field(description="序号 · number")
    deputy: str = Field(description="代表代码 · code of the deputy")
    name: str = Field(description="姓名 · name")
    lead: bool = Field(description="是否领衔 · whether it is the lead deputy")
    state: str = Field(description="附议情况 · pending, confirmed, declined or lapsed")


class WaitingFor(Answer):
    """Something open, and who must act."""

    subject: str = Field(description="事项:case、assignment:3 等 · what is open")
    state: Words = Field(description="状态 · its state")
    unit: str = Field(description="单位 · unit")
    owners: list[str] = Field(description="应办人 · who must act")


class Suggestion(Answer):
    """One suggestion, as far as the visitor may see it. `version` is what If-Match takes."""

    id: str = Field(description="内部号 · id")
    number: str | None = Field(description="编号 · number")
    version: int = Field(description="版本,即 ETag · version, the ETag")
    title: str = Field(description="标题 · title")
    text: str = Field(description="正文 · text")
    state: str = Field(description="状态代码 · code of the state")
    state_label: Words = Field(description="状态名称 · label of the state")
    stage: Stage = Field(description="提交办督所处阶段 · stage of the loop")
    session: str = Field(description="会次 · session")
    profile: str = Field(description="所依规则版本 · profile version it is pinned to")
    kind: str = Field(description="会议或闭会期间 · session or recess")
    field: str = Field(description="内容类别 · field")
    keywords: list[str] = Field(description="关键词 · keywords")
    origin: str = Field(description="来源 · how it came about")
    secrecy: str = Field(description="公开程度 · secrecy")
    topic: int | None = Field(description="重点建议方面序号 · key topic")
    round: int = Field(description="轮次 · round")
    merged_into: str | None = Field(description="并入的建议 · the one it was merged into")
    refusal_ground: str | None = Field(description="不予立案的理由 · ground of a refusal")
    created_at: datetime = Field(description="起草时间 · drafted")
    submitted_at: datetime | None = Field(description="提交时间 · submitted")
    registered_at: datetime | None = Field(description="立案时间 · registered")
    handed_over_at: datetime | None = Field(description="交办时间 · handed over")
    answered_at: datetime | None = Field(description="答复时间 · answered")
    ended_at: datetime | None = Field(description="办结或终止时间 · ended")
    signatories: list[SignatoryOut] = Field(description="署名代表 · signatories")
    waiting_for: list[WaitingFor] = Field(description="正在等谁 · what is open, and who must act")
    hidden: list[str] = Field(description="对您不显示的部分 · parts that are kept from you")


class AssignmentOut(Answer):
    """A unit's share 承办."""

    number: int = Field(description="序号,动作的 subject · number, the `subject` of its actions")
    unit: str = Field(description="单位代码 · code of the unit")
    name: str = Field(description="单位名称 · name of the unit")
    kind: str = Field(description="主办、会办或分办 · lead, joint or separate")
    state: str = Field(description="状态代码 · code of the state")
    state_label: Words = Field(description="状态名称 · label of the state")
    round: int = Field(description="轮次 · round")
    handler: str = Field(description="承办人 · handler")
    reason: str = Field(description="分派理由 · why this unit")
    replaces: int | None = Field(description="接替的承办 · the share it replaces")
    handed_over_at: datetime = Field(description="交办时间 · handed over")
    received_at: datetime | None = Field(description="签收时间 · received")
    opinion: str | None = Field(description="会办意见 · joint opinion")
    progress: str | None = Field(description="办理进展 · progress")
    ended_at: datetime | None = Field(description="结束时间 · ended")


class PlannedOut(Answer):
    """A promise as the reply has it."""

    text: str = Field(description="承诺内容 · what is promised")
    due_on: date = Field(description="兑现期限 · due day")


class ReplyOut(Answer):
    """A reply 答复."""

    number: int = Field(description="序号 · number")
    assignment: int = Field(description="承办序号 · share")
    unit: str = Field(description="单位 · unit")
    round: int = Field(description="轮次 · round")
    state: str = Field(description="草稿至送达 · draft, checked, signed, delivered or rejected")
    result: str = Field(description="办理结果代码 · result code")
    text: str = Field(description="答复正文 · text")
    commitments: list[PlannedOut] = Field(description="拟承诺 · promises in the letter")
    document_number: str | None = Field(description="文号 · document number")
    drafted_at: datetime = Field(description="起草时间 · drafted")
    signed_at: datetime | None = Field(description="签发时间 · signed")
    delivered_at: datetime | None = Field(description="送达时间 · delivered")


class EvaluationOut(Answer):
    """A rating 满意度测评."""

    number: int = Field(description="序号,动作的 subject · number")
    deputy: str = Field(description="测评代表 · deputy")
    round: int = Field(description="轮次 · round")
    state: str = Field(description="待评、已评或逾期未评 · open, given or silent")
    process: str | None = Field(description="对办理过程和态度 · on process and attitude")
    result: str | None = Field(description="对办理结果 · on the result")
    comment: str | None = Field(description="意见 · comment")
    at: datetime | None = Field(description="测评时间 · given")


class CommitmentOut(Answer):
    """A promise 承诺 of a delivered reply."""

    number: int = Field(description="序号,动作的 subject · number, the `subject` of its actions")
    reply: int = Field(description="答复序号 · reply")
    unit: str = Field(description="单位代码 · code of the unit")
    name: str = Field(description="单位名称 · name of the unit")
    text: str = Field(description="承诺内容 · what was promised")
    due_on: date = Field(description="兑现期限 · due day")
    state: str = Field(description="状态代码 · code of the state")
    state_label: Words = Field(description="状态名称 · label of the state")
    progress: str | None = Field(description="进展 · progress")
    evidence: str | None = Field(description="兑现依据 · evidence")
    ended_at: datetime | None = Field(description="结束时间 · ended")


class ContactOut(Answer):
    """A contact 面商."""

    number: int = Field(description="序号 · number")
    assignment: int = Field(description="承办序号 · share")
    deputy: str = Field(description="代表 · deputy")
    on: date = Field(description="日期 · day")
    form: str = Field(description="方式代码 · form")
    rank: str = Field(description="层级代码 · rank")
    summary: str = Field(description="沟通情况 · what was said")


class OrderOut(Answer):
    """An order 督办单."""

    number: int = Field(description="序号,动作的 subject · number, the `subject` of its actions")
    subject: str = Field(description="督办事项 · what it is about")
    unit: str = Field(description="被督办单位 · unit")
    reason: str = Field(description="理由 · reason")
    state: str = Field(description="状态代码 · code of the state")
    state_label: Words = Field(description="状态名称 · label of the state")
    opened_at: datetime = Field(description="发出时间 · opened")
    answer: str | None = Field(description="回复 · answer")
    answered_at: datetime | None = Field(description="回复时间 · answered")
    ended_at: datetime | None = Field(description="结束时间 · ended")


class AuditOut(Answer):
    """An entry of the hash chain 办理记录 that is about the suggestion."""

    sequence: int = Field(description="链上序号 · place in the chain of the congress")
    version: int = Field(description="办理后的版本 · version it made")
    at: datetime = Field(description="时间 · when")
    actor: str = Field(description="办理人 · who")
    action: Words = Field(description="动作 · what")
    subject: int | None = Field(description="动作的 subject · subject of the action")
    to: list[Words] = Field(description="变为 · states that were entered")
    said: str | None = Field(
        description="批示内容,对您不显示的为 null · words of an instruction, null when kept back"
    )
    rule: str = Field(description="所依规则 · rule applied")
    previous: str = Field(description="前一条的摘要 · SHA-256 of the entry before")
    digest: str = Field(description="本条摘要 · SHA-256 of this entry")

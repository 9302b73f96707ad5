"""Actions as the API has them: what may be done with which form, what is sent, what it led to."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from engine.profile import FieldType
from web.api.answers import NO_CONTROL, Answer, Words
from web.api.refusals import Problem

MAX_ROWS = 500
LARGEST = 1_000_000_000
KEY_PATTERN = r"^[\x21-\x7e]{1,100}$"
Form = dict[str, Any]
Name = Annotated[str, Field(min_length=1, max_length=60, pattern=NO_CONTROL)]


class Sent(BaseModel):
    """What comes in: a misspelt name is told, not dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ChoiceOut(Answer):
    """A value that a field may take."""

    value: str = Field(description="值 · value")
    label: Words = Field(description="名称 · label")


class AnswerOut(Answer):
    """An answer to another field of the form."""

    field: str = Field(description="字段名 · name of the other field")
    value: str = Field(description="值 · its value")
    label: Words = Field(description="名称 · label of the value")


class RequiredWhenOut(Answer):
    """When a field must be filled in that may else be left empty."""

    condition: str = Field(description="条件(CEL) · the condition of the rules")
    answers: list[AnswerOut] = Field(
        description="有其中之一即必填;空为提交时才知道 · any one makes it so; none: known when sent"
    )


class FieldOut(Answer):
    """A field of a form."""

    name: str = Field(description="字段名 · name of the field")
    label: Words = Field(description="名称 · label")
    type: FieldType = Field(description="类型 · kind of value")
    required: bool = Field(description="是否必填 · whether it must be filled in")
    required_when: RequiredWhenOut | None = Field(
        description="何时必填,null 为从不或总是 · when it must be filled in; null: always or never"
    )
    max_length: int = Field(description="最多字数 · most characters")
    choices: list[ChoiceOut] = Field(description="可选值,空为自由填写 · values; empty: free")


class ActionOut(Answer):
    """An action that the visitor may do now."""

    action: str = Field(description="动作代码 · code of the action")
    label: Words = Field(description="动作名称 · label")
    machine: str = Field(description="流程:suggestion、assignment 等 · machine")
    subject: int | None = Field(description="对第几号承办、承诺、督办单 · number of its subject")
    fields: list[FieldOut] = Field(description="要填的表单 · its form")


class Possibilities(Answer):
    """What may be done now, at which version."""

    version: int | None = Field(description="现在的版本 · version now, null where none is begun")
    items: list[ActionOut] = Field(description="可办的动作 · actions")


class Doing(Sent):
    """An action: on what, and its form."""

    subject: int | None = Field(
        default=None,
        ge=1,
        le=LARGEST,
        description="承办、承诺或督办单的序号 · number of the assignment, commitment or order",
    )
    form: Form = Field(
        default_factory=dict,
        description="表单:字段名和值 · field names and values",
        examples=[{"reason": "属市政管理"}],
    )


class Beginning(Sent):
    """A new suggestion."""

    action: Name | None = Field(
        default=None,
        description="起草动作,只有一种时可省 · the action that begins it, if there are several",
    )
    form: Form = Field(
        default_factory=dict,
        description="表单:字段名和值 · field names and values",
        examples=[{"title": "关于增设人行过街设施的建议", "text": "…", "field": "transport"}],
    )


class BulkRow(Doing):
    """One action among many."""

    case: Name | None = Field(
        default=None, description="建议;起草时为 null · suggestion; null to begin one"
    )
    action: Name = Field(description="动作代码 · code of the action")
    expected_version: int | None = Field(
        default=None, ge=0, le=LARGEST, description="所见版本 · version that was seen"
    )
    request_key: str | None = Field(
        default=None,
        pattern=KEY_PATTERN,
        description="请求号,重发得第一次的答复 · sent again, it gets the first answer",
    )


class Bulk(Sent):
    """Many actions, each by itself: a refused one keeps no other back."""

    rows: list[BulkRow] = Field(
        min_length=1, max_length=MAX_ROWS, description="各个动作 · the actions"
    )


class ReceiptOut(Answer):
    """What was done. A repeated request gets the very same answer."""

    case: str = Field(description="建议内部号 · id of the suggestion")
    number: str | None = Field(description="编号 · number")
    version: int = Field(description="办理后的版本 · version it made")
    state: str = Field(description="办理后的状态 · state of the suggestion")
    action: str = Field(description="动作代码 · action")
    subject: int | None = Field(description="动作的 subject · its subject")
    audit_sequence: int = Field(description="办理记录序号 · place in the audit chain")


class StepOut(Answer):
    """A move that an action makes."""

    action: str = Field(description="动作代码 · action")
    machine: str = Field(description="流程 · machine")
    subject: int | None = Field(description="序号 · subject")
    source: str = Field(description="原状态 · state before")
    target: str = Field(description="新状态 · state after")
    automatic: bool = Field(description="是否自动 · whether the engine makes it by itself")


class Preview(Answer):
    """What an action would do; nothing was stored."""

    state: str = Field(description="办理后的状态 · state it would have")
    version: int = Field(description="办理后的版本 · version it would have")
    steps: list[StepOut] = Field(description="流转 · moves")
    told: list[str] = Field(description="将通知的人 · who would be told")


class VerdictOut(Answer):
    """What became of a row: a receipt, a preview or a problem."""

    row: int = Field(description="第几行,从 0 起 · row, from 0")
    receipt: ReceiptOut | None = Field(description="回执 · receipt, null when refused or dry")
    preview: Preview | None = Field(description="试办结果 · what a dry run would do")
    problem: Problem | None = Field(description="未办的原因 · why it was refused")


class Verdicts(Answer):
    """A verdict for each row, in their order."""

    done: int = Field(description="已办(试办时:可办)行数 · rows done, or possible")
    refused: int = Field(description="未办行数 · rows refused")
    items: list[VerdictOut] = Field(description="逐行结果 · verdict of each row")

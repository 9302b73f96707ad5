"""The page of components: the look with invented facts, so that it can be seen and tested."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from engine.calendar import local_day
from engine.profile import FieldType, Stage, Text
from reports.cases import CaseLine
from reports.duties import Light
from web.entrance import MaybeVisitor
from web.house import ActionForm, Choice, FieldForm, House
from web.pages.listed import ListedCase
from web.pages.outcomes import WITHOUT, Column
from web.pages.shell import Shell

CHOICES = (
    Choice(value="yes", label=Text(zh="满意", en="Satisfied")),
    Choice(value="fair", label=Text(zh="基本满意", en="Fairly satisfied")),
    Choice(value="no", label=Text(zh="不满意", en="Dissatisfied")),
)
UNITS = (
    Choice(value="transport", label=Text(zh="交通局", en="Transport bureau")),
    Choice(value="education", label=Text(zh="教育局", en="Education bureau")),
)
PEOPLE = (
    Choice(value="wang-fang", label=Text(zh="王芳", en="Wang Fang")),
    Choice(value="li-ming", label=Text(zh="李明", en="Li Ming")),
)
OFFERED = {
    FieldType.CHOICE: CHOICES,
    FieldType.UNIT: UNITS,
    FieldType.ASSIGNMENTS: UNITS,
    FieldType.PERSON: PEOPLE,
    FieldType.PERSONS: PEOPLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A colour of the look and what it is for."""

    name: str
    use: Text


COLOURS = (
    Token(name="red", use=Text(zh="正式、超期", en="official, overdue")),
    Token(name="amber", use=Text(zh="临期", en="due soon")),
    Token(name="green", use=Text(zh="正常、办成", en="on time, done")),
    Token(name="link", use=Text(zh="可以按的", en="what can be pressed")),
    Token(name="ink", use=Text(zh="文字", en="text")),
    Token(name="quiet", use=Text(zh="次要文字", en="lesser text")),
)


OUTCOMES = (
    Column(code="green", label=Text(zh="已解决", en="Done"), light=True),
    Column(code="blue", label=Text(zh="正在推进", en="On track"), light=True),
    Column(code="yellow", label=Text(zh="年内可解决", en="This year"), light=True),
    Column(code="red", label=Text(zh="暂无条件", en="No conditions"), light=True),
    *(Column(code=one.value, label=text, light=False) for one, text in WITHOUT.items()),
)


def design_routes(house: House, shell: Shell) -> APIRouter:
    """`/design`, for everybody: there is nothing of anybody in it."""
    router = APIRouter(include_in_schema=False)

    @router.get("/design")
    def design(request: Request, visitor: MaybeVisitor) -> Response:
        today = local_day(house.now())
        return shell.page(
            request,
            "design.html",
            visitor,
            colours=COLOURS,
            outcomes=OUTCOMES,
            fields=[_field(one) for one in FieldType],
            lights=[
                (Light.GREEN, today + timedelta(days=40)),
                (Light.YELLOW, today + timedelta(days=3)),
                (Light.RED, today - timedelta(days=8)),
            ],
            rows=[
                _case("第12号", Stage.HANDLE, -8),
                _case("第13号", Stage.SUPERVISE, 12),
            ],
            possible=[
                ActionForm(
                    action="record_contact",
                    label=Text(zh="登记面商", en="Record a contact"),
                    machine="assignment",
                    subject=1,
                    fields=(),
                )
            ],
            stage=Stage.HANDLE,
            notes={Stage.HANDLE: Text(zh="办理中", en="Being handled")},
        )

    def _case(number: str, stage: Stage, days: int) -> ListedCase:
        return ListedCase(
            line=CaseLine(
                id=number,
                number=number,
                title="关于增设临溪中学东侧人行过街设施的建议",
                state="handling",
                kind="session",
                field="transport",
                topic=1 if days < 0 else None,
                round=1,
                lead_deputy="王芳",
                units=("交通局",),
                due_on=local_day(house.now()) + timedelta(days=days),
            ),
            state=Text(zh="办理中", en="Being handled"),
            stage=stage,
            ended=False,
            light=Light.RED if days < 0 else None,
        )

    return router


def _field(kind: FieldType) -> FieldForm:
    return FieldForm(
        name=kind.value,
        label=Text(zh=f"字段 {kind.value}", en=f"Field {kind.value}"),
        type=kind,
        required=kind in (FieldType.TEXT, FieldType.CHOICE),
        max_length=100,
        choices=OFFERED.get(kind, ()),
    )

"""Shares, replies, ratings and promises across suggestions, for programs that gather them.

Each line is what the suggestion itself would show to the visitor. Refuses to know rights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from reports.parts_list import PartFilter, PartKind, PartSort
from web.api.access import Reader
from web.api.answers import (
    CODE_PATTERN,
    NO_CONTROL,
    After,
    Answer,
    Limit,
    OnDay,
    Page,
    link_next,
)
from web.api.parts import assignments_out, commitments_out, evaluations_out, replies_out
from web.api.refusals import refusals
from web.api.suggestion_models import AssignmentOut, CommitmentOut, EvaluationOut, ReplyOut
from web.gate import Visitor
from web.house import House, SeenCase, SeenPart

DOOR = "api"
MOST_ROUNDS = 1000
Line = TypeVar("Line", bound="OfSuggestion")
Code = Annotated[str | None, Query(pattern=CODE_PATTERN)]
Word = Annotated[str | None, Query(max_length=60, pattern=NO_CONTROL)]
Session = Annotated[Word, Query(description="会次 · session", examples=["5-2"])]
States = Annotated[
    list[Annotated[str, Query(max_length=60, pattern=NO_CONTROL)]],
    Query(max_length=40, description="状态,可多个 · states"),
]
Unit = Annotated[Code, Query(description="单位代码 · code of the unit")]
Round = Annotated[int | None, Query(ge=1, le=MOST_ROUNDS, description="轮次 · round")]
Open = Annotated[bool | None, Query(description="是否未结束 · whether it is still open")]


class OfSuggestion(Answer):
    """Of which suggestion a line is a part."""

    case: str = Field(description="建议内部号 · suggestion")
    case_number: str | None = Field(description="建议编号 · number of the suggestion")
    title: str = Field(description="建议标题 · title of the suggestion")


class AssignmentLine(AssignmentOut, OfSuggestion):
    """A unit's share 承办 of a suggestion."""


class ReplyLine(ReplyOut, OfSuggestion):
    """A reply 答复 to a suggestion."""


class EvaluationLine(EvaluationOut, OfSuggestion):
    """A rating 满意度测评 of a suggestion."""


class CommitmentLine(CommitmentOut, OfSuggestion):
    """A promise 承诺 in a reply to a suggestion."""


class PartsPage(Page[Line]):
    """A page of parts; where a congress has over 20,000 suggestions, up to 1,000 are counted."""

    more: bool = Field(description="是否多于 total · whether there are more than `total`")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Where a page of a list begins and how long it is."""

    request: Request
    response: Response
    after: After = None
    limit: Limit = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shares:
    """How shares are narrowed."""

    session: Session = None
    state: States = ()  # type: ignore[assignment]  # an immutable default; what comes in is a list
    unit: Unit = None
    kind: Annotated[
        Literal["lead", "joint", "separate"] | None,
        Query(description="主办、会办或分办 · lead, joint or separate"),
    ] = None
    round: Round = None
    open: Open = None
    since: Annotated[OnDay, Query(description="自哪一日交办 · handed over on or after")] = None
    until: Annotated[OnDay, Query(description="至哪一日交办 · handed over on or before")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Replies:
    """How replies are narrowed."""

    session: Session = None
    state: States = ()  # type: ignore[assignment]  # an immutable default; what comes in is a list
    unit: Unit = None
    result: Annotated[Word, Query(description="办理结果代码 · result code")] = None
    round: Round = None
    since: Annotated[OnDay, Query(description="自哪一日送达 · delivered on or after")] = None
    until: Annotated[OnDay, Query(description="至哪一日送达 · delivered on or before")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ratings:
    """How ratings are narrowed."""

    session: Session = None
    state: States = ()  # type: ignore[assignment]  # an immutable default; what comes in is a list
    deputy: Annotated[Code, Query(description="测评代表 · deputy who rates")] = None
    process: Annotated[Word, Query(description="对办理过程和态度 · on process")] = None
    result: Annotated[Word, Query(description="对办理结果 · on the result")] = None
    round: Round = None
    since: Annotated[OnDay, Query(description="自哪一日测评 · given on or after")] = None
    until: Annotated[OnDay, Query(description="至哪一日测评 · given on or before")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Promises:
    """How promises are narrowed."""

    session: Session = None
    state: States = ()  # type: ignore[assignment]  # an immutable default; what comes in is a list
    unit: Unit = None
    open: Open = None
    since: Annotated[OnDay, Query(description="自哪一日到期 · due on or after")] = None
    until: Annotated[OnDay, Query(description="至哪一日到期 · due on or before")] = None


Asked = Annotated[_Asked, Depends()]
ByTime = Annotated[
    Literal["number", "state", "newest"],
    Query(description="排序:建议编号、状态、新的在前 · by number, by state, the newest first"),
]
ByDay = Annotated[
    Literal["number", "state", "due"],
    Query(description="排序:建议编号、状态、先到期的在前 · by number, by state, soonest due first"),
]


def part_list_routes(house: House) -> APIRouter:
    """The four lists."""
    router = APIRouter(prefix="/api/v1", tags=["parts"])
    _add_of_units(router, house)
    _add_of_deputies(router, house)
    return router


def _add_of_units(router: APIRouter, house: House) -> None:
    @router.get("/assignments", summary="承办一览", responses=refusals("invalid-value"))
    def assignments(
        visitor: Reader,
        asked: Asked,
        narrowed: Annotated[_Shares, Depends()],
        sort: ByTime = "number",
    ) -> PartsPage[AssignmentLine]:
        """The units' shares of all suggestions that the visitor may see in detail."""
        directory = house.directory(visitor)
        wanted = _wanted(narrowed)
        return _page(
            house,
            visitor,
            _What(kind=PartKind.ASSIGNMENTS, filters=wanted, sort=PartSort(sort)),
            asked,
            lambda seen: assignments_out(seen, directory),
            AssignmentLine,
        )

    @router.get("/commitments", summary="承诺一览", responses=refusals("invalid-value"))
    def commitments(
        visitor: Reader,
        asked: Asked,
        narrowed: Annotated[_Promises, Depends()],
        sort: ByDay = "due",
    ) -> PartsPage[CommitmentLine]:
        """The promises of all suggestions that the visitor may see in detail."""
        what = _What(kind=PartKind.COMMITMENTS, filters=_wanted(narrowed), sort=PartSort(sort))
        return _page(house, visitor, what, asked, commitments_out, CommitmentLine)


def _add_of_deputies(router: APIRouter, house: House) -> None:
    @router.get("/replies", summary="答复一览", responses=refusals("invalid-value"))
    def replies(
        visitor: Reader,
        asked: Asked,
        narrowed: Annotated[_Replies, Depends()],
        sort: ByTime = "number",
    ) -> PartsPage[ReplyLine]:
        """The replies to all suggestions; drafts only for those who may see them."""
        what = _What(kind=PartKind.REPLIES, filters=_wanted(narrowed), sort=PartSort(sort))
        return _page(house, visitor, what, asked, replies_out, ReplyLine)

    @router.get("/evaluations", summary="测评一览", responses=refusals("invalid-value"))
    def evaluations(
        visitor: Reader,
        asked: Asked,
        narrowed: Annotated[_Ratings, Depends()],
        sort: ByTime = "number",
    ) -> PartsPage[EvaluationLine]:
        """The ratings of all suggestions.

        While one of a round is missing, those of the others are as if they were missing too, but
        for whoever may see them before. No filter and no order tells them.
        """
        what = _What(kind=PartKind.EVALUATIONS, filters=_wanted(narrowed), sort=PartSort(sort))
        return _page(house, visitor, what, asked, evaluations_out, EvaluationLine)


@dataclass(frozen=True, slots=True, kw_only=True)
class _What:
    """Which list, how narrowed, in which order."""

    kind: PartKind
    filters: PartFilter
    sort: PartSort


def _page(  # noqa: PLR0917  # what is asked, by whom, and how a line of it looks
    house: House,
    visitor: Visitor,
    what: _What,
    asked: _Asked,
    out: Callable[[SeenCase], Sequence[Any]],
    line: type[Line],
) -> PartsPage[Line]:
    found = house.parts(
        visitor,
        what.kind,
        filters=what.filters,
        sort=what.sort,
        after=asked.after,
        limit=asked.limit,
        door=DOOR,
    )
    link_next(asked.request, asked.response, found.after)
    items = _lines(found.parts, out, line)
    return PartsPage[line](  # type: ignore[valid-type]  # a model made for the kind of line
        items=items, total=found.total, more=found.more, next=found.after
    )


def _lines(
    parts: Sequence[SeenPart], out: Callable[[SeenCase], Sequence[Any]], line: type[Line]
) -> list[Line]:
    """Each part as its case shows it; what it does not show is left out."""
    shown: dict[str, dict[int, Any]] = {}
    found = []
    for one in parts:
        case = one.of.view.case
        if case.id not in shown:
            shown[case.id] = {each.number: each for each in out(one.of)}
        part = shown[case.id].get(one.number)
        if part is not None:
            of = {"case": case.id, "case_number": case.number, "title": case.title}
            found.append(line.model_validate({**dict(part), **of}))
    return found


def _wanted(narrowed: _Shares | _Replies | _Ratings | _Promises) -> PartFilter:
    """The filter; a list lacks what is not asked of its kind of part."""

    def given(name: str) -> Any:  # noqa: ANN401  # any field of a filter
        return getattr(narrowed, name, None)

    return PartFilter(
        session=narrowed.session,
        states=tuple(narrowed.state),
        unit=given("unit"),
        deputy=given("deputy"),
        kind=given("kind"),
        process=given("process"),
        result=given("result"),
        round=given("round"),
        since=narrowed.since,
        until=narrowed.until,
        open=given("open"),
    )

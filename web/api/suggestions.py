"""Suggestions, read: the list, one of them and its parts. What may be seen is told by the house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from engine.calendar import local_day
from engine.profile import Stage
from reports.cases import CaseFilter, CaseSort, stage_states
from web.api.access import Reader
from web.api.answers import (
    CODE_PATTERN,
    NO_CONTROL,
    After,
    Limit,
    Listed,
    Page,
    Reference,
    link_next,
    words,
)
from web.api.clock_models import ClockOut, clock_out
from web.api.parts import (
    assignments_out,
    commitments_out,
    contacts_out,
    evaluations_out,
    line_out,
    orders_out,
    replies_out,
    suggestion_out,
)
from web.api.refusals import refusals
from web.api.suggestion_models import (
    AssignmentOut,
    AuditOut,
    CommitmentOut,
    ContactOut,
    EvaluationOut,
    OrderOut,
    ReplyOut,
    Suggestion,
    SuggestionLine,
)
from web.gate import Visitor
from web.house import AuditLine, House

Part = TypeVar("Part")
DOOR = "api"
CASE_REFUSALS = refusals("unknown-case")
Word = Annotated[str | None, Query(max_length=60, pattern=NO_CONTROL)]
Code = Annotated[str | None, Query(pattern=CODE_PATTERN)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """How a list of suggestions is narrowed."""

    session: Annotated[Word, Query(description="会次 · session", examples=["5-2"])] = None
    state: Annotated[
        list[Annotated[str, Query(max_length=60, pattern=NO_CONTROL)]],
        Query(max_length=40, description="状态,可多个 · states"),
    ] = ()  # type: ignore[assignment]  # an immutable default; what comes in is a list
    stage: Annotated[Stage | None, Query(description="阶段 · stage of the loop")] = None
    kind: Annotated[Word, Query(description="session 或 recess · kind")] = None
    field: Annotated[Word, Query(description="内容类别 · field")] = None
    unit: Annotated[Code, Query(description="承办单位 · has a share")] = None
    deputy: Annotated[Code, Query(description="署名代表 · signed")] = None
    key: Annotated[bool | None, Query(description="是否重点 · key suggestion or not")] = None
    late: Annotated[bool, Query(description="只要超期的 · only what is overdue")] = False


Narrowed = Annotated[Filters, Depends()]


class SuggestionPage(Page[SuggestionLine]):
    """A page of suggestions; where a congress has over 20,000, up to 1,000 are counted."""

    more: bool = Field(description="是否多于 total · whether there are more than `total`")


def suggestion_routes(house: House) -> APIRouter:
    """Reading suggestions."""
    router = APIRouter(prefix="/api/v1/suggestions", tags=["suggestions"])

    @router.get("", summary="建议列表", responses=refusals("invalid-value"))
    def suggestions(
        *,
        request: Request,
        response: Response,
        visitor: Reader,
        filters: Narrowed,
        sort: Annotated[CaseSort, Query(description="排序 · order")] = CaseSort.NUMBER,
        after: After = None,
        limit: Limit = 50,
    ) -> SuggestionPage:
        """Suggestions that the visitor may see, filtered and sorted, page by page."""
        found = house.cases(
            visitor, filters=_wanted(house, visitor, filters), sort=sort, after=after, limit=limit
        )
        link_next(request, response, found.after)
        profile = house.profile(visitor)
        items = [line_out(one, profile) for one in found.lines]
        return SuggestionPage(items=items, total=found.total, more=found.more, next=found.after)

    @router.get("/{reference}", summary="一件建议", responses=CASE_REFUSALS)
    def suggestion(response: Response, visitor: Reader, reference: Reference) -> Suggestion:
        """One suggestion. The ETag is its version: send it as If-Match when you act."""
        seen = house.case(visitor, reference, door=DOOR)
        response.headers["ETag"] = f'"{seen.view.case.version}"'
        return suggestion_out(seen, house.directory(visitor))

    _add_parts(router, house)
    _add_proofs(router, house)
    return router


def _add_parts(router: APIRouter, house: House) -> None:
    @router.get("/{reference}/assignments", summary="承办", responses=CASE_REFUSALS)
    def assignments(visitor: Reader, reference: Reference) -> Listed[AssignmentOut]:
        """The shares of the units."""
        seen = house.case(visitor, reference, door=DOOR)
        return Listed(items=assignments_out(seen, house.directory(visitor)))

    @router.get("/{reference}/contacts", summary="面商", responses=CASE_REFUSALS)
    def contacts(visitor: Reader, reference: Reference) -> Listed[ContactOut]:
        """Who met the deputy."""
        return Listed(items=contacts_out(house.case(visitor, reference, door=DOOR)))

    @router.get("/{reference}/replies", summary="答复", responses=CASE_REFUSALS)
    def replies(visitor: Reader, reference: Reference) -> Listed[ReplyOut]:
        """The replies; drafts only for those who may see them."""
        return Listed(items=replies_out(house.case(visitor, reference, door=DOOR)))

    @router.get("/{reference}/evaluations", summary="满意度测评", responses=CASE_REFUSALS)
    def evaluations(visitor: Reader, reference: Reference) -> Listed[EvaluationOut]:
        """The ratings; for units only those of a finished round."""
        return Listed(items=evaluations_out(house.case(visitor, reference, door=DOOR)))

    @router.get("/{reference}/commitments", summary="承诺", responses=CASE_REFUSALS)
    def commitments(visitor: Reader, reference: Reference) -> Listed[CommitmentOut]:
        """The promises, kept and open."""
        return Listed(items=commitments_out(house.case(visitor, reference, door=DOOR)))

    @router.get("/{reference}/orders", summary="督办单", responses=CASE_REFUSALS)
    def orders(visitor: Reader, reference: Reference) -> Listed[OrderOut]:
        """The orders."""
        return Listed(items=orders_out(house.case(visitor, reference, door=DOOR)))


def _add_proofs(router: APIRouter, house: House) -> None:
    @router.get("/{reference}/clocks", summary="期限及其由来", responses=CASE_REFUSALS)
    def clocks(visitor: Reader, reference: Reference) -> Listed[ClockOut]:
        """The clocks, ended ones too, each with why its date is what it is."""
        return Listed(items=[clock_out(one) for one in house.why(visitor, reference, door=DOOR)])

    @router.get("/{reference}/audit", summary="办理记录", responses=CASE_REFUSALS)
    def audit(visitor: Reader, reference: Reference) -> Listed[AuditOut]:
        """What was done, with the place of each entry in the hash chain of the congress."""
        return Listed(items=[_audit_out(one) for one in house.audit(visitor, reference, door=DOOR)])


def _wanted(house: House, visitor: Visitor, filters: Filters) -> CaseFilter:
    states = tuple(filters.state)
    if filters.stage is not None:
        of_stage = stage_states(house.profile(visitor), filters.stage)
        # A state that no case has: both filters together leave nothing.
        states = tuple(one for one in of_stage if not states or one in states) or ("-",)
    return CaseFilter(
        session=filters.session,
        states=states,
        kind=filters.kind,
        field=filters.field,
        unit=filters.unit,
        deputy=filters.deputy,
        key=filters.key,
        late_on=local_day(house.now()) if filters.late else None,
    )


def _audit_out(one: AuditLine) -> AuditOut:
    shown = one.shown
    return AuditOut(
        sequence=shown.sequence,
        version=one.version,
        at=shown.at,
        actor=shown.actor,
        action=words(shown.action),
        subject=shown.subject,
        to=[words(each) for each in shown.to],
        said=None if shown.unsaid else shown.said,
        rule=one.rule,
        previous=one.previous,
        digest=one.digest,
    )

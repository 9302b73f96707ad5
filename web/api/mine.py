"""What concerns the visitor: notices, what waits, what is due, and search."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from http import HTTPStatus
from operator import itemgetter
from typing import Annotated, TypeVar

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from engine.calendar import local_day
from engine.texts import Part
from reports.duties import Light
from reports.search import LONGEST
from web.api.access import Actor, Reader
from web.api.answers import NO_CONTROL, After, Answer, Limit, OnDay, Page, Words, link_next, paged
from web.api.refusals import CHANGING, refusals
from web.house import House

SOON = timedelta(days=14)
Dated = TypeVar("Dated", "WaitingOut", "DueOut")


class NoticeOut(Answer):
    """A notice 通知."""

    id: str = Field(description="通知号 · id")
    case: str | None = Field(description="建议内部号 · suggestion, null when it is about none")
    subject: str = Field(description="标题 · subject")
    body: str = Field(description="正文 · body")
    urgent: bool = Field(description="是否紧急 · urgent")
    decided_at: datetime = Field(description="通知时间 · when it was decided")
    read_at: datetime | None = Field(description="已读时间 · when it was read")


class Notices(Answer):
    """A page of the inbox 收件箱."""

    items: list[NoticeOut] = Field(description="通知,新的在前 · newest first")
    unread: int = Field(description="未读数 · how many are unread in all")
    next: str | None = Field(description="下一页的 after · `after` of the next page")


class OpenThing(Answer):
    """Something open: a suggestion or a part of one, and where it stands."""

    case: str = Field(description="建议内部号 · suggestion")
    number: str | None = Field(description="编号 · number")
    title: str = Field(description="标题 · title")
    state: Words = Field(description="状态 · its state")
    unit: str = Field(description="单位 · unit")


class ClockedThing(OpenThing):
    """The same with its first clock, if one runs."""

    clock: Words | None = Field(description="期限名称 · clock")
    due_on: date | None = Field(description="到期日 · due day")
    light: Light | None = Field(description="时间灯 · time light")


class WaitingOut(ClockedThing):
    """Something that waits for the visitor."""

    subject: str = Field(description="事项 · what is open")
    days_left: int | None = Field(description="剩余天数,负数为超期 · days left, negative: overdue")


class DueOut(OpenThing):
    """A clock that falls due."""

    subject: str = Field(description="事项 · what is open")
    due_on: date = Field(description="到期日 · due day")
    days_left: int = Field(description="剩余天数,负数为超期 · days left, negative: overdue")
    light: Light = Field(description="时间灯 · time light")
    clock: str = Field(description="期限代码 · kind of clock")
    label: Words = Field(description="期限名称 · label")
    owners: list[str] = Field(description="应办人 · who must act")
    provisional: bool = Field(description="是否暂定 · whether the day is provisional")


class PieceOut(Answer):
    """A piece of a text."""

    text: str = Field(description="文字 · its text")
    found: bool = Field(description="是否为所找的字词 · whether it is what was looked for")


class ExcerptOut(Answer):
    """Some words around what was found."""

    where: Part = Field(description="出自何处 · which part of the suggestion it is from")
    pieces: list[PieceOut] = Field(description="摘录 · the words, in order")


class FoundOut(Answer):
    """A suggestion that was found."""

    id: str = Field(description="内部号 · id")
    number: str | None = Field(description="编号 · number")
    title: str = Field(description="标题 · title")
    state: str = Field(description="状态代码 · state")
    kind: str = Field(description="会议或闭会期间 · session or recess")
    marked: list[PieceOut] = Field(description="标出字词的标题 · the title with the words marked")
    excerpt: ExcerptOut | None = Field(
        description="摘录,无权细看者为 null · an excerpt, null where it may not be read"
    )


class FoundAll(Page[FoundOut]):
    """A page of what was found, the best and newest first."""

    more: bool = Field(description="是否多于 total · whether there are more than `total`")


def mine_routes(house: House) -> APIRouter:
    """The visitor's own questions."""
    router = APIRouter(prefix="/api/v1", tags=["mine"])
    _add_notices(router, house)
    _add_duties(router, house)
    _add_search(router, house)
    return router


def _add_notices(router: APIRouter, house: House) -> None:
    @router.get("/notices", summary="收件箱", responses=refusals())
    def notices(
        *,
        request: Request,
        response: Response,
        visitor: Reader,
        unread: Annotated[bool, Query(description="只要未读 · unread only")] = False,
        after: After = None,
        limit: Limit = 50,
    ) -> Notices:
        """What the visitor was told, in the visitor's language."""
        page = house.inbox(visitor, unread_only=unread, after=after, limit=limit)
        link_next(request, response, page.next_after)
        items = [NoticeOut.model_validate(one) for one in page.entries]
        return Notices(items=items, unread=page.unread, next=page.next_after)

    @router.post(
        "/notices/{notice}/read",
        summary="标为已读",
        status_code=HTTPStatus.NO_CONTENT,
        responses=refusals(*CHANGING),
    )
    def read(
        visitor: Actor,
        notice: Annotated[
            str,
            Path(min_length=1, max_length=100, pattern=NO_CONTROL, description="通知号 · notice"),
        ],
    ) -> None:
        """The visitor has read it. A notice of somebody else stays as it is."""
        house.mark_read(visitor, notice)


def _add_duties(router: APIRouter, house: House) -> None:
    @router.get("/waiting", summary="待办", responses=refusals("invalid-value"))
    def waiting(
        *,
        request: Request,
        response: Response,
        visitor: Reader,
        after: After = None,
        limit: Limit = 200,
    ) -> Page[WaitingOut]:
        """What waits for the visitor, soonest due first."""
        items = [WaitingOut.model_validate(one) for one in house.waiting(visitor)]
        return _by_day(items, request, response, after=after, limit=limit)

    @router.get("/due", summary="将到期", responses=refusals("invalid-value"))
    def due(
        *,
        request: Request,
        response: Response,
        visitor: Reader,
        until: Annotated[
            OnDay, Query(description="到哪一日,默认两周内 · up to which day; two weeks")
        ] = None,
        after: After = None,
        limit: Limit = 200,
    ) -> Page[DueOut]:
        """Running clocks due up to the day, most urgent first."""
        last = until or local_day(house.now()) + SOON
        items = [DueOut.model_validate(one) for one in house.due(visitor, last)]
        return _by_day(items, request, response, after=after, limit=limit)


def _by_day(
    items: list[Dated], request: Request, response: Response, *, after: str | None, limit: int
) -> Page[Dated]:
    """A page in the order of due days; what has none comes last."""
    keyed = sorted(((_place(one), one) for one in items), key=itemgetter(0))
    keys = [key for key, _ in keyed]
    page = paged([one for _, one in keyed], keys, after, limit)
    link_next(request, response, page.next)
    return page


def _place(one: WaitingOut | DueOut) -> str:
    day = one.due_on.isoformat() if one.due_on else "undated"
    kind = one.clock if isinstance(one, DueOut) else ""
    return f"{day}|{one.case}|{one.subject}|{kind}"


def _add_search(router: APIRouter, house: House) -> None:
    @router.get("/search", summary="检索", responses=refusals("invalid-value"))
    def search(
        *,
        request: Request,
        response: Response,
        visitor: Reader,
        text: Annotated[
            str,
            Query(
                min_length=1,
                max_length=LONGEST,
                pattern=NO_CONTROL,
                description="要找的字词,引号内不拆分 · words; what is in quotes is not cut",
            ),
        ],
        after: After = None,
        limit: Limit = 50,
    ) -> FoundAll:
        """Suggestions in which all the words stand, in what the visitor may read of them."""
        page = house.search(visitor, text, after=after, limit=limit)
        link_next(request, response, page.after)
        items = [FoundOut.model_validate(one) for one in page.lines]
        return FoundAll(items=items, total=page.total, more=page.more, next=page.after)

"""我的设置: how one is told, in which language, who stands in, calendars.

Refuses to know how any of it is kept. Each change is a form of its own and says what it did.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from engine.congress import Digest
from engine.errors import BihuanError
from engine.profile import FieldType, Text
from web.entrance import LANGUAGES, Entrance, PageVisitor
from web.gate import Visitor
from web.house import ActionForm, Choice, FieldForm
from web.own import Own
from web.pages.sheet import whole
from web.pages.shell import Shell
from web.pages.typed import read_typed, typed_form

HERE = "/account/preferences"
LONGEST_LABEL = 60
LONGEST_REASON = 200
Sent = Annotated[dict[str, str], Depends(typed_form)]
DONE: Mapping[str, Text] = {
    "told": Text(zh="已保存，从现在起按此通知您。", en="Saved: you are told so from now on."),
    "leave": Text(zh="代理已登记。", en="Entered: somebody stands in for you."),
    "back": Text(zh="代理已结束。", en="Nobody stands in for you any more."),
    "token-ended": Text(zh="令牌已停用。", en="The token is ended."),
    "feed-ended": Text(zh="订阅地址已停用。", en="The address is ended."),
    "no-factor": Text(zh="已关闭两步登录。", en="No code is asked any more."),
}
NO_DAY = Text(zh="请填“{label}”，如 2026-03-01", en="“{label}”: give a day such as 2026-03-01")
NO_CHANNEL = Text(zh="请至少勾选一种通知方式", en="Tick at least one way to be told")
NOBODY = Text(zh="请选代理人", en="Choose who stands in")


def preference_routes(own: Own, entrance: Entrance, shell: Shell) -> APIRouter:
    """`/account/preferences`, its leaves and calendars."""
    router = APIRouter(include_in_schema=False)
    shell.own = HERE
    page = _page_of(own, shell)
    _add_wishes(router, own, entrance, shell, page)
    _add_leaves(router, own, entrance, shell, page)
    _add_feeds(router, own, entrance, page)
    _add_tokens(router, own, entrance)
    return router


Page = Callable[..., Response]


def _page_of(own: Own, shell: Shell) -> Page:
    def page(
        request: Request,
        visitor: Visitor,
        *,
        status: HTTPStatus = HTTPStatus.OK,
        errors: Mapping[str, str] | None = None,
        values: Mapping[str, str] | None = None,
        address: str = "",
    ) -> Response:
        standing = own.standing(visitor)
        return shell.page(
            request,
            "preferences.html",
            visitor,
            status,
            own=standing,
            errors=errors or {},
            values=values or {},
            feed_address=address,
            done=DONE.get(request.query_params.get("done", "")),
            fields=_leave_fields(standing.delegates),
        )

    return page


def _add_wishes(router: APIRouter, own: Own, entrance: Entrance, shell: Shell, page: Page) -> None:
    @router.get(HERE)
    def asked(request: Request, visitor: PageVisitor) -> Response:
        return page(request, visitor)

    @router.post(HERE)
    def sent(request: Request, visitor: PageVisitor, sent: Sent) -> Response:
        entrance.csrf(request, visitor, sent.get("csrf", ""))
        named = [name for name, _ in own.standing(visitor).channels]
        only = sent.get("which") == "these"
        channels = tuple(one for one in named if only and sent.get(f"channel-{one}"))
        if only and not channels:
            error = getattr(NO_CHANNEL, shell.language(request, visitor))
            return _refused(page, request, visitor, {"which": error}, {})
        digest, language = sent.get("digest", ""), sent.get("language", "")
        own.wish(
            visitor,
            channels=channels,
            digest=Digest(digest) if digest in set(Digest) else None,
            language=language if language in LANGUAGES else None,
        )
        return _done("told")


def _leave_fields(delegates: tuple[Choice, ...]) -> tuple[FieldForm, ...]:
    asked = (
        ("first", Text(zh="从哪天起", en="From"), FieldType.DATE),
        ("last", Text(zh="到哪天止（含当天）", en="Until, that day included"), FieldType.DATE),
        ("delegate", Text(zh="代理人", en="Who stands in"), FieldType.PERSON),
        ("why", Text(zh="原因", en="Why"), FieldType.TEXT),
    )
    return tuple(
        FieldForm(
            name=name,
            label=label,
            type=kind,
            required=name != "why",
            max_length=LONGEST_REASON,
            choices=delegates if kind is FieldType.PERSON else (),
        )
        for name, label, kind in asked
    )


def _add_leaves(router: APIRouter, own: Own, entrance: Entrance, shell: Shell, page: Page) -> None:
    @router.post(f"{HERE}/leave")
    def leave(request: Request, visitor: PageVisitor, sent: Sent) -> Response:
        entrance.csrf(request, visitor, sent.get("csrf", ""))
        language = shell.language(request, visitor)
        days = {name: _day(sent.get(f"f-{name}", "")) for name in ("first", "last")}
        labels = {one.name: getattr(one.label, language) for one in _leave_fields(())}
        errors = {
            name: getattr(NO_DAY, language).format(label=labels[name])
            for name, day in days.items()
            if day is None
        }
        delegate = _delegate(sent.get("f-delegate", ""), own.standing(visitor).delegates)
        if not delegate:
            errors["delegate"] = getattr(NOBODY, language)
        first, last = days["first"], days["last"]
        if errors or first is None or last is None:
            return _refused(page, request, visitor, errors, sent)
        try:
            why = sent.get("f-why", "").strip()[:LONGEST_REASON]
            own.leave(visitor, delegate=delegate, first=first, last=last, why=why)
        except BihuanError as error:
            return _refused(page, request, visitor, {"first": error.message(language)}, sent)
        return _done("leave")

    @router.post(f"{HERE}/return")
    def back(request: Request, visitor: PageVisitor, sent: Sent) -> Response:
        entrance.csrf(request, visitor, sent.get("csrf", ""))
        own.return_from(visitor, whole(sent.get("number", "")) or 0)
        return _done("back")


def _add_tokens(router: APIRouter, own: Own, entrance: Entrance) -> None:
    @router.post(f"{HERE}/token/end")
    def end(request: Request, visitor: PageVisitor, sent: Sent) -> Response:
        entrance.csrf(request, visitor, sent.get("csrf", ""))
        # A second click finds it ended, which is what was wanted.
        own.end_token(visitor, sent.get("token", ""))
        return _done("token-ended")


def _add_feeds(router: APIRouter, own: Own, entrance: Entrance, page: Page) -> None:
    @router.post(f"{HERE}/calendar")
    def issue(request: Request, visitor: PageVisitor, sent: Sent) -> Response:
        entrance.csrf(request, visitor, sent.get("csrf", ""))
        label = sent.get("label", "").strip()[:LONGEST_LABEL]
        return page(request, visitor, address=own.issue_feed(visitor, label))

    @router.post(f"{HERE}/calendar/end")
    def revoke(request: Request, visitor: PageVisitor, sent: Sent) -> Response:
        entrance.csrf(request, visitor, sent.get("csrf", ""))
        own.revoke_feed(visitor, sent.get("feed", ""))
        return _done("feed-ended")


def _refused(
    page: Page,
    request: Request,
    visitor: Visitor,
    errors: Mapping[str, str],
    sent: Mapping[str, str],
) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return page(request, visitor, status=status, errors=errors, values=sent)


def _delegate(said: str, delegates: tuple[Choice, ...]) -> str:
    """By code, by name, or by both as the list of a browser offers them; nothing for nobody."""
    (field,) = [one for one in _leave_fields(delegates) if one.name == "delegate"]
    read = read_typed(
        ActionForm(action="leave", label=field.label, machine="", subject=None, fields=(field,)),
        {"f-delegate": said},
    )
    return str(read.form.get("delegate", ""))


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said.strip())
    except ValueError:
        return None


def _done(what: str) -> RedirectResponse:
    return RedirectResponse(f"{HERE}?done={what}", HTTPStatus.SEE_OTHER)

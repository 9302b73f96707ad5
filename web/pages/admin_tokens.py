"""令牌: giving programs a way in in somebody's name, and ending it, each with who and why.

A secret is shown on the one page that gave it out, and nowhere afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from engine.errors import BihuanError
from engine.profile import Text
from web.administration import Administration
from web.entrance import Entrance, PageVisitor
from web.errors import FormForged, RoleMissing
from web.gate import Visitor
from web.pages.lacking import WHY, lacking
from web.pages.shell import Shell
from web.pages.typed import typed_form
from web.problems import status_of
from web.tokens import MOST_DAYS, TokenState, TokenWish

HERE = "/admin/tokens"
NEW = f"{HERE}/new"
LIMIT = 50
MOST_DIGITS = 4
Sent = Annotated[dict[str, str], Depends(typed_form)]
Word = Annotated[str, Query(max_length=80)]
After = Annotated[str | None, Query(max_length=1000)]
SCOPES: Mapping[str, tuple[Text, Text]] = {
    "read": (
        Text(zh="查询", en="Read"),
        Text(zh="看到此人能看到的", en="what the person may see"),
    ),
    "act": (
        Text(zh="办理", en="Act"),
        Text(zh="办此人能办的，以此人名义记入办理记录", en="what the person may do, in their name"),
    ),
    "admin": (
        Text(zh="管理", en="Administer"),
        Text(
            zh="检索办理记录、发放令牌，仅限系统管理员",
            en="the history and tokens; of administrators only",
        ),
    ),
}
STATES: Mapping[TokenState, Text] = {
    TokenState.OPEN: Text(zh="有效", en="Open"),
    TokenState.EXPIRED: Text(zh="已到期", en="Expired"),
    TokenState.REVOKED: Text(zh="已停用", en="Revoked"),
}
DONE: Mapping[str, Text] = {
    "ended": Text(zh="令牌已停用。", en="The token is ended: its next call is refused."),
    "gone": Text(
        zh="这个令牌已经停用或不存在。", en="This token is ended already, or there is none."
    ),
}
NO_SCOPE = Text(zh="请至少勾选一项权限", en="Tick at least one thing it may do")
NO_DAYS = Text(zh="请填1至{most}之间的天数", en="Give a number of days from 1 to {most}")
_REQUIRED: Mapping[str, Text] = {
    "person": Text(zh="以何人名义", en="In whose name"),
    "label": Text(zh="用途", en="What it is for"),
    **WHY,
}
_FIELD_OF: Mapping[str, str] = {"unknown-person": "person"}
_OF_THE_DOOR = (FormForged, RoleMissing)


def admin_token_routes(
    administration: Administration, entrance: Entrance, shell: Shell
) -> APIRouter:
    """`/admin/tokens`, giving one out, and ending one."""
    router = APIRouter(include_in_schema=False)
    _add_list(router, administration, entrance, shell)
    _add_issuing(router, administration, entrance, shell)
    return router


def _add_list(
    router: APIRouter, administration: Administration, entrance: Entrance, shell: Shell
) -> None:
    def page(
        request: Request,
        visitor: Visitor,
        *,
        state: str = "",
        after: str | None = None,
        lacks: Mapping[str, str] | None = None,
    ) -> Response:
        wanted = TokenState(state) if state in set(TokenState) else None
        found = administration.tokens(visitor, state=wanted, after=after, limit=LIMIT)
        kept = {"state": wanted.value} if wanted else {}
        return shell.page(
            request,
            "admin_tokens.html",
            visitor,
            HTTPStatus.UNPROCESSABLE_ENTITY if lacks else HTTPStatus.OK,
            found=found,
            states=STATES,
            state=wanted,
            scopes=SCOPES,
            errors=lacks or {},
            done=DONE.get(request.query_params.get("done", "")),
            first=f"{HERE}?{urlencode(kept)}" if after else "",
            next=f"{HERE}?{urlencode({**kept, 'after': found.after})}" if found.after else "",
        )

    @router.get(HERE)
    def listed(
        request: Request, visitor: PageVisitor, state: Word = "", after: After = None
    ) -> Response:
        return page(request, visitor, state=state, after=after)

    @router.post(f"{HERE}/{{token}}/end")
    def end(request: Request, visitor: PageVisitor, token: str, sent: Sent) -> Response:
        entrance.csrf(request, visitor, sent.get("csrf", ""))
        # Whoever may not is told so before anything else.
        administration.directory(visitor)
        lacks = lacking(sent, WHY, language=shell.language(request, visitor))
        if lacks:
            (why,) = lacks.values()
            return page(request, visitor, lacks={f"why-{token}": why})
        key = f"page-end-token:{token}:{visitor.session}"
        try:
            administration.revoke_token(visitor, token, sent.get("reason", ""), key=key)
        except _OF_THE_DOOR:
            raise
        except BihuanError:
            return _go(f"{HERE}?done=gone")
        return _go(f"{HERE}?done=ended")


def _add_issuing(
    router: APIRouter, administration: Administration, entrance: Entrance, shell: Shell
) -> None:
    def form(
        request: Request,
        visitor: Visitor,
        values: Mapping[str, str],
        *,
        seed: str,
        errors: Mapping[str, str] | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        people = administration.directory(visitor).people
        return shell.page(
            request,
            "admin_token_new.html",
            visitor,
            status,
            people=[one for one in people.values() if one.appointments],
            scopes=SCOPES,
            most_days=MOST_DAYS,
            values=values,
            errors=errors or {},
            seed=seed,
        )

    @router.get(NEW)
    def asked(request: Request, visitor: PageVisitor, person: Word = "") -> Response:
        values = {"person": person, "scope-read": "yes", "days": "365"}
        return form(request, visitor, values, seed=administration.token_seed(visitor))

    @router.post(NEW)
    def sent(request: Request, visitor: PageVisitor, sent: Sent) -> Response:
        entrance.csrf(request, visitor, sent.get("csrf", ""))
        language, seed = shell.language(request, visitor), sent.get("seed", "")
        administration.directory(visitor)
        values = {name: one.strip() for name, one in sent.items()}
        errors = _errors(values, language)
        if errors:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return form(request, visitor, values, seed=seed, errors=errors, status=status)
        try:
            issued = administration.issue_token(visitor, _wish(values, seed))
        except _OF_THE_DOOR:
            raise
        except BihuanError as error:
            errors = {_FIELD_OF.get(error.code, ""): error.message(language)}
            again, status = administration.token_seed(visitor), status_of(error)
            return form(request, visitor, values, seed=again, errors=errors, status=status)
        return shell.page(request, "admin_token_given.html", visitor, issued=issued, scopes=SCOPES)


def _errors(values: Mapping[str, str], language: str) -> dict[str, str]:
    errors = lacking(values, _REQUIRED, language=language)
    if not _scopes(values):
        errors["scope-read"] = getattr(NO_SCOPE, language)
    if not 0 < _days(values) <= MOST_DAYS:
        errors["days"] = getattr(NO_DAYS, language).format(most=MOST_DAYS)
    return errors


def _scopes(values: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(one for one in SCOPES if values.get(f"scope-{one}"))


def _days(values: Mapping[str, str]) -> int:
    """Zero for what is no number."""
    said = values.get("days", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) <= MOST_DIGITS else 0


def _wish(values: Mapping[str, str], seed: str) -> TokenWish:
    return TokenWish(
        person=values["person"],
        label=values["label"],
        scopes=_scopes(values),
        days=_days(values),
        reason=values["reason"],
        seed=seed,
    )


def _go(address: str) -> Response:
    return RedirectResponse(quote(address, safe="/?=&"), status_code=HTTPStatus.SEE_OTHER)

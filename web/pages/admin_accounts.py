"""账号: opening somebody's way in, and each change of it, with who and why.

A first password is shown on the one page that made it, and nowhere afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from engine.errors import BihuanError
from engine.profile import Text
from web.administration import Administration, FirstPassword
from web.entrance import Entrance, PageVisitor
from web.errors import FormForged, RoleMissing
from web.gate import Visitor
from web.pages.lacking import WHY, lacking
from web.pages.shell import Shell
from web.pages.typed import typed_form
from web.problems import status_of

NEW = "/admin/accounts/new"
Sent = Annotated[dict[str, str], Depends(typed_form)]
Word = Annotated[str, Query(max_length=80)]
DONE: Mapping[str, Text] = {
    "open": Text(zh="账号已开通。", en="The account is open."),
    "disable": Text(
        zh="账号已停用，已退出所有登录。", en="The account is disabled and signed out."
    ),
    "enable": Text(zh="账号已启用并解除锁定。", en="The account is enabled and unlocked."),
    "end-sessions": Text(zh="已退出此人的所有登录。", en="The person is signed out everywhere."),
    "no-code": Text(zh="不再要求验证码。", en="No code is asked for any more."),
    "connect": Text(zh="已与统一身份关联。", en="Connected with the identity provider."),
    "disconnect": Text(zh="已取消统一身份关联。", en="No longer connected with the provider."),
}
_OF_THE_DOOR = (FormForged, RoleMissing)


def admin_account_routes(
    administration: Administration, entrance: Entrance, shell: Shell
) -> APIRouter:
    """`/admin/accounts` with opening one, one account, and its changes."""
    router = APIRouter(include_in_schema=False)
    _add_list(router, administration, shell)
    _add_opening(router, administration, entrance, shell)
    _add_one(router, administration, entrance, shell)
    return router


def _add_list(router: APIRouter, administration: Administration, shell: Shell) -> None:
    @router.get("/admin/accounts")
    def accounts(request: Request, visitor: PageVisitor, done: Word = "") -> Response:
        return shell.page(
            request,
            "admin_accounts.html",
            visitor,
            accounts=administration.accounts(visitor),
            without=len(administration.directory(visitor).people),
            done=DONE.get(done),
        )


def _add_opening(
    router: APIRouter, administration: Administration, entrance: Entrance, shell: Shell
) -> None:
    def form(
        request: Request,
        visitor: Visitor,
        values: Mapping[str, str],
        error: BihuanError | None,
        lacks: Mapping[str, str] | None = None,
    ) -> Response:
        told = {} if error is None else {"person": error.message(shell.language(request, visitor))}
        people = administration.directory(visitor).people
        known = {one.person for one in administration.accounts(visitor)}
        return shell.page(
            request,
            "admin_account_new.html",
            visitor,
            HTTPStatus.UNPROCESSABLE_ENTITY if lacks else _status(error),
            people=[one for one in people.values() if one.code not in known and one.appointments],
            provider=administration.provider(),
            values=values,
            errors=lacks or told,
        )

    @router.get(NEW)
    def asked(request: Request, visitor: PageVisitor, person: Word = "") -> Response:
        return form(request, visitor, {"person": person, "name": person}, None)

    @router.post(NEW)
    def sent(request: Request, visitor: PageVisitor, sent: Sent) -> Response:
        entrance.csrf(request, visitor, sent.get("csrf", ""))
        values = {name: sent.get(name, "").strip() for name in _FIELDS}
        lacks = lacking(values, _REQUIRED, language=shell.language(request, visitor))
        if lacks:
            administration.directory(visitor)
            return form(request, visitor, values, None, lacks)
        try:
            made = administration.open_account(
                visitor,
                values["person"],
                name=values["name"],
                subject=values["subject"],
                reason=values["reason"],
            )
        except _OF_THE_DOOR:
            raise
        except BihuanError as error:
            return form(request, visitor, values, error)
        if not made.password:
            return _go(f"/admin/accounts/{quote(made.person, safe='')}?done=open")
        return _given(request, visitor, shell, made)


_FIELDS = ("person", "name", "subject", "reason")
_REQUIRED: Mapping[str, Text] = {"person": Text(zh="人员代码", en="Code of the person"), **WHY}


def _status(error: BihuanError | None) -> HTTPStatus:
    return HTTPStatus.OK if error is None else status_of(error)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Account:
    """The page of one account, with what was done or what a change lacks."""

    administration: Administration
    shell: Shell

    def page(
        self,
        request: Request,
        visitor: Visitor,
        person: str,
        *,
        done: str = "",
        error: BihuanError | None = None,
        lacks: Mapping[str, str] | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        """`typed`: the form that was refused, to be mended instead of typed anew."""
        language = self.shell.language(request, visitor)
        told = {} if error is None else {"subject": error.message(language)}
        return self.shell.page(
            request,
            "admin_account.html",
            visitor,
            HTTPStatus.UNPROCESSABLE_ENTITY if lacks else _status(error),
            one=self.administration.account(visitor, person),
            provider=self.administration.provider(),
            done=DONE.get(done),
            errors=lacks or told,
            typed=typed or {},
        )


def _add_one(
    router: APIRouter, administration: Administration, entrance: Entrance, shell: Shell
) -> None:
    page = _Account(administration=administration, shell=shell).page

    @router.get("/admin/accounts/{person}")
    def asked(request: Request, visitor: PageVisitor, person: str, done: Word = "") -> Response:
        return page(request, visitor, person, done=done)

    does: Mapping[str, Callable[[Visitor, str, str], object]] = {
        "disable": administration.disable_account,
        "enable": administration.enable_account,
        "end-sessions": administration.end_sessions,
        "no-code": administration.ask_no_code,
        "disconnect": administration.disconnect_account,
    }

    @router.post("/admin/accounts/{person}/{what}")
    def change(
        request: Request, visitor: PageVisitor, person: str, what: str, sent: Sent
    ) -> Response:
        entrance.csrf(request, visitor, sent.get("csrf", ""))
        # Whoever may not is told so, also about a change that there is not.
        administration.account(visitor, person)
        if what not in {"password", "connect", *does}:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        reason = sent.get("reason", "").strip()
        typed = {**sent, "what": what}
        if not reason:
            (why,) = lacking({}, WHY, language=shell.language(request, visitor)).values()
            return page(request, visitor, person, lacks={f"why-{what}": why}, typed=typed)
        if what == "password":
            made = administration.reset_password(visitor, person, reason)
            return _given(request, visitor, shell, made)
        if what == "connect":
            subject = sent.get("subject", "").strip()
            try:
                administration.connect_account(visitor, person, subject, reason)
            except _OF_THE_DOOR:
                raise
            except BihuanError as error:
                return page(request, visitor, person, error=error, typed=typed)
        else:
            does[what](visitor, person, reason)
        told = quote(what if what in DONE else "")
        where = "" if sent.get("from") == "list" else f"/{quote(person, safe='')}"
        return _go(f"/admin/accounts{where}?done={told}")


def _given(request: Request, visitor: Visitor, shell: Shell, made: FirstPassword) -> Response:
    """The page that shows a first password this once; nobody keeps it."""
    return shell.page(request, "admin_account_given.html", visitor, made=made)


def _go(address: str) -> Response:
    return RedirectResponse(address, status_code=HTTPStatus.SEE_OTHER)

"""Pages by which people come in and go out: sign in, second factor, own password, sign out.

Refuses to know what a password is worth; whatever is wrong is told in the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from engine.errors import BihuanError
from engine.profile import Text
from web.entrance import PASSWORD, SIGN_IN, Entrance, PageVisitor, safe_next
from web.errors import PasswordRefused, SignInLimited, SignInRefused
from web.gate import SignedIn
from web.oidc import Oidc
from web.pages.second_factor import FACTOR
from web.pages.shell import Shell
from web.pages.typed import typed_form
from web.problems import status_of

CODE = "/sign-in/code"
Sent = Annotated[dict[str, str], Depends(typed_form)]
DIFFERENT = Text(zh="两次输入的新密码不一样", en="the new password was typed in two ways")
CODE_WRONG = Text(
    zh="验证码不对、已用过，或账号不能使用。请等验证器显示下一个再试，并核对手机的时间。",
    en="The code is wrong or was used, or the account cannot be used. Wait for the next one, and"
    " check the phone's clock.",
)
SECONDS = 60
OUT = "/sign-out/oidc"
WAY = "-way"
UNTOLD = "-"
LONGEST_TOKEN = 3_500
"""A browser keeps no longer cookie; without it the provider asks whom it should sign out."""


Form = Callable[[Request, Mapping[str, str], BihuanError | None], Response]


def sign_in_routes(entrance: Entrance, shell: Shell, oidc: Oidc | None = None) -> APIRouter:
    """`/sign-in` with its second step, `/account/password` and `/sign-out`."""
    router = APIRouter(include_in_schema=False)
    _add_sign_in(router, entrance, sign_in_page(entrance, shell, oidc))
    _add_code(router, entrance, shell)
    _add_own_account(router, entrance, shell)
    _add_sign_out(router, entrance, oidc)
    return router


def sign_in_page(entrance: Entrance, shell: Shell, oidc: Oidc | None) -> Form:
    """Makes the page by which people come in, with what was wrong before."""

    def form(request: Request, sent: Mapping[str, str], error: BihuanError | None) -> Response:
        answer = shell.page(
            request,
            "sign_in.html",
            None,
            _status(error),
            error=_told(shell, request, error),
            name=sent.get("name", ""),
            next=safe_next(sent.get("next", "/")),
            demo=entrance.gate.demo_accounts(),
            provider=oidc.label if oidc else "",
            still_there=oidc is not None and request.query_params.get("out") == "there",
        )
        return _with_wait(answer, error)

    return form


def _add_sign_in(router: APIRouter, entrance: Entrance, form: Form) -> None:
    gate = entrance.gate

    @router.get(SIGN_IN)
    def asked(request: Request) -> Response:
        next_ = safe_next(request.query_params.get("next", "/"))
        if entrance.maybe(request) is not None:
            return go(next_)
        return form(request, {"next": next_}, None)

    @router.post(SIGN_IN)
    def sent(request: Request, sent: Sent) -> Response:
        entrance.same_origin(request)
        try:
            made = gate.sign_in(
                sent.get("name", ""), sent.get("password", ""), entrance.arrival(request)
            )
        except (SignInRefused, SignInLimited) as error:
            return form(request, sent, error)
        return entered(entrance, request, made, sent)

    @router.post("/sign-in/demo")
    def one_click(request: Request, sent: Sent) -> Response:
        entrance.same_origin(request)
        try:
            made = gate.sign_in_as(sent.get("person", ""), entrance.arrival(request))
        except SignInRefused as error:
            return form(request, {}, error)
        return entered(entrance, request, made, sent)


def _add_code(router: APIRouter, entrance: Entrance, shell: Shell) -> None:
    def form(request: Request, next_: str, error: BihuanError | None) -> Response:
        answer = shell.page(
            request,
            "sign_in_code.html",
            None,
            _status(error),
            # Name and password were right: what is told is about the code.
            error=shell.frame(request, None).text(CODE_WRONG)
            if isinstance(error, SignInRefused)
            else _told(shell, request, error),
            next=safe_next(next_),
        )
        return _with_wait(answer, error)

    @router.get(CODE)
    def asked(request: Request) -> Response:
        if not entrance.cookie(request):
            return go(SIGN_IN)
        return form(request, request.query_params.get("next", "/"), None)

    @router.post(CODE)
    def sent(request: Request, sent: Sent) -> Response:
        entrance.same_origin(request)
        next_ = sent.get("next", "/")
        try:
            left = entrance.gate.confirm(
                entrance.cookie(request), sent.get("code", ""), entrance.arrival(request)
            )
        except (SignInRefused, SignInLimited) as error:
            return form(request, next_, error)
        if left is None:
            return go(safe_next(next_))
        # Told how many are left, and what to do about the phone, before anything else.
        return go(f"{FACTOR}?came=code&next={quote(safe_next(next_), safe='/')}")


def _add_own_account(router: APIRouter, entrance: Entrance, shell: Shell) -> None:
    @router.get(PASSWORD)
    def asked(request: Request, visitor: PageVisitor) -> Response:
        next_ = safe_next(request.query_params.get("next", "/"))
        return shell.page(request, "password.html", visitor, error="", field="", next=next_)

    @router.post(PASSWORD)
    def sent(request: Request, visitor: PageVisitor, sent: Sent) -> Response:
        entrance.csrf(request, visitor, sent.get("csrf", ""))
        next_ = safe_next(sent.get("next", "/"))
        try:
            entrance.gate.change_password(
                visitor, sent.get("old", ""), _typed_twice(sent), entrance.arrival(request)
            )
        except (PasswordRefused, SignInLimited) as error:
            told = _told(shell, request, error)
            field = str(error.facts.get("field", "new"))
            status = _status(error)
            answer = shell.page(
                request, "password.html", visitor, status, error=told, field=field, next=next_
            )
            return _with_wait(answer, error)
        return go(next_)


def _add_sign_out(router: APIRouter, entrance: Entrance, oidc: Oidc | None) -> None:
    @router.post("/sign-out")
    def sign_out(request: Request, sent: Sent) -> Response:
        visitor = entrance.maybe(request)
        if visitor is not None:
            entrance.csrf(request, visitor, sent.get("csrf", ""))
            entrance.gate.sign_out(entrance.cookie(request), entrance.arrival(request))
        way = way_of(entrance, request)
        # By a link of the page and not from here: our policy lets no form lead to another site.
        there = oidc is not None and way is not None and oidc.leave(way) is not None
        answer = go(f"{SIGN_IN}?out=there" if there else SIGN_IN)
        entrance.let_out(answer)
        return answer


def entered(
    entrance: Entrance, request: Request, made: SignedIn, sent: Mapping[str, str]
) -> Response:
    """Into the pages, or to the second step; a session that was there before is over."""
    earlier = entrance.cookie(request)
    if earlier:
        entrance.gate.sign_out(earlier, entrance.arrival(request))
    next_ = safe_next(sent.get("next", "/"))
    answer = go(f"{CODE}?next={quote(next_, safe='/')}" if made.needs_code else next_)
    entrance.let_in(answer, made.cookie)
    if way_of(entrance, request) is not None:
        forget_way(entrance, answer)
    return answer


def way_of(entrance: Entrance, request: Request) -> str | None:
    """With what whoever came in by the provider signs out there; None for all others."""
    kept = request.cookies.get(f"{entrance.cookie_name}{WAY}")
    return "" if kept == UNTOLD else kept


def keep_way(entrance: Entrance, answer: Response, token: str) -> None:
    """Remember in this browser how it came in."""
    answer.set_cookie(
        f"{entrance.cookie_name}{WAY}",
        token if len(token) <= LONGEST_TOKEN else UNTOLD,
        path="/",
        httponly=True,
        samesite="lax",
        secure=entrance.https,
    )


def forget_way(entrance: Entrance, answer: Response) -> None:
    """It is over, or somebody comes in by another way."""
    answer.delete_cookie(
        f"{entrance.cookie_name}{WAY}",
        path="/",
        httponly=True,
        samesite="lax",
        secure=entrance.https,
    )


def _typed_twice(sent: dict[str, str]) -> str:
    new = sent.get("new", "")
    if new != sent.get("again", ""):
        raise PasswordRefused(reason=DIFFERENT, field="again")
    return new


def go(where: str) -> RedirectResponse:
    """On to another page, which nobody keeps."""
    return RedirectResponse(
        where, status_code=HTTPStatus.SEE_OTHER, headers={"Cache-Control": "no-store"}
    )


def _status(error: BihuanError | None) -> HTTPStatus:
    if error is None:
        return HTTPStatus.OK
    return status_of(error)


def _told(shell: Shell, request: Request, error: BihuanError | None) -> str:
    return "" if error is None else error.message(shell.language(request, None))


def _with_wait(answer: Response, error: BihuanError | None) -> Response:
    if isinstance(error, SignInLimited):
        answer.headers["Retry-After"] = str(int(str(error.facts["minutes"])) * SECONDS)
    return answer

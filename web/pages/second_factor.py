"""两步登录: switching the second factor on and off, and the recovery codes 恢复码 beside it.

Codes are shown on the one page that made them. Refuses to know how keys and codes are judged.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from engine.errors import BihuanError
from web.entrance import Entrance, PageVisitor, safe_next
from web.gate import Visitor
from web.own import Own
from web.pages.qr import squares_of
from web.pages.shell import Shell
from web.pages.typed import typed_form
from web.problems import status_of

FACTOR = "/account/second-factor"
OFF = "/account/preferences?done=no-factor"
FEW = 3
"""So many codes left, or fewer, are worth a word."""
Sent = Annotated[dict[str, str], Depends(typed_form)]
Word = Annotated[str, Query(max_length=20)]


def second_factor_routes(own: Own, entrance: Entrance, shell: Shell) -> APIRouter:
    """`/account/second-factor`."""
    router = APIRouter(include_in_schema=False)

    def page(
        request: Request,
        visitor: Visitor,
        *,
        secret: str = "",
        error: BihuanError | None = None,
        **facts: object,
    ) -> Response:
        standing = own.standing(visitor)
        # The same key once more after a wrong code: the phone has it already.
        key = None if standing.factor else own.key(visitor, secret)
        return shell.page(
            request,
            "second_factor.html",
            visitor,
            HTTPStatus.OK if error is None else status_of(error),
            on=key is None,
            secret=key.secret if key else "",
            code=squares_of(key.address) if key else None,
            left=standing.codes_left,
            few=FEW,
            error=error.message(shell.language(request, visitor)) if error else "",
            **{"came": False, "twice": False, "next": "/", **facts},
        )

    def shown(
        request: Request, visitor: Visitor, codes: tuple[str, ...], *, fresh: bool
    ) -> Response:
        return shell.page(request, "recovery_codes.html", visitor, codes=codes, fresh=fresh)

    @router.get(FACTOR)
    def asked(request: Request, visitor: PageVisitor, came: Word = "") -> Response:
        next_ = safe_next(request.query_params.get("next", "/"))
        return page(request, visitor, came=came == "code", next=next_)

    @router.post(FACTOR)
    def sent(request: Request, visitor: PageVisitor, sent: Sent) -> Response:
        entrance.csrf(request, visitor, sent.get("csrf", ""))
        on, secret = own.standing(visitor).factor, sent.get("secret", "")
        if on and secret:
            # The first of two clicks has switched it on, and its page has the codes.
            return page(request, visitor, twice=True)
        code, arrival = sent.get("code", ""), entrance.arrival(request)
        try:
            if not on:
                codes = own.ask_code(visitor, secret, code, arrival)
                return shown(request, visitor, codes, fresh=True)
            if sent.get("step") == "renew":
                return shown(request, visitor, own.renew_codes(visitor, code, arrival), fresh=False)
            own.ask_no_code(visitor, code, arrival)
        except BihuanError as error:
            return page(request, visitor, secret=secret, error=error)
        return RedirectResponse(OFF, HTTPStatus.SEE_OTHER)

    return router

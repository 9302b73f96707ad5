"""Ways out of the house: notices that did not arrive."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from engine.profile import Text
from web.administration import Administration
from web.entrance import Entrance, PageVisitor
from web.gate import Visitor
from web.house import House
from web.pages.lacking import WHY, lacking
from web.pages.shell import Shell
from web.pages.typed import typed_form

LIMIT = 50
Sent = Annotated[dict[str, str], Depends(typed_form)]
After = Annotated[str | None, Query(max_length=200)]
FILLED_IN = re.compile(r"[：:\s]*\{[{%].*?[}%]\}\s*")
CHANNELS: Mapping[str, Text] = {
    "email": Text(zh="邮件", en="e-mail"),
    "sms": Text(zh="短信", en="text message"),
    "console": Text(zh="屏幕", en="console"),
}
"""What the channels we bring are called; others have the names that their file gives them."""
NOTHING_CHOSEN = Text(zh="请勾选要重发的通知", en="Tick what is to be sent again")
DONE: Mapping[str, Text] = {
    "sent": Text(zh="已重新列入待发。", en="Put among the pending ones again."),
    "none": Text(zh="没有可重发的：可能已有人重发。", en="Nothing to send again."),
}


def admin_way_routes(
    house: House, administration: Administration, entrance: Entrance, shell: Shell
) -> APIRouter:
    """`/admin/notices`."""
    router = APIRouter(include_in_schema=False)
    _add_notices(router, house, administration, entrance, shell)
    return router


def _add_notices(
    router: APIRouter,
    house: House,
    administration: Administration,
    entrance: Entrance,
    shell: Shell,
) -> None:
    def listed(
        request: Request,
        visitor: Visitor,
        *,
        after: str | None = None,
        done: str = "",
        lacks: Mapping[str, str] | None = None,
    ) -> Response:
        page = administration.given_up(visitor, after=after, limit=LIMIT)
        return shell.page(
            request,
            "admin_notices.html",
            visitor,
            HTTPStatus.UNPROCESSABLE_ENTITY if lacks else HTTPStatus.OK,
            page=page,
            templates={
                name: _bare(one.subject) for name, one in house.profile(visitor).notices.items()
            },
            channels=CHANNELS,
            errors=lacks or {},
            first="/admin/notices" if after else "",
            next=f"/admin/notices?after={quote(page.after)}" if page.after else "",
            done=DONE.get(done),
        )

    @router.get("/admin/notices")
    def notices(
        request: Request, visitor: PageVisitor, after: After = None, done: str = ""
    ) -> Response:
        return listed(request, visitor, after=after, done=done)

    @router.post("/admin/notices")
    def again(request: Request, visitor: PageVisitor, sent: Sent) -> Response:
        entrance.csrf(request, visitor, sent.get("csrf", ""))
        chosen = [name.removeprefix("send:") for name in sent if name.startswith("send:")]
        language = shell.language(request, visitor)
        lacks = (
            {} if chosen else {"send": NOTHING_CHOSEN.en if language == "en" else NOTHING_CHOSEN.zh}
        )
        lacks |= lacking(sent, WHY, language=language)
        if lacks:
            return listed(request, visitor, lacks=lacks)
        pairs = [(one.partition("/")[0], one.partition("/")[2]) for one in chosen]
        many = administration.send_again(visitor, pairs, sent.get("reason", "").strip())
        return _go(f"/admin/notices?done={'sent' if many else 'none'}")


def _bare(subject: Text) -> Text:
    """What kind of notice it is: its subject without what is filled in."""
    return Text(zh=FILLED_IN.sub("", subject.zh), en=FILLED_IN.sub("", subject.en))


def _go(address: str) -> Response:
    return RedirectResponse(address, status_code=HTTPStatus.SEE_OTHER)

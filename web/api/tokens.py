"""Tokens for programs, given out and ended by administrators; a secret is told once only.

Refuses to know who may: the port behind it refuses whoever may not.
"""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from web.api.access import Keeper
from web.api.acting_models import Sent
from web.api.answers import (
    CODE_PATTERN,
    NO_CONTROL,
    After,
    Answer,
    Limit,
    Page,
    link_next,
    made,
)
from web.api.once import REPLAY_HEADER, REPLAYED, Key, own_key
from web.api.refusals import CHANGING, refusals, unreadable
from web.tokens import (
    LONGEST_LABEL,
    LONGEST_REASON,
    MOST_DAYS,
    IssuedToken,
    Tokens,
    TokenSort,
    TokenState,
    TokenWish,
)

PREFIX = "/api/v1/tokens"
Scope = Literal["read", "act", "admin"]
Id = Annotated[
    str,
    Path(
        pattern="^[0-9a-f]{12}$", description="令牌代码 · id of a token", examples=["0f3a9c2b1d4e"]
    ),
]


class TokenWanted(Sent):
    """A token that is to be given out."""

    person: str = Field(
        pattern=CODE_PATTERN, description="以何人名义 · code of the person in whose name it acts"
    )
    label: str = Field(
        min_length=1,
        max_length=LONGEST_LABEL,
        pattern=NO_CONTROL,
        description="用途,如系统名称 · what it is for, such as the name of the system",
    )
    scopes: list[Scope] = Field(
        min_length=1,
        max_length=3,
        description="权限:read 查询、act 办理、admin 管理 · to ask, to act, to administer",
    )
    days: int = Field(ge=1, le=MOST_DAYS, description="有效天数 · for how many days")
    reason: str = Field(
        min_length=1,
        max_length=LONGEST_REASON,
        pattern=NO_CONTROL,
        description="原因,记入办理记录 · why, kept in the history",
    )


class TokenOut(Answer):
    """A token that was given out, without its secret."""

    id: str = Field(description="令牌代码 · id, which is no secret")
    person: str = Field(description="以何人名义 · code of the person in whose name it acts")
    person_name: str = Field(description="姓名 · name of the person")
    label: str = Field(description="用途 · what it is for")
    scopes: list[Scope] = Field(description="权限 · what it may")
    state: TokenState = Field(description="有效、到期或停用 · open, expired or revoked")
    created_at: datetime = Field(description="发放时间 · given out")
    created_by: str = Field(description="发放人 · who gave it out")
    expires_at: datetime = Field(description="到期时间 · ends by itself")
    revoked_at: datetime | None = Field(description="停用时间 · when somebody ended it")
    last_used_at: datetime | None = Field(description="最近使用,约到小时 · last used, by the hour")


class IssuedOut(TokenOut):
    """A token just given out."""

    secret: str | None = Field(
        description="令牌,只显示这一次;重发为 null · the token, told this once; null in a replay"
    )


def token_routes(tokens: Tokens) -> APIRouter:
    """List, one, give out, end."""
    router = APIRouter(prefix=PREFIX, tags=["administration"])
    _add_reading(router, tokens)
    _add_changing(router, tokens)
    return router


def _add_reading(router: APIRouter, tokens: Tokens) -> None:
    @router.get("", summary="令牌列表", responses=refusals("role-missing", "invalid-value"))
    def listed(  # how a list is narrowed and cut
        *,
        request: Request,
        response: Response,
        visitor: Keeper,
        person: Annotated[
            str, Query(pattern=f"{CODE_PATTERN}|^$", description="以何人名义 · in whose name")
        ] = "",
        state: Annotated[
            TokenState | None, Query(description="有效、到期或停用 · open, expired or revoked")
        ] = None,
        sort: Annotated[
            TokenSort, Query(description="新的在前或先到期的在前 · newest, or the first to end")
        ] = TokenSort.NEWEST,
        after: After = None,
        limit: Limit = 50,
    ) -> Page[TokenOut]:
        """Tokens that were given out, ended ones too, never with their secrets."""
        page = tokens.tokens(
            visitor, person=person, state=state, sort=sort, after=after, limit=limit
        )
        link_next(request, response, page.after)
        items = [TokenOut.model_validate(one) for one in page.lines]
        return Page(items=items, total=page.total, next=page.after)

    @router.get("/{token}", summary="一个令牌", responses=refusals("role-missing", "unknown-token"))
    def one(visitor: Keeper, token: Id) -> TokenOut:
        """One token, without its secret."""
        return TokenOut.model_validate(tokens.token(visitor, token))


def _add_changing(router: APIRouter, tokens: Tokens) -> None:
    refused = ("role-missing", "unknown-person", "invalid-value", "request-key-reused")

    @router.post(
        "",
        summary="发放令牌",
        status_code=HTTPStatus.CREATED,
        responses={
            201: {"headers": REPLAY_HEADER},
            400: unreadable(),
            **refusals(*refused, *CHANGING),
        },
    )
    def issue(
        *, response: Response, visitor: Keeper, sent: TokenWanted, key: Key = None
    ) -> IssuedOut:
        """Give one out in somebody's name; its secret is in this answer only.

        A program gives no scope that its own token lacks.
        """
        wish = TokenWish(
            person=sent.person,
            label=sent.label,
            scopes=tuple(sent.scopes),
            days=sent.days,
            reason=sent.reason,
            key=own_key(visitor, key),
        )
        issued = tokens.issue_token(visitor, wish)
        response.headers["Location"] = f"{PREFIX}/{issued.line.id}"
        if not issued.first:
            response.headers[REPLAYED] = "true"
        return _issued_out(issued)

    @router.delete(
        "/{token}",
        summary="停用令牌",
        status_code=HTTPStatus.NO_CONTENT,
        responses=refusals(
            *("role-missing", "unknown-token", "invalid-value", "request-key-reused"),
            "form-forged",
        ),
    )
    def revoke(
        *,
        visitor: Keeper,
        token: Id,
        reason: Annotated[
            str,
            Query(
                min_length=1,
                max_length=LONGEST_REASON,
                pattern=NO_CONTROL,
                description="原因,记入办理记录 · why, kept in the history",
            ),
        ],
        key: Key = None,
    ) -> None:
        """End it at once: its next call is refused."""
        tokens.revoke_token(visitor, token, reason, key=own_key(visitor, key))


def _issued_out(issued: IssuedToken) -> IssuedOut:
    return made(IssuedOut, issued.line, secret=issued.secret or None)

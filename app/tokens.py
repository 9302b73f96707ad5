"""Implements the port `web.tokens.Tokens` over rows, and what a person sees of their own tokens."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime

from app.accounts import SCOPES, AccountDesk
from app.errors import UnknownToken
from app.wiring import Services
from db.api_tokens import ApiTokens, TokenRow
from engine.congress import ADMINISTRATOR_ROLE, Directory
from engine.errors import InvalidValue
from engine.profile import Text
from reports.names import Names
from reports.paging import sealed, unsealed
from web.errors import RoleMissing, ScopeMissing
from web.gate import Visitor
from web.tokens import (
    LONGEST_LABEL,
    LONGEST_REASON,
    IssuedToken,
    TokenLine,
    TokenPage,
    TokenSort,
    TokenState,
    TokenWish,
)

PAGE = Text(zh="系统管理", en="administration")
SEED_BYTES = 32


class TokensOfRows:
    """The tokens of one installation."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def token_seed(self, visitor: Visitor) -> str:
        """Nobody can guess it: it is all that the secret is made of."""
        self._administered(visitor)
        return secrets.token_urlsafe(SEED_BYTES)

    def tokens(
        self,
        visitor: Visitor,
        *,
        person: str = "",
        state: TokenState | None = None,
        sort: TokenSort = TokenSort.NEWEST,
        after: str | None = None,
        limit: int = 50,
    ) -> TokenPage:
        """Ordered here: a congress has tens of them."""
        start = None if after is None else _position(sort, after)
        directory, now = self._administered(visitor), self._services.clock()
        rows = ApiTokens(self._services.database).issued(visitor.congress, person or None)
        fitting = [one for one in rows if state is None or state_of(one, now) is state]
        keyed = sorted((_KEYS[sort](one), one.id, one) for one in fitting)
        rest = [one for one in keyed if start is None or one[:2] > start]
        names, shown = Names(directory), rest[:limit]
        return TokenPage(
            lines=tuple(line_of(one[2], names, now) for one in shown),
            total=len(fitting),
            after=sealed([sort.value, *shown[-1][:2]]) if len(rest) > limit else None,
        )

    def token(self, visitor: Visitor, token: str) -> TokenLine:
        """Open or not."""
        directory = self._administered(visitor)
        rows = ApiTokens(self._services.database).issued(visitor.congress)
        found = [one for one in rows if one.id == token]
        if len(found) != 1:
            raise UnknownToken(congress=visitor.congress, token=token)
        return line_of(found[0], Names(directory), self._services.clock())

    def issue_token(self, visitor: Visitor, wish: TokenWish) -> IssuedToken:
        """In the name of the administrator who gives it."""
        directory = self._administered(visitor)
        for scope in wish.scopes:
            if scope in SCOPES and scope not in visitor.scopes:
                raise ScopeMissing(scope=scope)
        label = _words("用途 / label", wish.label, LONGEST_LABEL)
        desk = self._desk(visitor, wish.reason)
        made = desk.issue_token(
            wish.person,
            label=label,
            scopes=wish.scopes,
            days=wish.days,
            seed=wish.seed,
            key=wish.key,
        )
        line = line_of(made.row, Names(directory), self._services.clock())
        return IssuedToken(line=line, secret=made.token, first=made.first)

    def revoke_token(
        self, visitor: Visitor, token: str, reason: str, *, key: str | None = None
    ) -> None:
        """The program is refused from its next call on."""
        self._administered(visitor)
        self._desk(visitor, reason).revoke_tokens((token,), key=key)

    def _desk(self, visitor: Visitor, reason: str) -> AccountDesk:
        why = _words("原因 / reason", reason, LONGEST_REASON)
        return AccountDesk(self._services, visitor.congress, actor=visitor.person, reason=why)

    def _administered(self, visitor: Visitor) -> Directory:
        directory = self._services.directory(visitor.congress)
        if ADMINISTRATOR_ROLE not in directory.roles_of(visitor.person):
            raise RoleMissing(page=PAGE)
        return directory


def state_of(row: TokenRow, now: datetime) -> TokenState:
    """Whether it may still be used."""
    if row.revoked_at is not None:
        return TokenState.REVOKED
    return TokenState.EXPIRED if now >= row.expires_at else TokenState.OPEN


def line_of(row: TokenRow, names: Names, now: datetime) -> TokenLine:
    """The token as it may be shown."""
    return TokenLine(
        id=row.id,
        person=row.person,
        person_name=names.person(row.person),
        label=row.label,
        scopes=row.scopes,
        state=state_of(row, now),
        created_at=row.created_at,
        created_by=names.person(row.created_by),
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )


def _words(what: str, given: str, longest: int) -> str:
    words = " ".join(given.split())
    if not 0 < len(words) <= longest:
        reason = f"应为1至{longest}个字符 / use 1 to {longest} characters"
        raise InvalidValue(what=what, value=given[:longest], reason=reason)
    return words


def _instant(at: datetime) -> int:
    """In microseconds, as a cursor takes it."""
    return round(at.timestamp() * 1_000_000)


_KEYS: Mapping[TokenSort, Callable[[TokenRow], int]] = {
    TokenSort.NEWEST: lambda row: -_instant(row.created_at),
    TokenSort.EXPIRES: lambda row: _instant(row.expires_at),
}


def _position(sort: TokenSort, after: str) -> tuple[int, str]:
    try:
        named, key, token = unsealed(after)
    except (ValueError, TypeError):
        named, key, token = "", 0, ""
    if named != sort.value or type(key) is not int or type(token) is not str:
        reason = "应取自同一排序的上一页 / take it from the page before, in the same order"
        raise InvalidValue(what="翻页位置 / cursor", value=after[:40], reason=reason)
    return key, token

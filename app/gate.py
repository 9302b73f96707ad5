"""Implements the port `web.gate.Gate` over rows: sessions, passwords, second factors, tokens.

Whatever is wrong is refused in the same words and after the same work, so that nobody learns
which names there are.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from app.accounts import new_account
from app.attempts import Attempts
from app.passwords import check_password, hash_of, matches
from app.second_factor import SecondFactor
from app.wiring import Services, is_made_up
from db.accounts import AccountRow, Accounts, account_name
from db.api_tokens import ApiTokens
from db.feeds import digest_of_token
from db.sign_ins import Outcome
from db.web_sessions import SessionRow, WebSessions
from engine.congress import ADMINISTRATOR_ROLE
from engine.errors import UnknownCongress
from engine.profile import Text
from reports.health import congress_lines
from web.errors import PasswordRefused, SignInRefused
from web.gate import Arrival, DemoAccount, SignedIn, Visitor

COOKIE_BYTES = 32
CSRF_BYTES = 24
VISIT_BYTES = 16
UNKNOWN = "?"
"""Before what stands for a name that nobody has: it may be a password in the wrong field."""


class GateOfRows:
    """The gate of one installation."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._accounts = Accounts(services.database)
        self._sessions = WebSessions(services.database)
        self._tokens = ApiTokens(services.database)
        self._attempts = Attempts(services)
        self._factor = SecondFactor(services)

    def sign_in(self, name: str, password: str, arrival: Arrival) -> SignedIn:
        account = self._accounts.named(name)
        attempt = self._attempts.admit(_told(name, account), arrival)
        fits = matches(password, account.password if account else None)
        if account is None or not fits or not self._may_enter(account):
            self._attempts.settle(attempt, Outcome.REFUSED, account)
            raise SignInRefused
        needs_code = account.totp_secret is not None
        self._attempts.settle(attempt, Outcome.HALF if needs_code else Outcome.ENTERED, account)
        return self._begin(account, arrival, trusted=not needs_code)

    def confirm(self, cookie: str, code: str, arrival: Arrival) -> int | None:
        found = self._live(cookie, arrival.at)
        if found is None:
            raise SignInRefused
        session, account, _ = found
        left = self._factor.prove(account, code, arrival, refusal=SignInRefused)
        self._sessions.trust(session)
        return left

    def visitor(self, cookie: str, arrival: Arrival) -> Visitor | None:
        with self._services.reading():
            found = self._live(cookie, arrival.at)
        if found is None or not found[0].trusted:
            return None
        session, account, known = found
        self._sessions.seen(session, arrival.at)
        return replace(
            known, csrf=session.csrf, session=session.id, must_change=account.must_change
        )

    def program(self, token: str, arrival: Arrival) -> Visitor | None:
        row = self._tokens.find(token)
        if row is None or row.revoked_at is not None or arrival.at >= row.expires_at:
            return None
        account = self._accounts.of_person(row.congress, row.person)
        if account is not None and account.disabled_at is not None:
            return None
        known = self._person(row.congress, row.person)
        if known is None:
            return None
        self._tokens.used(row, arrival.at)
        return replace(known, scopes=frozenset(row.scopes))

    def sign_out(self, cookie: str, arrival: Arrival) -> None:
        found = self._sessions.find(cookie)
        if found is not None:
            self._sessions.end(found[0], arrival.at)

    def change_password(self, visitor: Visitor, old: str, new: str, arrival: Arrival) -> None:
        account = self._accounts.of_person(visitor.congress, visitor.person)
        if account is None or account.password is None:
            raise PasswordRefused(reason=_NO_PASSWORD, field="old")
        attempt = self._attempts.admit(account.name, arrival)
        if not matches(old, account.password):
            self._attempts.settle(attempt, Outcome.REFUSED, account)
            raise PasswordRefused(reason=_WRONG, field="old")
        self._attempts.settle(attempt, Outcome.ENTERED, account)
        check_password(new, names=(account.name, visitor.person, visitor.name))
        if new == old:
            raise PasswordRefused(reason=_SAME)
        values = {
            "password": hash_of(new),
            "must_change": False,
            "password_set_at": arrival.at,
        }
        self._accounts.change(
            account,
            "account_password_changed",
            values,
            actor=visitor.person,
            reason="本人修改密码",
            now=arrival.at,
        )
        self._sessions.end_all(account.id, arrival.at, but=visitor.session)

    def demo_accounts(self) -> tuple[DemoAccount, ...]:
        congress = self._demo()
        if congress is None:
            return ()
        directory = self._services.directory(congress)
        found = []
        roles = self._services.profile_of(congress).roles
        for role, title in {**roles, ADMINISTRATOR_ROLE: _ADMINISTRATOR}.items():
            for code in directory.holders(role)[:1]:
                person = directory.people[code]
                posts = [one.post for one in person.appointments if one.role == role]
                units = [
                    directory.units[one.unit].name
                    for one in person.appointments
                    if one.role == role and one.unit
                ]
                post = " ".join(one for one in (*units[:1], *posts[:1]) if one)
                found.append(
                    DemoAccount(person=code, name=person.name, role=role, post=post, title=title)
                )
        return tuple(found)

    def sign_in_as(self, person: str, arrival: Arrival) -> SignedIn:
        congress = self._demo()
        if congress is None or person not in {one.person for one in self.demo_accounts()}:
            raise SignInRefused
        account = self._accounts.of_person(congress, person)
        if account is None:
            account = new_account(
                self._services, congress, person, name=person, password=None, must_change=False
            )
            self._accounts.add(account, actor=person, reason="演示一键登录", now=arrival.at)
        if not self._may_enter(account):
            raise SignInRefused
        self._accounts.came_in(account.id, arrival.at)
        return self._begin(account, arrival, trusted=True)

    def come_in(self, account: AccountRow, arrival: Arrival) -> SignedIn | None:
        """A session for whom another provider vouches; None when the account may not be used.

        A second factor that an administrator asks for is asked here too.
        """
        if not self._may_enter(account):
            return None
        return self._begin(account, arrival, trusted=account.totp_secret is None)

    def _begin(self, account: AccountRow, arrival: Arrival, *, trusted: bool) -> SignedIn:
        """Always a new cookie: one that somebody brought along is never made to count."""
        cookie = secrets.token_urlsafe(COOKIE_BYTES)
        self._sessions.begin(
            SessionRow(
                token_digest=digest_of_token(cookie),
                account=account.id,
                csrf=secrets.token_urlsafe(CSRF_BYTES),
                trusted=trusted,
                address=arrival.address,
                agent=arrival.agent,
                created_at=arrival.at,
                last_seen_at=arrival.at,
                expires_at=arrival.at + timedelta(hours=self._services.settings.session_hours),
                ended_at=None,
            )
        )
        return SignedIn(cookie=cookie, needs_code=not trusted)

    def _live(self, cookie: str, now: datetime) -> tuple[SessionRow, AccountRow, Visitor] | None:
        """The session of a cookie and whose it is, if it is not over in one way or another."""
        found = self._sessions.find(cookie)
        if found is None:
            return None
        session, account = found
        idle = timedelta(minutes=self._services.settings.session_idle_minutes)
        over = now >= session.expires_at or now - session.last_seen_at >= idle
        if session.ended_at is not None or over:
            return None
        known = self._holder(account)
        return None if known is None else (session, account, known)

    def _may_enter(self, account: AccountRow) -> bool:
        return self._holder(account) is not None

    def _holder(self, account: AccountRow) -> Visitor | None:
        """Whose account it is, as long as it may be used."""
        if account.disabled_at is not None:
            return None
        return self._person(account.congress, account.person)

    def _person(self, congress: str, person: str) -> Visitor | None:
        """Somebody of a congress that is served, who has not left."""
        served = self._services.settings.congress
        if served and congress != served:
            return None
        directory = self._services.directory(congress)
        known = directory.people.get(person)
        if known is None or not known.appointments:
            return None
        wished = directory.preferences_of(person).language
        return Visitor(
            congress=congress,
            person=person,
            name=known.name,
            roles=frozenset(directory.roles_of(person)),
            language=wished or self._services.settings.language,
            visit=secrets.token_hex(VISIT_BYTES),
        )

    def _demo(self) -> str | None:
        """The congress of the demo; None as soon as a single real one is in the database."""
        services = self._services
        with services.reading() as connection:
            codes = tuple(one.code for one in congress_lines(connection))
        if not codes or not all(is_made_up(services, one) for one in codes):
            return None
        try:
            return services.congress()
        except UnknownCongress:
            return None


_ADMINISTRATOR = Text(zh="系统管理员", en="Administrator")
_NO_PASSWORD = Text(zh="此账号不用密码登录", en="this account does not sign in with a password")
_WRONG = Text(zh="原密码不对", en="the present password is wrong")
_SAME = Text(zh="新密码与原密码相同", en="the new one is the same as the present one")


def _told(name: str, account: AccountRow | None) -> str:
    """The name under which an attempt is counted."""
    if account is not None:
        return account.name
    plain = account_name(name).encode("utf-8", errors="surrogatepass")
    return UNKNOWN + hashlib.sha256(plain).hexdigest()[:32]

"""Implements the port `web.own.Own` over rows: a visitor's wishes, leaves, calendars and key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

import pyotp

from app.accounts import ISSUER, AccountDesk
from app.errors import UnknownFeed
from app.feeds import issue_feed, revoke_feeds
from app.people import By, Wanted, add_leave, end_leave, prefer
from app.recovery_codes import make_codes
from app.second_factor import SecondFactor, step_of
from app.tokens import line_of
from app.wiring import Services
from db.accounts import NOTHING_ALONG, AccountRow, Accounts, Along
from db.api_tokens import ApiTokens
from db.recovery_codes import RecoveryCodes
from db.web_sessions import WebSessions
from engine.calendar import local_day
from engine.congress import Digest, Directory, Leave, Person
from engine.errors import LeaveRefused
from engine.profile import Text
from engine.sending import address_of
from reports.names import Names
from web.errors import FactorRefused
from web.gate import Arrival, Visitor
from web.house import Choice
from web.own import FeedLine, Key, Standing
from web.tokens import TokenLine, TokenState

ONE_DAY = timedelta(days=1)
REASON = "本人设置"
NO_COLLEAGUE = (
    "代理人须是同单位或同岗位的同事 / somebody of the same unit or post stands in, nobody else"
)
FORM_OF_KEY = re.compile(r"[A-Z2-7]{32}")


class OwnOfRows:
    """What is the visitors' own in one installation."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._accounts = Accounts(services.database)
        self._sessions = WebSessions(services.database)
        self._tokens = ApiTokens(services.database)
        self._factor = SecondFactor(services)

    def standing(self, visitor: Visitor) -> Standing:
        services = self._services
        directory = services.directory(visitor.congress)
        person = directory.people[visitor.person]
        wishes = directory.preferences_of(visitor.person)
        account = self._accounts.of_person(visitor.congress, visitor.person)
        today = local_day(services.clock())
        mine = [one for one in directory.leaves if one.person == visitor.person]
        return Standing(
            wishes=wishes,
            channels=tuple(
                (one.route.name, bool(address_of(one.route, person))) for one in services.entries
            ),
            leaves=tuple(
                (directory.people[one.delegate].name, one)
                for one in sorted(mine, key=lambda one: one.first_day)
                if one.last_day >= today
            ),
            delegates=self._delegates(visitor, directory),
            feeds=tuple(
                FeedLine(
                    id=one.id,
                    label=one.label,
                    created_at=one.created_at,
                    last_used_at=one.last_used_at,
                )
                for one in services.feeds.issued(visitor.congress)
                if one.person == visitor.person and one.revoked_at is None
            ),
            tokens=self._open_tokens(visitor, directory),
            factor=None if account is None else account.totp_secret is not None,
            codes_left=self._left(account),
            email=person.email,
            phone=person.phone,
            language=services.settings.language,
            today=today,
        )

    def _delegates(self, visitor: Visitor, directory: Directory) -> tuple[Choice, ...]:
        """Colleagues: of the same unit, or with the same role where there is no unit."""
        rules = self._services.profile_of(visitor.congress).supervision.delegable
        mine = {
            (one.role, one.unit)
            for one in directory.people[visitor.person].appointments
            if one.role in rules
        }
        units = {unit for _, unit in mine if unit}
        roles = {role for role, unit in mine if not unit}

        def is_near(person: Person) -> bool:
            return any(one.unit in units or one.role in roles for one in person.appointments)

        return tuple(
            Choice(value=one.code, label=Text(zh=one.name, en=one.name))
            for one in directory.people.values()
            if one.code != visitor.person and is_near(one)
        )

    def wish(
        self,
        visitor: Visitor,
        *,
        channels: tuple[str, ...],
        digest: Digest | None,
        language: str | None,
    ) -> None:
        wanted = Wanted(
            channels=channels,
            digest=digest,
            digest_by_rules=digest is None,
            language=language,
            language_by_default=language is None,
        )
        prefer(self._services, visitor.congress, visitor.person, wanted, self._by(visitor))

    def leave(self, visitor: Visitor, *, delegate: str, first: date, last: date, why: str) -> None:
        directory = self._services.directory(visitor.congress)
        if delegate not in {one.value for one in self._delegates(visitor, directory)}:
            raise LeaveRefused(
                person=visitor.name,
                first_day=first.isoformat(),
                last_day=last.isoformat(),
                reason=NO_COLLEAGUE,
            )
        made = Leave(
            person=visitor.person,
            number=0,
            delegate=delegate,
            first_day=first,
            last_day=last,
            reason=why,
        )
        add_leave(self._services, visitor.congress, made, self._by(visitor))

    def return_from(self, visitor: Visitor, number: int) -> None:
        yesterday = local_day(self._services.clock()) - ONE_DAY
        key = (visitor.person, number)
        end_leave(self._services, visitor.congress, key, yesterday, self._by(visitor))

    def issue_feed(self, visitor: Visitor, label: str) -> str:
        made = issue_feed(
            self._services,
            visitor.congress,
            visitor.person,
            label=label,
            actor=visitor.person,
            reason=REASON,
        )
        return made.url

    def revoke_feed(self, visitor: Visitor, feed: str) -> None:
        if feed not in {one.id for one in self.standing(visitor).feeds}:
            raise UnknownFeed(congress=visitor.congress, feed=feed)
        revoke_feeds(
            self._services,
            visitor.congress,
            ids=(feed,),
            person="",
            actor=visitor.person,
            reason=REASON,
        )

    def _open_tokens(self, visitor: Visitor, directory: Directory) -> tuple[TokenLine, ...]:
        rows = self._tokens.issued(visitor.congress, visitor.person)
        names, now = Names(directory), self._services.clock()
        lines = (line_of(one, names, now) for one in rows)
        return tuple(one for one in lines if one.state is TokenState.OPEN)

    def end_token(self, visitor: Visitor, token: str) -> bool:
        directory = self._services.directory(visitor.congress)
        if token not in {one.id for one in self._open_tokens(visitor, directory)}:
            return False
        desk = AccountDesk(self._services, visitor.congress, actor=visitor.person, reason=REASON)
        return bool(desk.revoke_tokens((token,)))

    def key(self, visitor: Visitor, secret: str = "") -> Key:
        account = self._account(visitor)
        kept = secret if FORM_OF_KEY.fullmatch(secret) else pyotp.random_base32()
        totp = pyotp.TOTP(kept)
        address = totp.provisioning_uri(name=account.name, issuer_name=ISSUER)
        return Key(secret=kept, address=address)

    def ask_code(
        self, visitor: Visitor, secret: str, code: str, arrival: Arrival
    ) -> tuple[str, ...]:
        account = self._account(visitor)
        step = step_of(secret, code, arrival.at) if FORM_OF_KEY.fullmatch(secret) else None
        if account.totp_secret is not None or step is None:
            raise FactorRefused
        values = {"totp_secret": secret, "totp_step": step}
        made = make_codes(account.id)
        along = Along(codes=made.digests)
        self._change(visitor, account, "account_second_factor_set", values, arrival, along=along)
        self._sessions.end_all(account.id, arrival.at, but=visitor.session)
        return made.codes

    def renew_codes(self, visitor: Visitor, code: str, arrival: Arrival) -> tuple[str, ...]:
        account = self._account(visitor)
        self._factor.prove(account, code, arrival, refusal=FactorRefused)
        made = make_codes(account.id)
        along = Along(codes=made.digests)
        self._change(visitor, account, "account_recovery_codes_made", {}, arrival, along=along)
        return made.codes

    def ask_no_code(self, visitor: Visitor, code: str, arrival: Arrival) -> None:
        account = self._account(visitor)
        self._factor.prove(account, code, arrival, refusal=FactorRefused)
        values = {"totp_secret": None, "totp_step": None}
        self._change(visitor, account, "account_second_factor_removed", values, arrival)

    def _account(self, visitor: Visitor) -> AccountRow:
        account = self._accounts.of_person(visitor.congress, visitor.person)
        if account is None:
            raise FactorRefused
        return account

    def _change(
        self,
        visitor: Visitor,
        account: AccountRow,
        what: str,
        values: Mapping[str, object],
        arrival: Arrival,
        *,
        along: Along = NOTHING_ALONG,
    ) -> None:
        self._accounts.change(
            account,
            what,
            values,
            actor=visitor.person,
            reason=REASON,
            now=arrival.at,
            along=along,
        )

    def _left(self, account: AccountRow | None) -> int:
        if account is None or account.totp_secret is None:
            return 0
        return RecoveryCodes(self._services.database).left(account.id)

    def _by(self, visitor: Visitor) -> By:
        return By(actor=visitor.person, reason=REASON, now=self._services.clock())

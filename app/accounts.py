"""What an administrator does with accounts, their sessions and tokens; the only maker of secrets.

Every change is audited; of a secret only a hash or digest is kept, and it is shown this once.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pyotp

from app.errors import ProviderNotSet, UnknownAccount, UnknownToken
from app.new_token import NewToken, once_more, secret_from, wish_of
from app.passwords import check_password, hash_of, made_up_password
from app.recovery_codes import make_codes
from app.wiring import Services
from db.accounts import NOTHING_ALONG, AccountRow, Accounts, Along, account_name
from db.api_tokens import ApiTokens, TokenRow
from db.feeds import digest_of_token
from db.sign_ins import Outcome, SignInRow, SignIns
from db.web_sessions import WebSessions
from engine.command import Notice
from engine.errors import InvalidValue, UnknownPerson
from notifications.house_notices import FACTOR_REMOVED
from web.errors import PasswordRefused

SCOPES = ("read", "act", "admin")
LONGEST_NAME = 80
LONGEST_SUBJECT = 255
MOST_DAYS = 730
ISSUER = "闭环 Bihuan"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFactor:
    """A second factor just made, shown this once: the address that a phone reads, and codes."""

    address: str
    codes: tuple[str, ...]


class AccountDesk:
    """Changes accounts of one congress in the name of an actor, each with a reason."""

    def __init__(self, services: Services, congress: str, *, actor: str, reason: str) -> None:
        self._services = services
        self._congress = congress
        self._actor = actor
        self._reason = reason
        self._accounts = Accounts(services.database)
        self._sessions = WebSessions(services.database)
        self._tokens = ApiTokens(services.database)

    def add(self, person: str, name: str, password: str | None) -> AccountRow:
        """An account for a person, who must change the password at the first sign-in.

        Without a password nobody comes in by it until it is connected with a provider.
        """
        self._known(person)
        plain = account_name(name)
        if not plain or len(plain) > LONGEST_NAME or not plain.isprintable() or " " in plain:
            raise InvalidValue(
                what="账号名 / account name",
                value=name,
                reason=f"应为1至{LONGEST_NAME}个字符,不含空格 / up to {LONGEST_NAME}, no blank",
            )
        if password is not None:
            self._check(password, person, plain)
        row = new_account(
            self._services,
            self._congress,
            person,
            name=plain,
            password=None if password is None else hash_of(password),
            must_change=password is not None,
        )
        self._accounts.add(row, actor=self._actor, reason=self._reason, now=row.created_at)
        return row

    def open(self, person: str, name: str, subject: str) -> AccountRow:
        """An account without a password, connected with the provider."""
        self._free(subject)
        self.add(person, name, None)
        return self.connect(person, subject)

    def set_password(self, person: str, password: str) -> AccountRow:
        """Another password, to be changed at the next sign-in; all sessions end."""
        row = self.of(person)
        self._check(password, person, row.name)
        values = {
            "password": hash_of(password),
            "must_change": True,
            "password_set_at": self._services.clock(),
        }
        self._change(row, "account_password_set", values)
        self._sign_out(row)
        return row

    def first_password(self, person: str, name: str) -> str:
        """A password that nobody chose, fit to be told once and changed then."""
        self._known(person)
        while True:
            made = made_up_password()
            try:
                self._check(made, person, name)
            except PasswordRefused:
                continue  # by chance it holds the name
            return made

    def connect(self, person: str, subject: str) -> AccountRow:
        """From now on whom the provider knows as `subject` comes in by this account.

        A first password that was never changed ends: nobody but an administrator knows it.
        """
        row = self.of(person)
        issuer = self._free(subject, but=row.id)
        values: dict[str, object] = {"issuer": issuer, "external_subject": subject}
        if row.must_change:
            values |= {"password": None, "must_change": False, "password_set_at": None}
        self._change(row, "account_connected", values, told={"subject": subject})
        self._sign_out(row)
        return row

    def disconnect(self, person: str) -> AccountRow:
        """Nobody comes in by the provider any more; sessions end."""
        row = self.of(person)
        values = {"issuer": None, "external_subject": None}
        told = {"subject": row.external_subject or ""}
        self._change(row, "account_disconnected", values, told=told)
        self._sign_out(row)
        return row

    def disable(self, person: str) -> AccountRow:
        """The account lets nobody in; its sessions end, and the person's tokens stop with it."""
        row = self.of(person)
        self._change(row, "account_disabled", {"disabled_at": self._services.clock()})
        self._sign_out(row)
        return row

    def enable(self, person: str) -> AccountRow:
        """The account lets in again, and what failed before is forgotten."""
        row = self.of(person)
        values = {"disabled_at": None, "failures": 0, "locked_until": None}
        self._change(row, "account_enabled", values)
        SignIns(self._services.database).note(
            SignInRow(
                id=uuid.uuid4().hex,
                at=self._services.clock(),
                name=row.name,
                address="",
                outcome=Outcome.CLEARED,
            )
        )
        return row

    def ask_code(self, person: str) -> NewFactor:
        """A second factor from now on, with recovery codes 恢复码 beside it."""
        row = self.of(person)
        secret = pyotp.random_base32()
        made = make_codes(row.id)
        values = {"totp_secret": secret, "totp_step": None}
        self._change(row, "account_second_factor_set", values, along=Along(codes=made.digests))
        self._sign_out(row)
        address = pyotp.TOTP(secret).provisioning_uri(name=row.name, issuer_name=ISSUER)
        return NewFactor(address=address, codes=made.codes)

    def ask_no_code(self, person: str) -> None:
        """No second factor any more, as when the phone is lost; the person is told of it."""
        row = self.of(person)
        values = {"totp_secret": None, "totp_step": None}
        told = row.totp_secret is not None
        along = self._told_of_removal(row) if told else NOTHING_ALONG
        self._change(row, "account_second_factor_removed", values, along=along)

    def _told_of_removal(self, row: AccountRow) -> Along:
        at = self._services.clock().isoformat()
        name = self._services.directory(self._congress).people[row.person].name
        notice = Notice(
            key=f"second-factor-removed:{row.id}:{at}",
            recipient=row.person,
            template=FACTOR_REMOVED,
            facts={"recipient": name, "reason": self._reason},
            urgent=True,
        )
        return Along(notice=notice, leaving=self._services.store.leaving(self._congress))

    def new_codes(self, person: str) -> tuple[str, ...]:
        """Other recovery codes; those before are over. InvalidValue without a second factor."""
        row = self.of(person)
        if row.totp_secret is None:
            raise InvalidValue(
                what="两步登录 / second factor",
                value=person,
                reason="没有开启,不需要恢复码 / it is off, so there is nothing to recover",
            )
        made = make_codes(row.id)
        along = Along(codes=made.digests)
        self._change(row, "account_recovery_codes_made", {}, along=along)
        return made.codes

    def end_sessions(self, person: str) -> int:
        """Sign the person out everywhere; from how many browsers."""
        row = self.of(person)
        ended = self._sign_out(row)
        self._change(row, "account_sessions_ended", {}, told={"sessions": ended})
        return ended

    def issue_token(
        self,
        person: str,
        *,
        label: str,
        scopes: Sequence[str],
        days: int,
        seed: str = "",
        key: str | None = None,
    ) -> NewToken:
        """A token by which a program acts in the person's name.

        From the same `seed` of a page and the same answers comes the same token, which is given
        out once. With the same request `key` the first answer comes again, without the token.
        """
        self._known(person)
        if not scopes or set(scopes) - set(SCOPES):
            reason = f"可用:{'、'.join(SCOPES)} / use {', '.join(SCOPES)}"
            raise InvalidValue(what="权限 / scopes", value=" ".join(scopes), reason=reason)
        if not 0 < days <= MOST_DAYS:
            reason = f"应为1至{MOST_DAYS}天 / use 1 to {MOST_DAYS} days"
            raise InvalidValue(what="有效期 / days", value=str(days), reason=reason)
        told = [self._actor, self._reason, person, label, *scopes, days]
        token = secret_from(seed, told)
        wish = wish_of(seed, key, told)
        earlier = None if wish is None else self._tokens.issued_before(self._congress, wish)
        if earlier is not None:
            return once_more(earlier, token)
        now = self._services.clock()
        row = TokenRow(
            token_digest=digest_of_token(token),
            congress=self._congress,
            person=person,
            label=label,
            scopes=tuple(one for one in SCOPES if one in scopes),
            created_at=now,
            created_by=self._actor,
            expires_at=now + timedelta(days=days),
            revoked_at=None,
            last_used_at=None,
        )
        made_before = self._tokens.issue(row, reason=self._reason, wish=wish)
        if made_before is not None:
            return once_more(made_before, token)
        return NewToken(row=row, token=token)

    def revoke_tokens(
        self, ids: Sequence[str], *, person: str = "", key: str | None = None
    ) -> tuple[TokenRow, ...]:
        """End tokens by short name, or all of a person; UnknownToken when one is not open."""
        if person:
            self._known(person)
        wish = wish_of("", key, ["end", self._actor, self._reason, person, *ids])
        if wish is not None and self._tokens.revoked_before(self._congress, wish):
            return ()
        given_out = [one for one in self._tokens.issued(self._congress) if not one.revoked_at]
        for one in ids:
            if [row.id for row in given_out].count(one) != 1:
                raise UnknownToken(congress=self._congress, token=one)
        meant = [one.token_digest for one in given_out if one.id in ids or one.person == person]
        return self._tokens.revoke(
            self._congress,
            meant,
            actor=self._actor,
            reason=self._reason,
            now=self._services.clock(),
            wish=wish,
        )

    def of(self, person: str) -> AccountRow:
        """The account of a person; UnknownAccount when there is none."""
        self._known(person)
        row = self._accounts.of_person(self._congress, person)
        if row is None:
            raise UnknownAccount(congress=self._congress, person=person)
        return row

    def _free(self, subject: str, *, but: str = "") -> str:
        """The provider's issuer, if its subject may be connected; InvalidValue says why not."""
        issuer = self._services.settings.oidc_issuer
        if not issuer:
            raise ProviderNotSet
        reason = ""
        if not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
            reason = f"应为1至{LONGEST_SUBJECT}个字符 / use 1 to {LONGEST_SUBJECT} characters"
        holder = self._accounts.of_subject(issuer, subject) if not reason else None
        if holder is not None and holder.id != but:
            reason = "已与另一账号关联 / it is connected with another account"
        if reason:
            raise InvalidValue(what="标识 / subject", value=subject, reason=reason)
        return issuer

    def _sign_out(self, row: AccountRow) -> int:
        return self._sessions.end_all(row.id, self._services.clock())

    def _change(
        self,
        row: AccountRow,
        what: str,
        values: Mapping[str, object],
        *,
        told: Mapping[str, object] | None = None,
        along: Along = NOTHING_ALONG,
    ) -> None:
        self._accounts.change(
            row,
            what,
            values,
            actor=self._actor,
            reason=self._reason,
            now=self._services.clock(),
            told=told,
            along=along,
        )

    def _check(self, password: str, person: str, name: str) -> None:
        known = self._services.directory(self._congress).people[person]
        check_password(password, names=(name, known.code, known.name))

    def _known(self, person: str) -> None:
        if person not in self._services.directory(self._congress).people:
            raise UnknownPerson(congress=self._congress, person=person)


def new_account(
    services: Services,
    congress: str,
    person: str,
    *,
    name: str,
    password: str | None,
    must_change: bool,
) -> AccountRow:
    """A fresh row; nothing is kept yet."""
    now = services.clock()
    return AccountRow(
        id=uuid.uuid4().hex,
        congress=congress,
        person=person,
        name=name,
        password=password,
        must_change=must_change,
        totp_secret=None,
        totp_step=None,
        issuer=None,
        external_subject=None,
        failures=0,
        locked_until=None,
        created_at=now,
        password_set_at=None if password is None else now,
        last_seen_at=None,
        disabled_at=None,
    )

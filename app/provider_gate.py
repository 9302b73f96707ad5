"""Implements the port `web.oidc.Oidc`: who of those that a provider vouches for may come in.

No account is made here. It is found by issuer and subject, which an administrator connected, or
once by a verified e-mail where the settings say so.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from app.attempts import Attempts
from app.gate import UNKNOWN, GateOfRows
from app.provider import Marks, Provider, Vouched
from app.wiring import Services, address_of
from db.accounts import AccountRow, Accounts
from db.sign_ins import Outcome, SignInRow
from engine.profile import Text
from reports.health import congress_lines
from web.errors import ProviderDown, ProviderRefused
from web.gate import Arrival, SignedIn
from web.oidc import Begun, Ended

BACK = "/sign-in/oidc/back"
LEFT = "/sign-in"
SECONDS = 600
"""From the way there to the way back."""
SECRET_BYTES = 32
LONGEST_NEXT = 1000
LONGEST_SHOWN = 60
BY_EMAIL = "首次登录,按已验证的邮箱关联 / first sign-in, connected by a verified e-mail"

_NOT_OURS = Text(
    zh="这次登录不是从本浏览器开始的,或已超过10分钟",
    en="this sign-in was not begun in this browser, or more than 10 minutes ago",
)
_USED = Text(
    zh="这次登录的登录码已用过",
    en="the code of this sign-in was used before",
)
_DISABLED = Text(zh="您的账号不能使用", en="your account cannot be used")


class ProviderGate:
    """Signing in by the provider of the settings."""

    def __init__(self, services: Services, gate: GateOfRows) -> None:
        self._services = services
        self._gate = gate
        self._accounts = Accounts(services.database)
        self._attempts = Attempts(services)
        back = address_of(services.settings) + BACK
        left = address_of(services.settings) + LEFT
        self._provider = Provider(services.settings, back, left, services.clock)

    @property
    def label(self) -> str:
        return self._services.settings.oidc_label

    def begin(self, next_: str, arrival: Arrival) -> Begun:
        where = next_ if len(next_) <= LONGEST_NEXT else "/"
        kept = base64.urlsafe_b64encode(where.encode()).decode().rstrip("=")
        seconds = int(arrival.at.timestamp())
        cookie = f"{secrets.token_urlsafe(SECRET_BYTES)}.{seconds}.{kept}"
        return Begun(
            location=self._provider.address(_marks(cookie)), cookie=cookie, seconds=SECONDS
        )

    def end(self, cookie: str, answer: Mapping[str, str], arrival: Arrival) -> Ended:
        marks = _marks(cookie)
        state = answer.get("state", "").encode("utf-8", "replace")
        if not hmac.compare_digest(state, marks.state.encode()) or _too_old(cookie, arrival.at):
            # Not counted: by such an address another site could keep a whole office waiting.
            raise ProviderRefused(reason=_NOT_OURS)
        told = marks.nonce[:32]
        attempt = self._attempts.admit_once(told, f"{UNKNOWN}{told}", arrival)
        if attempt is None:
            # The provider may look at a code once more, by mistake; we do not ask it to.
            raise ProviderRefused(reason=_USED)
        try:
            vouched = self._provider.vouched(answer, marks)
        except ProviderDown:
            self._attempts.settle_vouched(attempt, Outcome.PROVIDER_DOWN, None)
            raise
        except ProviderRefused:
            self._attempts.settle_vouched(attempt, Outcome.NOT_VOUCHED, None)
            raise
        signed_in = self._enter(vouched, attempt, arrival)
        return Ended(signed_in=signed_in, next=_next(cookie), token=vouched.token)

    def leave(self, token: str) -> str | None:
        return self._provider.leaving(token)

    def _enter(self, vouched: Vouched, attempt: SignInRow, arrival: Arrival) -> SignedIn:
        account = self._accounts.of_subject(vouched.issuer, vouched.subject)
        if account is None and self._services.settings.oidc_link_by_email:
            account = self._connected_by_email(vouched, arrival.at)
        made = self._gate.come_in(account, arrival) if account else None
        if account is None or made is None:
            self._attempts.settle_vouched(attempt, Outcome.NOT_VOUCHED, account)
            raise ProviderRefused(reason=_DISABLED if account else _nobodys(vouched.subject))
        outcome = Outcome.HALF if made.needs_code else Outcome.VOUCHED
        self._attempts.settle_vouched(attempt, outcome, account)
        return made

    def _connected_by_email(self, vouched: Vouched, now: datetime) -> AccountRow | None:
        """The account of the only person with that e-mail, if nobody is connected with it yet."""
        wanted = vouched.email.strip().casefold()
        if not wanted:
            return None
        found = [one for one in self._with_email(wanted) if one is not None]
        if len(found) != 1 or found[0].external_subject is not None:
            return None
        (account,) = found
        self._accounts.change(
            account,
            "account_connected",
            {"issuer": vouched.issuer, "external_subject": vouched.subject},
            actor=account.person,
            reason=BY_EMAIL,
            now=now,
            told={"subject": vouched.subject},
        )
        return account

    def _with_email(self, wanted: str) -> list[AccountRow | None]:
        """The account of each person with an e-mail; None for who has none."""
        with self._services.reading() as connection:
            codes = [one.code for one in congress_lines(connection)]
        served = self._services.settings.congress
        return [
            self._accounts.of_person(code, person.code)
            for code in codes
            if served in ("", code)
            for person in self._services.directory(code).people.values()
            if person.email.strip().casefold() == wanted
        ]


def _marks(cookie: str) -> Marks:
    """All made from the cookie, so that nothing of an unfinished sign-in is kept by us."""
    secret = cookie.partition(".")[0].encode("utf-8", "replace")

    def made(use: str) -> str:
        told = f"{use} {cookie}".encode("utf-8", "replace")
        return hmac.new(secret, told, hashlib.sha256).hexdigest()

    return Marks(state=made("state"), nonce=made("nonce"), verifier=made("verifier"))


def _too_old(cookie: str, now: datetime) -> bool:
    """Whether it was begun too long ago; the time cannot be changed without changing the state."""
    parts = cookie.split(".")
    if len(parts) != 3 or not (parts[1].isascii() and parts[1].isdigit()):  # noqa: PLR2004  # see `begin`
        return True
    return (
        not timedelta()
        <= timedelta(seconds=now.timestamp() - int(parts[1][:12]))
        <= timedelta(seconds=SECONDS)
    )


def _next(cookie: str) -> str:
    kept = cookie.split(".")[2]
    try:
        return base64.urlsafe_b64decode(kept + "=" * (-len(kept) % 4)).decode()
    except (binascii.Error, ValueError):
        return "/"


def _nobodys(subject: str) -> Text:
    shown = subject if len(subject) <= LONGEST_SHOWN else f"{subject[:LONGEST_SHOWN]}…"
    return Text(
        zh=f"您的身份({shown})还没有与本系统的账号关联,请把它告诉系统管理员",
        en=f"your identity ({shown}) is not connected with an account here; tell an administrator",
    )

"""The second factor: six digits of an authenticator (RFC 6238), or a recovery code 恢复码.

Either counts once, and every attempt counts like one to sign in.
"""

from __future__ import annotations

import re
from datetime import datetime

import pyotp

from app.attempts import Attempts
from app.recovery_codes import digest_of, looks_like_one
from app.wiring import Services
from db.accounts import AccountRow, Accounts, Along
from db.sign_ins import Outcome
from engine.command import Notice
from engine.errors import BihuanError
from notifications.house_notices import CODE_USED
from web.gate import Arrival

STEP_SECONDS = 30
DRIFT = 1
"""Steps by which the clocks of a phone and of this house may differ."""
BY_CODE = "使用恢复码"


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step that a code belongs to; None when it is no code of these minutes."""
    plain = re.sub(r"\s", "", code)
    if not secret or not re.fullmatch(r"[0-9]{6}", plain):
        return None
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    present = int(now.timestamp()) // STEP_SECONDS
    for step in range(present - DRIFT, present + DRIFT + 1):
        if pyotp.utils.strings_equal(totp.generate_otp(step), plain):
            return step
    return None


class SecondFactor:
    """Asks for the second factor of accounts."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._accounts = Accounts(services.database)
        self._attempts = Attempts(services)

    def prove(
        self, account: AccountRow, code: str, arrival: Arrival, *, refusal: type[BihuanError]
    ) -> int | None:
        """How many recovery codes are left when one was given; `refusal` for what does not count.

        None: it was the authenticator.
        """
        attempt = self._attempts.admit(account.name, arrival)
        left = None
        if account.totp_secret is not None and looks_like_one(code):
            left = self._by_recovery(account, code, arrival)
            counts = left is not None
        else:
            step = step_of(account.totp_secret or "", code, arrival.at)
            counts = step is not None and self._accounts.use_step(account.id, step)
        outcome = Outcome.ENTERED if counts else Outcome.CODE_REFUSED
        self._attempts.settle(attempt, outcome, account)
        if not counts:
            raise refusal
        return left

    def _by_recovery(self, account: AccountRow, code: str, arrival: Arrival) -> int | None:
        services, congress = self._services, account.congress
        name = services.directory(congress).people[account.person].name
        leaving = services.store.leaving(congress)

        def along(left: int) -> Along:
            notice = Notice(
                key=f"recovery-code:{account.id}:{arrival.at.isoformat()}",
                recipient=account.person,
                template=CODE_USED,
                facts={"recipient": name, "result": str(left)},
                urgent=True,
            )
            return Along(notice=notice, leaving=leaving)

        return self._accounts.use_code(
            account, digest_of(account.id, code), reason=BY_CODE, now=arrival.at, along=along
        )

"""How often somebody may try to sign in: by name, waiting longer each time, and by address.

A name that nobody has is treated like any other, so that waiting tells nothing.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from app.wiring import Services
from db.accounts import AccountRow, Accounts
from db.sign_ins import Failures, Outcome, SignInRow, SignIns
from web.errors import SignInLimited
from web.gate import Arrival

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=30)
"""Long enough to make guessing hopeless, short enough that nobody is kept out of a day's work."""
WINDOW = timedelta(minutes=15)
MOST_FROM_ADDRESS = 40
"""Failures from one address in the window; a whole office may stand behind one."""


class Attempts:
    """The attempts of one installation."""

    def __init__(self, services: Services) -> None:
        self._most = services.settings.sign_in_failures
        self._sign_ins = SignIns(services.database)
        self._accounts = Accounts(services.database)

    def admit(self, name: str, arrival: Arrival) -> SignInRow:
        """An attempt that may be made; SignInLimited when it must wait. It counts at once."""
        attempt, _ = self._admit(uuid.uuid4().hex, name, arrival)
        return attempt

    def admit_once(self, id_: str, name: str, arrival: Arrival) -> SignInRow | None:
        """The same under an id of its own; None when that was tried before."""
        attempt, fresh = self._admit(id_, name, arrival)
        return attempt if fresh else None

    def _admit(self, id_: str, name: str, arrival: Arrival) -> tuple[SignInRow, bool]:
        attempt = SignInRow(
            id=id_,
            at=arrival.at,
            name=name,
            address=arrival.address,
            outcome=Outcome.TRIED,
        )

        def judge(failures: Failures) -> None:
            waits = (
                locked_until(failures.of_name, self._most),
                _crowded_until(failures.from_address),
            )
            until = max((one for one in waits if one is not None), default=None)
            if until is not None and until > arrival.at:
                minutes = math.ceil((until - arrival.at) / timedelta(minutes=1))
                raise SignInLimited(minutes=minutes)

        fresh = self._sign_ins.admit(attempt, window=WINDOW, judge=judge)
        return attempt, fresh

    def settle(self, attempt: SignInRow, outcome: Outcome, account: AccountRow | None) -> None:
        """What became of it, on the account too for whoever looks at accounts."""
        self._sign_ins.settle(attempt.id, outcome)
        if account is None or outcome is Outcome.HALF:
            return
        if outcome is Outcome.ENTERED:
            self._accounts.came_in(account.id, attempt.at)
            return
        failed = self._sign_ins.failures(account.name, attempt.at)
        self._accounts.count_failures(account.id, len(failed), locked_until(failed, self._most))

    def settle_vouched(
        self, attempt: SignInRow, outcome: Outcome, account: AccountRow | None
    ) -> None:
        """What became of an attempt by another provider, whose name is known only now."""
        self._sign_ins.settle(attempt.id, outcome, name=account.name if account else "")
        if account is not None and outcome is Outcome.VOUCHED:
            self._accounts.came_in(account.id, attempt.at)


def locked_until(failed: Sequence[datetime], most: int) -> datetime | None:
    """Until when a name must wait that failed at these times; twice as long each time."""
    over = len(failed) - most
    if over < 0:
        return None
    doublings = min(over, 16)
    return max(failed) + min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def _crowded_until(failed: Sequence[datetime]) -> datetime | None:
    """Until when an address must wait: until the oldest of too many failures is out of sight."""
    if len(failed) < MOST_FROM_ADDRESS:
        return None
    return sorted(failed, reverse=True)[MOST_FROM_ADDRESS - 1] + WINDOW

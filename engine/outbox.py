"""The port through which notices leave the house: claimed with a lease, sent, marked.

At least once, under a message id that never changes. When to try again is a rule and stands
here; how a row is kept and how a message travels is not known.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

WAITS = tuple(timedelta(minutes=one) for one in (1, 5, 30, 120, 360, 720, 1440))
"""How long to wait after the first, second … failure: about two days and a half in all."""

MAX_ATTEMPTS = len(WAITS) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """One notice on its way to one person by one channel, as it was claimed.

    `profile` and `profile_version` are the rules that the case is pinned to, or those of the
    congress where there is no case: the words come from there, in the recipient's `language`.
    Items of one `bundle` are one message. `lease_until` and `lease_by` tell this claim from every
    other one.
    """

    id: str
    channel: str
    congress: str
    case: str | None
    recipient: str
    address: str
    template: str
    facts: Mapping[str, str]
    urgent: bool
    decided_at: datetime
    profile: str
    profile_version: int
    attempts: int
    lease_until: datetime | None
    lease_by: str | None
    last_error: str | None
    bundle: str | None = None
    language: str | None = None

    @property
    def message(self) -> str:
        """The id of the message that it goes in."""
        return self.bundle or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a channel sends. `id` is the same however often it is sent.

    `notices` are the ids of the notices in it, the most urgent first.
    """

    id: str
    congress: str
    recipient: str
    address: str
    channel: str
    subject: str
    body: str
    urgent: bool
    attempts: int
    decided_at: datetime
    case: str | None = None
    template: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRoute:
    """Whom a channel reaches, so that deliveries are queued for nobody it does not.

    `reaches` says where a person's address is: `email`, `phone`, `code` (the person's code is the
    address), `fixed` (one address for everybody, in `fixed`), or a name in the person's
    address book such as `dingtalk`. `only_urgent`: ordinary notices do not go this way.
    """

    name: str
    reaches: str
    fixed: str = ""
    only_urgent: bool = False


def next_attempt(attempts: int, now: datetime, *, permanent: bool) -> datetime | None:
    """When to try again after the `attempts`-th failure; None: never, the item is dead."""
    if permanent or attempts >= MAX_ATTEMPTS:
        return None
    return now + WAITS[attempts - 1]


class Outbox(Protocol):
    """The items waiting to be sent. Each call is a transaction of its own."""

    def claim(
        self,
        now: datetime,
        limit: int,
        *,
        lease: timedelta,
        worker: str,
        channels: Collection[str],
    ) -> Sequence[OutboxItem]:
        """Take at most `limit` messages of these channels for the time of the lease.

        Urgent and oldest first, the items of a message one after the other. Only pending ones
        whose time has come (`not_before` <= now) and which nobody else holds; two workers never
        get the same one before its lease has run out. Items of one person that may share a
        message are one bundle from here on, and the same bundle each time they are taken.
        """
        ...

    def sent(self, item: OutboxItem, now: datetime) -> bool:
        """Its message went out. True even when the lease had run out: it went out all the same.

        False when it is not pending any more.
        """
        ...

    def failed(self, item: OutboxItem, now: datetime, error: str, *, permanent: bool) -> bool:
        """Its message did not go out: wait as `next_attempt` says, or dead.

        False, and nothing changed, when this claim is not the present one.
        """
        ...

    def leave_out(self, item: OutboxItem, now: datetime, error: str) -> bool:
        """Its words cannot be made: it is dead, and its message goes without it.

        False, and nothing changed, when this claim is not the present one.
        """
        ...

    def dead(self, congress: str | None = None, *, limit: int = 100) -> Sequence[OutboxItem]:
        """Items given up, newest first, of one congress or all."""
        ...

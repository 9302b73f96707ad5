"""Empties the outbox: claim, word, send, mark. One recipient's failure stops nobody else.

Sending comes before marking, so a crash between the two sends again under the same id: at least
once. Refuses to know how items are kept and what time it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from engine.outbox import MAX_ATTEMPTS, Message, Outbox, OutboxItem
from engine.profile import Profile
from notifications.channels import Channel, ChannelDown, DeliveryFailed
from notifications.templates import NoticeUnreadable, word

LEASE = timedelta(minutes=15)
"""Longer than `LIMIT` messages take when each runs into a time limit of ten seconds."""

LIMIT = 50

log = structlog.get_logger()

ProfileOf = Callable[[str, int], Profile]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What became of the claimed items: sent, to be tried again, given up."""

    sent: int = 0
    waiting: int = 0
    dead: int = 0


@dataclass(slots=True, kw_only=True)
class _Round:
    """One run over claimed items."""

    outbox: Outbox
    channels: Mapping[str, Channel]
    now: datetime
    profile_of: ProfileOf
    language: str
    down: dict[str, ChannelDown] = field(default_factory=dict)


def deliver_notices(
    outbox: Outbox,
    channels: Mapping[str, Channel],
    now: datetime,
    *,
    worker: str,
    profile_of: ProfileOf,
    limit: int = LIMIT,
    lease: timedelta = LEASE,
    language: str = "zh",
) -> DeliveryReport:
    """Send what is due on these channels; `profile_of` gives a stored profile version."""
    items = outbox.claim(now, limit, lease=lease, worker=worker, channels=tuple(channels))
    run = _Round(
        outbox=outbox, channels=channels, now=now, profile_of=profile_of, language=language
    )
    sent = waiting = dead = 0
    for item in items:
        error = _try(run, item)
        if error is None:
            # Outside of any rescue: an item that went out must never count as failed.
            outbox.sent(item, now)
            sent += 1
        elif _put_off(run, item, error):
            dead += 1
        else:
            waiting += 1
    return DeliveryReport(sent=sent, waiting=waiting, dead=dead)


def _try(run: _Round, item: OutboxItem) -> Exception | None:
    """Send one item; the error that stopped it, or None.

    A channel that was found down is not asked again in this run: a hundred time limits in a row
    would outlast the lease.
    """
    if item.channel in run.down:
        return run.down[item.channel]
    try:
        run.channels[item.channel].send(message_of(item, run.profile_of, run.language))
    except ChannelDown as error:
        run.down[item.channel] = error
        return error
    except DeliveryFailed as error:
        return error
    except Exception as error:  # noqa: BLE001  # whatever one item meets, the next one is tried; _put_off logs it
        return error
    return None


def _put_off(run: _Round, item: OutboxItem, error: Exception) -> bool:
    """Mark the failure; whether the item is given up."""
    permanent = isinstance(error, NoticeUnreadable) or (
        isinstance(error, DeliveryFailed) and error.permanent
    )
    reason = (
        error.reason if isinstance(error, DeliveryFailed) else f"{type(error).__name__}: {error}"
    )
    expected = isinstance(error, DeliveryFailed | NoticeUnreadable)
    log.warning(
        "not delivered",
        action="deliver",
        notice=item.id,
        channel=item.channel,
        attempts=item.attempts + 1,
        permanent=permanent,
        error=reason,
        exc_info=None if expected else error,
    )
    run.outbox.failed(item, run.now, reason, permanent=permanent)
    return permanent or item.attempts + 1 >= MAX_ATTEMPTS


def message_of(item: OutboxItem, profile_of: ProfileOf, language: str = "zh") -> Message:
    """The item in the words of the profile that its case is pinned to."""
    profile = profile_of(item.profile, item.profile_version)
    wording = word(profile, item.template, item.facts, language)
    return Message(
        id=item.id,
        congress=item.congress,
        recipient=item.recipient,
        address=item.address,
        channel=item.channel,
        subject=wording.subject,
        body=wording.body,
        urgent=item.urgent,
        attempts=item.attempts,
        decided_at=item.decided_at,
        case=item.case,
        template=item.template,
        facts=item.facts,
    )

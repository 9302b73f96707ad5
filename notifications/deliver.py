"""Empties the outbox: claim, word, send, mark. One recipient's failure stops nobody else.

Sending comes before marking, so a crash between the two sends again under the same id: at least
once. Refuses to know how items are kept and what time it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

import structlog

from engine.outbox import MAX_ATTEMPTS, Message, Outbox, OutboxItem
from engine.profile import Profile
from notifications.channels import Channel, ChannelDown, DeliveryFailed
from notifications.digest import TEMPLATE, Worded, digest_of, in_order
from notifications.templates import NoticeUnreadable, word

LEASE = timedelta(minutes=15)
"""Longer than `LIMIT` messages take when each runs into a time limit of ten seconds."""

LIMIT = 50

log = structlog.get_logger()

ProfileOf = Callable[[str, int], Profile]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What became of the claimed messages: sent, to be tried again, given up."""

    sent: int = 0
    waiting: int = 0
    dead: int = 0

    def __add__(self, other: DeliveryReport) -> DeliveryReport:
        return DeliveryReport(
            sent=self.sent + other.sent,
            waiting=self.waiting + other.waiting,
            dead=self.dead + other.dead,
        )


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
    report = DeliveryReport()
    for parcel in parcels(items):
        report += _deliver(run, parcel)
    return report


def parcels(items: Iterable[OutboxItem]) -> tuple[tuple[OutboxItem, ...], ...]:
    """The items of each message."""
    groups = groupby(items, key=lambda one: (one.message, one.channel))
    return tuple(tuple(group) for _, group in groups)


def _deliver(run: _Round, items: Sequence[OutboxItem]) -> DeliveryReport:
    """One message: send it without those of its items that cannot be worded, which are given up."""
    found: list[Worded] = []
    left_out = 0
    for item in items:
        try:
            found.append(_worded(item, run))
        except NoticeUnreadable as error:
            _tell(item, error, permanent=True)
            run.outbox.leave_out(item, run.now, _reason(error))
            left_out += 1
        except Exception as error:  # noqa: BLE001  # whatever one message meets, the next one is tried; _put_off logs it
            return _put_off(run, item, error)
    if not found:
        return DeliveryReport(dead=left_out)
    item = found[0].item
    stopped = _try(run, item, found)
    if stopped is not None:
        return _put_off(run, item, stopped) + DeliveryReport(dead=left_out)
    # Outside of any rescue: what went out must never count as failed.
    run.outbox.sent(item, run.now)
    return DeliveryReport(sent=1, dead=left_out)


def _worded(item: OutboxItem, run: _Round) -> Worded:
    """The item in the words of the profile that its case is pinned to."""
    profile = run.profile_of(item.profile, item.profile_version)
    language = item.language or run.language
    return Worded(item=item, wording=word(profile, item.template, item.facts, language))


def _try(run: _Round, item: OutboxItem, found: Sequence[Worded]) -> Exception | None:
    """Send one message; the error that stopped it, or None.

    A channel that was found down is not asked again in this run: a hundred time limits in a row
    would outlast the lease.
    """
    if item.channel in run.down:
        return run.down[item.channel]
    try:
        run.channels[item.channel].send(message_of(found, item.language or run.language))
    except ChannelDown as error:
        run.down[item.channel] = error
        return error
    except DeliveryFailed as error:
        return error
    except Exception as error:  # noqa: BLE001  # whatever one message meets, the next one is tried; _put_off logs it
        return error
    return None


def _put_off(run: _Round, item: OutboxItem, error: Exception) -> DeliveryReport:
    """Mark the failure of a message: it waits, or is given up."""
    permanent = isinstance(error, DeliveryFailed) and error.permanent
    _tell(item, error, permanent=permanent)
    run.outbox.failed(item, run.now, _reason(error), permanent=permanent)
    given_up = permanent or item.attempts + 1 >= MAX_ATTEMPTS
    return DeliveryReport(dead=1) if given_up else DeliveryReport(waiting=1)


def _reason(error: Exception) -> str:
    if isinstance(error, DeliveryFailed):
        return error.reason
    return f"{type(error).__name__}: {error}"


def _tell(item: OutboxItem, error: Exception, *, permanent: bool) -> None:
    expected = isinstance(error, DeliveryFailed | NoticeUnreadable)
    log.warning(
        "not delivered",
        action="deliver",
        message=item.message,
        notice=item.id,
        channel=item.channel,
        attempts=item.attempts + 1,
        permanent=permanent,
        error=_reason(error),
        exc_info=None if expected else error,
    )


def message_of(found: Sequence[Worded], language: str = "zh") -> Message:
    """The items of one message: a single one in its own words, several as a digest."""
    ordered = in_order(found)
    first = ordered[0].item
    alone = len(ordered) == 1
    wording = ordered[0].wording if alone else digest_of(ordered, language)
    return Message(
        id=first.message,
        congress=first.congress,
        recipient=first.recipient,
        address=first.address,
        channel=first.channel,
        subject=wording.subject,
        body=wording.body,
        urgent=any(one.item.urgent for one in ordered),
        attempts=first.attempts,
        decided_at=max(one.item.decided_at for one in ordered),
        case=first.case if alone else None,
        template=first.template if alone else TEMPLATE,
        facts=first.facts if alone else {},
        notices=tuple(one.item.id for one in ordered),
    )

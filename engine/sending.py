"""How a notice leaves the house: by which channels, to which address, when, and in whose company.

Pure rules on people and notices; how rows are kept and messages are worded is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.calendar import WorkingCalendar
from engine.command import Notice
from engine.congress import Digest, Person, Preferences
from engine.delivery import DeliveryRule, when_to_send
from engine.outbox import ChannelRoute


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """When a notice leaves, and whether it may share a message with others of its recipient."""

    not_before: datetime
    shared: bool


def sending_of(
    notice: Notice,
    rule: DeliveryRule,
    wishes: Preferences,
    *,
    decided_at: datetime,
    calendar: WorkingCalendar,
) -> Sending:
    """How a notice leaves, by the rules and as its recipient wishes.

    An urgent one waits for no digest, but shares a message with what leaves at the same time:
    a week's worth of them must not come as a flood.
    """
    by_rule = rule.digest_at is not None and notice.rung is not None
    shared = wishes.digest is Digest.DAILY or (by_rule and wishes.digest is None)
    at = when_to_send(
        rule,
        urgent=notice.urgent,
        digest=shared and not notice.urgent,
        decided_at=decided_at,
        calendar=calendar,
    )
    return Sending(not_before=at, shared=shared)


def ways_out(
    notice: Notice, person: Person, wishes: Preferences, routes: Iterable[ChannelRoute]
) -> Iterator[tuple[ChannelRoute, str]]:
    """The channels that the notice goes by, each with the address; none when it stays in.

    What a person wishes is about the person's own addresses: a channel with one address for
    everybody gets the notice all the same.
    """
    if notice.stays_in:
        return
    for route in routes:
        address = address_of(route, person)
        wanted = not wishes.channels or route.name in wishes.channels or route.reaches == "fixed"
        if address and wanted and (notice.urgent or not route.only_urgent):
            yield route, address


def address_of(route: ChannelRoute, person: Person) -> str:
    """Where the channel reaches the person; empty when it does not."""
    own = {
        "email": person.email,
        "phone": person.phone,
        "code": person.code,
        "fixed": route.fixed,
    }
    known = own.get(route.reaches)
    return person.addresses.get(route.reaches, "") if known is None else known

"""The ways out of the house that settings and the channel file open, and whom each reaches."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.channel_file import ChannelEntry, read_channel_file
from app.errors import ChannelsInvalid
from app.settings import Settings
from engine.outbox import ChannelRoute
from notifications.apprise_url import AppriseSettings
from notifications.channels import Channel
from notifications.console import ConsoleChannel
from notifications.email import EmailChannel, EmailSettings
from notifications.sms import SmsChannel, SmsSettings
from notifications.webhook import WebhookChannel, WebhookLog, WebhookSettings

EMAIL = "email"
CONSOLE = "console"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What channels need of the house besides their settings."""

    write: Callable[[str], None]
    log: WebhookLog
    clock: Callable[[], datetime]
    new_id: Callable[[], str]


def entries_of(settings: Settings) -> tuple[ChannelEntry, ...]:
    """Every channel: those of the settings, then those of the file.

    ChannelsInvalid when the file is wrong. A row for a channel that nobody empties would wait for
    ever, so nothing is listed that is not opened.
    """
    found = []
    if settings.smtp_host:
        opening = EmailSettings(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=settings.smtp_sender,
            sender_name=settings.smtp_sender_name,
            user=settings.smtp_user,
            password=settings.smtp_password,
            starttls=settings.smtp_starttls,
            ca_file=settings.smtp_ca_file or None,
        )
        route = ChannelRoute(name=EMAIL, reaches="email")
        found.append(ChannelEntry(kind="email", route=route, opening=opening))
    if settings.console_notices:
        route = ChannelRoute(name=CONSOLE, reaches="code")
        found.append(ChannelEntry(kind="console", route=route, opening=None))
    if settings.channels_file:
        found += read_channel_file(
            Path(settings.channels_file),
            os.environ,
            taken=frozenset(one.route.name for one in found),
            private=settings.allow_private_webhooks,
        )
    return tuple(found)


def open_channel(entry: ChannelEntry, around: Surroundings) -> Channel:
    """The channel itself; ChannelsInvalid when only its library could see what is wrong."""
    name, opening = entry.route.name, entry.opening
    if isinstance(opening, EmailSettings):
        return EmailChannel(opening, name)
    if isinstance(opening, WebhookSettings):
        return WebhookChannel(opening, around.log, clock=around.clock, new_id=around.new_id)
    if isinstance(opening, SmsSettings):
        return SmsChannel(opening)
    if isinstance(opening, AppriseSettings):
        return _apprise(name, opening)
    return ConsoleChannel(around.write)


def _apprise(name: str, opening: AppriseSettings) -> Channel:
    from notifications.apprise_channel import AppriseChannel  # noqa: PLC0415  # half a second that only those pay who use it

    try:
        return AppriseChannel(opening)
    except ValueError as error:
        raise ChannelsInvalid(file="BIHUAN_CHANNELS_FILE", problems=f"{name}: {error}") from error

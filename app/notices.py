"""Notices tried out and sent again: previews, test messages, dead letters, webhooks.

Refuses to decide who is told what.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from app.channel_file import ChannelEntry
from app.errors import (
    OptionInvalid,
    UnknownAttempt,
    UnknownChannel,
    UnknownDelivery,
    UnknownTemplate,
)
from app.people import By
from app.wiring import Services
from db.dead_letters import DeadLetter
from db.webhook_log import WebhookRow
from engine.outbox import Message
from engine.profile import Profile
from engine.wording import NAMES
from notifications.templates import Wording, word
from notifications.webhook import WebhookChannel

EXAMPLE: Mapping[str, str] = {
    "number": "5届2次第12号",
    "title": "关于增设学校周边人行过街设施的建议",
    "case": "5f0c0000",
    "congress": "示例县人民代表大会",
    "state": "办理中",
    "deputy": "王芳",
    "unit": "交通局",
    "due_on": "2026-04-20",
    "clock": "答复期限",
    "rung": "到期前15日",
    "reason": "(此处为理由)",
    "result": "已解决或基本解决(A类)",
    "recipient": "赵敏",
}
"""Invented; one for every name that a template may use."""
PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A notice as it would read."""

    language: str
    subject: str
    body: str


def preview(
    profile: Profile, template: str, languages: tuple[str, ...], given: str
) -> tuple[Preview, ...]:
    """The template with example facts, and those given as JSON over them."""
    if template not in profile.notices:
        raise UnknownTemplate(template=template, profile=profile.reference)
    facts = {**EXAMPLE, **_facts(given)}
    return tuple(
        _preview(language, word(profile, template, facts, language)) for language in languages
    )


def _preview(language: str, wording: Wording) -> Preview:
    return Preview(language=language, subject=wording.subject, body=wording.body)


def _facts(given: str) -> dict[str, str]:
    if not given:
        return {}
    try:
        facts = json.loads(given)
    except ValueError as error:
        raise OptionInvalid(option="--facts", reason=f"不是 JSON / not JSON: {error}") from error
    if not isinstance(facts, dict) or not all(isinstance(one, str) for one in facts.values()):
        told = '应为 {"名称": "文字"} / must be {"name": "text"}'
        raise OptionInvalid(option="--facts", reason=told)
    unknown = sorted(set(facts) - NAMES)
    if unknown:
        known = "、".join(sorted(NAMES))
        told = f"没有“{unknown[0]}”,可用:{known} / there is no such name"
        raise OptionInvalid(option="--facts", reason=told)
    return facts


def entry_named(services: Services, name: str) -> ChannelEntry:
    """The open channel of that name; UnknownChannel otherwise."""
    known = {one.route.name: one for one in services.entries}
    if name not in known:
        listed = tuple(known) or ("没有 none",)
        raise UnknownChannel(channel=name, known=listed)
    return known[name]


def trial_message(services: Services, congress: str, entry: ChannelEntry, address: str) -> Message:
    """A message that nobody can take for a notice."""
    given = address or entry.route.fixed
    if not given:
        told = f"渠道“{entry.route.name}”要给地址 / channel “{entry.route.name}” needs an address"
        raise OptionInvalid(option="ADDRESS", reason=told)
    name = services.directory(congress).congress.name
    return Message(
        id=f"test-{uuid.uuid4().hex}",
        congress=congress,
        recipient="test",
        address=given,
        channel=entry.route.name,
        subject="【测试】闭环通知渠道测试 Bihuan test message",
        body=(
            f"这是{name}闭环系统的渠道测试,不是办理通知,请勿办理。\n"
            f"A test of the channel “{entry.route.name}”: nothing is to be done."
        ),
        urgent=False,
        attempts=0,
        decided_at=services.clock(),
    )


def dead_letters(
    services: Services, congress: str, channel: str | None = None
) -> Iterator[DeadLetter]:
    """Every delivery that was given up."""
    after: str | None = None
    while True:
        page = services.dead_letters.page(congress, channel=channel, limit=PAGE, after=after)
        yield from page.items
        after = page.next_after
        if after is None:
            return


def chosen_dead(
    services: Services, congress: str, notice: str, channel: str, *, every: bool
) -> tuple[DeadLetter, ...]:
    """The deliveries that are to be sent again: one, or every one, of a channel where named."""
    if every == bool(notice):
        told = "NOTICE CHANNEL 和 --all 二选一 / give NOTICE CHANNEL or --all, one of them"
        raise OptionInvalid(option="--all", reason=told)
    if every:
        return tuple(dead_letters(services, congress, channel or None))
    if not channel:
        raise OptionInvalid(option="CHANNEL", reason="缺少渠道 / the channel is missing")
    for one in dead_letters(services, congress, channel):
        if one.notice == notice:
            return (one,)
    raise UnknownDelivery(congress=congress, notice=notice, channel=channel)


def send_again(
    services: Services, congress: str, letters: tuple[DeadLetter, ...], by: By
) -> tuple[DeadLetter, ...]:
    """Those that were put among the pending ones; somebody else may have been faster."""
    wanted = [(one.notice, one.channel) for one in letters]
    again = services.dead_letters.resend(
        congress, wanted, actor=by.actor, reason=by.reason, now=by.now
    )
    return tuple(one for one in letters if (one.notice, one.channel) in again)


def attempt_of(services: Services, congress: str, attempt: str) -> WebhookRow:
    """An attempt of the log; UnknownAttempt otherwise."""
    found = services.webhook_log.get(congress, attempt)
    if found is None:
        raise UnknownAttempt(congress=congress, attempt=attempt)
    return found


def replay(services: Services, attempt: WebhookRow, write: Callable[[str], None]) -> None:
    """Send the same body again, under the same id, signed as of now."""
    channel = services.channel(entry_named(services, attempt.channel), write)
    if not isinstance(channel, WebhookChannel):
        told = f"渠道“{attempt.channel}”不是 webhook / channel “{attempt.channel}” is no webhook"
        raise OptionInvalid(option="ID", reason=told)
    channel.post(attempt.congress, attempt.message_id, attempt.body)

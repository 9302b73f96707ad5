"""One message a person, channel and day: the subjects of its notices as lines, the urgent first.

The same items give the same message whenever it is sent. Refuses to know how items came together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.calendar import local_day
from engine.outbox import OutboxItem
from engine.wording import LONGEST, LONGEST_SUBJECT, cut
from notifications.templates import Wording

TEMPLATE = "digest"
"""What stands in place of a template in a message of several notices."""
MOST_LINES = 60
LONGEST_TITLE = 24
NO_DAY = "9999-12-31"


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """A notice with its own words."""

    item: OutboxItem
    wording: Wording


def in_order(found: Sequence[Worded]) -> tuple[Worded, ...]:
    """The urgent first, then by due day; what is due on no day comes last."""
    return tuple(sorted(found, key=_place))


def _place(one: Worded) -> tuple[bool, str, str, str]:
    item = one.item
    due_on = item.facts.get("due_on") or NO_DAY
    return not item.urgent, due_on, item.decided_at.isoformat(), item.id


def digest_of(found: Sequence[Worded], language: str) -> Wording:
    """The message of several notices to one person, in `zh` or `en`."""
    ordered = in_order(found)
    day = digest_day(found)
    subject = _subject(ordered, day, language)
    return Wording(subject=cut(subject, LONGEST_SUBJECT), body=_body(ordered, language))


def digest_day(found: Sequence[Worded]) -> date:
    """The day on which its items were put together; it stands at the head of the bundle's name."""
    bundle = found[0].item.bundle or ""
    try:
        return date.fromisoformat(bundle[:8])
    except ValueError:
        return max(local_day(one.item.decided_at) for one in found)


def _subject(ordered: Sequence[Worded], day: date, language: str) -> str:
    reminders = overdue = others = 0
    for one in ordered:
        due_on = one.item.facts.get("due_on") or ""
        if not due_on:
            others += 1
        elif due_on < day.isoformat():
            overdue += 1
        else:
            reminders += 1
    if language == "zh":
        told = ((reminders, "件到期提醒"), (overdue, "件逾期"), (others, "件其他通知"))
        return f"闭环日报 {day}:" + "、".join(f"{n}{what}" for n, what in told if n)
    named = ((reminders, "due"), (overdue, "overdue"), (others, "other"))
    return f"Bihuan digest {day}: " + ", ".join(f"{n} {what}" for n, what in named if n)


def _body(ordered: Sequence[Worded], language: str) -> str:
    count, name = len(ordered), ordered[0].item.facts.get("recipient", "")
    zh = language == "zh"
    lines = [f"{name},您有{count}件通知:" if zh else f"{name}: {count} notices"]
    for at, one in enumerate(ordered[:MOST_LINES], start=1):
        lines.append(f"{at}. {_line(one, language)}")
    if count > MOST_LINES:
        more = count - MOST_LINES
        lines.append(f"另有{more}件,见收件箱。" if zh else f"{more} more are in the inbox.")
    return cut("\n".join(lines), LONGEST)


def _line(one: Worded, language: str) -> str:
    """The notice's own subject, with the case where the subject does not name it."""
    zh = language == "zh"
    facts, line = one.item.facts, one.wording.subject
    number, title = facts.get("number", ""), facts.get("title", "")
    if one.item.urgent:
        line = f"【急】{line}" if zh else f"[urgent] {line}"
    short = cut(title, LONGEST_TITLE)
    named = [number] if number and number not in line else []
    if title and title not in line:
        named.append(f"《{short}》" if zh else f"“{short}”")
    return f"{line} {''.join(named) if zh else ' '.join(named)}".rstrip()

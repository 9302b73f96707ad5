"""A feed of deadlines as iCalendar (RFC 5545): all-day events, each with an alarm the day before.

The same feed gives the same bytes: no instant of the writing goes in. Folding, escaping and line
ends are the library's.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneStandard

from reports.blocks import printable
from reports.feed import Feed, FeedEvent

PRODUCT = "-//Bihuan//Deadlines//{language}"
OFTEN = timedelta(hours=1)
"""How often a calendar program may ask again."""
THE_DAY_BEFORE = timedelta(hours=-15)
"""An all-day event begins at midnight; fifteen hours earlier people come to work, at nine."""
ZONE = "Asia/Shanghai"
EAST = timedelta(hours=8)

_WORDS = {
    "zh": {
        "name": "办理期限 · {person}",
        "about": "{congress}代表建议：由{person}负责办理的各项期限。",
        "overdue": "【已逾期】",
        "provisional": "【暂定】",
        "colon": "：",
        "suggestion": "建议：{number}《{title}》",
        "state": "状态：{state}",
        "unit": "承办单位：{unit}",
        "clock": "期限：{clock}，{due_on}到期",
        "tentative": "暂定：所涉年份的放假安排尚未公布，公布后重新计算。",
    },
    "en": {
        "name": "Deadlines · {person}",
        "about": "Suggestions of {congress}: the deadlines {person} is responsible for.",
        "overdue": "[overdue] ",
        "provisional": "[provisional] ",
        "colon": ": ",
        "suggestion": "Suggestion: {number} {title}",
        "state": "State: {state}",
        "unit": "Unit: {unit}",
        "clock": "Clock: {clock}, due on {due_on}",
        "tentative": "Provisional: the holidays of a year it touches are not published yet.",
    },
}


def ics(feed: Feed, *, language: str = "zh") -> bytes:
    """The feed as the bytes of an .ics file, in `zh` or `en`."""
    words = _WORDS[language]
    name = words["name"].format(person=printable(feed.person))
    about = words["about"].format(congress=printable(feed.congress), person=printable(feed.person))
    calendar = Calendar()
    calendar.add("prodid", PRODUCT.format(language=language.upper()))
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    # Twice each: as RFC 7986 has it, and as older programs know it.
    for property_ in ("name", "x-wr-calname"):
        calendar.add(property_, name)
    for property_ in ("description", "x-wr-caldesc"):
        calendar.add(property_, about)
    calendar.add("x-wr-timezone", ZONE)
    calendar.add("refresh-interval", OFTEN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    calendar.add_component(_zone())
    for one in feed.events:
        calendar.add_component(_event(one, words, language))
    return bytes(calendar.to_ical())


def _zone() -> Timezone:
    """The zone the days are counted in; a calendar without a single component would be invalid."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", ZONE)
    standard.add("dtstart", datetime(1991, 9, 15, 1, 0))  # noqa: DTZ001  # a zone's own start has no zone
    standard.add("tzoffsetfrom", EAST)
    standard.add("tzoffsetto", EAST)
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone


def _event(one: FeedEvent, words: dict[str, str], language: str) -> Event:
    summary = _summary(one, words, language)
    event = Event()
    event.add("uid", one.uid)
    event.add("dtstamp", one.changed_at.astimezone(UTC))
    event.add("last-modified", one.changed_at.astimezone(UTC))
    event.add("sequence", one.sequence)
    event.add("dtstart", one.due_on)
    event.add("dtend", one.due_on + timedelta(days=1))
    event.add("summary", summary)
    event.add("description", _description(one, words, language))
    event.add("categories", [_said(one.clock.zh, one.clock.en, language)])
    event.add("status", "TENTATIVE" if one.provisional else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    event.add_component(_alarm(summary))
    return event


def _alarm(summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", THE_DAY_BEFORE)
    return alarm


def _summary(one: FeedEvent, words: dict[str, str], language: str) -> str:
    marks = (words["overdue"] if one.is_overdue else "") + (
        words["provisional"] if one.provisional else ""
    )
    clock = _said(one.clock.zh, one.clock.en, language)
    case = printable(f"{one.number} {one.title}")
    return f"{marks}{clock}{words['colon']}{case}"


def _description(one: FeedEvent, words: dict[str, str], language: str) -> str:
    lines = [
        words["clock"].format(
            clock=_said(one.clock.zh, one.clock.en, language), due_on=one.due_on.isoformat()
        ),
        words["suggestion"].format(number=printable(one.number), title=printable(one.title)),
        words["state"].format(state=_said(one.state.zh, one.state.en, language)),
    ]
    if one.unit:
        lines.append(words["unit"].format(unit=printable(one.unit)))
    if one.provisional:
        lines.append(words["tentative"])
    return "\n".join(lines)


def _said(zh: str, en: str, language: str) -> str:
    return zh if language == "zh" else en

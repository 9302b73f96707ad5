"""The calendar of deadlines: what RFC 5545 asks for, read back by a program of other hands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import vobject

from engine.profile import Text
from reports.feed import Feed, FeedEvent
from reports.writers.ics import ics

LINE = 75
"""Octets that a line may have without its end."""
TITLE = "关于增设临溪中学东侧人行过街设施;解决上下学时段人车混行,以及“护学岗”\\常态化的建议" * 2
REPLY = FeedEvent(
    uid="case-1-4@linxi.bihuan",
    sequence=2,
    changed_at=datetime(2026, 3, 2, 1, 30, 15, tzinfo=UTC),
    due_on=date(2026, 4, 26),
    is_overdue=False,
    provisional=False,
    clock=Text(zh="答复期限", en="Reply"),
    number="5届2次第1号",
    title=TITLE,
    unit="交通局",
    state=Text(zh="办理中", en="In progress"),
)
PROMISE = replace(
    REPLY,
    uid="case-2-9@linxi.bihuan",
    sequence=0,
    due_on=date(2027, 2, 28),
    provisional=True,
    clock=Text(zh="承诺兑现期限", en="Promised day"),
    title="第一行\r\nBEGIN:VEVENT\r\n第二行",
)


def _feed(*events: FeedEvent) -> Feed:
    return Feed(congress="临溪县人民代表大会", person="孙立", events=events)


def _unfolded(found: bytes) -> list[str]:
    return found.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")


def test_every_line_ends_with_crlf_and_is_short_enough_in_octets() -> None:
    found = ics(_feed(REPLY, PROMISE))
    assert found.endswith(b"END:VCALENDAR\r\n")
    assert found.count(b"\n") == found.count(b"\r\n") == found.count(b"\r")
    lines = found.split(b"\r\n")
    assert max(len(one) for one in lines) <= LINE
    # Folding cuts between signs, not within one: each line is text by itself.
    assert all(one.decode("utf-8") or not one for one in lines)
    assert sum(one.startswith(b" ") for one in lines) > 10


def test_another_program_reads_what_was_written() -> None:
    calendar = vobject.readOne(ics(_feed(REPLY, PROMISE)).decode("utf-8"))
    reply, promise = calendar.vevent_list
    assert reply.summary.value == f"答复期限：5届2次第1号 {TITLE}"
    assert reply.dtstart.value == date(2026, 4, 26)
    assert reply.dtend.value == date(2026, 4, 27)
    assert reply.dtstamp.value == REPLY.changed_at
    assert reply.sequence.value == "2"
    assert reply.status.value == "CONFIRMED"
    assert reply.valarm.trigger.value == timedelta(hours=-15)
    assert reply.valarm.action.value == "DISPLAY"
    assert reply.valarm.description.value == reply.summary.value
    assert reply.description.value.splitlines() == [
        "期限：答复期限，2026-04-26到期",
        f"建议：5届2次第1号《{TITLE}》",
        "状态：办理中",
        "承办单位：交通局",
    ]
    assert promise.status.value == "TENTATIVE"
    assert promise.summary.value.startswith("【暂定】承诺兑现期限：")
    assert "放假安排尚未公布" in promise.description.value
    assert promise.uid.value != reply.uid.value


def test_a_title_cannot_begin_an_event_of_its_own() -> None:
    found = ics(_feed(PROMISE))
    assert _unfolded(found).count("BEGIN:VEVENT") == 1
    assert len(vobject.readOne(found.decode("utf-8")).vevent_list) == 1


def test_english_words_for_those_who_ask() -> None:
    late = replace(PROMISE, is_overdue=True, title="t", number="n")
    event = vobject.readOne(ics(_feed(late), language="en").decode("utf-8")).vevent
    assert event.summary.value == "[overdue] [provisional] Promised day: n t"
    assert event.description.value.splitlines()[2:4] == ["State: In progress", "Unit: 交通局"]


def test_the_calendar_says_what_it_is_and_whose() -> None:
    lines = _unfolded(ics(_feed(REPLY)))
    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Bihuan//Deadlines//ZH"]
    assert "X-WR-CALNAME:办理期限 · 孙立" in lines
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines
    assert not any(one.startswith("METHOD") for one in lines)


def test_a_calendar_without_deadlines_is_still_one() -> None:
    calendar = vobject.readOne(ics(_feed()).decode("utf-8"))
    assert not hasattr(calendar, "vevent")
    assert [one.name for one in calendar.components()] == ["VTIMEZONE"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_same_feed_gives_the_same_bytes(language: str) -> None:
    feed = _feed(REPLY, PROMISE)
    assert ics(feed, language=language) == ics(replace(feed), language=language)

"""A tiny profile and a small congress for tests of storage, and how they get into a database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from sqlalchemy import Engine

from db.register import Register, RegisterChanges
from db.store import Checkpoint, SqlStore
from engine.calendar import CalendarYear, WorkingCalendar, YearStatus
from engine.congress import (
    Appointment,
    Congress,
    Directory,
    KeyTopic,
    Person,
    Session,
    Unit,
)
from engine.outbox import ChannelRoute
from engine.periods import CountingRule, Period, PeriodUnit
from engine.profile import (
    ClockDefinition,
    ClockStart,
    MachineDefinition,
    Profile,
    Rung,
    Stage,
    State,
    Text,
)

CONGRESS = "linxi"
OTHER = "dongshan"
NOW = datetime(2026, 3, 2, 1, 30, 15, 123456, tzinfo=UTC)
FILES = {"profile.yaml": "name: tiny\n"}


def _text(words: str) -> Text:
    return Text(zh=words, en=words)


def tiny_profile(*, version: int = 1, digest: str = "tiny-digest") -> Profile:
    """Two states of an assignment and one clock with a ladder of two rungs."""
    rule = CountingRule(period=Period(amount=3, unit=PeriodUnit.MONTHS))
    rungs = (
        Rung(
            name="week-before",
            label=_text("提前一周"),
            offset=Period(amount=-7, unit=PeriodUnit.DAYS),
            action="remind",
        ),
        Rung(
            name="overdue",
            label=_text("逾期"),
            offset=Period(amount=1, unit=PeriodUnit.DAYS),
            action="order",
        ),
    )
    states = {
        "handling": State(name="handling", label=_text("办理中"), stage=Stage.HANDLE),
        "done": State(name="done", label=_text("办结"), stage=Stage.HANDLE, final=True),
    }
    return Profile(
        name="tiny",
        version=version,
        title=_text("最小规则"),
        digest=digest,
        sources={},
        roles={},
        machines={
            "assignment": MachineDefinition(
                name="assignment", initial="handling", states=states, actions={}
            )
        },
        clocks={
            "reply": ClockDefinition(
                kind="reply",
                label=_text("答复期限"),
                rule=rule,
                start=ClockStart.HANDED_OVER,
                source="",
                ladder=rungs,
            )
        },
        results={},
        choices={},
        numbering={},
        formulas=(),
        routing=(),
        portfolios=(),
        notices={},
    )


def tiny_from_files(files: Mapping[str, str]) -> Profile:
    """The loader of the tiny profile: knows its own files only."""
    assert files == FILES
    return tiny_profile()


def small_directory(code: str = CONGRESS) -> Directory:
    """A small invented congress: two deputies, two units with a clerk each."""
    session = Session(
        code="5-2",
        congress=code,
        term=5,
        number=2,
        year=2026,
        opens_on=date(2026, 1, 20),
        closes_on=date(2026, 1, 23),
    )
    units = (
        Unit(code="education", name="教育局", system="government"),
        Unit(code="transport", name="交通局", system="government"),
    )
    deputy = (Appointment(role="deputy"),)
    people = (
        Person(
            code="wang-fang",
            name="王芳",
            appointments=deputy,
            delegation="城东",
            email="wang.fang@example.org",
        ),
        Person(code="li-ming", name="李明", appointments=deputy, delegation="城西"),
        Person(
            code="zhao-min",
            name="赵敏",
            appointments=(
                Appointment(role="unit_clerk", unit="education", post="办公室科员"),
                Appointment(role="lead_official", portfolio="schools"),
            ),
            email="zhao.min@example.org",
        ),
    )
    return Directory(
        congress=Congress(
            code=code,
            name="临溪县人民代表大会",
            level="county",
            profile="tiny",
            profile_version=1,
            session=session.code,
        ),
        sessions={session.code: session},
        units={one.code: one for one in units},
        people={one.code: one for one in people},
        topics={},
    )


def small_calendar() -> WorkingCalendar:
    """One published year with a holiday and a make-up workday."""
    year = CalendarYear(
        year=2026,
        status=YearStatus.PUBLISHED,
        source="test",
        holidays={date(2026, 1, 1): "元旦", date(2026, 1, 2): "元旦"},
        workdays={date(2026, 1, 4): "元旦调休"},
    )
    return WorkingCalendar(name="test", version=1, years={2026: year})


def key_topic() -> KeyTopic:
    """A key topic of the small congress."""
    return KeyTopic(
        number=1,
        session="5-2",
        title="上学路上的安全",
        lead_official="zhao-min",
        supervising_leader="zhao-min",
        decided_on=date(2026, 2, 1),
        decided_by="主任会议",
    )


def fill(
    database: Engine,
    *,
    directory: Directory,
    calendar: WorkingCalendar,
    files: Mapping[str, str],
    profile: Profile,
) -> None:
    """Put a congress with everybody in it into an empty database."""
    register = Register(database)
    register.add_profile(files, profile)
    code = directory.congress.code
    register.create_congress(directory.congress, actor="setup", reason="测试", now=NOW)
    changes = RegisterChanges(
        sessions=tuple(directory.sessions.values()),
        units=tuple(directory.units.values()),
        people=tuple(directory.people.values()),
        topics=tuple(directory.topics.values()),
        preferences=tuple(directory.preferences.values()),
        leaves=directory.leaves,
        calendar_years=tuple(calendar.years.values()),
    )
    register.apply(code, changes, actor="setup", reason="测试", now=NOW)


def small_store(
    database: Engine,
    *,
    channels: tuple[str, ...] = ("email",),
    checkpoint: Checkpoint | None = None,
) -> SqlStore:
    """A store over a new database with the small congress and the tiny profile in it."""
    fill(
        database,
        directory=small_directory(),
        calendar=small_calendar(),
        files=FILES,
        profile=tiny_profile(),
    )
    return SqlStore(database, tiny_from_files, routes_of(*channels), checkpoint)


def routes_of(*channels: str) -> tuple[ChannelRoute, ...]:
    """E-mail, and a console on which everybody is known by code."""
    reaches = {"email": "email", "console": "code"}
    return tuple(ChannelRoute(name=one, reaches=reaches[one]) for one in channels)

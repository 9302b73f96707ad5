"""Prepares a database for the demo: schema, profile, congress, people, calendar.

Doing it again changes nothing, so that a demo which was killed finds everything as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time

from app.demo.congress import PROFILE, congress_of, people_of, session_of, units_of
from app.demo.records import Cast
from db.database import open_database
from db.register import Register, RegisterChanges
from db.schema import upgrade
from db.store import SqlStore
from engine.calendar import WorkingCalendar, local_instant
from engine.errors import UnknownCongress
from engine.perform import Desk
from engine.profile import Profile
from workflows import load_files, load_profile, read_files
from workflows.loader import PROFILES
from workflows.national_calendar import national_years

YEARS = (2023, 2026)
"""Calendar years of the demo: the year told, the one before and two after."""
ADMINISTRATOR = "system"
_WHY = "演示数据初始化 / set-up of the demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What the year is played on."""

    store: SqlStore
    desk: Desk
    congress: str
    profile: Profile
    calendar: WorkingCalendar


def prepare(url: str, cast: Cast, *, checkpoint: Callable[[str], None] | None = None) -> Stage:
    """The stage on the database at `url`, set up if it was not."""
    database = open_database(url)
    upgrade(database)
    store = SqlStore(database, load_files, checkpoint=checkpoint)
    name, version = PROFILE
    profile = load_profile(name, version)
    register = Register(database)
    register.add_profile(read_files(PROFILES / name / f"v{version}"), profile)
    now = local_instant(cast.calendar.session_opens, time(0, 0))
    congress = congress_of(cast)
    if not _is_known(store, congress.code):
        register.create_congress(congress, actor=ADMINISTRATOR, reason=_WHY, now=now)
    changes = RegisterChanges(
        sessions=(session_of(cast),),
        units=units_of(cast),
        people=people_of(cast),
        calendar_years=tuple(national_years(*YEARS).values()),
    )
    register.apply(congress.code, changes, actor=ADMINISTRATOR, reason=_WHY, now=now)
    with store.read(congress.code) as transaction:
        calendar = transaction.calendar()
    # Ids of the demo follow from its request keys; nothing is ever drawn.
    desk = Desk(store, _no_id)
    return Stage(store=store, desk=desk, congress=congress.code, profile=profile, calendar=calendar)


def _is_known(store: SqlStore, congress: str) -> bool:
    try:
        with store.read(congress):
            return True
    except UnknownCongress:
        return False


def _no_id() -> str:
    message = "every draft of the demo has a request key"
    raise RuntimeError(message)

"""Puts the parts together: from settings to a desk, a store, readers and writers over one database.

Refuses to decide anything; it only says which part gets which.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from app.channel_file import ChannelEntry
from app.channels import Surroundings, entries_of, open_channel
from app.clock import going_on_from, now
from app.errors import CongressUnclear, NotReady
from app.settings import Settings
from db.audit import AuditTrail
from db.backup import file_of
from db.bulletins import Bulletins
from db.database import open_database, shared_reading
from db.dead_letters import DeadLetters
from db.feeds import Feeds
from db.heartbeats import SqlHeartbeats
from db.inbox import Inbox
from db.outbox import SqlOutbox
from db.register import Register
from db.schema import current, head
from db.store import SqlStore
from db.webhook_log import SqlWebhookLog
from engine.calendar import WorkingCalendar, local_day
from engine.congress import Directory
from engine.errors import UnknownCongress
from engine.perform import Desk
from engine.profile import Profile, Text
from notifications.channels import Channel
from reports.agenda import pins_of_cases
from reports.health import congress_lines, unreachable
from workflows import load_files

Clock = Callable[[], datetime]
Reading = Connection
"""A connection for the questions of `reports`, for those who only hand it on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a congress stands on at one moment: who is there, which days are worked, which rules.

    `profile`: that to which new cases are pinned. The same objects until the register changes.
    """

    directory: Directory
    calendar: WorkingCalendar
    profile: Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything over one database."""

    settings: Settings
    entries: tuple[ChannelEntry, ...]
    clock: Clock
    database: Engine
    store: SqlStore
    desk: Desk
    register: Register
    trail: AuditTrail
    inbox: Inbox
    outbox: SqlOutbox
    dead_letters: DeadLetters
    webhook_log: SqlWebhookLog
    heartbeats: SqlHeartbeats
    feeds: Feeds
    bulletins: Bulletins

    @property
    def today(self) -> date:
        """This day in Asia/Shanghai."""
        return local_day(self.clock())

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for the questions of `reports`; the parts asked meanwhile share it."""
        with shared_reading(self.database) as connection:
            yield connection

    def congress(self) -> str:
        """The congress that is meant: the one named, or the only one there is."""
        named = self.settings.congress
        with self.reading() as connection:
            known = tuple(one.code for one in congress_lines(connection))
        if named and named in known:
            return named
        if named or not known:
            raise UnknownCongress(congress=named)
        if len(known) > 1:
            raise CongressUnclear(known=known)
        return known[0]

    def ground(self, congress: str) -> Ground:
        """Directory, calendar and rules of a congress, read together."""
        with self.store.read(congress) as transaction:
            directory = transaction.directory()
            known = directory.congress
            return Ground(
                directory=directory,
                calendar=transaction.calendar(),
                profile=transaction.profile(known.profile, known.profile_version),
            )

    def directory(self, congress: str) -> Directory:
        """People and bodies of a congress."""
        with self.store.read(congress) as transaction:
            return transaction.directory()

    def calendar(self, congress: str) -> WorkingCalendar:
        """The working calendar of a congress."""
        with self.store.read(congress) as transaction:
            return transaction.calendar()

    def profile(self, name: str, version: int) -> Profile:
        """A stored profile version; one that was read before is asked of nobody again."""
        kept = self.store.shelf.kept(name, version)
        if kept is not None:
            return kept
        with self.reading() as connection:
            return self.store.shelf.profile(connection, name, version)

    def profile_of(self, congress: str) -> Profile:
        """The profile that new cases of the congress are pinned to."""
        known = self.directory(congress).congress
        return self.profile(known.profile, known.profile_version)

    def profile_of_case(self, congress: str, reference: str) -> Profile:
        """The profile that a case is pinned to."""
        with self.store.read(congress) as transaction:
            case = transaction.case(reference)
            return transaction.profile(case.profile, case.profile_version)

    def rules_behind(
        self, congress: str, cases: AbstractSet[str | None]
    ) -> Mapping[str | None, Profile]:
        """The profiles behind notices: of their cases, for None that of the congress."""
        named = {one for one in cases if one is not None}
        with self.reading() as connection:
            pins = pins_of_cases(connection, congress, named)
        found: dict[str | None, Profile] = {one: self.profile(*pin) for one, pin in pins.items()}
        return found if named == cases else {**found, None: self.profile_of(congress)}

    def schema(self) -> tuple[str | None, str]:
        """The revision the database has and the one we need."""
        return current(self.database), head()

    def channels(self, write: Callable[[str], None]) -> Mapping[str, Channel]:
        """The ways out of the house that the settings open; `write` is the console."""
        return {one.route.name: self.channel(one, write) for one in self.entries}

    def channel(self, entry: ChannelEntry, write: Callable[[str], None]) -> Channel:
        """One of them."""
        around = Surroundings(write=write, log=self.webhook_log, clock=self.clock, new_id=_new_id)
        return open_channel(entry, around)

    def close(self) -> None:
        """Give the connections back."""
        self.database.dispose()


def build(settings: Settings, *, clock: Clock = now) -> Services:
    """The parts over the database of the settings; nothing is asked of it yet."""
    entries = entries_of(settings)
    database = open_database(settings.database_url)
    store = SqlStore(database, load_files, tuple(one.route for one in entries))
    return Services(
        settings=settings,
        entries=entries,
        clock=clock,
        database=database,
        store=store,
        desk=Desk(store, _new_id),
        register=Register(database),
        trail=AuditTrail(database),
        inbox=Inbox(database),
        outbox=SqlOutbox(database, store.shelf),
        dead_letters=DeadLetters(database),
        webhook_log=SqlWebhookLog(database),
        heartbeats=SqlHeartbeats(database),
        feeds=Feeds(database),
        bulletins=Bulletins(database),
    )


@contextmanager
def opened(settings: Settings) -> Iterator[Services]:
    """The parts over a database that is there and has our schema; NotReady otherwise.

    A demo's time goes on from the last thing that happened in it.
    """
    services = build(settings)
    try:
        require_ready(services)
        yield in_its_time(services)
    finally:
        services.close()


@contextmanager
def unchecked(settings: Settings, *, clock: Clock = now) -> Iterator[Services]:
    """The same without looking first, for those who set up or examine a database."""
    services = build(settings, clock=clock)
    try:
        yield services
    finally:
        services.close()


def in_its_time(services: Services) -> Services:
    """Of a demo: with a clock that goes on from its last entry, or its worker's last sign of life.

    A year that is over would otherwise be years overdue on the day somebody looks at it, and the
    worker would remind people of what nobody ever missed. Any other database: as it is.
    """
    with services.reading() as connection:
        codes = tuple(one.code for one in congress_lines(connection))
    if not codes or not all(is_made_up(services, one) for one in codes):
        return services
    seen = [one.last_seen_at for one in services.heartbeats.workers()]
    last = max([*(_last_entry_at(services, one) for one in codes), *seen])
    return replace(services, clock=going_on_from(last))


def is_made_up(services: Services, congress: str) -> bool:
    """Whether the congress was set up by the demo; its first audit entry says so for ever."""
    entries = services.trail.entries(congress)
    first = next(entries, None)
    entries.close()
    return first is not None and "演示" in str(first.content.get("reason"))


def _last_entry_at(services: Services, congress: str) -> datetime:
    last = services.trail.head(congress).sequence
    (entry,) = services.trail.entries(congress, after=last - 1)
    return entry.at


def require_ready(services: Services) -> None:
    """NotReady, with how to mend it, when the database cannot be used as it is."""
    error = not_ready(services)
    if error is not None:
        raise error


def not_ready(services: Services) -> NotReady | None:
    """Why the database cannot be used: not there, not reachable, or another schema than ours."""
    file = file_of(services.database)
    if file is not None and not file.exists():
        # Asking SQLite would make an empty file.
        return _unready(services, Text(zh="还没有建立", en="it does not exist"), _INIT)
    reason = unreachable(services.database)
    if reason is not None:
        told = Text(zh=f"连接不上({reason})", en=f"it cannot be reached ({reason})")
        return _unready(services, told, _CHECK)
    has, needs = services.schema()
    if has == needs:
        return None
    if has is None:
        return _unready(services, Text(zh="还没有建表", en="it has no tables yet"), _INIT)
    told = Text(zh=f"表结构是{has},需要{needs}", en=f"its schema is {has}, needed is {needs}")
    return _unready(services, told, _INIT)


def address_of(settings: Settings) -> str:
    """Where people reach the web: as the settings say, or where `serve` listens."""
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def called(database: Engine) -> str:
    """The address of a database as it may be shown: without a password."""
    return database.url.render_as_string(hide_password=True)


def prepare_folder(database: Engine) -> None:
    """Make the folder of a SQLite file."""
    file = file_of(database)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)


def sqlite_in(folder: Path) -> str:
    """The address of the database that a demo keeps in its folder."""
    return f"sqlite:///{folder / 'bihuan.db'}"


_INIT = Text(zh="请运行 bihuan init。", en="Run bihuan init.")
_CHECK = Text(
    zh="请核对 BIHUAN_DATABASE_URL 和数据库服务。",
    en="Check BIHUAN_DATABASE_URL and the server.",
)


def _unready(services: Services, reason: Text, mend: Text) -> NotReady:
    return NotReady(database=called(services.database), reason=reason, mend=mend)


def _new_id() -> str:
    return uuid.uuid4().hex

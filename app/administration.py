"""Implements the port `web.administration.Administration` over rows.

An administrator is whoever holds the appointment `administrator`, which every congress has and to
which no profile grants anything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from app import notices
from app.accounts import AccountDesk
from app.calendar_file import Said
from app.calendars import CalendarReport, CalendarWish, calendar_of, fulfil, preview, wish_of_file
from app.enrolment import Enrolment, enrol, judge
from app.errors import CalendarRefused, FileUnreadable, RowsRefused
from app.oversight import oversees
from app.people import By
from app.readings import note_history_read
from app.tokens import TokensOfRows
from app.watch import (
    calendar_finding,
    dead_finding,
    outbox_finding,
    recount_finding,
    timer_finding,
    worker_findings,
)
from db.accounts import AccountRow, Accounts
from engine.congress import ADMINISTRATOR_ROLE, Directory
from engine.profile import Text
from engine.redaction import rating_actions
from reports.audit_search import (
    AuditHits,
    AuditQuestion,
    cases_told,
    eyes_of,
    search_audit,
)
from reports.gauges import dead_count, outbox_queue, timer_queue, uncertain_years
from reports.names import Names
from reports.visible import profiles_in_use
from web.administration import (
    AccountLine,
    CalendarOutcome,
    DayChange,
    FileText,
    Finding,
    FirstPassword,
    GivenUp,
    GivenUpPage,
    RowOutcome,
)
from web.errors import RoleMissing
from web.gate import Visitor

PAGE = Text(zh="系统管理", en="administration")
ENDINGS = (".yaml", ".yml", ".csv")


class AdministrationOfRows(TokensOfRows):
    """The administration of one installation."""

    def directory(self, visitor: Visitor) -> Directory:
        """The register, for an administrator of its congress."""
        directory = self._services.directory(visitor.congress)
        if ADMINISTRATOR_ROLE not in directory.roles_of(visitor.person):
            raise RoleMissing(page=PAGE)
        return directory

    def try_register(self, visitor: Visitor, file: FileText) -> tuple[RowOutcome, ...]:
        """Judged row by row."""
        return tuple(
            RowOutcome(
                line=one.line,
                kind=one.kind,
                code=one.code,
                name=one.name,
                outcome=one.outcome.value,
            )
            for one in self._judged(visitor, file).verdicts
        )

    def store_register(self, visitor: Visitor, file: FileText, reason: str) -> bool:
        """Judged again, since the register may have changed meanwhile."""
        enrolment = self._judged(visitor, file)
        by = self._by(visitor, reason)
        return enrol(self._services, enrolment, reason=by.reason, now=by.now, actor=visitor.person)

    def _judged(self, visitor: Visitor, file: FileText) -> Enrolment:
        known = self.directory(visitor)
        profile = self._services.profile_of(visitor.congress)
        with _on_disk(file) as path:
            return judge(path, known=known, profile=profile)

    def try_calendar(self, visitor: Visitor, file: FileText) -> CalendarOutcome:
        """A dry run."""
        wish, by = self._wish(visitor, file), self._by(visitor, "")
        return _outcome(wish, preview(self._services, visitor.congress, wish, by, _unwatched))

    def store_calendar(self, visitor: Visitor, file: FileText, reason: str) -> CalendarOutcome:
        """One audited change, and the recount that follows from it."""
        wish, by = self._wish(visitor, file), self._by(visitor, reason)
        return _outcome(wish, fulfil(self._services, visitor.congress, wish, by, _unwatched))

    def _wish(self, visitor: Visitor, file: FileText) -> CalendarWish:
        self.directory(visitor)
        with _on_disk(file) as path:
            return wish_of_file(calendar_of(self._services, visitor.congress), path, Said())

    def accounts(self, visitor: Visitor) -> tuple[AccountLine, ...]:
        """Everybody's, in order of name."""
        names, now = Names(self.directory(visitor)), self._services.clock()
        rows = Accounts(self._services.database).all(visitor.congress)
        lines = (_line(one, names, now) for one in rows)
        return tuple(sorted(lines, key=lambda one: (one.person_name, one.name)))

    def account(self, visitor: Visitor, person: str) -> AccountLine:
        """One person's."""
        row = self._desk(visitor, "").of(person)
        return _line(row, Names(self.directory(visitor)), self._services.clock())

    def provider(self) -> str:
        """By its label."""
        settings = self._services.settings
        return settings.oidc_label if settings.oidc_issuer else ""

    def open_account(
        self, visitor: Visitor, person: str, *, name: str, subject: str, reason: str
    ) -> FirstPassword:
        """Named by its code where no name is given."""
        desk = self._desk(visitor, reason)
        if subject:
            return self._first(visitor, desk.open(person, name or person, subject), "")
        password = desk.first_password(person, name or person)
        return self._first(visitor, desk.add(person, name or person, password), password)

    def reset_password(self, visitor: Visitor, person: str, reason: str) -> FirstPassword:
        """As nobody chose it."""
        desk = self._desk(visitor, reason)
        password = desk.first_password(person, desk.of(person).name)
        return self._first(visitor, desk.set_password(person, password), password)

    def ask_no_code(self, visitor: Visitor, person: str, reason: str) -> None:
        """As when the telephone is lost."""
        self._desk(visitor, reason).ask_no_code(person)

    def connect_account(self, visitor: Visitor, person: str, subject: str, reason: str) -> None:
        """Signed out everywhere."""
        self._desk(visitor, reason).connect(person, subject)

    def disconnect_account(self, visitor: Visitor, person: str, reason: str) -> None:
        """Signed out everywhere."""
        self._desk(visitor, reason).disconnect(person)

    def _first(self, visitor: Visitor, row: AccountRow, password: str) -> FirstPassword:
        name = Names(self.directory(visitor)).person(row.person)
        return FirstPassword(person=row.person, person_name=name, name=row.name, password=password)

    def disable_account(self, visitor: Visitor, person: str, reason: str) -> None:
        """Its sessions end with it."""
        self._desk(visitor, reason).disable(person)

    def enable_account(self, visitor: Visitor, person: str, reason: str) -> None:
        """Disabled or locked, it is so no longer."""
        self._desk(visitor, reason).enable(person)

    def end_sessions(self, visitor: Visitor, person: str, reason: str) -> int:
        """From how many browsers."""
        return self._desk(visitor, reason).end_sessions(person)

    def _desk(self, visitor: Visitor, reason: str) -> AccountDesk:
        self.directory(visitor)
        return AccountDesk(self._services, visitor.congress, actor=visitor.person, reason=reason)

    def given_up(self, visitor: Visitor, *, after: str | None, limit: int) -> GivenUpPage:
        """The newest first; which case it was about only where the history would tell."""
        names, services = Names(self.directory(visitor)), self._services
        page = services.dead_letters.page(visitor.congress, limit=limit, after=after)
        with services.reading() as connection:
            rules = profiles_in_use(connection, services.profile)
            told = cases_told(connection, (one.case for one in page.items), rules)
        return GivenUpPage(
            lines=tuple(
                GivenUp(
                    notice=one.notice,
                    channel=one.channel,
                    number=(one.number or "") if one.case in told else "",
                    recipient=names.person(one.recipient),
                    template=one.template,
                    decided_at=one.decided_at,
                    attempts=one.attempts,
                    last_error=one.last_error or "",
                )
                for one in page.items
            ),
            after=page.next_after,
        )

    def send_again(self, visitor: Visitor, wanted: Sequence[tuple[str, str]], reason: str) -> int:
        """How many wait again."""
        self.directory(visitor)
        letters = tuple(
            notices.chosen_dead(self._services, visitor.congress, notice, channel, every=False)[0]
            for notice, channel in wanted
        )
        by = self._by(visitor, reason)
        return len(notices.send_again(self._services, visitor.congress, letters, by))

    def health(self, visitor: Visitor) -> tuple[Finding, ...]:
        """What can be asked often; the doctor looks at every case and entry as well."""
        self.directory(visitor)
        services, congress = self._services, visitor.congress
        now = services.clock()
        with services.reading() as connection:
            timers, outbox = timer_queue(connection, now), outbox_queue(connection, now)
            dead = dead_count(connection)
            years = uncertain_years(connection, congress)
        found = (
            *worker_findings(services.heartbeats.workers(), now),
            timer_finding(timers, now),
            outbox_finding(outbox, now),
            dead_finding(dead),
            calendar_finding(congress, years),
            recount_finding(congress, outstanding=congress in services.store.to_recount()),
        )
        return tuple(
            Finding(check=one.check, health=one.health.value, found=one.found, mend=one.mend)
            for one in found
        )

    def audit(
        self, visitor: Visitor, question: AuditQuestion, *, before: int | None, limit: int
    ) -> AuditHits:
        """Without the text of cases, and of what is not open only what `history` lets be told."""
        directory, services = self.directory(visitor), self._services
        profile = services.profile_of(visitor.congress)
        with services.reading() as connection:
            rules = profiles_in_use(connection, services.profile)
            found = search_audit(
                connection,
                visitor.congress,
                question,
                before=before,
                limit=limit,
                eyes=eyes_of(rules),
                kept_back=()
                if oversees(visitor.person, directory, profile)
                else frozenset().union(*(rating_actions(one) for one in rules)),
            )
        note_history_read(
            services,
            visitor.congress,
            (one.case for one in found.lines if one.reading),
            person=visitor.person,
            visit=visitor.visit,
        )
        return found

    def _by(self, visitor: Visitor, reason: str) -> By:
        return By(actor=visitor.person, reason=reason, now=self._services.clock())


@contextmanager
def _on_disk(file: FileText) -> Iterator[Path]:
    """The file where its readers look for one, under a name of ours."""
    ending = Path(file.name).suffix.lower()
    if ending not in ENDINGS:
        reason = f"应为 {'、'.join(ENDINGS)} 文件 / must end with {', '.join(ENDINGS)}"
        raise FileUnreadable(file=file.name[:80], reason=reason)
    with TemporaryDirectory(prefix="bihuan-") as folder:
        path = Path(folder) / f"upload{ending}"
        path.write_text(file.text, encoding="utf-8")
        try:
            yield path
        except (RowsRefused, CalendarRefused, FileUnreadable) as error:
            # By the name under which it was handed in; where it lay meanwhile helps nobody.
            raise type(error)(**{**error.facts, "file": file.name[:80]}) from error


def _unwatched(count: int) -> None:
    """Nobody looks on while a page waits."""


def _outcome(wish: CalendarWish, report: CalendarReport) -> CalendarOutcome:
    return CalendarOutcome(
        words=wish.words,
        changed=report.changed,
        days=tuple(
            DayChange(day=one.day, before=one.before, after=one.after) for one in report.days
        ),
        clocks_moved=len(report.recount.moved),
        cases_looked_at=report.recount.looked_at,
    )


def _line(row: AccountRow, names: Names, now: datetime) -> AccountLine:
    locked = row.locked_until is not None and row.locked_until > now
    return AccountLine(
        person=row.person,
        person_name=names.person(row.person),
        name=row.name,
        local=row.password is not None,
        second_factor=row.totp_secret is not None,
        subject=row.external_subject or "",
        must_change=row.must_change,
        last_seen_at=row.last_seen_at,
        locked_until=row.locked_until if locked else None,
        disabled_at=row.disabled_at,
    )

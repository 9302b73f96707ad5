"""A store in memory: the engine's tests run on it, and the contract suite holds it to the port."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.audit import GENESIS, AuditEntry, ChainHead
from engine.calendar import WorkingCalendar
from engine.case import Case
from engine.command import CLOCK, CaseBrief, Command, Decision, Notice, Receipt, RungKey
from engine.congress import Directory
from engine.errors import StaleCase, UnknownCase, UnknownCongress, UnknownProfile
from engine.facts import is_open_assignment
from engine.obligations import is_live, is_pending
from engine.profile import Profile
from engine.store import Performed
from engine.together import as_loaded
from engine.work import machine_of_key


@dataclass(slots=True, kw_only=True)
class Kept:
    """Everything a congress has kept."""

    directory: Directory
    calendar: WorkingCalendar
    profiles: Mapping[tuple[str, int], Profile]
    cases: dict[str, Case] = field(default_factory=dict)
    entries: list[AuditEntry] = field(default_factory=list)
    answers: dict[str, tuple[str, str, Receipt]] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    postponed: list[tuple[Command, datetime, str]] = field(default_factory=list)
    recounted: int = 1


class MemoryTransaction:
    """Works on a copy; `commit` puts the copy in place."""

    def __init__(self, store: MemoryStore, congress: str) -> None:
        self._store = store
        self._congress = congress
        kept = store.kept
        self.kept = replace(
            kept,
            cases=copy(kept.cases),
            entries=copy(kept.entries),
            answers=copy(kept.answers),
            notices=copy(kept.notices),
            numbers=copy(kept.numbers),
        )

    def head(self) -> ChainHead:
        if not self.kept.entries:
            return ChainHead(congress=self._congress, sequence=0, digest=GENESIS)
        last = self.kept.entries[-1]
        return ChainHead(congress=self._congress, sequence=last.sequence, digest=last.digest)

    def answer(self, request_key: str) -> tuple[str, str, Receipt] | None:
        return self.kept.answers.get(request_key)

    def directory(self) -> Directory:
        return self.kept.directory

    def calendar(self) -> WorkingCalendar:
        return self.kept.calendar

    def profile(self, name: str, version: int) -> Profile:
        if (name, version) not in self.kept.profiles:
            raise UnknownProfile(profile=name, version=version)
        return self.kept.profiles[(name, version)]

    def case(self, reference: str) -> Case:
        for one in self.kept.cases.values():
            if reference in (one.id, one.number):
                return as_loaded(one)
        raise UnknownCase(case=reference)

    def brief(self, reference: str) -> CaseBrief:
        case = self.case(reference)
        profile = self.profile(case.profile, case.profile_version)
        return CaseBrief(
            id=case.id,
            number=case.number,
            congress=case.congress,
            state=case.state,
            merged_into=case.merged_into,
            units=tuple(
                (one.unit, one.kind) for one in case.assignments if is_open_assignment(one, profile)
            ),
        )

    def next_number(self, series: str) -> int:
        return self.kept.numbers.get(series, 0) + 1

    def save(
        self, decision: Decision, entry: AuditEntry, receipt: Receipt, fingerprint: str
    ) -> None:
        after = decision.after
        stored = self.kept.cases.get(after.id)
        expected = decision.before.version if decision.before else None
        actual = stored.version if stored else None
        if expected != actual:
            raise StaleCase(case=after.id, expected=expected, actual=actual)
        if stored is not None:
            gone = [one for one in stored.timers if not is_pending(one)]
            after = replace(after, timers=(*gone, *after.timers))
        self.kept.cases[after.id] = after
        self.kept.entries.append(entry)
        self.kept.numbers.update(decision.numbers_taken)
        for notice in decision.notices:
            self.kept.notices.setdefault(notice.key, notice)
        key = decision.command.request_key
        if key is not None:
            self.kept.answers[key] = (fingerprint, decision.command.action, receipt)
        if decision.topic is not None:
            self.kept.directory = self.kept.directory.with_topic(decision.topic)

    def save_all(self, performed: Sequence[Performed]) -> None:
        for one in performed:
            self.save(one.decision, one.entry, one.receipt, one.fingerprint)

    def expect(self, references: Iterable[str]) -> None:
        """Everything is at hand already."""

    def open_cases(self, after: str | None, limit: int) -> Sequence[str]:
        live = (
            one.id for one in self.kept.cases.values() if any(is_live(each) for each in one.clocks)
        )
        return sorted(one for one in live if one > (after or ""))[:limit]

    def mark_recounted(self, calendar_version: int) -> None:
        self.kept.recounted = calendar_version

    def due_commands(self, now: datetime, limit: int) -> Sequence[Command]:
        return self._store.due_commands(now, limit)

    def commit(self) -> None:
        self._store.kept = self.kept


class MemoryStore:
    """One congress in memory."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept

    @contextmanager
    def begin(self, congress: str) -> Iterator[MemoryTransaction]:
        if congress != self.kept.directory.congress.code:
            raise UnknownCongress(congress=congress)
        yield MemoryTransaction(self, congress)

    @contextmanager
    def begin_unless_held(self, congress: str) -> Iterator[MemoryTransaction | None]:
        with self.begin(congress) as transaction:
            yield transaction

    @contextmanager
    def read(self, congress: str) -> Iterator[MemoryTransaction]:
        with self.begin(congress) as transaction:
            yield transaction

    def due_congresses(self, now: datetime) -> Sequence[str]:
        return [one.congress for one in self.due_commands(now, 1)]

    def due_commands(self, now: datetime, limit: int) -> Sequence[Command]:
        found: list[tuple[datetime, Command]] = []
        for case in self.kept.cases.values():
            profile = self.kept.profiles[(case.profile, case.profile_version)]
            for timer in case.timers:
                if not is_pending(timer) or timer.fire_at > now:
                    continue
                clock = next(one for one in case.clocks if one.number == timer.clock)
                ladder = profile.clocks[clock.kind].ladder
                rung = next(one for one in ladder if one.name == timer.rung)
                command = Command(
                    congress=case.congress,
                    action=rung.action,
                    actor=CLOCK,
                    now=now,
                    case=case.id,
                    subject=machine_of_key(clock.subject)[1],
                    rung=RungKey(clock=timer.clock, plan=timer.plan, rung=timer.rung),
                )
                found.append((timer.fire_at, command))
        found.sort(key=lambda one: (one[0], str(one[1].case), str(one[1].rung)))
        return [command for _, command in found[:limit]]

    def postpone(self, command: Command, until: datetime, error: str) -> None:
        self.kept.postponed.append((command, until, error))

    def to_recount(self) -> Sequence[str]:
        behind = self.kept.recounted < self.kept.calendar.version
        live = any(is_live(each) for one in self.kept.cases.values() for each in one.clocks)
        return [self.kept.directory.congress.code] if behind and live else []

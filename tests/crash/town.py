"""Two invented congresses with open cases, and what people do there round by round.

What is done follows from the number of the round alone, each thing under a request key of its own:
whoever does it again, after a crash, does the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from db.store import SqlStore
from engine.calendar import WorkingCalendar, local_instant
from engine.command import Command, Receipt
from engine.congress import Directory
from engine.errors import BihuanError
from engine.perform import Desk
from engine.profile import Profile
from tests.crash.outside import ROUTES
from tests.support.congress import fill
from tests.support.world import SESSION, shipped_profile, small_directory
from workflows import load_files, read_files
from workflows.loader import PROFILES
from workflows.national_calendar import national_years

CONGRESSES = ("linxi", "dongshan")
UNITS = ("education", "transport", "housing", "finance")
FIRST_DAY = date(2026, 1, 26)
DAYS_A_ROUND = 2
OPENED_BEFORE = 6
"""Cases of each congress that are open when the first round begins."""

RECEIVED_AFTER, ANSWERED_AFTER, RATED_AFTER = 2, 12, 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that somebody does on a case, which is known by its draft's request key."""

    congress: str
    key: str
    of: str
    action: str
    actor: str
    subject: int | None = None
    form: Mapping[str, object] = field(default_factory=dict)


@cache
def files_of_rules() -> Mapping[str, str]:
    """The files of the shipped profile."""
    profile = shipped_profile()
    return read_files(PROFILES / profile.name / f"v{profile.version}")


def load_once(files: Mapping[str, str]) -> Profile:
    """The shipped profile; a process that is forked finds it read already."""
    assert files == files_of_rules()
    return _loaded()


@cache
def _loaded() -> Profile:
    return load_files(files_of_rules())


def store_on(database: Engine, checkpoint: Callable[[str], None] | None = None) -> SqlStore:
    """The store whose notices leave to the world outside."""
    return SqlStore(database, load_once, ROUTES, checkpoint)


def desk_on(store: SqlStore) -> Desk:
    """A desk at which everything has a request key, so that no id is ever drawn."""
    return Desk(store, _no_id)


def _no_id() -> str:
    message = "every draft of the town has a request key"
    raise RuntimeError(message)


def found_town(database: Engine, first_day: date = FIRST_DAY) -> None:
    """Put both congresses into an empty database; the session ended days before the first day."""
    years = range(first_day.year - 1, first_day.year + 2)
    known = national_years(years[0], years[-1])
    calendar = WorkingCalendar(name="national", version=1, years=known)
    for code in CONGRESSES:
        fill(
            database,
            directory=_directory(code, first_day),
            calendar=calendar,
            files=files_of_rules(),
            profile=shipped_profile(),
        )


def _directory(code: str, first_day: date) -> Directory:
    known = small_directory()
    session = replace(
        SESSION,
        congress=code,
        year=first_day.year,
        opens_on=first_day - timedelta(days=6),
        closes_on=first_day - timedelta(days=3),
    )
    return Directory(
        congress=replace(known.congress, code=code),
        sessions={session.code: session},
        units=known.units,
        people=known.people,
        topics={},
    )


def moment(number: int, hour: int, minute: int = 0, *, first_day: date = FIRST_DAY) -> datetime:
    """An instant of the day of a round."""
    day = first_day + timedelta(days=DAYS_A_ROUND * number)
    return local_instant(day, time(hour, minute))


def opened_before() -> Iterator[Step]:
    """The cases that are open when the first round begins."""
    for code in CONGRESSES:
        for number in range(-OPENED_BEFORE, 0):
            yield from _opened(code, number)


def opened_in(number: int) -> tuple[Step, ...]:
    """The new case of a round: one congress after the other has one."""
    return tuple(_opened(CONGRESSES[number % 2], number))


def handled_in(number: int) -> tuple[Step, ...]:
    """What happens in a round with older cases; some are never received, some never answered."""
    return (
        *_received(number - RECEIVED_AFTER),
        *_answered(number - ANSWERED_AFTER),
        *_rated(number - RATED_AFTER),
    )


def _opened(code: str, number: int) -> Iterator[Step]:
    rows = [{"unit": _unit(number), "kind": "lead"}]
    form: dict[str, object] = {
        "title": f"关于第{number}件事的建议",
        "text": "现状和建议各一段。",
        "field": "transport",
        # Of a session they would be overdue at once when its month for handing over has passed.
        "kind": "session" if number < 0 else "recess",
        "origin": "citizens",
        "cosigners": [],
    }
    yield _step(code, number, "draft", "wang-fang", form=form)
    yield _step(code, number, "submit", "wang-fang")
    yield _step(code, number, "pass_first_review", "reviewer")
    yield _step(code, number, "register", "committee")
    yield _step(code, number, "hand_over", "committee", form={"assignments": rows})


def _received(number: int) -> Iterator[Step]:
    code = _congress(number)
    if code is not None and number % 4 != 3:
        yield _step(code, number, "receive", f"clerk-{_unit(number)}", subject=1)


def _answered(number: int) -> Iterator[Step]:
    code, unit = _congress(number), _unit(number)
    if code is None or number % 3 == 2 or number % 4 == 3:
        return
    met: dict[str, object] = {
        "on": moment(number + ANSWERED_AFTER, 9).date().isoformat(),
        "form": "phone",
        "rank": "staff",
        "summary": "电话",
    }
    reply: dict[str, object] = {"result": "A", "text": "已办。"}
    numbered: dict[str, object] = {"document_number": "临办〔2026〕1号"}
    yield _step(code, number, "record_contact", f"clerk-{unit}", subject=1, form=met)
    yield _step(code, number, "draft_reply", f"clerk-{unit}", subject=1, form=reply)
    yield _step(code, number, "check_reply", "office", subject=1)
    yield _step(code, number, "sign_reply", f"head-{unit}", subject=1, form=numbered)
    yield _step(code, number, "deliver_reply", f"clerk-{unit}", subject=1)


def _rated(number: int) -> Iterator[Step]:
    code = _congress(number)
    if code is None or number % 3 == 2 or number % 4 == 3:
        return
    rating: dict[str, object] = {"process": "satisfied", "result": "satisfied"}
    yield _step(code, number, "rate", "wang-fang", form=rating)
    yield _step(code, number, "close", "committee")


def _congress(number: int) -> str | None:
    """Whose case it is; None when there is none. Those of before belong to the rounds too."""
    return CONGRESSES[number % 2] if number >= -OPENED_BEFORE else None


def _unit(number: int) -> str:
    return UNITS[number // 2 % len(UNITS)]


def _step(
    code: str,
    number: int,
    action: str,
    actor: str,
    *,
    subject: int | None = None,
    form: Mapping[str, object] | None = None,
) -> Step:
    of = f"case {number}"
    return Step(
        congress=code,
        key=f"{of}: {action}",
        of=of,
        action=action,
        actor=actor,
        subject=subject,
        form=form or {},
    )


@dataclass(slots=True, kw_only=True)
class Doer:
    """Does steps one by one; `perform` is how, and may raise when whoever does it has died."""

    perform: Callable[[Command], Receipt | None]
    cases: dict[tuple[str, str], str] = field(default_factory=dict)
    answers: dict[tuple[str, str], Receipt] = field(default_factory=dict)

    def do(self, step: Step, now: datetime) -> None:
        """Do it; that it is refused is an answer too."""
        case = self.cases.get((step.congress, step.of))
        command = Command(
            congress=step.congress,
            action=step.action,
            actor=step.actor,
            now=now,
            case=case,
            subject=step.subject,
            form=step.form,
            request_key=step.key,
        )
        receipt = self.perform(command)
        if receipt is not None:
            self.cases[step.congress, step.of] = receipt.case
            self.answers[step.congress, step.key] = receipt


def performing(desk: Desk) -> Callable[[Command], Receipt | None]:
    """At the desk itself; None when it is refused."""

    def perform(command: Command) -> Receipt | None:
        try:
            return desk.perform(command)
        except BihuanError:
            return None

    return perform


def outside_of(folder: Path) -> Path:
    """Where the world outside keeps what it heard."""
    return folder / "outside.jsonl"

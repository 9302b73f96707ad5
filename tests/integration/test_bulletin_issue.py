"""A bulletin is issued once a month, by hand or tick: frozen, on record, told to its audience."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import Engine, func, select, update
from structlog.testing import capture_logs

import app.bulletins
from app.bulletins import issue_bulletin, issue_due_bulletins, shown_bulletin
from app.errors import BulletinTooEarly
from app.settings import Settings
from app.ticking import tick_once
from app.wiring import Services, build
from db.bulletins import BulletinAltered, BulletinIssued, FrozenBulletin
from db.database import reading, writing
from db.register import RegisterChanges
from db.tables import bulletins, notices, outbox
from engine.audit import verify
from engine.profile import Grant
from reports.health import congress_lines
from tests.support.overdue import late_spring
from tests.support.world import CONGRESS, local

JULY = local("2026-07-06")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule as a profile has it."""

    day: int = 5
    audience: tuple[Grant, ...] = (
        Grant(role="committee_head"),
        Grant(role="government_clerk"),
        Grant(role="committee_head"),
    )


@dataclass(slots=True)
class Watch:
    """A clock that the test sets."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def services(
    database: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Services]:
    late_spring(database)
    monkeypatch.setattr(app.bulletins, "rule_of", lambda _profile: Rule())
    settings = Settings(database_url=database_url, console_notices=True)
    opened = build(settings, clock=Watch(JULY))
    yield opened
    opened.close()


def _issue(services: Services, month: str = "2026-04", now: datetime = JULY) -> FrozenBulletin:
    return issue_bulletin(
        services, CONGRESS, month, actor="committee", reason="主任会议同意", now=now
    )


def _count(services: Services) -> int:
    with reading(services.database) as connection:
        return connection.execute(select(func.count()).select_from(bulletins)).scalar_one()


def test_an_issue_is_frozen_on_record_and_told_once(services: Services) -> None:
    before = shown_bulletin(services, CONGRESS, "2026-04")
    frozen = _issue(services)
    assert (frozen.until.isoformat(), frozen.issued_by) == ("2026-04-30", "committee")
    shown = shown_bulletin(services, CONGRESS, "2026-04")
    assert shown.bulletin == before.bulletin
    assert shown.issue is not None
    assert shown.issue.digest == frozen.digest
    entries, head = services.trail.chain(CONGRESS)
    kept = tuple(entries)
    verify(kept, head=head)
    assert (kept[-1].actor, kept[-1].content) == (
        "committee",
        {
            "reason": "主任会议同意",
            "bulletin_issued": {
                "month": "2026-04",
                "until": "2026-04-30",
                "digest": frozen.digest,
            },
        },
    )
    with reading(services.database) as connection:
        mine = notices.c.template == "bulletin"
        told = connection.execute(select(notices).where(mine).order_by(notices.c.recipient))
        rows = told.mappings().all()
        ways = connection.execute(
            select(outbox.c.channel, outbox.c.address).where(
                outbox.c.notice_id.in_(select(notices.c.id).where(mine))
            )
        )
        assert sorted((one.channel, one.address) for one in ways) == [
            ("console", "committee-head"),
            ("console", "office"),
        ]
    assert [(one["recipient"], one["key"], one["case_id"]) for one in rows] == [
        ("committee-head", "bulletin:2026-04:committee-head", None),
        ("office", "bulletin:2026-04:office", None),
    ]
    assert {one["entry"] for one in rows} == {kept[-1].sequence}
    assert rows[1]["facts"]["recipient"] == "马超群"
    assert rows[1]["facts"]["reason"].startswith("3个单位逾期3项")


def test_what_was_issued_stays_whatever_happens_to_the_cases(services: Services) -> None:
    _issue(services)
    renamed = RegisterChanges(name="改名后的人大")
    services.register.apply(CONGRESS, renamed, actor="committee", reason="更名", now=JULY)
    assert shown_bulletin(services, CONGRESS, "2026-05").bulletin.congress == "改名后的人大"
    kept = shown_bulletin(services, CONGRESS, "2026-04").bulletin
    assert kept.congress == "临溪县人民代表大会"


def test_a_second_issue_and_one_too_early_are_refused_and_change_nothing(
    services: Services,
) -> None:
    _issue(services)
    head = services.trail.head(CONGRESS)
    with pytest.raises(BulletinIssued, match="2026-07-06"):
        _issue(services, now=local("2026-07-07"))
    with pytest.raises(BulletinTooEarly):
        _issue(services, "2026-07")
    assert services.trail.head(CONGRESS) == head
    assert _count(services) == 1


def test_a_row_that_was_altered_is_found(services: Services) -> None:
    frozen = _issue(services)
    changed = {**frozen.content, "units": []}
    with writing(services.database) as connection:
        connection.execute(update(bulletins).values(content=changed))
    with pytest.raises(BulletinAltered, match="2026-04"):
        shown_bulletin(services, CONGRESS, "2026-04")


@pytest.mark.parametrize(
    ("at", "issued"),
    [
        (local("2026-05-04"), 0),  # the day has not come
        (local("2026-05-05", 8), 0),  # nobody is at work yet; and a holiday
        (local("2026-05-05"), 0),  # a holiday
        (local("2026-05-06", 8), 0),
        (local("2026-05-06", 9), 1),
        (local("2026-05-30"), 0),  # a Saturday
        (local("2026-01-06"), 0),  # nothing was in hand in December
    ],
)
def test_the_tick_issues_last_month_on_a_working_day_once_its_day_has_come(
    services: Services, at: datetime, issued: int
) -> None:
    assert issue_due_bulletins(services, at) == issued
    assert issue_due_bulletins(services, at) == 0
    assert services.bulletins.months(CONGRESS) == ("2026-04",) * issued


def test_without_a_rule_nothing_is_issued_by_itself(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.bulletins, "rule_of", lambda _profile: None)
    assert issue_due_bulletins(services, JULY) == 0
    assert _issue(services).month == "2026-04"


def test_a_worker_issues_and_goes_on(services: Services) -> None:
    with capture_logs() as logs:
        tick_once(services, JULY, lambda _line: None)
    assert services.bulletins.months(CONGRESS) == ("2026-06",)
    assert [one for one in logs if one["log_level"] == "error"] == []


def test_of_two_workers_at_once_one_issues(services: Services) -> None:
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: issue_due_bulletins(services, JULY), range(4)))
    assert sum(counts) == 1
    assert _count(services) == 1


def test_a_congress_that_breaks_is_told_and_keeps_no_other_waiting(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = app.bulletins.rule_of
    asked: list[str] = []

    def broken_first(profile: object) -> object:
        asked.append("")
        if len(asked) == 1:
            raise ValueError("broken rules")
        return real(profile)  # type: ignore[arg-type]  # whatever came is passed on

    monkeypatch.setattr(app.bulletins, "rule_of", broken_first)
    twice = "app.bulletins.congress_lines"
    monkeypatch.setattr(twice, lambda connection: congress_lines(connection) * 2)
    with capture_logs() as logs, pytest.raises(ValueError, match="broken rules"):
        issue_due_bulletins(services, JULY)
    assert services.bulletins.months(CONGRESS) == ("2026-06",)
    assert [one["action"] for one in logs if one["log_level"] == "error"] == ["bulletin"]

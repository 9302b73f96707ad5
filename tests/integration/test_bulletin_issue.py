"""A bulletin is issued once a month, by hand or tick: frozen, on record, told to its audience."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from sqlalchemy import func, select, update
from structlog.testing import capture_logs

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
from engine.profile import Profile
from notifications.inbox import read_inbox
from reports.health import congress_lines
from tests.support.databases import url_fixture
from tests.support.overdue import IN_LATE_SPRING
from tests.support.world import CONGRESS, local, shipped_profile

database_url = url_fixture(IN_LATE_SPRING)
JULY = local("2026-07-06")


TOLD = (
    *("committee", "committee-head", "head-education", "head-finance", "head-housing"),
    *("head-transport", "leader", "office", "supervision"),
)
"""Whom the shipped rules tell, in the invented congress."""


@dataclass(slots=True)
class Watch:
    """A clock that the test sets."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def services(database_url: str) -> Iterator[Services]:
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
            ("console", one) for one in TOLD
        ]
    assert [(one["recipient"], one["key"], one["case_id"]) for one in rows] == [
        (one, f"bulletin:2026-04:{one}", None) for one in TOLD
    ]
    assert {one["entry"] for one in rows} == {kept[-1].sequence}
    facts = {one["recipient"]: one["facts"] for one in rows}
    assert facts["office"]["recipient"] == "马超群"
    assert facts["office"]["reason"].startswith("3个单位逾期3项")


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
    rules = shipped_profile()
    by_hand = replace(rules, supervision=replace(rules.supervision, bulletin=None))
    monkeypatch.setattr(Services, "profile_of", lambda _self, _congress: by_hand)
    assert issue_due_bulletins(services, JULY) == 0
    assert _issue(services).month == "2026-04"


def test_a_worker_issues_tells_and_goes_on(services: Services) -> None:
    lines: list[str] = []
    with capture_logs() as logs:
        tick_once(services, JULY, lines.append)
    assert services.bulletins.months(CONGRESS) == ("2026-06",)
    assert [one for one in logs if one["log_level"] == "error"] == []
    told = [one for one in lines if "督办通报" in one and "2026年6月" in one]
    assert len(told) == len(TOLD)


def test_it_stands_in_the_inbox_in_words(services: Services) -> None:
    _issue(services)
    page = read_inbox(
        services.inbox,
        CONGRESS,
        "office",
        rules_behind=lambda cases: dict.fromkeys(cases, shipped_profile()),
        limit=500,
    )
    (entry,) = [one for one in page.entries if one.subject.startswith("督办通报")]
    assert entry.body.startswith(
        "马超群，临溪县人民代表大会2026年4月代表建议办理逾期情况通报已印发"
    )


def test_of_two_workers_at_once_one_issues(services: Services) -> None:
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: issue_due_bulletins(services, JULY), range(4)))
    assert sum(counts) == 1
    assert _count(services) == 1


def test_a_congress_that_breaks_is_told_and_keeps_no_other_waiting(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def broken_first(_services: Services, congress: str) -> Profile:
        asked.append(congress)
        if len(asked) == 1:
            raise ValueError("broken rules")
        return shipped_profile()

    monkeypatch.setattr(Services, "profile_of", broken_first)
    twice = "app.bulletins.congress_lines"
    monkeypatch.setattr(twice, lambda connection: congress_lines(connection) * 2)
    with capture_logs() as logs, pytest.raises(ValueError, match="broken rules"):
        issue_due_bulletins(services, JULY)
    assert services.bulletins.months(CONGRESS) == ("2026-06",)
    assert [one["action"] for one in logs if one["log_level"] == "error"] == ["bulletin"]

"""One digest a person, channel and day, on both databases: the same message whatever happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from db.database import reading, writing
from db.dead_letters import DeadLetters
from db.inbox import Inbox
from db.prepared import Batch
from db.tables import outbox as rows
from db.tell import Told, add_notices
from engine.calendar import SHANGHAI
from engine.congress import Digest, Preferences
from engine.outbox import MAX_ATTEMPTS, OutboxItem
from notifications.channels import DeliveryFailed
from notifications.deliver import DeliveryReport
from notifications.inbox import read_inbox
from tests.support.congress import CONGRESS
from tests.support.office import LEASE, office_profile, office_store, reminder
from tests.support.posting import (
    DAY,
    MINUTE,
    MONDAY,
    TUESDAY,
    Crash,
    CrashingOutbox,
    Postman,
    at,
    deliver,
    preferring,
    states,
    tell,
)


def resend(database: Engine, item: OutboxItem, now: datetime) -> tuple[str, ...]:
    """The notices that wait again."""
    letters, wanted = DeadLetters(database), [(item.id, item.channel)]
    again = letters.resend(CONGRESS, wanted, actor="admin", reason="", now=now)
    return tuple(notice for notice, _ in again)


def test_reminders_of_a_day_come_as_one_message_on_the_next_morning(database: Engine) -> None:
    store, box = office_store(database)
    tell(store, reminder("a", clock=1, due_on="2026-03-10"))
    tell(store, reminder("b", clock=2, due_on="2026-03-05"), now=MONDAY + MINUTE)
    tell(store, reminder("c", clock=3, template="clock_overdue", due_on="2026-02-20"))
    postman = Postman()
    assert deliver(box, postman, TUESDAY - MINUTE) == DeliveryReport()
    assert deliver(box, postman, TUESDAY) == DeliveryReport(sent=1)
    (message,) = postman.carried
    assert message.subject == "闭环日报 2026-03-03:2件到期提醒、1件逾期"
    assert message.body.splitlines() == [
        "赵敏,您有3件通知:",
        "1. 已逾期:答复期限 第3号《关于第3件事的建议》",
        "2. 即将到期:答复期限 第2号《关于第2件事的建议》",
        "3. 即将到期:答复期限 第1号《关于第1件事的建议》",
    ]
    assert (len(message.notices), message.template, message.case) == (3, "digest", None)
    assert states(database) == {"sent": 3}
    assert deliver(box, postman, TUESDAY + DAY) == DeliveryReport()


def test_a_digest_of_one_is_the_plain_notice(database: Engine) -> None:
    store, box = office_store(database)
    tell(store, reminder("a"))
    postman = Postman()
    deliver(box, postman, TUESDAY)
    (message,) = postman.carried
    assert message.subject == "即将到期:答复期限"
    assert message.body == "关于第1件事的建议请办理"
    assert message.template == "clock_soon"
    assert len(message.notices) == 1


def test_what_a_person_did_is_told_by_itself_in_working_hours(database: Engine) -> None:
    store, box = office_store(database)
    done = replace(reminder("a", template="handed_over"), rung=None)
    evening = at("2026-03-06", "18:00")
    tell(store, done, replace(done, key="b"), now=evening)
    postman = Postman()
    assert deliver(box, postman, evening) == DeliveryReport()
    monday = at("2026-03-09", "08:30")
    assert deliver(box, postman, monday - MINUTE) == DeliveryReport()
    assert deliver(box, postman, monday) == DeliveryReport(sent=2)


def test_the_urgent_leave_at_night_as_one_message(database: Engine) -> None:
    store, box = office_store(database)
    night = at("2026-03-07", "23:00")
    urgent = [
        reminder(f"u{n}", clock=n, template="clock_overdue", due_on="2026-03-01", urgent=True)
        for n in (1, 2, 3)
    ]
    tell(store, *urgent, reminder("calm", clock=9), now=night)
    postman = Postman()
    assert deliver(box, postman, night) == DeliveryReport(sent=1)
    (message,) = postman.carried
    assert message.urgent
    assert message.subject == "闭环日报 2026-03-07:3件逾期"
    assert all("【急】" in line for line in message.body.splitlines()[1:])
    assert deliver(box, postman, at("2026-03-09", "09:30")) == DeliveryReport(sent=1)
    assert not postman.carried[1].urgent


def test_a_worker_that_wakes_at_night_sends_nothing_but_the_urgent(database: Engine) -> None:
    store, box = office_store(database)
    done = replace(reminder("a", template="handed_over"), rung=None)
    tell(store, done, reminder("b", clock=2), reminder("c", clock=3))
    postman = Postman()
    night = at("2026-03-03", "22:00")
    assert deliver(box, postman, night) == DeliveryReport()
    tell(store, reminder("u", urgent=True), now=night)
    assert deliver(box, postman, night) == DeliveryReport(sent=1)
    assert deliver(box, postman, at("2026-03-04", "08:29")) == DeliveryReport()
    assert deliver(box, postman, at("2026-03-04", "08:30")) == DeliveryReport(sent=2)
    assert sorted(len(one.notices) for one in postman.carried) == [1, 1, 2]


def test_a_failure_in_the_evening_is_tried_again_in_the_morning(database: Engine) -> None:
    store, box = office_store(database)
    late = at("2026-03-02", "17:29")
    tell(store, replace(reminder("a", template="handed_over"), rung=None), now=late)
    postman = Postman(DeliveryFailed(channel="email", reason="451", permanent=False))
    assert deliver(box, postman, late) == DeliveryReport(waiting=1)
    postman.trouble = None
    assert deliver(box, postman, late + 5 * MINUTE) == DeliveryReport()
    assert deliver(box, postman, at("2026-03-03", "08:30")) == DeliveryReport(sent=1)


def test_after_a_crash_the_same_rows_go_again_under_the_same_id(database: Engine) -> None:
    store, box = office_store(database)
    tell(store, reminder("a"), reminder("b", clock=2))
    postman = Postman()
    with pytest.raises(Crash):
        deliver(CrashingOutbox(database, store.shelf), postman, TUESDAY)
    tell(store, reminder("late", clock=7), now=TUESDAY + MINUTE)
    tell(store, reminder("early", clock=8), now=MONDAY)
    assert deliver(box, postman, TUESDAY + MINUTE) == DeliveryReport(sent=1)  # the early one
    assert deliver(box, postman, TUESDAY + LEASE, worker="w2") == DeliveryReport(sent=1)
    first, new, again = postman.carried
    assert (first.id, first.notices, first.body) == (again.id, again.notices, again.body)
    assert first.subject == again.subject
    assert new.id != first.id
    assert set(new.notices).isdisjoint(first.notices)
    assert deliver(box, postman, TUESDAY + DAY) == DeliveryReport(sent=1)
    assert len({one.id for one in postman.carried}) == 3
    assert states(database) == {"sent": 4}


def test_who_has_lost_the_lease_marks_nothing_failed(database: Engine) -> None:
    store, box = office_store(database)
    tell(store, reminder("a"), reminder("b", clock=2))
    lost = box.claim(TUESDAY, 5, lease=LEASE, worker="w1", channels=["email"])
    held = box.claim(TUESDAY + LEASE, 5, lease=LEASE, worker="w2", channels=["email"])
    assert [one.id for one in lost] == [one.id for one in held]
    assert {one.message for one in lost} == {one.message for one in held}
    assert not box.failed(lost[0], TUESDAY + LEASE, "451", permanent=True)
    assert not box.leave_out(lost[0], TUESDAY + LEASE, "unreadable")
    assert states(database) == {"pending": 2}
    assert box.sent(lost[0], TUESDAY + LEASE)
    assert states(database) == {"sent": 2}
    assert not box.sent(held[1], TUESDAY + LEASE)


def test_what_cannot_be_worded_dies_alone_and_the_digest_goes(database: Engine) -> None:
    store, box = office_store(database)
    tell(store, reminder("a"), reminder("bad", clock=2, template="gone"), reminder("c", clock=3))
    postman = Postman()
    assert deliver(box, postman, TUESDAY) == DeliveryReport(sent=1, dead=1)
    assert len(postman.carried[0].notices) == 2
    (dead,) = box.dead(CONGRESS)
    assert (dead.template, dead.bundle) == ("gone", None)
    assert "gone" in (dead.last_error or "")
    assert resend(database, dead, TUESDAY + MINUTE) == (dead.id,)
    assert deliver(box, postman, TUESDAY + MINUTE) == DeliveryReport(dead=1)


def test_a_message_waits_dies_and_comes_again_as_a_whole(database: Engine) -> None:
    store, box = office_store(database)
    tell(store, reminder("a"), reminder("b", clock=2))
    postman = Postman(DeliveryFailed(channel="email", reason="451 later", permanent=False))
    now = TUESDAY
    for _ in range(MAX_ATTEMPTS - 1):
        assert deliver(box, postman, now) == DeliveryReport(waiting=1)
        now += 4 * DAY
        while not 9 <= now.astimezone(SHANGHAI).hour < 17 or now.weekday() > 4:
            now += timedelta(hours=1)
    assert deliver(box, postman, now) == DeliveryReport(dead=1)
    assert states(database) == {"dead": 2}
    dead = box.dead(CONGRESS)
    assert len({one.message for one in dead}) == 1
    postman.trouble = None
    again = resend(database, dead[0], now)
    assert set(again) == {one.id for one in dead}
    assert resend(database, dead[1], now) == ()
    assert deliver(box, postman, now) == DeliveryReport(sent=1)
    assert postman.carried[0].id == dead[0].message


def test_the_limit_counts_messages(database: Engine) -> None:
    store, box = office_store(database)
    people = ("zhao-min", "wang-fang")
    for person in people:
        tell(store, *(reminder(f"{person}-{n}", person, clock=n) for n in range(5)))
    plain = replace(reminder("p", template="handed_over"), rung=None)
    tell(store, plain, replace(plain, key="q"))
    postman = Postman()
    for _ in range(4):
        assert deliver(box, postman, TUESDAY, limit=1) == DeliveryReport(sent=1)
    assert deliver(box, postman, TUESDAY, limit=1) == DeliveryReport()
    assert sorted(len(one.notices) for one in postman.carried) == [1, 1, 5, 5]


def test_people_get_what_they_wish(database: Engine) -> None:
    wishes = Preferences(person="zhao-min", digest=Digest.DAILY, language="en")
    store, box = office_store(database, directory=preferring(wishes))
    done = replace(reminder("a", template="handed_over"), rung=None)
    tell(store, done, replace(done, key="b"), reminder("u", clock=3, urgent=True))
    postman = Postman()
    assert deliver(box, postman, MONDAY) == DeliveryReport(sent=1)
    assert postman.carried[0].subject == "Due soon: 答复期限"
    assert deliver(box, postman, TUESDAY) == DeliveryReport(sent=1)
    assert postman.carried[1].subject == "Bihuan digest 2026-03-03: 2 due"


def test_who_wants_them_at_once_gets_reminders_one_by_one(database: Engine) -> None:
    wishes = Preferences(person="zhao-min", digest=Digest.AT_ONCE)
    store, box = office_store(database, directory=preferring(wishes))
    tell(store, reminder("a"), reminder("b", clock=2))
    assert deliver(box, Postman(), MONDAY) == DeliveryReport(sent=2)


def test_a_wish_for_one_channel_closes_the_others(database: Engine) -> None:
    wishes = Preferences(person="zhao-min", channels=("console",))
    store, _ = office_store(database, "email", "console", directory=preferring(wishes))
    tell(store, reminder("a"), reminder("b", "wang-fang", clock=2))
    with reading(database) as connection:
        found = connection.execute(select(rows.c.recipient, rows.c.channel)).all()
    assert sorted(tuple(one) for one in found) == [
        ("wang-fang", "console"),
        ("wang-fang", "email"),
        ("zhao-min", "console"),
    ]


def test_what_stays_in_is_in_the_inbox_and_nowhere_else(database: Engine) -> None:
    store, box = office_store(database)
    away = replace(reminder("a"), stays_in=True)
    instead = replace(
        reminder("a2", "wang-fang"),
        stands_in_for="zhao-min",
        facts={**away.facts, "stands_in_for": "赵敏"},
    )
    tell(store, away, instead)
    postman = Postman()
    assert deliver(box, postman, TUESDAY) == DeliveryReport(sent=1)
    assert postman.carried[0].subject == "【代赵敏】即将到期:答复期限"
    assert postman.carried[0].recipient == "wang-fang"
    inbox = Inbox(database)
    assert [one.stands_in_for for one in inbox.page(CONGRESS, "wang-fang").items] == ["zhao-min"]
    assert inbox.unread(CONGRESS, "zhao-min") == 1


def test_a_notice_of_no_case_is_worded_by_the_rules_of_the_congress(database: Engine) -> None:
    store, box = office_store(database)
    notice = replace(reminder("bulletin"), rung=None, facts={"clock": "通报", "title": "三月"})
    with writing(database) as connection:
        batch = Batch(connection)
        told = Told(notice=notice, congress=CONGRESS, case=None, entry=1, at=MONDAY)
        add_notices(batch, [told], store.leaving(CONGRESS))
        batch.send()
    postman = Postman()
    assert deliver(box, postman, MONDAY) == DeliveryReport(sent=1)
    assert (postman.carried[0].subject, postman.carried[0].case) == ("即将到期:通报", None)
    page = read_inbox(
        Inbox(database),
        CONGRESS,
        "zhao-min",
        rules_behind=lambda cases: dict.fromkeys(cases, office_profile()),
    )
    assert [(one.case, one.subject) for one in page.entries] == [(None, "即将到期:通报")]

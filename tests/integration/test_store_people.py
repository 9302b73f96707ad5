"""Wishes and leaves in the register, on both databases: audited, checked, read by every store."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date

import pytest
from sqlalchemy import Engine

from db.audit import AuditTrail
from db.register import Register, RegisterChanges
from db.store import SqlStore
from engine.congress import Digest, Directory, Leave, Person, Preferences
from engine.errors import LeaveRefused, UnknownLeave, UnknownPerson
from engine.perform import plain
from tests.support.congress import CONGRESS, NOW, key_topic, small_store, tiny_from_files

AWAY = Leave(
    person="zhao-min",
    number=1,
    delegate="li-ming",
    first_day=date(2026, 5, 1),
    last_day=date(2026, 5, 10),
    reason="年休假",
)
WISHES = Preferences(
    person="zhao-min", channels=("email", "sms"), digest=Digest.DAILY, language="en"
)


def _apply(database: Engine, **changes: object) -> bool:
    made = RegisterChanges(**changes)  # type: ignore[arg-type]  # each test names fields
    return Register(database).apply(CONGRESS, made, actor="admin", reason="请假", now=NOW)


def _directory(database: Engine) -> Directory:
    with SqlStore(database, tiny_from_files).read(CONGRESS) as transaction:
        return transaction.directory()


def test_wishes_and_leaves_are_kept_and_seen_by_a_store_that_was_open(database: Engine) -> None:
    store = small_store(database)
    with store.read(CONGRESS) as transaction:
        assert transaction.directory().leaves == ()
    assert _apply(database, preferences=(WISHES,), leaves=(AWAY,))
    with store.read(CONGRESS) as transaction:
        known = transaction.directory()
    assert known.preferences_of("zhao-min") == WISHES
    assert known.preferences_of("li-ming") == Preferences(person="li-ming")
    assert known.leaves == (AWAY,)
    assert known.delegate_of("zhao-min", date(2026, 5, 10)) == "li-ming"
    assert known.delegate_of("zhao-min", date(2026, 5, 11)) is None
    assert known.standing_in_for("li-ming", date(2026, 5, 1)) == ("zhao-min",)
    assert known.standing_in_for("li-ming", date(2026, 4, 30)) == ()


def test_the_audit_entry_says_what_they_are_now(database: Engine) -> None:
    small_store(database)
    _apply(database, preferences=(WISHES,), leaves=(AWAY,))
    *_, entry = AuditTrail(database).entries(CONGRESS)
    assert entry.content == {
        "reason": "请假",
        "preferences": [plain(asdict(WISHES))],
        "leaves": [plain(asdict(AWAY))],
    }
    assert _apply(database, preferences=(WISHES,), leaves=(AWAY,)) is False
    *_, last = AuditTrail(database).entries(CONGRESS)
    assert last == entry


def test_a_leave_is_shortened_or_taken_back(database: Engine) -> None:
    small_store(database)
    _apply(database, leaves=(AWAY,))
    shorter = replace(AWAY, last_day=date(2026, 5, 2))
    assert _apply(database, leaves=(shorter,))
    assert _directory(database).leaves == (shorter,)
    assert _apply(database, cancelled_leaves=(("zhao-min", 1),))
    assert _directory(database).leaves == ()
    *_, entry = AuditTrail(database).entries(CONGRESS)
    assert entry.content["cancelled_leaves"] == [plain(asdict(shorter))]


def test_a_leave_may_take_the_place_of_one_taken_back(database: Engine) -> None:
    small_store(database)
    _apply(database, leaves=(AWAY,))
    instead = replace(AWAY, number=2, delegate="wang-fang")
    assert _apply(database, cancelled_leaves=(("zhao-min", 1),), leaves=(instead,))
    assert _directory(database).leaves == (instead,)


def test_a_delegate_may_come_with_the_leave(database: Engine) -> None:
    small_store(database)
    new = Person(code="sun-li", name="孙立", appointments=())
    assert _apply(database, people=(new,), leaves=(replace(AWAY, delegate="sun-li"),))
    assert _directory(database).delegate_of("zhao-min", AWAY.first_day) == "sun-li"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"leaves": (replace(AWAY, delegate="ghost"),)}, UnknownPerson),
        ({"leaves": (replace(AWAY, delegate="zhao-min"),)}, LeaveRefused),
        ({"leaves": (replace(AWAY, first_day=date(2026, 6, 1)),)}, LeaveRefused),
        ({"leaves": (replace(AWAY, person="li-ming", delegate="zhao-min"),)}, LeaveRefused),
        ({"preferences": (Preferences(person="ghost"),)}, UnknownPerson),
        ({"cancelled_leaves": (("zhao-min", 9),)}, UnknownLeave),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    database: Engine, changes: dict[str, object], error: type[Exception]
) -> None:
    small_store(database)
    other = replace(AWAY, number=2, first_day=date(2026, 5, 10), last_day=date(2026, 5, 12))
    _apply(database, leaves=(other,))
    before = AuditTrail(database).head(CONGRESS)
    with pytest.raises(error):
        _apply(database, **changes)
    assert AuditTrail(database).head(CONGRESS) == before
    assert _directory(database).leaves == (other,)


def test_a_topic_does_not_forget_who_is_away(database: Engine) -> None:
    small_store(database)
    _apply(database, preferences=(WISHES,), leaves=(AWAY,))
    known = _directory(database)
    other = known.with_topic(key_topic())
    assert (other.leaves, other.preferences) == (known.leaves, known.preferences)
    assert len(other.topics) == 1

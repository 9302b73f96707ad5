"""The register is changed in one audited way, and every store sees the change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from db.audit import AuditTrail
from db.database import reading
from db.recounts import CalendarChange, last_change
from db.register import REGISTER, Register, RegisterChanges
from db.store import SqlStore
from engine.audit import verify
from engine.calendar import AdditionKind, CalendarAddition, CalendarYear, YearStatus
from engine.congress import Appointment, Person, Unit
from engine.errors import InvalidValue, UnknownCongress, UnknownProfile
from engine.profile import Profile
from tests.support.congress import (
    CONGRESS,
    FILES,
    NOW,
    key_topic,
    small_calendar,
    small_directory,
    small_store,
    tiny_from_files,
    tiny_profile,
)


def _apply(database: Engine, changes: RegisterChanges, congress: str = CONGRESS) -> bool:
    return Register(database).apply(congress, changes, actor="admin", reason="换届", now=NOW)


def _people(store: SqlStore) -> dict[str, Person]:
    with store.read(CONGRESS) as transaction:
        return dict(transaction.directory().people)


def test_a_change_is_seen_by_every_store_at_its_next_transaction(database: Engine) -> None:
    store = small_store(database)
    other = SqlStore(database, tiny_from_files)
    assert _people(store) == _people(other) == dict(small_directory().people)
    moved = replace(
        small_directory().people["zhao-min"],
        name="赵敏",
        email="",
        appointments=(Appointment(role="unit_head", unit="transport", post="局长"),),
    )
    new = Person(code="sun-li", name="孙立", appointments=())
    assert _apply(database, RegisterChanges(people=(moved, new)))
    for one in (store, other):
        assert _people(one)["zhao-min"] == moved
        assert _people(one)["sun-li"] == new
        with one.read(CONGRESS) as transaction:
            assert transaction.directory().holders("unit_head") == ("zhao-min",)
            assert transaction.directory().holders("unit_clerk") == ()


def test_what_is_so_already_leaves_no_entry(database: Engine) -> None:
    small_store(database)
    directory, calendar = small_directory(), small_calendar()
    same = RegisterChanges(
        name=directory.congress.name,
        session="5-2",
        profile=("tiny", 1),
        sessions=tuple(directory.sessions.values()),
        units=tuple(directory.units.values()),
        people=tuple(directory.people.values()),
        calendar_years=tuple(calendar.years.values()),
    )
    before = AuditTrail(database).head(CONGRESS)
    assert _apply(database, same) is False
    assert _apply(database, RegisterChanges()) is False
    assert AuditTrail(database).head(CONGRESS) == before


def test_a_change_has_one_entry_with_reason_and_new_values(database: Engine) -> None:
    small_store(database)
    unit = Unit(code="housing", name="住建局", system="government")
    same = small_directory().units["transport"]
    assert _apply(database, RegisterChanges(units=(unit, same), topics=(key_topic(),)))
    *_, entry = AuditTrail(database).entries(CONGRESS)
    assert (entry.case, entry.actor, entry.action, entry.at) == (None, "admin", REGISTER, NOW)
    assert entry.content["reason"] == "换届"
    assert entry.content["units"] == [{"code": "housing", "name": "住建局", "system": "government"}]
    topics = entry.content["topics"]
    assert isinstance(topics, list)
    assert topics[0]["decided_on"] == "2026-02-01"
    assert set(entry.content) == {"reason", "units", "topics"}
    entries, head = AuditTrail(database).chain(CONGRESS)
    assert verify(entries, head=head) == 3


def test_a_calendar_year_moves_the_calendar_and_not_the_directory(database: Engine) -> None:
    store = small_store(database)
    with store.read(CONGRESS) as transaction:
        people, version = transaction.directory(), transaction.calendar().version
    year = CalendarYear(
        year=2027,
        status=YearStatus.PROVISIONAL,
        source="weekends",
        holidays={date(2027, 1, 1): "元旦"},
        workdays={},
    )
    assert _apply(database, RegisterChanges(calendar_years=(year,)))
    with store.read(CONGRESS) as transaction:
        assert transaction.directory() is people
        assert transaction.calendar().version == version + 1
        assert transaction.calendar().years == {**small_calendar().years, 2027: year}
        assert not transaction.calendar().is_working_day(date(2027, 1, 1))


THIRD_OF_THIRD = CalendarAddition(
    day=date(2026, 4, 20), kind=AdditionKind.HOLIDAY, name="三月三", source="自治区通知"
)
WORKED = CalendarAddition(
    day=date(2026, 4, 25), kind=AdditionKind.WORKDAY, name="补班", source="自治区通知"
)


def test_what_the_place_settled_stays_when_a_year_is_put_anew(database: Engine) -> None:
    store = small_store(database)
    assert _apply(database, RegisterChanges(calendar_additions=(THIRD_OF_THIRD, WORKED)))
    (year,) = small_calendar().years.values()
    assert _apply(database, RegisterChanges(calendar_years=(replace(year, source="anew"),)))
    with store.read(CONGRESS) as transaction:
        calendar = transaction.calendar()
    assert list(calendar.additions.values()) == [THIRD_OF_THIRD, WORKED]
    assert not calendar.is_working_day(THIRD_OF_THIRD.day)
    assert calendar.is_working_day(WORKED.day)


def test_a_day_of_the_place_is_changed_and_taken_back(database: Engine) -> None:
    store = small_store(database)
    _apply(database, RegisterChanges(calendar_additions=(THIRD_OF_THIRD,)))
    renamed = replace(THIRD_OF_THIRD, name="壮族三月三")
    assert _apply(database, RegisterChanges(calendar_additions=(renamed,)))
    taken_back = RegisterChanges(removed_additions=(renamed.day, date(2026, 4, 21)))
    assert _apply(database, taken_back)
    assert not _apply(database, taken_back)
    with store.read(CONGRESS) as transaction:
        assert transaction.calendar().additions == {}
    added, changed, removed = list(AuditTrail(database).entries(CONGRESS))[-3:]
    plain = {"day": "2026-04-20", "kind": "holiday", "name": "三月三", "source": "自治区通知"}
    assert added.content["calendar_additions"] == [plain]
    assert changed.content["calendar_additions"] == [{**plain, "name": "壮族三月三"}]
    assert removed.content["removed_additions"] == ["2026-04-20"]


def test_who_changed_the_calendar_last(database: Engine) -> None:
    small_store(database)
    with reading(database) as connection:
        assert last_change(connection, CONGRESS) == CalendarChange(actor="setup", reason="测试")
    _apply(database, RegisterChanges(calendar_additions=(THIRD_OF_THIRD,)))
    _apply(database, RegisterChanges(name="改名"))
    with reading(database) as connection:
        assert last_change(connection, CONGRESS) == CalendarChange(actor="admin", reason="换届")
        assert last_change(connection, "nowhere") is None


def test_the_congress_itself_changes(database: Engine) -> None:
    store = small_store(database)
    files = {"profile.yaml": "name: tiny\nversion: 2\n"}
    Register(database).add_profile(files, tiny_profile(version=2, digest="second"))
    changes = RegisterChanges(name="临溪县人大", session="5-3", profile=("tiny", 2))
    assert _apply(database, changes)
    with store.read(CONGRESS) as transaction:
        congress = transaction.directory().congress
    assert (congress.name, congress.session) == ("临溪县人大", "5-3")
    assert (congress.profile, congress.profile_version) == ("tiny", 2)


def test_nothing_is_pinned_to_a_profile_that_is_not_stored(database: Engine) -> None:
    small_store(database)
    with pytest.raises(UnknownProfile):
        _apply(database, RegisterChanges(name="改名", profile=("tiny", 9)))
    bad = replace(small_directory().congress, code="new", profile="none")
    with pytest.raises(UnknownProfile):
        Register(database).create_congress(bad, actor="admin", reason="", now=NOW)
    _, head = AuditTrail(database).chain(CONGRESS)
    assert head.sequence == 2


def test_a_profile_version_is_stored_once_and_never_changed(database: Engine) -> None:
    register = Register(database)
    assert register.add_profile(FILES, tiny_profile()) is True
    assert register.add_profile(FILES, tiny_profile()) is False
    with pytest.raises(InvalidValue):
        register.add_profile({"profile.yaml": "other"}, tiny_profile(digest="other"))


def test_a_stored_profile_with_another_digest_is_not_used(database: Engine) -> None:
    small_store(database)
    changed = SqlStore(database, lambda _files: tiny_profile(digest="altered"))
    with changed.read(CONGRESS) as transaction, pytest.raises(InvalidValue):
        transaction.profile("tiny", 1)


def test_a_profile_is_loaded_once(database: Engine) -> None:
    small_store(database)
    loads: list[object] = []

    def load(files: Mapping[str, str]) -> Profile:
        loads.append(files)
        return tiny_from_files(files)

    store = SqlStore(database, load)
    for _ in range(3):
        with store.read(CONGRESS) as transaction:
            transaction.profile("tiny", 1)
    assert loads == [FILES]


def test_a_congress_is_created_once_and_must_exist(database: Engine) -> None:
    small_store(database)
    with pytest.raises(InvalidValue):
        Register(database).create_congress(
            small_directory().congress, actor="admin", reason="", now=NOW
        )
    with pytest.raises(UnknownCongress):
        _apply(database, RegisterChanges(name="无"), congress="nowhere")
    with pytest.raises(UnknownCongress):
        AuditTrail(database).head("nowhere")

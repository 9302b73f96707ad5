"""The judge does see what a worse program would do: each of its promises is broken once here."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import Table, text

from app.log import configure_logging
from db.database import writing
from db.tables import audit_entries, notices
from engine.outbox import Message
from notifications.deliver import deliver_notices
from tests.crash.house import House, house_on
from tests.crash.judging import Wrong, judge
from tests.crash.outside import CHANNEL, Heard, OutsideChannel, heard_in
from tests.crash.town import (
    Doer,
    found_town,
    handled_in,
    moment,
    opened_before,
    opened_in,
    outside_of,
    performing,
)
from tests.support.databases import database_of

ROUNDS = 4
NOON = moment(ROUNDS, 14)


class PowerCut(BaseException):
    """Ends everything where it is raised; nothing of the program catches it."""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a town in which a few rounds were played and something is due."""
    folder = tmp_path_factory.mktemp("played")
    with database_of("sqlite", folder) as url, house_on(url, outside_of(folder)) as made:
        found_town(made.database)
        doer = Doer(perform=performing(made.desk))
        for step in opened_before():
            doer.do(step, moment(0, 9))
        for number in range(ROUNDS):
            for step in (*handled_in(number), *opened_in(number)):
                doer.do(step, moment(number, 10))
            made.fire(moment(number, 14))
            made.deliver(moment(number, 14))
        made.fire(NOON)
    return Path(url.removeprefix("sqlite:///"))


@pytest.fixture
def house(played: Path, tmp_path: Path) -> Iterator[House]:
    """That town, with all it told the world outside: copied for each test."""
    shutil.copyfile(played, tmp_path / played.name)
    shutil.copyfile(outside_of(played.parent), outside_of(tmp_path))
    with house_on(f"sqlite:///{tmp_path / played.name}", outside_of(tmp_path)) as made:
        yield made


def _heard(house: House) -> tuple[Heard, ...]:
    return heard_in(outside_of(Path(str(house.database.url.database)).parent))


@dataclass(frozen=True, slots=True)
class Careless:
    """A worker's channel that is cut off at its first message, and what else it does wrong."""

    house: House
    before: Callable[[Message], object] = id
    renamed: str = ""
    hears: bool = True

    def send(self, message: Message) -> None:
        """Hand it over, more or less, and die."""
        self.before(message)
        if self.hears:
            sent = replace(message, id=message.id + self.renamed)
            self.house.channel.send(sent)
        raise PowerCut


def _deliver(house: House, channel: Careless | OutsideChannel) -> None:
    deliver_notices(
        house.outbox, {CHANNEL: channel}, NOON, worker="careless", profile_of=house.rules
    )


def _drained(house: House) -> None:
    for later in range(1, 12):
        house.deliver(moment(ROUNDS + later, 14))


def test_a_careful_worker_that_is_cut_off_is_no_wrong(house: House) -> None:
    with pytest.raises(PowerCut):
        _deliver(house, Careless(house))
    _drained(house)
    judge(house.database, _heard(house), drained=True)


def test_recording_before_sending_is_seen(house: House) -> None:
    def record(message: Message) -> None:
        with writing(house.database) as connection:
            connection.execute(
                text("UPDATE outbox SET state = 'sent' WHERE coalesce(bundle, notice_id) = :id"),
                {"id": message.id},
            )

    with pytest.raises(PowerCut):
        _deliver(house, Careless(house, before=record, hears=False))
    _drained(house)
    with pytest.raises(Wrong, match="marked sent and never arrived"):
        judge(house.database, _heard(house))


def test_an_id_drawn_anew_for_each_attempt_is_seen(house: House) -> None:
    with pytest.raises(PowerCut):
        _deliver(house, Careless(house, renamed="-first"))
    _drained(house)
    with pytest.raises(Wrong, match="came as"):
        judge(house.database, _heard(house), drained=True)


def test_a_bundle_that_grows_after_it_was_sent_is_seen(house: House) -> None:
    _drained(house)
    heard = _heard(house)
    grown = replace(heard[-1], notices=(*heard[-1].notices, "another"))
    with pytest.raises(Wrong, match="other content"):
        judge(house.database, (*heard, grown))


def test_a_lost_item_is_seen(house: House) -> None:
    _spoil(house, "DELETE FROM outbox WHERE state = 'pending'")
    with pytest.raises(Wrong, match="not in the outbox"):
        judge(house.database, _heard(house))


def test_a_message_that_nobody_sends_is_seen(house: House) -> None:
    with pytest.raises(Wrong, match="never sent"):
        judge(house.database, _heard(house), drained=True)


def test_what_left_before_it_was_decided_is_seen(house: House) -> None:
    first = _heard(house)[0]
    ghost = replace(first, message="ghost", notices=("ghost",))
    with pytest.raises(Wrong, match="before it was decided"):
        judge(house.database, (*_heard(house), ghost))


def _again(table: Table, *keys: str, where: str) -> str:
    """The last such row once more, under keys of its own."""
    given = [f"{one.name} || '0'" if one.name in keys else one.name for one in table.columns]
    names = ", ".join(one.name for one in table.columns)
    last = f"(SELECT max(rowid) FROM {table.name} WHERE {where})"  # noqa: S608  # words of this file
    values = f"SELECT {', '.join(given)} FROM {table.name} WHERE rowid = {last}"  # noqa: S608  # the same
    return f"INSERT INTO {table.name} ({names}) {values}"


def _timer(change: str, *, where: str) -> str:
    """The first such timer changed."""
    first = f"(SELECT min(rowid) FROM timers WHERE {where})"  # noqa: S608  # words of this file
    return f"UPDATE timers SET {change} WHERE rowid = {first}"  # noqa: S608  # the same


SPOILT: Mapping[str, Sequence[str]] = {
    # A rung whose firing is not kept with what it decided is due again and decided again.
    "decided, still due": (_timer("fired_at = NULL", where="fired_at IS NOT NULL"),),
    "fired and never decided": (
        _timer("fired_at = fire_at", where="fired_at IS NULL AND cancelled_at IS NULL"),
    ),
    "noticed are": (
        "DELETE FROM outbox WHERE notice_id = (SELECT min(id) FROM notices)",
        "DELETE FROM notices WHERE id = (SELECT min(id) FROM notices)",
    ),
    "told of a rung more than once": (
        "DROP INDEX uq_notices_rung",
        _again(notices, "id", "key", where="rung IS NOT NULL"),
    ),
    "decided more than once": (
        _again(audit_entries, "sequence", "digest", where="actor = 'clock'"),
    ),
}


@pytest.mark.parametrize("complaint", SPOILT)
def test_rows_that_a_torn_transaction_would_leave_are_seen(house: House, complaint: str) -> None:
    judge(house.database, _heard(house))
    _spoil(house, *SPOILT[complaint])
    with pytest.raises(Wrong, match=complaint):
        judge(house.database, _heard(house))


def test_the_rows_themselves_refuse_to_decide_a_rung_twice(house: House) -> None:
    """As it would be if firing and deciding were two transactions with a crash between."""
    configure_logging("CRITICAL")
    _spoil(house, *SPOILT["decided, still due"])
    report = house.fire(NOON)
    assert (report.fired, report.broken) == (0, 1)
    with pytest.raises(Wrong, match="decided, still due"):
        judge(house.database, _heard(house))


def _spoil(house: House, *statements: str) -> None:
    with writing(house.database) as connection:
        for statement in statements:
            connection.execute(text(statement))

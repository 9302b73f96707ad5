"""Accounts, sessions and tokens over rows of both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from sqlalchemy import select

from db.accounts import Accounts
from db.database import reading
from db.register import RegisterChanges
from db.sign_ins import Outcome, SignIns
from db.tables import accounts, api_tokens, sign_ins, web_sessions
from engine.audit import verify
from engine.congress import Person, Preferences
from engine.errors import InvalidValue, UnknownPerson
from tests.support.databases import database_url
from tests.support.gates import OTHER, PASSWORD, GateHouse, gates
from web.errors import PasswordRefused, SignInLimited, SignInRefused

__all__ = ["database_url", "gates"]


def _everything(gates: GateHouse) -> str:
    with reading(gates.services.database) as connection:
        tables = (accounts, web_sessions, api_tokens, sign_ins)
        rows = [connection.execute(select(one)).mappings().all() for one in tables]
    return str([[dict(row) for row in table] for table in rows])


def _refused(gates: GateHouse, name: str, password: str = OTHER, times: int = 1) -> list[str]:
    told = []
    for _ in range(times):
        with pytest.raises((SignInRefused, SignInLimited)) as refusal:
            gates.sign_in(name, password)
        told.append(str(refusal.value))
    return told


def test_the_right_password_lets_in_however_the_name_is_typed(gates: GateHouse) -> None:
    for name in ("wangfang", " WangFang ", "ｗａｎｇｆａｎｇ"):
        found = gates.visitor(gates.sign_in(name))
        assert found is not None
        assert (found.congress, found.person, found.name) == ("linxi", "wang-fang", "王芳")
        assert (found.roles, found.must_change) == (frozenset({"deputy"}), True)


def test_everything_wrong_is_refused_in_the_same_words(gates: GateHouse) -> None:
    gates.desk.add("li-ming", "liming", PASSWORD)
    gates.desk.disable("li-ming")
    told = [
        *_refused(gates, "wangfang"),
        *_refused(gates, "nobody"),
        *_refused(gates, "liming", PASSWORD),
        *_refused(gates, "", ""),
    ]
    assert len(set(told)) == 1


def test_secrets_are_not_kept(gates: GateHouse) -> None:
    cookie = gates.sign_in("wangfang")
    token = gates.desk.issue_token("wang-fang", label="OA", scopes=["read"], days=9).token
    _refused(gates, "password-in-the-wrong-field")
    kept = _everything(gates)
    for secret in (PASSWORD, cookie, token, "wrong-field"):
        assert secret not in kept
    assert "$argon2id$" in kept


def test_changes_of_accounts_are_on_record_and_the_chain_holds(gates: GateHouse) -> None:
    desk = gates.desk
    desk.set_password("wang-fang", OTHER)
    desk.ask_code("wang-fang")
    desk.ask_no_code("wang-fang")
    desk.disable("wang-fang")
    desk.enable("wang-fang")
    made = desk.issue_token("wang-fang", label="OA", scopes=["read"], days=9)
    desk.revoke_tokens([made.row.id])
    entries, head = gates.services.trail.chain("linxi")
    kept = tuple(entries)
    verify(kept, head=head)
    told = [sorted(set(one.content) - {"reason"}) for one in kept[-8:]]
    assert told == [
        ["account_added"],
        ["account_password_set"],
        ["account_second_factor_set"],
        ["account_second_factor_removed"],
        ["account_disabled"],
        ["account_enabled"],
        ["token_issued"],
        ["tokens_revoked"],
    ]
    assert {(one.actor, one.content["reason"]) for one in kept[-8:]} == {("system", "新任代表")}
    assert not any(secret in str(kept) for secret in (PASSWORD, OTHER, made.token, "argon2"))


def test_one_account_a_person_and_one_person_a_name(gates: GateHouse) -> None:
    for person, name in (("wang-fang", "other"), ("li-ming", "WANGFANG"), ("li-ming", "a b")):
        with pytest.raises(InvalidValue):
            gates.desk.add(person, name, PASSWORD)
    with pytest.raises(UnknownPerson):
        gates.desk.add("nobody", "nobody", PASSWORD)
    with pytest.raises(PasswordRefused):
        gates.desk.add("li-ming", "liming", "liming-2026-x")


def test_a_name_is_locked_for_longer_each_time_and_the_right_password_does_not_help(
    gates: GateHouse,
) -> None:
    for name in ("wangfang", "nobody"):
        told = _refused(gates, name, times=6)
        assert len(set(told[:5])) == 1
        assert "1 minutes" in told[5]
    with pytest.raises(SignInLimited):
        gates.sign_in("wangfang", PASSWORD)
    assert Accounts(gates.services.database).named("wangfang").locked_until is not None  # type: ignore[union-attr]  # it is there
    gates.watch.pass_by(seconds=61)
    assert "password" in _refused(gates, "wangfang")[0]
    gates.watch.pass_by(seconds=61)
    assert "1 minutes" in _refused(gates, "wangfang")[0]
    gates.watch.pass_by(seconds=60)
    assert gates.visitor(gates.sign_in("wangfang")) is not None
    row = Accounts(gates.services.database).named("wangfang")
    assert row is not None
    assert (row.failures, row.locked_until) == (0, None)
    assert len(set(_refused(gates, "wangfang", times=4))) == 1


def test_an_administrator_ends_a_lock(gates: GateHouse) -> None:
    _refused(gates, "wangfang", times=6)
    gates.watch.pass_by(seconds=1)
    gates.desk.enable("wang-fang")
    assert gates.visitor(gates.sign_in("wangfang")) is not None


def test_an_address_that_tries_many_names_must_wait_and_others_need_not(gates: GateHouse) -> None:
    for number in range(40):
        with pytest.raises(SignInRefused):
            gates.sign_in(f"name-{number}", OTHER, "203.0.113.7")
    with pytest.raises(SignInLimited):
        gates.sign_in("wangfang", PASSWORD, "203.0.113.7")
    assert gates.sign_in("wangfang", PASSWORD, "203.0.113.8")
    gates.watch.pass_by(minutes=15, seconds=1)
    assert gates.sign_in("wangfang", PASSWORD, "203.0.113.7")


def test_many_at_once_do_not_slip_through_together(gates: GateHouse) -> None:
    def attempt(_number: int) -> type[BaseException] | None:
        try:
            gates.sign_in("wangfang", OTHER)
        except (SignInRefused, SignInLimited) as refusal:
            return type(refusal)
        return None

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(attempt, range(16)))
    assert found.count(SignInRefused) == 5
    assert found.count(SignInLimited) == 11


def test_a_session_ends_by_idling_by_age_and_by_signing_out(gates: GateHouse) -> None:
    idle, busy, out = (gates.sign_in("wangfang") for _ in range(3))
    assert len({idle, busy, out}) == 3
    gates.gate.sign_out(out, gates.arrival())
    assert gates.visitor(out) is None
    for _ in range(23):
        gates.watch.pass_by(minutes=30)
        assert gates.visitor(busy) is not None
    assert gates.visitor(idle) is None
    gates.watch.pass_by(minutes=31)
    assert gates.visitor(busy) is None
    assert gates.visitor("") is None
    assert gates.visitor("x" * 43) is None


def test_what_ends_sessions_everywhere(gates: GateHouse) -> None:
    desk = gates.desk
    changes: tuple[Callable[[], object], ...] = (
        lambda: desk.set_password("wang-fang", PASSWORD),
        lambda: desk.end_sessions("wang-fang"),
        lambda: desk.disable("wang-fang"),
        lambda: desk.ask_code("wang-fang"),
    )
    for change in changes:
        desk.enable("wang-fang")
        cookies = [gates.sign_in("wangfang") for _ in range(2)]
        assert all(gates.visitor(one) for one in cookies)
        change()
        assert [gates.visitor(one) for one in cookies] == [None, None]


def test_a_person_who_left_is_out_at_once_with_sessions_and_tokens(gates: GateHouse) -> None:
    cookie = gates.sign_in("wangfang")
    token = gates.desk.issue_token("wang-fang", label="", scopes=["read"], days=9).token
    assert gates.gate.program(token, gates.arrival()) is not None
    gone = Person(code="wang-fang", name="王芳", appointments=())
    changes = RegisterChanges(people=(gone,))
    gates.services.register.apply(
        "linxi", changes, actor="system", reason="辞职", now=gates.watch.now
    )
    assert gates.visitor(cookie) is None
    assert gates.gate.program(token, gates.arrival()) is None
    _refused(gates, "wangfang", PASSWORD)


def test_changing_a_password_ends_the_other_sessions(gates: GateHouse) -> None:
    mine, other = gates.sign_in("wangfang"), gates.sign_in("wangfang")
    me = gates.visitor(mine)
    assert me is not None
    for old, new in ((OTHER, OTHER), (PASSWORD, "short"), (PASSWORD, PASSWORD)):
        with pytest.raises(PasswordRefused):
            gates.gate.change_password(me, old, new, gates.arrival())
    assert gates.visitor(other) is not None
    gates.gate.change_password(me, PASSWORD, OTHER, gates.arrival())
    assert gates.visitor(other) is None
    again = gates.visitor(mine)
    assert again is not None
    assert not again.must_change
    _refused(gates, "wangfang", PASSWORD)
    assert gates.visitor(gates.sign_in("wangfang", OTHER)) is not None


def test_a_stolen_session_cannot_guess_the_password(gates: GateHouse) -> None:
    me = gates.visitor(gates.sign_in("wangfang"))
    assert me is not None
    for _ in range(5):
        with pytest.raises(PasswordRefused):
            gates.gate.change_password(me, OTHER, "spring rain tea", gates.arrival())
    with pytest.raises(SignInLimited):
        gates.gate.change_password(me, PASSWORD, "spring rain tea", gates.arrival())


def _authenticator(gates: GateHouse) -> pyotp.TOTP:
    address = urlsplit(gates.desk.ask_code("wang-fang").address)
    assert address.scheme == "otpauth"
    return pyotp.TOTP(parse_qs(address.query)["secret"][0])


def test_a_second_factor_is_asked_and_no_code_counts_twice(gates: GateHouse) -> None:
    phone = _authenticator(gates)
    first = gates.gate.sign_in("wangfang", PASSWORD, gates.arrival())
    assert first.needs_code
    assert gates.visitor(first.cookie) is None
    with pytest.raises(SignInRefused):
        gates.gate.confirm(first.cookie, "000000", gates.arrival())
    assert gates.visitor(first.cookie) is None
    code = phone.at(gates.watch.now)
    gates.gate.confirm(first.cookie, code, gates.arrival())
    assert gates.visitor(first.cookie) is not None
    second = gates.gate.sign_in("wangfang", PASSWORD, gates.arrival())
    with pytest.raises(SignInRefused):
        gates.gate.confirm(second.cookie, code, gates.arrival())
    earlier = phone.at(gates.watch.now - timedelta(seconds=30))
    with pytest.raises(SignInRefused):
        gates.gate.confirm(second.cookie, earlier, gates.arrival())
    gates.watch.pass_by(seconds=30)
    gates.gate.confirm(second.cookie, phone.at(gates.watch.now), gates.arrival())
    assert gates.visitor(second.cookie) is not None


def test_a_known_password_does_not_help_to_guess_codes(gates: GateHouse) -> None:
    phone = _authenticator(gates)
    for _ in range(5):
        half = gates.gate.sign_in("wangfang", PASSWORD, gates.arrival())
        with pytest.raises(SignInRefused):
            gates.gate.confirm(half.cookie, "000000", gates.arrival())
    with pytest.raises(SignInLimited):
        gates.gate.confirm(half.cookie, phone.at(gates.watch.now), gates.arrival())
    with pytest.raises(SignInLimited):
        gates.gate.sign_in("wangfang", PASSWORD, gates.arrival())


def test_a_token_acts_within_its_scopes_until_its_end(gates: GateHouse) -> None:
    made = gates.desk.issue_token("wang-fang", label="OA", scopes=["act", "read"], days=9)
    assert made.row.scopes == ("read", "act")
    found = gates.gate.program(made.token, gates.arrival())
    assert found is not None
    assert found.is_program
    assert (found.person, found.scopes) == ("wang-fang", frozenset({"read", "act"}))
    assert gates.gate.visitor(made.token, gates.arrival()) is None
    gates.watch.pass_by(days=9)
    assert gates.gate.program(made.token, gates.arrival()) is None
    assert gates.gate.program("bihuan_x", gates.arrival()) is None
    for scopes, days in (([], 9), (["all"], 9), (["read"], 0), (["read"], 731)):
        with pytest.raises(InvalidValue):
            gates.desk.issue_token("wang-fang", label="", scopes=scopes, days=days)


def test_a_token_stops_when_revoked_and_while_its_account_is_disabled(gates: GateHouse) -> None:
    made = [
        gates.desk.issue_token("wang-fang", label="", scopes=["read"], days=9) for _ in range(2)
    ]

    def alive() -> list[bool]:
        return [gates.gate.program(one.token, gates.arrival()) is not None for one in made]

    gates.desk.revoke_tokens([made[0].row.id])
    assert alive() == [False, True]
    gates.desk.disable("wang-fang")
    assert alive() == [False, False]
    gates.desk.enable("wang-fang")
    assert alive() == [False, True]
    gates.desk.revoke_tokens([], person="wang-fang")
    assert alive() == [False, False]


def test_somebody_is_met_in_their_language(gates: GateHouse) -> None:
    wish = Preferences(person="wang-fang", language="en")
    gates.services.register.apply(
        "linxi",
        RegisterChanges(preferences=(wish,)),
        actor="system",
        reason="本人要求",
        now=gates.watch.now,
    )
    found = gates.visitor(gates.sign_in("wangfang"))
    assert found is not None
    assert found.language == "en"


def test_nobody_enters_a_real_congress_by_one_click(gates: GateHouse) -> None:
    assert gates.gate.demo_accounts() == ()
    with pytest.raises(SignInRefused):
        gates.gate.sign_in_as("wang-fang", gates.arrival())


def test_attempts_can_be_looked_up_and_are_forgotten_in_the_end(gates: GateHouse) -> None:
    attempts = SignIns(gates.services.database)
    _refused(gates, "wangfang")
    gates.sign_in("wangfang")
    assert {one.outcome for one in attempts.latest(9)} == {Outcome.REFUSED, Outcome.ENTERED}
    gates.watch.pass_by(days=181)
    gates.sign_in("wangfang")
    assert len(attempts.latest(9)) == 1

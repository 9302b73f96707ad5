"""Recovery codes over rows of both databases: each lets in once, and only whom it was made for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from app.second_factor import SecondFactor
from db.database import reading
from db.recovery_codes import RecoveryCodes
from db.tables import audit_entries, notices, outbox, recovery_codes
from engine.audit import verify
from tests.support.databases import database_url
from tests.support.gates import PASSWORD, GateHouse, gates
from web.errors import SignInLimited, SignInRefused

__all__ = ["database_url", "gates"]


def _half(gates: GateHouse) -> str:
    return gates.gate.sign_in("wangfang", PASSWORD, gates.arrival()).cookie


def _account(gates: GateHouse) -> str:
    return gates.desk.of("wang-fang").id


def _left(gates: GateHouse) -> int:
    return RecoveryCodes(gates.services.database).left(_account(gates))


def test_ten_codes_are_made_and_none_is_kept(gates: GateHouse) -> None:
    made = gates.desk.ask_code("wang-fang").codes
    assert len(set(made)) == 10
    assert _left(gates) == 10
    with reading(gates.services.database) as connection:
        rows = str(connection.execute(select(recovery_codes)).all())
        rows += str(connection.execute(select(audit_entries.c.content)).all())
    for code in made:
        assert code not in rows
        assert code.replace("-", "") not in rows


def test_a_code_lets_in_once_however_it_is_typed_and_the_rest_is_counted(gates: GateHouse) -> None:
    code, other = gates.desk.ask_code("wang-fang").codes[:2]
    first = _half(gates)
    assert gates.visitor(first) is None
    assert gates.gate.confirm(first, f" {code.lower().replace('-', ' ')} ", gates.arrival()) == 9
    assert gates.visitor(first) is not None
    thief = _half(gates)
    with pytest.raises(SignInRefused):
        gates.gate.confirm(thief, code, gates.arrival())
    assert gates.visitor(thief) is None
    assert gates.gate.confirm(thief, other, gates.arrival()) == 8


def test_two_at_once_with_the_same_code_are_one(gates: GateHouse) -> None:
    code = gates.desk.ask_code("wang-fang").codes[0]
    factor, account = SecondFactor(gates.services), gates.desk.of("wang-fang")

    def tried(number: int) -> bool:
        arrival = gates.arrival(f"10.0.0.{number}")
        try:
            factor.prove(account, code, arrival, refusal=SignInRefused)
        except SignInRefused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(tried, range(4))) == 1
    assert _left(gates) == 9


def test_guesses_at_codes_wait_like_guesses_at_digits(gates: GateHouse) -> None:
    code = gates.desk.ask_code("wang-fang").codes[0]
    for number in range(5):
        half = _half(gates)
        with pytest.raises(SignInRefused):
            gates.gate.confirm(half, f"2222-3333-444{number + 2}", gates.arrival())
    with pytest.raises(SignInLimited):
        gates.gate.confirm(half, code, gates.arrival())
    assert _left(gates) == 10


def test_a_code_of_somebody_else_does_not_count(gates: GateHouse) -> None:
    gates.desk.ask_code("wang-fang")
    gates.desk.add("li-ming", "liming", PASSWORD)
    of_another = gates.desk.ask_code("li-ming").codes[0]
    with pytest.raises(SignInRefused):
        gates.gate.confirm(_half(gates), of_another, gates.arrival())


def test_new_codes_and_a_new_key_end_the_old_ones(gates: GateHouse) -> None:
    first = gates.desk.ask_code("wang-fang").codes
    second = gates.desk.new_codes("wang-fang")
    third = gates.desk.ask_code("wang-fang").codes
    for gone in (first[0], second[0]):
        with pytest.raises(SignInRefused):
            gates.gate.confirm(_half(gates), gone, gates.arrival())
    assert gates.gate.confirm(_half(gates), third[0], gates.arrival()) == 9
    gates.desk.ask_no_code("wang-fang")
    assert _left(gates) == 0


def test_what_was_used_and_what_was_taken_away_is_on_record_and_told(gates: GateHouse) -> None:
    code = gates.desk.ask_code("wang-fang").codes[0]
    gates.gate.confirm(_half(gates), code, gates.arrival())
    gates.desk.ask_no_code("wang-fang")
    gates.desk.ask_no_code("wang-fang")
    entries, head = gates.services.trail.chain("linxi")
    kept = tuple(entries)
    verify(kept, head=head)
    told = [next(iter(set(one.content) - {"reason"})) for one in kept[-3:]]
    assert told == ["account_recovery_code_used"] + ["account_second_factor_removed"] * 2
    assert kept[-3].content["account_recovery_code_used"] == {
        "account": "wangfang",
        "person": "wang-fang",
        "left": 9,
    }
    assert kept[-3].actor == "wang-fang"
    with reading(gates.services.database) as connection:
        rows = connection.execute(select(notices).order_by(notices.c.entry)).mappings().all()
        leaving = set(connection.execute(select(outbox.c.notice_id)).scalars())
    assert [(one["template"], one["recipient"], one["case_id"]) for one in rows] == [
        ("recovery_code_used", "wang-fang", None),
        ("second_factor_removed", "wang-fang", None),
    ]
    assert rows[0]["facts"] == {"recipient": "王芳", "result": "9"}
    assert rows[1]["facts"] == {"recipient": "王芳", "reason": "新任代表"}
    assert leaving <= {one["id"] for one in rows}

"""Rules for passwords, codes of a second factor, and how long a name must wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from app.attempts import FIRST_WAIT, LONGEST_WAIT, locked_until
from app.passwords import (
    COMMON,
    LONGEST,
    SHORTEST,
    _nobodys,
    check_password,
    hash_of,
    matches,
)
from app.second_factor import STEP_SECONDS, step_of
from web.errors import PasswordRefused

NAMES = ("wangfang", "wang-fang", "王芳", "ng")
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
NOW = datetime(2026, 3, 2, 1, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "password",
    ["short-one", "1234567890", "PASSWORD123", "  woaini1314 ", "aaaaaaaaaaaaaa", "abababababab"],
)
def test_what_is_short_or_tried_first_is_refused(password: str) -> None:
    with pytest.raises(PasswordRefused):
        check_password(password, names=NAMES)


@pytest.mark.parametrize(
    "password", ["my-wangfang-2026", "WangFang20260302", "王芳的长长的密码一二三"]
)
def test_a_password_holds_no_name(password: str) -> None:
    with pytest.raises(PasswordRefused):
        check_password(password, names=NAMES)
    check_password(password, names=())


@pytest.mark.parametrize(
    "password",
    ["tijiao banli du", "建议提得好办得快答得实", "x7#" + "q1-w" * 20, "spring rain tea"],
)
def test_long_ones_without_odd_signs_are_fine(password: str) -> None:
    check_password(password, names=NAMES)


def test_a_password_has_an_upper_end() -> None:
    good = "a b c d e f g "
    check_password((good * LONGEST)[:LONGEST], names=())
    with pytest.raises(PasswordRefused):
        check_password((good * LONGEST)[: LONGEST + 1], names=())


def test_the_list_of_common_ones_holds_what_length_alone_lets_through() -> None:
    assert all(one == one.casefold() for one in COMMON)
    assert sum(len(one) >= SHORTEST for one in COMMON) >= 40


def test_a_hash_is_salted_slow_and_fits_one_password_only() -> None:
    one, two = hash_of("spring rain tea"), hash_of("spring rain tea")
    assert one != two
    assert one.startswith("$argon2id$")
    assert matches("spring rain tea", one)
    assert not matches("spring rain te", one)
    assert not matches("spring rain tea", None)
    assert not matches("\udcff", one)


@pytest.mark.usefixtures("shipped_passwords")
def test_a_shipped_hash_takes_memory_and_time_also_of_who_guesses_a_name() -> None:
    for kept in (hash_of("spring rain tea"), _nobodys()):
        _, kind, _, costs, _, _ = kept.split("$")
        assert kind == "argon2id"
        memory, passes, _ = (int(one.partition("=")[2]) for one in costs.split(","))
        assert memory >= 64 * 1024
        assert passes >= 3


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")]
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, tz=UTC)
    assert step_of(RFC_SECRET, code, now) == seconds // STEP_SECONDS
    assert step_of(RFC_SECRET, f"{code[:3]} {code[3:]}", now) == seconds // STEP_SECONDS


def test_a_code_lives_for_its_neighbours_and_no_longer() -> None:
    code = pyotp.TOTP(RFC_SECRET).at(NOW)
    found = [
        step_of(RFC_SECRET, code, NOW + timedelta(seconds=STEP_SECONDS * steps))
        for steps in (-2, -1, 0, 1, 2)
    ]
    step = int(NOW.timestamp()) // STEP_SECONDS
    assert found == [None, step, step, step, None]


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345"])
def test_what_is_no_code_opens_nothing(code: str) -> None:
    assert step_of(RFC_SECRET, code, NOW) is None
    assert step_of("", "287082", NOW) is None


def test_each_further_failure_doubles_the_wait_up_to_an_end() -> None:
    def wait(failures: int) -> timedelta | None:
        until = locked_until([NOW - timedelta(minutes=one) for one in range(failures)], 5)
        return None if until is None else until - NOW

    assert [wait(count) for count in (0, 4)] == [None, None]
    assert [wait(count) for count in (5, 6, 7)] == [FIRST_WAIT, FIRST_WAIT * 2, FIRST_WAIT * 4]
    assert wait(11) == wait(200) == LONGEST_WAIT

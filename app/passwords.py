"""Judges and hashes passwords: long rather than odd, never one that everybody tries first.

Refuses to ask for a change by calendar: that makes passwords worse.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from engine.profile import Text
from web.errors import PasswordRefused

SHORTEST = 10
LONGEST = 128
FEWEST_SIGNS = 5
"""Different signs that a password has at least."""
SHORTEST_NAME = 3
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
PARTS, PART = 4, 4
AT_ONCE = 4
"""A hash takes 64 MiB on purpose; no more than these are made at the same time."""
COMMON = frozenset(
    {
        *("1234567890", "0123456789", "0987654321", "9876543210", "12345678910", "123456789a"),
        *("a123456789", "1q2w3e4r5t", "q1w2e3r4t5", "1qaz2wsx3edc", "qwertyuiop", "qwerty12345"),
        *("qwerty1234", "asdfghjkl123", "password123", "password1234", "password12", "passw0rd123"),
        *("p@ssw0rd123", "p@ssword123", "iloveyou123", "woaini1314", "woaini520", "woaini1314520"),
        *("5201314520", "1314520520", "admin12345", "admin123456", "administrator", "root123456"),
        *("abc1234567", "abcd123456", "abc123456789", "aa123456789", "qq123456789", "zxcvbnm123"),
        *("11223344556677", "1122334455", "147258369a", "welcome123", "changeme123", "test123456"),
        *(
            "bihuan123456",
            "bihuan2026",
            "rendahuiyi",
            "daibiao123",
            "daibiao123456",
            "jianyi123456",
        ),
    }
)

_slots = threading.BoundedSemaphore(AT_ONCE)
_hasher = PasswordHash((Argon2Hasher(),))


def check_password(password: str, *, names: Iterable[str]) -> None:
    """PasswordRefused, with the rule that it breaks; `names`: what it must not hold."""
    broken = _broken(password, names)
    if broken is not None:
        raise PasswordRefused(reason=broken)


def _broken(password: str, names: Iterable[str]) -> Text | None:
    plain = password.strip().casefold()
    if len(password) < SHORTEST:
        return Text(zh=f"至少要{SHORTEST}个字符", en=f"at least {SHORTEST} characters are needed")
    if len(password) > LONGEST:
        return Text(zh=f"至多{LONGEST}个字符", en=f"at most {LONGEST} characters are taken")
    if any(_tells(one) and one.casefold() in plain for one in names):
        return Text(
            zh="不能含有用户名、人员代码或姓名",
            en="it must not hold the account's name, the person's code or name",
        )
    if plain in COMMON or len(set(plain)) < FEWEST_SIGNS:
        return Text(
            zh="这样的密码太常见,别人会先试它;可用几个词连成一句",
            en="it is among those tried first; a few words in a row do better",
        )
    return None


def _tells(name: str) -> bool:
    """Whether a name is long enough to be found in a password by more than chance."""
    return len(name) >= SHORTEST_NAME or (bool(name) and not name.isascii())


def made_up_password() -> str:
    """A password by chance, in signs that are not mistaken when read out: some 79 bits."""
    parts = ("".join(secrets.choice(SIGNS) for _ in range(PART)) for _ in range(PARTS))
    return "-".join(parts)


def hash_of(password: str) -> str:
    """What is kept of a password."""
    with _slots:
        return _hasher.hash(password.encode("utf-8", errors="surrogatepass"))


def matches(password: str, kept: str | None) -> bool:
    """Whether it is the password; takes as long when nothing is kept, and is False then."""
    given = password[: LONGEST + 1].encode("utf-8", errors="surrogatepass")
    with _slots:
        found = _hasher.verify(given, kept or _nobodys())
    return found and kept is not None


@cache
def _nobodys() -> str:
    """The hash of a password that nobody has."""
    return _hasher.hash("nobody's password, as nobody can type it\x00")

"""Codes of an authenticator program: six digits for half a minute (RFC 6238)."""

from __future__ import annotations

import re
from datetime import datetime

import pyotp

STEP_SECONDS = 30
DRIFT = 1
"""Steps by which the clocks of a phone and of this house may differ."""


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step that a code belongs to; None when it is no code of these minutes."""
    plain = re.sub(r"\s", "", code)
    if not secret or not re.fullmatch(r"[0-9]{6}", plain):
        return None
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    present = int(now.timestamp()) // STEP_SECONDS
    for step in range(present - DRIFT, present + DRIFT + 1):
        if pyotp.utils.strings_equal(totp.generate_otp(step), plain):
            return step
    return None

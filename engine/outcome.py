"""成效灯: what the three parties expect of a case's result, month by month, and where they agree.

A signal of its own beside the time light: a case in good time may have no hope, and a late one be
nearly done. Refuses to know who may judge for whom beyond the grants of the profile.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine.case import Case, Judgement
from engine.profile import OutcomeScheme, Profile

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class Accord(StrEnum):
    """一致与否: all parties say the same, somebody has not spoken yet, or they differ."""

    AGREED = "agreed"
    PENDING = "pending"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeStanding:
    """Where the outcome of a case stands in a month: who said what, and who is still missing.

    `light` is the agreed one; None as long as the parties are not agreed.
    """

    month: str
    accord: Accord
    light: str | None
    said: Mapping[str, Judgement]
    missing: tuple[str, ...]


def month_of(day: date) -> str:
    """The month of a day as judgements name it: `2026-04`."""
    return f"{day:%Y-%m}"


def is_month(text: str) -> bool:
    """Whether the text names a month."""
    return _MONTH.fullmatch(text) is not None


def outcome_of(case: Case, scheme: OutcomeScheme, month: str) -> OutcomeStanding:
    """The standing of the month.

    Differing judgements are a dispute at once: waiting for the last party would settle nothing.
    """
    said = {one.party: one for one in case.judgements if one.month == month}
    missing = tuple(one.code for one in scheme.parties if one.code not in said)
    lights = {one.light for one in said.values()}
    accord = Accord.AGREED
    if len(lights) > 1:
        accord = Accord.DISPUTED
    elif missing:
        accord = Accord.PENDING
    light = lights.pop() if accord is Accord.AGREED else None
    return OutcomeStanding(month=month, accord=accord, light=light, said=said, missing=missing)


def outcomes_of(case: Case, profile: Profile) -> tuple[OutcomeStanding, ...]:
    """The standing of every month that somebody judged, the first month first."""
    scheme = profile.supervision.outcome
    months = sorted({one.month for one in case.judgements})
    return tuple(outcome_of(case, scheme, month) for month in months) if scheme else ()


def latest_light(case: Case, profile: Profile) -> str:
    """The agreed light of the last month that anybody judged, empty when there is none."""
    standings = outcomes_of(case, profile) if case.judgements else ()
    return (standings[-1].light or "") if standings else ""

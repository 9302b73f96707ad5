"""What will happen to each suggestion of the demo year, as a frozen plan.

Refuses to know how it was drawn and how it is played.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Channel(StrEnum):
    """During the session 会议期间 or in the recess 闭会期间."""

    SESSION = "session"
    RECESS = "recess"


class Outcome(StrEnum):
    """Meaning class of the reply's result code; partial stands for in progress or planned."""

    DONE = "done"
    PARTIAL = "partial"
    COMMITTED = "committed"
    DEFERRED = "deferred"
    REFERENCE = "reference"


class Fate(StrEnum):
    """Accepted ones are the 397; refused and withdrawn ones come on top (`extra`)."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ContactForm(StrEnum):
    """How the unit meets the deputy (面商); values are the profile's codes."""

    VISIT = "visit"  # 走访
    MEETING = "meeting"  # 座谈
    SITE = "on_site"  # 现场踏勘
    PHONE = "phone"  # 电话沟通


class Rating(StrEnum):
    """Final rating of the handling (not of a first round that is handled again)."""

    SATISFIED = "satisfied"
    BASIC = "basic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A commitment 承诺 of the reply; `kept_on` is None while it is still open."""

    text: str
    due_on: date
    kept_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSuggestion:
    """One suggestion of the year. People, units and fields are codes of the cast.

    `reply_after_days` counts natural days from hand-over; beyond 90 only when extended.
    `rehandled_outcome` is that of the second round after a dissatisfied first one; `commitment`
    belongs to the last round. `topic` is set on key suggestions only. Extras have no units ("").
    """

    key: str
    title: str
    body: str
    field: str
    keywords: tuple[str, ...]
    lead_deputy: str
    cosigners: tuple[str, ...]
    channel: Channel
    raised_on: date
    lead_unit: str
    joint_units: tuple[str, ...]
    reply: str
    contact_form: ContactForm
    reply_after_days: int
    wrong_unit: str | None = None
    outcome: Outcome = Outcome.DONE
    rehandled_outcome: Outcome | None = None
    rehandled_reply: str = ""
    commitment: Promise | None = None
    rated_process: Rating = Rating.SATISFIED
    rated_result: Rating = Rating.SATISFIED
    sent_back_for_revision: bool = False
    needs_extension: bool = False
    dissatisfied_first_round: bool = False
    silent_deputy: bool = False
    late_receipt: bool = False
    merged_into: str | None = None
    topic: int | None = None
    fate: Fate = Fate.ACCEPTED
    refusal_ground: str | None = None

    @property
    def extra(self) -> bool:
        """Raised, but not one of the 397."""
        return self.fate is not Fate.ACCEPTED

    @property
    def returned_by_first_unit(self) -> bool:
        """The first hand-over goes to `wrong_unit`, which returns it naming `lead_unit`."""
        return self.wrong_unit is not None

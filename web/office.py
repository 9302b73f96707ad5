"""The ports behind the pages of those who look over the whole: oversight, administration, portal.

Every method takes the visitor and refuses whoever may not; `app` implements them over rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from engine.profile import Profile, Stage, Text
from reports.cases import CasePage, CaseSort
from reports.overview import Overview
from web.administration import Administration
from web.gate import Visitor


class Oversight(Protocol):
    """What the standing committee looks over: a session's figures and the cases behind each."""

    def oversees(self, visitor: Visitor) -> bool:
        """Whether the visitor may; nobody who acts for a unit does."""
        ...

    def overview(self, visitor: Visitor, session: str) -> Overview:
        """The figures of a session, the present one when none is named; RoleMissing."""
        ...

    def behind(  # a page of a list has these facts
        self,
        visitor: Visitor,
        session: str,
        figure: str,
        *,
        sort: CaseSort,
        after: str | None,
        limit: int,
    ) -> CasePage:
        """The cases that a figure counted; RoleMissing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPlace:
    """Whose portal it is, and of which session."""

    code: str
    congress: str
    session: str
    session_name: str
    profile: Profile
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicReply:
    """The result of a delivered reply; the letter itself may name people and is not here."""

    unit: str
    round: int
    code: str
    result: Text | None
    document_number: str
    delivered_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicCase:
    """A suggestion as everybody may see it; without `details` no more than number and title."""

    id: str
    number: str
    title: str
    text: str
    details: bool
    author_shown: bool
    deputies: tuple[str, ...]
    field: str
    state: Text
    stage: Stage
    ended: bool
    units: tuple[str, ...]
    handed_over_on: date | None
    replies: tuple[PublicReply, ...]


class Portal(Protocol):
    """What everybody may see where the congress has switched its portal on; nobody signs in."""

    def place(self, congress: str) -> PublicPlace:
        """Whose portal; UnknownCongress when there is no such congress."""
        ...

    def published(self, congress: str, *, after: str | None, limit: int) -> CasePage:
        """What is published of the present session, by number."""
        ...

    def overdue(self, congress: str, *, after: str | None, limit: int) -> CasePage:
        """What a unit is late with, the latest first."""
        ...

    def case(self, congress: str, reference: str) -> PublicCase:
        """One suggestion; UnknownCase where nothing of it is published."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Offices:
    """The ports of the pages beside the house; no portal where none is switched on."""

    oversight: Oversight
    administration: Administration
    portal: Portal | None = None

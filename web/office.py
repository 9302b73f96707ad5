"""The ports behind the pages of those who look over the whole: oversight, administration, portal.

Every method takes the visitor and refuses whoever may not; `app` implements them over rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

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
class Offices:
    """The ports of the pages beside the house."""

    oversight: Oversight
    administration: Administration

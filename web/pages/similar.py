"""Earlier suggestions that resemble one: while it is written, reviewed and handed over."""

from __future__ import annotations

from engine.profile import Stage
from reports.cases import CaseLine
from web.gate import Visitor
from web.house import House
from web.pages.sheet import Sheet

DECIDED_BY_THEM = (Stage.RAISE, Stage.HAND_OVER)
"""Where a case stands while what was raised before is of use."""


def similar_cases(
    house: House, visitor: Visitor, title: str, text: str = "", *, besides: str = ""
) -> tuple[CaseLine, ...]:
    """The likest first; none for a title that says nothing yet."""
    return house.similar(visitor, title, text, besides=besides) if title.strip() else ()


def alike_beside(house: House, visitor: Visitor, sheet: Sheet) -> tuple[CaseLine, ...]:
    """Similar ones beside a review and a hand-over; whoever wrote it has looked while writing."""
    if sheet.seen is None or sheet.form.machine != "suggestion":
        return ()
    case = sheet.seen.view.case
    stage = sheet.seen.profile.machines["suggestion"].states[case.state].stage
    signed = {one.deputy for one in case.signatories}
    if stage not in DECIDED_BY_THEM or visitor.person in signed:
        return ()
    return similar_cases(house, visitor, case.title, case.text, besides=case.id)

"""The funnel along the loop 提→交→办→督: how many cases came how far, and which.

A step counts every case that ever reached it, so that steps never grow along the way; cases
that left the loop stand aside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from engine.case import Assignment, Case
from engine.profile import Stage, Text
from engine.ratings import final_ratings
from reports.rows import CaseRow, of_session, read_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelStep:
    """One step with the ids of the cases that reached it.

    `aside` ones left the loop there. `within`: a part of the registered ones.
    """

    name: str
    stage: Stage
    label: Text
    cases: tuple[str, ...]
    aside: bool = False
    within: bool = True

    @property
    def count(self) -> int:
        """How many."""
        return len(self.cases)


def answering(case: Case) -> tuple[Assignment, ...]:
    """The shares that have to answer: lead and separate ones that were not returned."""
    returned = {one.assignment for one in case.returns if one.state == "approved"}
    return tuple(
        one for one in case.assignments if one.kind != "joint" and one.number not in returned
    )


def is_refused(case: Case) -> bool:
    """不作为代表建议: ended by the review, with its ground."""
    return case.refusal_ground is not None


def is_withdrawn(case: Case) -> bool:
    """撤回: ended without a refusal and without having been answered."""
    return case.ended_at is not None and case.answered_at is None and not is_refused(case)


def _is_received(case: Case) -> bool:
    shares = answering(case)
    return bool(shares) and all(one.received_at is not None for one in shares)


def _was_answered(case: Case) -> bool:
    """Once: a second round takes the answer back, and the case waits for another."""
    return case.answered_at is not None or case.round > 1


_BEFORE = frozenset({"raised", "submitted", "refused", "withdrawn"})
_Reached = Callable[[Case], bool]
_STEPS: tuple[tuple[str, Stage, Text, bool, _Reached], ...] = (
    ("raised", Stage.RAISE, Text(zh="提出", en="Raised"), False, lambda _: True),
    (
        "submitted",
        Stage.RAISE,
        Text(zh="提交", en="Submitted"),
        False,
        lambda case: case.submitted_at is not None,
    ),
    ("refused", Stage.RAISE, Text(zh="不作为代表建议", en="Refused"), True, is_refused),
    ("withdrawn", Stage.RAISE, Text(zh="撤回", en="Withdrawn"), True, is_withdrawn),
    (
        "registered",
        Stage.RAISE,
        Text(zh="立案", en="Registered"),
        False,
        lambda case: case.registered_at is not None,
    ),
    (
        "handed_over",
        Stage.HAND_OVER,
        Text(zh="交办", en="Handed over"),
        False,
        lambda case: case.handed_over_at is not None,
    ),
    (
        "received",
        Stage.HAND_OVER,
        Text(zh="签收", en="Received"),
        False,
        lambda case: _was_answered(case) or _is_received(case),
    ),
    (
        "answered",
        Stage.HANDLE,
        Text(zh="答复", en="Answered"),
        False,
        _was_answered,
    ),
    (
        "rated",
        Stage.SUPERVISE,
        Text(zh="代表评价", en="Rated"),
        False,
        lambda case: bool(final_ratings(case)),
    ),
    (
        "closed",
        Stage.SUPERVISE,
        Text(zh="办结", en="Closed"),
        False,
        lambda case: case.ended_at is not None and case.answered_at is not None,
    ),
)


def funnel_of(rows: Sequence[CaseRow]) -> tuple[FunnelStep, ...]:
    """The funnel of the rows given."""
    return tuple(
        FunnelStep(
            name=name,
            stage=stage,
            label=label,
            cases=tuple(row.case.id for row in rows if reached(row.case)),
            aside=aside,
            within=name not in _BEFORE,
        )
        for name, stage, label, aside, reached in _STEPS
    )


def funnel(connection: Connection, congress: str, session: str) -> tuple[FunnelStep, ...]:
    """The funnel of a session and its recess."""
    return funnel_of(read_rows(connection, of_session(congress, session)))

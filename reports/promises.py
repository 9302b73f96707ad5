"""Promises 承诺 counted: kept, still open, open past their day, or explained instead of kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.case import Commitment
from reports.figures import Figure, total_of
from reports.rows import CaseRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """`late` ones are among the open ones."""

    total: Figure
    kept: Figure
    open: Figure
    late: Figure
    explained: Figure


def is_kept(one: Commitment) -> bool:
    """Ended with evidence."""
    return one.ended_at is not None and one.evidence is not None


def is_open(one: Commitment) -> bool:
    """Neither kept nor explained yet."""
    return one.ended_at is None


def promises_of(rows: Sequence[CaseRow], as_of: date) -> Promises:
    """The promises of the rows, late as of the day."""
    return Promises(
        total=total_of("承诺事项", "项", rows, lambda case: len(case.commitments)),
        kept=total_of("已兑现", "项", rows, lambda case: sum(map(is_kept, case.commitments))),
        open=total_of("履行中", "项", rows, lambda case: sum(map(is_open, case.commitments))),
        late=total_of(
            "已逾期",
            "项",
            rows,
            lambda case: sum(is_open(one) and one.due_on < as_of for one in case.commitments),
        ),
        explained=total_of(
            "未兑现已说明",
            "项",
            rows,
            lambda case: sum(not is_open(one) and not is_kept(one) for one in case.commitments),
        ),
    )

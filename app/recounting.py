"""Recounts open clocks when the working calendar has changed: by command, and by the worker.

The command that changed the calendar recounts at once; what it could not finish the worker does,
in the name of whoever changed the calendar.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import structlog

from app.wiring import Services
from db.recounts import CalendarChange, last_change
from engine.calendar import WorkingCalendar
from engine.case_recount import ACTION, Moved
from engine.command import CLOCK
from engine.congress_recount import Progress, Recounting, RecountReport

log = structlog.get_logger()


def silent(_count: int) -> None:
    """Nobody looks on."""


def preview_recount(
    services: Services,
    congress: str,
    calendar: WorkingCalendar,
    *,
    now: datetime,
    progress: Progress = silent,
) -> RecountReport:
    """What would move under that calendar; nothing is written."""
    return Recounting(services.store).preview(congress, calendar, now=now, progress=progress)


def run_recount(
    services: Services, congress: str, *, now: datetime, progress: Progress = silent
) -> RecountReport:
    """Recount all open clocks of the congress, in the name of whoever changed the calendar last."""
    with services.reading() as connection:
        change = last_change(connection, congress) or CalendarChange(actor=CLOCK, reason="")
    return Recounting(services.store).run(
        congress, actor=change.actor, reason=change.reason, now=now, progress=progress
    )


def told_since(
    services: Services, congress: str, after: int, report: RecountReport
) -> RecountReport:
    """The report with all that was recounted since that entry, a worker's share in it too."""
    moved: list[Moved] = []
    changed = 0
    for entry in services.trail.entries(congress, after=after):
        listed = entry.content.get("moved")
        if entry.action == ACTION and isinstance(listed, list):
            changed += 1
            moved += (_moved(one) for one in listed)
    moved.sort(key=lambda one: (one.case, one.clock))
    return replace(report, changed=changed, moved=tuple(moved))


def _moved(value: dict[str, object]) -> Moved:
    """The inverse of what an entry says of a clock."""
    days = {name: date.fromisoformat(str(value[name])) for name in ("due_was", "due_on")}
    return Moved(**{**value, **days})  # type: ignore[arg-type]  # as `asdict` gave them


def finish_recounts(services: Services, now: datetime) -> int:
    """Recount where the calendar has changed and nobody has finished; how many cases changed.

    One congress that cannot be recounted keeps no other waiting.
    """
    changed = 0
    for congress in services.store.to_recount():
        try:
            report = run_recount(services, congress, now=now)
        except Exception:
            log.exception("recount broke", action="recount", congress=congress)
            continue
        log.info(
            "recounted",
            action="recount",
            congress=congress,
            calendar=report.calendar,
            looked_at=report.looked_at,
            changed=report.changed,
            failed=len(report.failed),
        )
        changed += report.changed
    return changed
